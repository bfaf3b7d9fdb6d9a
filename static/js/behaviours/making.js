// a[data-making="Making the report…"]: a file that takes seconds to make. The link says so until the file is there, and a second
// press does nothing. Where no file comes, the page is opened as without JavaScript: it says why.
import { announce } from "./keyboard.js";
import { toast } from "./toast.js";

const nameIn = (answer) => {
  const said = answer.headers.get("Content-Disposition")?.match(/filename\*=UTF-8''([^;]+)/)?.[1];
  return said ? decodeURIComponent(said) : "";
};

function save(file, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

export default function attach(link) {
  const words = link.querySelector("[data-making-words]") ?? link;
  const idle = words.textContent;
  const busy = (on) => {
    words.textContent = on ? link.dataset.making : idle;
    link.toggleAttribute("data-busy", on);
    link.setAttribute("aria-disabled", String(on));
  };
  link.addEventListener("click", async (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    if (link.hasAttribute("data-busy")) return;
    busy(true);
    announce(link.dataset.making);
    try {
      // A way elsewhere (signed out, nothing to export) is for the whole page to go.
      const answer = await fetch(link.href, { credentials: "same-origin", redirect: "manual" });
      if (answer.ok) {
        save(await answer.blob(), nameIn(answer));
        announce("The file is there.");
      } else location.assign(link.href);
    } catch {
      toast("The studio cannot be reached. Try again when the connection is back.", "error");
    }
    busy(false);
  });
}
