// a[data-making="Making the report…"]: a file that takes seconds to make. The link says so until the file is there, and a second
// press does nothing. Where no file can be made, the studio says why in a sentence.
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
      const answer = await fetch(link.href, { credentials: "same-origin", redirect: "manual", headers: { "X-Requested-With": "XMLHttpRequest" } });
      if (answer.ok) {
        save(await answer.blob(), nameIn(answer));
        announce("The file is there.");
      } else if (answer.type === "opaqueredirect") {
        location.assign(link.href); // signed out: the whole page goes to sign in
      } else toast(answer.status === 422 ? await answer.text() : `The studio refused this (${answer.status}). Reload the page and try again.`, "error");
    } catch {
      toast("The studio cannot be reached. Try again when the connection is back.", "error");
    }
    busy(false);
  });
}
