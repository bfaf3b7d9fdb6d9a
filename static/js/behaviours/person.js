// body[data-person="id"]: who is signed in on this page. Each such page says so to the others of this browser, so that a page left
// open by somebody else sends nothing under the name of whoever signed in since. A browser that stores nothing cannot be
// asked; what its page sends is refused by the studio (studio/same_person.py).
import { person } from "./csrf.js";
import { toast } from "./toast.js";

const KEY = "person";
const mine = person();
// A page that the back button takes out of the browser's store says nothing about who is signed in now.
const isFresh = performance.getEntriesByType("navigation")[0]?.type !== "back_forward";

try {
  if (mine && isFresh) localStorage.setItem(KEY, mine);
} catch {
  // Storage may be forbidden.
}

export const WORDS = "Somebody else is signed in in this browser.";

export function isSomebodyElse() {
  try {
    return Boolean(mine) && (localStorage.getItem(KEY) ?? mine) !== mine;
  } catch {
    return false;
  }
}

export function saySomebodyElse(what = "What you wrote stays here, not saved.") {
  if (document.querySelector("#toasts [data-somebody-else]")) return;
  toast(`${WORDS} ${what}`, "error").dataset.somebodyElse = "";
}
