// The one entry. A behaviour is a module with a default function attach(element) that may return a cleanup;
// it is fetched when its attribute is first on a page, and attached again to whatever htmx swaps in.
const behaviours = [
  ["[data-theme-switch]", () => import("./behaviours/theme.js")],
  ["[data-rail-toggle]", () => import("./behaviours/rail.js")],
  ["[data-menu]", () => import("./behaviours/menu.js")],
  ["body", () => import("./behaviours/dialog.js")],
  ["body", () => import("./behaviours/confirm.js")],
  ["body", () => import("./behaviours/keyboard.js")],
  ["body", () => import("./behaviours/live.js")],
  ["body", () => import("./behaviours/toast.js")],
  ["body", () => import("./behaviours/session.js")],
  ["body", () => import("./behaviours/submit.js")],
  ["[data-list]", () => import("./behaviours/roving.js")],
  ["[data-sortable]", () => import("./behaviours/sortable.js")],
  ["[data-selection]", () => import("./behaviours/selection.js")],
  ["[data-scrub]", () => import("./behaviours/scrub.js")],
  ["[data-waveform]", () => import("./behaviours/waveform.js")],
  ["[data-sound]", () => import("./behaviours/sound.js")],
  ["[data-recorder]", () => import("./behaviours/recorder.js")],
  ["[data-drop]", () => import("./behaviours/drop.js")],
  ["[data-crop]", () => import("./behaviours/crop.js")],
  ["[data-upload]", () => import("./behaviours/upload.js")],
  ["[data-editor]", () => import("./behaviours/editor.js")],
  ["[data-prompt]", () => import("./behaviours/prompt.js")],
  ["[data-levers]", () => import("./behaviours/levers.js")],
  ["[data-player]", () => import("./behaviours/player.js")],
  ["[data-player]", () => import("./behaviours/marks.js")],
  ["[data-player]", () => import("./behaviours/drawing.js")],
  ["[data-compare]", () => import("./behaviours/compare.js")],
  ["[data-playthrough]", () => import("./behaviours/playthrough.js")],
  ["[data-bell]", () => import("./behaviours/bell.js")],
  ["[data-counter]", () => import("./behaviours/counter.js")],
  ["[data-making]", () => import("./behaviours/making.js")],
  ["[data-copy]", () => import("./behaviours/copy.js")],
  ["[data-relative], [data-countdown]", () => import("./behaviours/clock.js")],
  ["[data-focus-on-load]", () => import("./behaviours/focus.js")],
  ["[aria-invalid='true']", () => import("./behaviours/invalid.js")],
];

const attached = new WeakMap();

function matching(root, selector) {
  const found = [...root.querySelectorAll(selector)];
  if (root.matches?.(selector)) found.unshift(root);
  return found;
}

async function attachAll(root) {
  // One that cannot be fetched, or fails, leaves the others at work.
  await Promise.allSettled(behaviours.map(async ([selector, load]) => {
    const elements = matching(root, selector);
    if (!elements.length) return;
    const { default: attach } = await load();
    for (const element of elements) {
      const done = attached.get(element) ?? new Map();
      if (done.has(attach) || !element.isConnected) continue;
      done.set(attach, null);
      attached.set(element, done);
      try {
        done.set(attach, attach(element) ?? null);
      } catch (problem) {
        reportError(problem);
      }
    }
  }));
}

function release(element) {
  for (const cleanup of attached.get(element)?.values() ?? []) cleanup?.();
  attached.delete(element);
}

document.addEventListener("htmx:load", (event) => attachAll(event.detail.elt));
document.addEventListener("htmx:beforeCleanupElement", (event) => release(event.detail.elt));
// Ready: also the scripts of the page itself, which all have run when this event comes.
const scripts = new Promise((run) => document.addEventListener("DOMContentLoaded", run, { once: true }));
Promise.all([attachAll(document.documentElement), scripts]).then(() => document.documentElement.setAttribute("data-ready", ""));
