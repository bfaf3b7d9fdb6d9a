// form[data-editor]: the clip editor. Choosing in select[data-preset] fills the parts of the prompt from the option's data-slots;
// [data-preset-undo] puts back what was there. input[type=search][data-filter="id"] narrows the [data-filter-item] in that element.
// The event "input-added" (a new picture or take came in and is chosen) closes the dialog it came from.
// Leaving with changes that are not saved asks first.
import { announce } from "./keyboard.js";

function presets(form) {
  const select = form.querySelector("[data-preset]");
  const undo = form.querySelector("[data-preset-undo]");
  if (!select || !undo) return;
  let before = null;
  let shown = select.value;
  const read = (parts) => Object.fromEntries(parts.map((part) => [part, form.elements[part]?.value ?? ""]));
  const write = (parts) => {
    for (const [part, text] of Object.entries(parts)) if (form.elements[part]) form.elements[part].value = text;
    form.dispatchEvent(new Event("input", { bubbles: true }));
  };
  select.addEventListener("change", () => {
    const slots = select.selectedOptions[0]?.dataset.slots;
    if (slots) {
      const parts = JSON.parse(slots);
      before = { parts: read(Object.keys(parts)), preset: shown };
      write(parts);
      undo.hidden = false;
      announce(`The prompt is filled from ${select.selectedOptions[0].textContent.trim()}.`);
    }
    shown = select.value;
  });
  undo.addEventListener("click", () => {
    select.value = shown = before.preset;
    write(before.parts);
    undo.hidden = true;
    select.focus();
  });
}

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
  presets(form);
  title(form.elements.title);
  // What the offer brings along is no input of the person.
  const state = () => JSON.stringify([...new FormData(form)].filter(([name]) => !/^(csrf|shown_|number|price)/.test(name)));
  // A page that came back with errors holds what was never saved.
  const saved = document.querySelector(".form-errors, .field__error") ? "" : state();
  let leaving = false;
  const ask = (event) => {
    if (!leaving && state() !== saved) event.preventDefault();
  };
  const close = () => document.querySelectorAll("#pickers dialog[open]").forEach((dialog) => dialog.close());
  const filter = (event) => event.target.matches("[data-filter]") && narrow(event.target);
  form.addEventListener("submit", () => { leaving = true; });
  window.addEventListener("beforeunload", ask);
  document.body.addEventListener("input-added", close);
  document.addEventListener("input", filter);
  return () => {
    window.removeEventListener("beforeunload", ask);
    document.body.removeEventListener("input-added", close);
    document.removeEventListener("input", filter);
  };
}
