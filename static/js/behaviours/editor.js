// form[data-editor]: the clip editor (its prompt: prompt.js). input[type=search][data-filter="id"] narrows the [data-filter-item] in that element.
// In #found-all a link to a finding's input closes the list it stands in, which would cover it, and leads the focus there.
// The event "input-added" (a new picture or take came in and is chosen) closes the dialog it came from.
// Leaving with changes that are not saved asks first.
import { isPressed } from "./live.js";

const UNTIL_CLICKED_MS = 150;

function narrow(field) {
  const list = document.getElementById(field.dataset.filter);
  const words = field.value.trim().toLocaleLowerCase();
  for (const item of list.querySelectorAll("[data-filter-item]")) {
    item.hidden = !item.dataset.filterItem.toLocaleLowerCase().includes(words);
  }
  let some = false;
  for (const group of list.querySelectorAll("[data-filter-group]")) {
    group.hidden = !group.querySelector("[data-filter-item]:not([hidden])");
    some ||= !group.hidden;
  }
  list.querySelector("[data-filter-none]").hidden = some;
}

// The title is a field of one line that wraps: Enter saves, as in any field of one line, and a pasted line break is a space.
function title(field) {
  if (!field) return;
  const fit = () => {
    if (CSS.supports("field-sizing", "content")) return;
    field.style.height = "auto";
    field.style.height = `${field.scrollHeight + 2}px`;
  };
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    field.form.requestSubmit(document.getElementById("save"));
  });
  field.addEventListener("input", () => {
    if (field.value.includes("\n")) field.value = field.value.replace(/\s*\n\s*/g, " ");
    fit();
  });
  fit();
}

export default function attach(form) {
  title(form.elements.title);
  // What the offer brings along is no input of the person.
  const state = () => JSON.stringify([...new FormData(form)].filter(([name]) => !/^(csrf|shown_|number|price|prompt_view|preset_used|lever_|older|newer)/.test(name)));
  // A page that came back with errors, or with a look that was made for this clip, holds what was never saved.
  const unsaved = document.querySelector(".form-errors, .field__error") || new URLSearchParams(location.search).has("look");
  const saved = unsaved ? "" : state();
  let leaving = false;
  const ask = (event) => {
    if (!leaving && state() !== saved) event.preventDefault();
  };
  const close = () => document.querySelectorAll("#pickers dialog[open]").forEach((dialog) => dialog.close());
  const filter = (event) => event.target.matches("[data-filter]") && narrow(event.target);
  form.addEventListener("submit", () => { leaving = true; });
  form.addEventListener("click", (event) => {
    const link = event.target.closest("#found-all a[href^='#']");
    const target = link && document.getElementById(link.hash.slice(1));
    if (!target) return;
    document.getElementById("found-all").hidePopover();
    target.focus();
  });
  // An offer that replaced Generate between press and release would take the click away: it is asked for again after it.
  // A field that the offer keeps keeps the focus too, also where the browser cannot move it without taking that away.
  let written = null, again = 0;
  const askAgain = () => {
    clearTimeout(again);
    again = setTimeout(() => (isPressed() ? askAgain() : form.dispatchEvent(new Event("change", { bubbles: true }))), UNTIL_CLICKED_MS);
  };
  form.addEventListener("htmx:beforeSwap", ({ detail }) => {
    if (detail.target.id !== "offer") return;
    written = document.activeElement.closest("#offer [hx-preserve]");
    if (!isPressed()) return;
    detail.shouldSwap = false;
    askAgain();
  });
  form.addEventListener("htmx:afterSwap", ({ detail }) => {
    if (detail.target.id !== "offer") return;
    if (written?.isConnected) written.focus({ preventScroll: true });
    written = null;
  });
  const onShow = (event) => { if (event.persisted) leaving = false; }; // come back to by the back button
  window.addEventListener("pageshow", onShow);
  window.addEventListener("beforeunload", ask);
  document.body.addEventListener("input-added", close);
  document.addEventListener("input", filter);
  return () => {
    clearTimeout(again);
    window.removeEventListener("pageshow", onShow);
    window.removeEventListener("beforeunload", ask);
    document.body.removeEventListener("input-added", close);
    document.removeEventListener("input", filter);
  };
}
