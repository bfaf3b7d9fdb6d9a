// [data-sortable]: an ordered list whose children carry data-key, data-url (where the move is posted) and
// data-label, each with a button [data-handle]. Drag the handle, or focus it: Space lifts, arrows move,
// Space drops, Escape puts back; [data-place] in a child shows its number. A drop posts position=<new place, from 0> with the CSRF token; a refusal puts back and says so.
import { headers, IS_SOMEBODY_ELSE } from "./csrf.js";
import { announce } from "./keyboard.js";
import { isSomebodyElse, saySomebodyElse } from "./person.js";
import { isDoor, saySignedOut } from "./session.js";
import { toast } from "./toast.js";

const children = (list) => [...list.children].filter((child) => child.dataset.key);
const place = (item) => children(item.parentElement).indexOf(item);

function put(list, item, index) {
  const others = children(list).filter((child) => child !== item);
  const before = others[index] ?? others.at(-1)?.nextSibling ?? null;
  list.insertBefore(item, before);
  children(list).forEach((child, at) => { const number = child.querySelector("[data-place]"); if (number) number.textContent = String(at + 1); });
}

async function save(list, item, from) {
  const to = place(item);
  if (to === from) return;
  const back = `“${item.dataset.label}” is back at place ${from + 1}`;
  const refuse = () => {
    put(list, item, from);
    saySomebodyElse(`${back}.`);
  };
  if (isSomebodyElse()) return refuse();
  try {
    const body = new URLSearchParams({ position: String(to) });
    const answer = await fetch(item.dataset.url, { method: "POST", body, headers: headers() });
    if (answer.status === IS_SOMEBODY_ELSE) return refuse();
    if (isDoor(answer.url)) {
      put(list, item, from);
      return saySignedOut(`${back}:`);
    }
    if (!answer.ok) throw new Error(String(answer.status));
    list.dispatchEvent(new CustomEvent("sortable:saved", { bubbles: true, detail: { key: item.dataset.key, position: to } }));
  } catch {
    put(list, item, from);
    toast(`It could not be moved: ${back}. Reload the page to see the order of the others, then try again.`, "error");
  }
}

function byKeyboard(list, event, state) {
  const item = event.target.closest("[data-key]");
  const handle = event.target;
  const columns = () => {
    const all = children(list);
    const top = all[0].offsetTop;
    return Math.max(1, all.filter((child) => child.offsetTop === top).length);
  };
  const say = (word) => announce(`${item.dataset.label}: ${word} place ${place(item) + 1} of ${children(list).length}.`);
  if (event.key === " " || event.key === "Enter") {
    event.preventDefault();
    if (state.item) {
      delete item.dataset.lifted;
      say("dropped at");
      save(list, item, state.from);
      state.item = null;
    } else {
      state.item = item;
      state.from = place(item);
      item.dataset.lifted = "";
      say("lifted from");
    }
    return;
  }
  if (!state.item) return;
  const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns(), ArrowDown: columns() }[event.key];
  if (step) {
    event.preventDefault();
    put(list, item, Math.max(0, Math.min(children(list).length - 1, place(item) + step)));
    handle.focus();
    say("now at");
  } else if (event.key === "Escape") {
    event.preventDefault();
    event.stopPropagation();
    put(list, item, state.from);
    delete item.dataset.lifted;
    state.item = null;
    handle.focus();
    announce(`${item.dataset.label}: put back.`);
  }
}

// Listens on the document: an element that changes its place in the page loses its pointer capture.
function byPointer(list, event) {
  const item = event.target.closest("[data-key]");
  const from = place(item);
  const start = { x: event.clientX, y: event.clientY };
  let home = item.getBoundingClientRect();
  event.preventDefault();
  item.dataset.lifted = item.dataset.dragging = "";
  const move = (moved) => {
    if (moved.pointerId !== event.pointerId) return;
    const under = document.elementFromPoint(moved.clientX, moved.clientY)?.closest("[data-key]");
    if (under && under !== item && under.parentElement === list) {
      put(list, item, place(under));
      item.style.translate = "";
      const box = item.getBoundingClientRect();
      start.x += box.left - home.left;
      start.y += box.top - home.top;
      home = box;
    }
    item.style.translate = `${moved.clientX - start.x}px ${moved.clientY - start.y}px`;
  };
  const stop = new AbortController();
  const end = (back) => {
    stop.abort();
    item.style.translate = "";
    delete item.dataset.lifted;
    delete item.dataset.dragging;
    if (back) put(list, item, from);
    else save(list, item, from);
  };
  const listen = (type, act) => document.addEventListener(type, act, { signal: stop.signal, capture: true });
  listen("pointermove", move);
  listen("pointerup", () => end(false));
  listen("pointercancel", () => end(true));
  listen("keydown", (pressed) => pressed.key === "Escape" && end(true));
}

export default function attach(list) {
  const state = { item: null, from: 0 };
  list.addEventListener("keydown", (event) => event.target.matches("[data-handle]") && byKeyboard(list, event, state));
  list.addEventListener("focusout", (event) => {
    // Leaving a lifted tile drops nothing silently: it goes back. Moving it in the page also blurs; wait a tick.
    setTimeout(() => {
      if (!state.item || state.item.contains(document.activeElement)) return;
      put(list, state.item, state.from);
      delete state.item.dataset.lifted;
      state.item = null;
    });
  });
  list.addEventListener("pointerdown", (event) => {
    if (event.button === 0 && event.target.closest("[data-handle]")) byPointer(list, event);
  });
}
