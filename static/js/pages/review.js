// The review room around the player: opens the frame of ?frame=N and puts the answers of the server in their places.
// Without it every form here is a plain post and every frame a plain link.
// What is written: review-compose.js, review-mentions.js, review-outbox.js, review-reason.js. What is shown of it: review-filter.js; on a phone: review-phone.js.
import { isFree, isGoing, KEYS_OF_THEIR_OWN } from "../behaviours/keyboard.js";
import { toast } from "../behaviours/toast.js";
import begin from "./review-compose.js";
import "./review-filter.js";
import "./review-mentions.js";
import "./review-phone.js";
import "./review-reason.js";

const room = document.querySelector("[data-room]");
const player = () => document.getElementById("player");
const decide = document.getElementById("decide");
const first = (...wanted) => wanted.map((one) => document.querySelector(one)).find(Boolean);

// The player is attached by app.js, which says so with data-ready.
function whenReady(act) {
  if (document.documentElement.hasAttribute("data-ready")) return act();
  const watch = new MutationObserver(() => {
    if (!document.documentElement.hasAttribute("data-ready")) return;
    watch.disconnect();
    act();
  });
  watch.observe(document.documentElement, { attributes: true, attributeFilter: ["data-ready"] });
}

// Always, also for frame 0: the poster is another frame than the one a comment would land on.
function start() {
  if (!player()?.matches("[data-player]")) return; // still a picture: the player comes when browsers can play the video
  if (!player().showFrame) return void requestAnimationFrame(start);
  if (player().isTouched()) return; // somebody was quicker than this page
  const { startFrame, startLast } = room.dataset;
  player().showFrame(Number(startFrame));
  const meant = document.getElementById(location.hash.slice(1))?.closest("[data-seek]");
  if (startLast) player().setRange(Number(startFrame), Number(startLast));
  else if (meant) player().lendRangeOf?.(meant);
}
whenReady(() => { start(); begin(); });
document.addEventListener("htmx:load", (event) => event.detail.elt.id === "player" && start());

// A form that came back with errors (422) is an answer to show, not a failure.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr.status !== 422) return;
  event.detail.shouldSwap = true;
  event.detail.isError = false;
});
document.addEventListener("htmx:afterRequest", (event) => {
  // The one-click approval was refused: its reason stands in the dialog.
  if (event.detail.xhr?.status === 422 && event.detail.elt.matches("form[action$='/decide/']") && !decide?.open) {
    if (decide) decide.showModal();
    else toast([...document.querySelectorAll("#decision-form .field__error")].map((one) => one.textContent.trim()).join(" "), "error"); // may decide since a moment ago: there is no dialog yet
  }
});
// After it on to the next on the desk, or where one more Enter takes nothing back.
const goesOnAt = { "decision-made": ["#desk-after", "#decision-open"], "decision-withdrawn": ["#decision-open"] };
for (const [name, wanted] of Object.entries(goesOnAt)) document.addEventListener(name, () => {
  decide?.close();
  first(...wanted, "#decision a, #decision button")?.focus({ preventScroll: true });
});
// A leads to the decision, and Enter gives it. Space does not: words that somebody types on blindly, after sending, decide nothing.
let led = null;
document.addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() !== "a" || event.repeat || !isFree(event) || isGoing() || event.target.closest(KEYS_OF_THEIR_OWN)) return;
  const one = first("#decision-approve", "#decision-open", "#decision-next", "#guest-decision [name=verdict]:checked:enabled", "#guest-decision [name=verdict]:enabled");
  if (!one) return;
  event.preventDefault();
  one.focus();
  led = one;
  one.addEventListener("blur", () => { led = null; }, { once: true });
});
document.addEventListener("keyup", (event) => {
  if (event.key === " " && event.target === led && led.matches("button")) event.preventDefault();
}, true);

// Another version, and the comparison, open at the frame that is seen here.
document.addEventListener("click", (event) => {
  const other = event.target.closest("a[data-version], #compare-open");
  if (!other) return;
  const address = new URL(other.href), shown = player()?.frame?.();
  if (shown) address.searchParams.set("frame", shown);
  else address.searchParams.delete("frame");
  other.href = address.href;
});

document.addEventListener("click", (event) => {
  const plain = !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0;
  if (!plain) return;
  if (event.target.closest("a[data-seek-button]") && player()?.showFrame) {
    event.preventDefault();
    history.replaceState(null, "", event.target.closest("a").href);
  }
  if (decide && event.target.closest("[data-decide]")) {
    event.preventDefault();
    decide.showModal();
    document.getElementById("id_reason").focus();
  }
});
// Opened by the server, for pages without JavaScript: here it is a modal one.
if (decide?.open) {
  decide.close();
  decide.showModal();
  (decide.querySelector("[data-focus-on-load]") ?? document.getElementById("id_reason")).focus();
}

document.addEventListener("keydown", (event) => {
  if (!/^[1-9]$/.test(event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, dialog")) return;
  document.querySelector(`[data-version="${event.key}"]:not([aria-current])`)?.click();
});
// What one reads stays where it is when something comes in above it.
let reading = null;
const live = () => document.getElementById("room-live");
function scroller() {
  const list = document.querySelector("[data-room-scroll]");
  return getComputedStyle(list).overflowY === "visible" || list.scrollHeight === list.clientHeight ? document.scrollingElement : list;
}
function mark(target) {
  if (target !== live()) return;
  reading = null;
  if (!scroller().scrollTop) return;
  const list = scroller();
  const top = (list === document.scrollingElement ? player()?.getBoundingClientRect().bottom : list.getBoundingClientRect().top) ?? 0;
  const one = [...live().querySelectorAll("li[id]")].find((item) => item.getBoundingClientRect().bottom > top);
  reading = one && { item: one, top: one.getBoundingClientRect().top };
}
function stay() {
  if (!reading || reading.item.isConnected) return; // another part of the same answer
  const one = document.getElementById(reading.item.id);
  if (one?.checkVisibility()) scroller().scrollBy({ top: one.getBoundingClientRect().top - reading.top, behavior: "instant" });
  reading = null;
}
for (const name of ["htmx:beforeSwap", "htmx:oobBeforeSwap"]) document.addEventListener(name, (event) => mark(event.detail.target));
for (const name of ["htmx:afterSwap", "htmx:oobAfterSwap"]) document.addEventListener(name, stay);
// Focus that an answer took away with its element goes to the list it was in.
let held = false;
document.addEventListener("htmx:beforeSwap", () => { held = Boolean(document.activeElement?.closest("[data-room], #decision")); });
document.addEventListener("htmx:afterSettle", () => {
  if (held && document.activeElement === document.body) document.querySelector("[data-room-scroll]").focus({ preventScroll: true });
  held = false;
});
