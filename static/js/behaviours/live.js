// [data-live] with hx-get, hx-trigger="every 3s" and hx-swap="outerHTML": a part that follows its jobs by itself.
// The server ends the asking by returning the part without its trigger. Here: an update never takes away what a person holds.
// It waits while something in the part is dragged, typed into, open as a menu, or playing, and while anything on the page is pressed;
// focus goes back to the element with the same id; chosen checkboxes stay chosen, words typed into a plain form stay typed, what was
// unfolded stays so. A hidden page does not ask. A part that only asks, and whose answer swaps others out of band, names what must
// not be held with data-live-holds="id".

// What is replaced between the press and the letting go is never clicked. The end of a press may be lost: none lasts longer than this.
const LONGEST_PRESS_MS = 30_000;
const CLICK_FOLLOWS_MS = 100;
let pressedUntil = 0;

function followPresses(body) {
  body.addEventListener("pointerdown", ({ button, target }) => {
    if (!button && target.closest("a, button, summary, label")) pressedUntil = performance.now() + LONGEST_PRESS_MS;
  }, true);
  body.addEventListener("keydown", ({ key, target }) => { // Enter acts when it is pressed, Space when it is let go of
    if (key === " " && target.matches("button, summary")) pressedUntil = performance.now() + LONGEST_PRESS_MS;
  }, true);
  for (const type of ["pointerup", "pointercancel", "keyup"]) {
    document.addEventListener(type, () => { pressedUntil = Math.min(pressedUntil, performance.now() + CLICK_FOLLOWS_MS); }, true);
  }
}

// Whether something is pressed at this moment, or was let go of so lately that its click is still to come.
export function isPressed() {
  return performance.now() < pressedUntil;
}

function isHeld(asking) {
  const part = document.getElementById(asking.dataset.liveHolds) ?? asking;
  const active = document.activeElement;
  return isPressed()
    || Boolean(part.querySelector("[data-lifted], [data-dragging], details[data-menu][open], dialog[open]"))
    || (part.contains(active) && active.matches("textarea, select, input:not([type=checkbox], [type=radio])"))
    || [...part.querySelectorAll("video, audio")].some((media) => !media.paused);
}

// Signed out meanwhile: what came is the page to sign in, which must not take the place of the part.
function isElsewhere({ xhr, pathInfo }) {
  return Boolean(xhr.responseURL) && new URL(xhr.responseURL).pathname !== new URL(pathInfo.requestPath, location.href).pathname;
}

// What is a person's own in a part that is replaced. A form that htmx sends empties itself.
function ownIn(part) {
  const active = document.activeElement;
  const typed = [...part.querySelectorAll("textarea[id]")].filter((one) => one.value !== one.defaultValue && !one.form?.hasAttribute("hx-post"));
  return {
    focus: part.contains(active) ? active.id : "",
    chosen: [...part.querySelectorAll("[data-select-item]:checked")].map((box) => box.value),
    typed: typed.map((one) => [one.id, one.value]),
    unfolded: [...part.querySelectorAll("details[id][open]:not([data-menu])")].map((one) => one.id),
  };
}

// What came meanwhile may take a form or button away while its own answer is under way; htmx would then look for the places of that
// answer in what was taken away, and a refusal would not be seen. It stands on the page, unseen, until its answer is in its places.
function outlive(form) {
  const stand = () => {
    if (form.isConnected) return;
    form.hidden = true;
    form.inert = true;
    document.body.append(form);
    form.addEventListener("htmx:afterRequest", () => form.remove(), { once: true });
  };
  form.addEventListener("htmx:beforeOnLoad", stand, { once: true }); // before anything that the page listens for
  form.addEventListener("htmx:sendError", tellAnyway);
}

// That the line broke is said although what was sent is off the page by then.
function tellAnyway({ currentTarget: form, detail }) {
  if (!form.isConnected) document.body.dispatchEvent(new CustomEvent("htmx:sendError", { bubbles: true, detail }));
}

// The answer to something a person sent may have replaced the part meanwhile: what the old part asked for before that has no place
// any more, and is older. The part itself listens: what happens off the page does not reach the page.
function passOverOnceReplaced({ target, currentTarget: part, detail }) {
  if (target === part && !part.isConnected) detail.shouldSwap = false;
}

export default function attach(body) {
  const kept = new Map();
  followPresses(body);
  // What was asked before this was fetched is answered too.
  for (const part of body.querySelectorAll("[data-live]")) part.addEventListener("htmx:beforeSwap", passOverOnceReplaced);
  body.addEventListener("htmx:beforeRequest", ({ detail }) => detail.elt.matches?.("[hx-swap='none']") && outlive(detail.elt));
  body.addEventListener("htmx:beforeRequest", (event) => {
    const part = event.detail.elt;
    if (!part.matches?.("[data-live]")) return;
    if (document.hidden || isHeld(part)) event.preventDefault();
    else part.addEventListener("htmx:beforeSwap", passOverOnceReplaced);
  });
  body.addEventListener("htmx:beforeSwap", (event) => {
    const part = event.detail.target;
    if (!part?.matches?.("[data-live]")) return;
    if (event.detail.requestConfig?.elt === part && (isHeld(part) || isElsewhere(event.detail))) {
      event.detail.shouldSwap = false;
      return;
    }
    kept.set(part.id, ownIn(part));
  });
  body.addEventListener("htmx:oobBeforeSwap", ({ detail }) => {
    if (detail.target?.matches?.("[data-live]")) kept.set(detail.target.id, ownIn(detail.target));
  });
  body.addEventListener("htmx:afterSettle", () => {
    for (const [id, { focus, chosen, typed, unfolded }] of kept) {
      const part = document.getElementById(id);
      for (const box of part?.querySelectorAll("[data-select-item]") ?? []) box.checked = chosen.includes(box.value);
      for (const one of unfolded) document.getElementById(one)?.setAttribute("open", "");
      for (const [one, words] of typed) { const field = document.getElementById(one); if (field) field.value = words; }
      if (focus && document.activeElement?.id !== focus) document.getElementById(focus)?.focus({ preventScroll: true });
    }
    kept.clear();
  });
}
