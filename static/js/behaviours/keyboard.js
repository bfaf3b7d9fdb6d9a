// Keys of every page: ? opens the dialog #help, / goes to [data-search], g + letter follows [data-go="letter"],
// c presses [data-create], and any [data-shortcut="x"] is pressed by its letter or bracket. Escape leaves a field.
// Nothing fires while typing, with a modifier, or under an open dialog (Escape is the browser's there).
const TYPING = "input:not([type=checkbox], [type=radio], [type=range], [type=button]), textarea, select, [contenteditable]";

// What arrows and letters mean something else in: a page that plays leaves them alone there.
export const KEYS_OF_THEIR_OWN = "[data-list], details[data-menu][open], select, input:not([type=checkbox])";

// Where [ is written with AltGr, some systems say so by Ctrl and Alt: that is no command.
const isWritten = (event) => event.getModifierState?.("AltGraph") || (!event.ctrlKey && !event.altKey);

export function isFree(event) {
  return !event.defaultPrevented && isWritten(event) && !event.metaKey
    && !event.target.closest?.(TYPING) && !document.querySelector("dialog[open]");
}

// After g the next letter says where to go: it is nobody else's.
let goUntil = 0;
export const isGoing = () => performance.now() < goUntil;

export function announce(words) {
  const announcer = document.getElementById("announcer");
  if (announcer) announcer.textContent = words;
}

function press(selector) {
  const element = [...document.querySelectorAll(selector)].find((one) => one.checkVisibility() && !one.disabled);
  if (!element) return false;
  if (element.matches("input, textarea")) element.focus();
  else element.click();
  return true;
}

export default function attach() {
  const onKey = (event) => {
    if (event.key === "Escape" && event.target.matches?.(TYPING) && !event.target.closest("dialog")) {
      event.target.blur();
      return;
    }
    if (!isFree(event)) return;
    const key = event.key;
    if (isGoing() && /^[a-z]$/.test(key)) {
      goUntil = 0;
      if (press(`[data-go="${key}"]`)) event.preventDefault();
      return;
    }
    if (key === "g") goUntil = performance.now() + 1200;
    else if (key === "?") document.getElementById("help")?.showModal();
    else if (key === "/") press("[data-search]") && event.preventDefault();
    else if (key === "c") press("[data-create]") && event.preventDefault();
    else if (/^[a-z[\]]$/.test(key)) press(`[data-shortcut="${key}"]`) && event.preventDefault();
  };
  document.addEventListener("keydown", onKey);
}
