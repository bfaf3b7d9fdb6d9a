// button[data-copy="text"]: copies the text, says so on itself for two seconds. data-copy-from="id" takes a field's value.
import { announce } from "./keyboard.js";

export default function attach(button) {
  const words = button.querySelector("span") ?? button;
  const idle = words.textContent;
  button.addEventListener("click", async () => {
    const field = document.getElementById(button.dataset.copyFrom ?? "");
    try {
      await navigator.clipboard.writeText(field?.value ?? button.dataset.copy);
      words.textContent = "Copied";
      announce("Copied");
    } catch {
      field?.select();
      words.textContent = "Press Ctrl+C";
    }
    setTimeout(() => { words.textContent = idle; }, 2000);
  });
}
