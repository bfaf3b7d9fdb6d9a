// [data-prompt]: the prompt desk of the clip editor. The server changes the prompt (htmx posts the whole form); this keeps what was there
// before each change, so that [data-prompt-undo] and [data-prompt-redo] put back exactly what was written, step by step.
// What was typed while an answer was on its way is never lost: the answer is then dropped and said so.
import { announce } from "./keyboard.js";

const NAMES = ["prompt_view", "slot_order", "style", "motion", "camera", "atmosphere", "free_text", "text", "preset", "preset_used"];
const SHOWN = "prompt-fields"; // the part that is swapped when the prompt changed

export default function attach(desk) {
  const form = desk.closest("form");
  const undo = desk.querySelector("[data-prompt-undo]");
  const redo = desk.querySelector("[data-prompt-redo]");
  if (!form || !undo) return;
  const past = [];
  const future = [];
  let preset = form.elements.preset.value; // the select has changed already when its request begins
  let asked = null;

  const read = () => Object.fromEntries(NAMES.map((name) => [name, form.elements[name]?.value ?? ""]));
  const typed = (state) => JSON.stringify({ ...state, preset: "" });
  // In the view of parts the one text is only carried along, and the other way round: what is not seen is no step.
  const same = (a, b) => {
    const seen = (state) => JSON.stringify({ ...state, preset_used: "", ...(state.prompt_view === "text" ? { text: state.text } : { text: "" }) });
    return seen(a) === seen(b);
  };
  const offer = () => {
    undo.disabled = !past.length;
    redo.disabled = !future.length;
    form.dispatchEvent(new Event("change", { bubbles: true }));
  };
  const show = (state) => {
    for (const name of NAMES) if (form.elements[name]) form.elements[name].value = state[name];
    for (const part of desk.querySelectorAll("[data-prompt-view]")) part.hidden = part.dataset.promptView !== state.prompt_view;
    for (const button of desk.querySelectorAll("[name=to]")) button.setAttribute("aria-pressed", String(button.value === state.prompt_view));
    preset = state.preset;
    offer();
  };
  const step = (from, to, words) => {
    if (!from.length) return;
    to.push(read());
    show(from.pop());
    announce(words);
  };

  // An offer that is on its way tells of the prompt as it was before: it would turn the levers back.
  const forget = () => form.dispatchEvent(new CustomEvent("htmx:abort", { bubbles: true, detail: { elt: form } }));
  const before = (event) => {
    if (!desk.contains(event.detail.elt)) return;
    asked = { ...read(), preset };
    forget();
  };
  const arriving = (event) => {
    if (event.detail.target?.id !== SHOWN || !asked || !event.detail.shouldSwap) return;
    if (typed(read()) === typed(asked)) return;
    event.detail.shouldSwap = false;
    announce("You wrote on meanwhile, so nothing was changed. Press it again.");
  };
  const arrived = (event) => {
    if (event.detail.target?.id !== SHOWN || !asked) return;
    const was = asked;
    asked = null;
    forget();
    preset = form.elements.preset.value;
    if (!same(was, read())) {
      past.push(was);
      future.length = 0;
    }
    offer();
  };

  desk.querySelector("[data-prompt-undoing]").hidden = false;
  undo.addEventListener("click", () => step(past, future, "Put back as it was."));
  redo.addEventListener("click", () => step(future, past, "Changed again."));
  document.body.addEventListener("htmx:beforeRequest", before);
  document.body.addEventListener("htmx:beforeSwap", arriving);
  document.body.addEventListener("htmx:afterSettle", arrived);
  return () => {
    document.body.removeEventListener("htmx:beforeRequest", before);
    document.body.removeEventListener("htmx:beforeSwap", arriving);
    document.body.removeEventListener("htmx:afterSettle", arrived);
  };
}
