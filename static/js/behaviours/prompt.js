// [data-prompt]: the prompt desk of the clip editor. The server changes the prompt (htmx posts the whole form); this keeps what was there
// before each change, so that [data-prompt-undo] and [data-prompt-redo] put back exactly what was written, step by step.
// What was typed while an answer was on its way is never lost: the answer is then dropped and said so.
import { announce } from "./keyboard.js";
import { working } from "./submit.js";
import { toast } from "./toast.js";

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
  const asked = new WeakMap(); // each request, and the prompt as it was then: of two pressed at once the second begins before the first has settled

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
  const asking = new Set(); // what was pressed, until its answer is in
  let isEarly = false;
  // What was pressed may be gone with its answer: whoever has no mouse then goes on at the next finding, or at what opened the panel.
  let opener = "", next = "";
  const goOn = () => {
    const place = next && document.activeElement === document.body && document.getElementById(next);
    next = "";
    if (place) (place.querySelector("[data-finding] button") ?? place).focus();
  };
  const before = (event) => {
    const { elt, target, xhr } = event.detail;
    if (!desk.contains(elt) && target?.id !== SHOWN) return;
    if (elt.closest(".prompt-tools")) opener = elt.id;
    next = document.activeElement === elt ? (elt.closest("#prompt-panel") && opener) || "findings-prompt" : "";
    if (elt.dataset.busyLabel) working(elt, true);
    else asking.add(elt);
    asked.set(xhr, elt.name === "preset" ? { ...read(), preset } : read());
    forget();
  };
  // An offer that is quicker than that answer must not take away what was pressed: htmx would not find the places of the answer.
  // It tells of the prompt as it was, and is asked for again.
  const stay = ({ detail }) => {
    if (![...asking].some((one) => detail.target.contains(one))) return;
    detail.shouldSwap = false;
    isEarly = true;
  };
  const passOver = (event) => {
    asked.delete(event.detail.xhr);
    event.preventDefault();
    if (event.detail.requestConfig.elt.name === "preset") {
      form.elements.preset.value = preset; // its words were not filled in
      offer();
    }
    toast("The prompt was changed meanwhile, so nothing was changed by this. Press it again.", "warning");
  };
  // Another step was quicker, and brought the prompt anew: an answer to the one before has no place any more.
  const answered = (event) => {
    asking.delete(event.detail.elt);
    if (asked.has(event.detail.xhr) && !event.detail.target.isConnected) passOver(event);
  };
  const ended = ({ detail }) => {
    if (desk.contains(detail.elt) && detail.elt.dataset.busyLabel) working(detail.elt, false);
    asking.delete(detail.requestConfig?.elt);
    if (!isEarly || asking.size) return;
    isEarly = false;
    form.dispatchEvent(new Event("change", { bubbles: true }));
  };
  const arriving = (event) => {
    const was = asked.get(event.detail.xhr);
    if (!was || !event.detail.shouldSwap) return;
    if (typed(read()) === typed(was)) forget(); // it would come in between this answer and its settling
    else passOver(event);
  };
  const arrived = (event) => {
    const was = event.detail.target?.id === SHOWN && asked.get(event.detail.xhr);
    if (!was) return;
    asked.delete(event.detail.xhr);
    preset = form.elements.preset.value;
    if (!same(was, read())) {
      past.push(was);
      future.length = 0;
    }
    offer();
    goOn();
  };

  desk.querySelector("[data-prompt-undoing]").hidden = false;
  undo.addEventListener("click", () => step(past, future, "Put back as it was."));
  redo.addEventListener("click", () => step(future, past, "Changed again."));
  const heard = {
    "htmx:beforeRequest": before, "htmx:oobBeforeSwap": stay, "htmx:beforeOnLoad": answered, "htmx:beforeSwap": arriving,
    "htmx:afterRequest": ended, "htmx:afterSettle": arrived,
  };
  for (const [name, act] of Object.entries(heard)) document.body.addEventListener(name, act);
  return () => {
    for (const [name, act] of Object.entries(heard)) document.body.removeEventListener(name, act);
  };
}
