// Which comments the list shows: [data-show] links above it, [data-shows] around it, remembered in this browser for the person.
// What the address asks for goes first, and a comment that a link leads to is always shown. Without this file: ?comments=.
import { announce } from "../behaviours/keyboard.js";
import { readFor, writeFor } from "./review-store.js";

const SHOWS = "comments-shown";
const list = document.querySelector("[data-shows]");
const links = () => [...document.querySelectorAll("[data-show]")];

function mark() {
  for (const link of links()) {
    if (link.dataset.show === list.dataset.shows) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}
function show(name) {
  list.dataset.shows = name;
  mark();
  document.dispatchEvent(new CustomEvent("comments:shown"));
}
const meant = () => document.getElementById(location.hash.slice(1))?.closest(".comment[data-seek]");
function showMeant() {
  const comment = meant();
  if (!comment || comment.checkVisibility()) return;
  show("all");
  comment.scrollIntoView({ block: "nearest" });
}

if (list) {
  const kept = readFor(SHOWS);
  if (!new URLSearchParams(location.search).has("comments") && ["open", "mine"].includes(kept)) show(kept);
  showMeant();
  window.addEventListener("hashchange", showMeant);
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-show]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    show(link.dataset.show);
    writeFor(SHOWS, link.dataset.show);
    announce(`${link.title}: ${link.textContent.trim()}`);
  });
  // Before anything is drawn: what came knows nothing of what is shown here.
  for (const name of ["htmx:afterSwap", "htmx:oobAfterSwap"]) document.addEventListener(name, mark);
}
