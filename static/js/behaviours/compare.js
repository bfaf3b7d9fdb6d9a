// [data-compare] around two [data-compare-side="a|b"] with a <video> each: one clock and one sound.
// The clock counts frames of the first version's rate, from 0 to the end of the longer one. While it plays, the version that is
// heard leads; the other follows by a slightly different speed, and is set anew when it is far off (compare-clock.js). Stopped,
// both stand in the middle of the frame that belongs to the clock's. A version that is shorter stays at its last frame.
// Buttons [data-compare-do="back|toggle|next"], [data-compare-mode="side|wipe|flip|difference"], [data-compare-sound="a|b"].
// Keys: Space, K, L, arrows (Shift: a second), Home, End, S W V E. section.showFrame(n), section.frame().
import clockOf from "./compare-clock.js";
import { isFree, isGoing, KEYS_OF_THEIR_OWN } from "./keyboard.js";
import { timecode } from "./timecode.js";

export default function attach(section) {
  const wave = section.querySelector("[data-waveform]");
  const wipe = section.querySelector("[data-compare-wipe]");
  const message = section.querySelector("[data-compare-message]");
  const pictures = section.querySelector("[data-compare-pictures]");
  const sides = Object.fromEntries(["a", "b"].map((name) => {
    const element = section.querySelector(`[data-compare-side="${name}"]`);
    const rate = { numerator: Number(element.dataset.rateNumerator), denominator: Number(element.dataset.rateDenominator) || 1 };
    const video = element.querySelector("video");
    video.controls = false; // without this file the browser shows its own
    return [name, { element, rate, video, frames: Number(element.dataset.frames) }];
  }));
  const { rate } = sides.a;
  const second = Math.round(rate.numerator / rate.denominator);
  const button = (name) => section.querySelector(`[data-compare-do="${name}"]`);

  const clock = clockOf(sides, {
    onFrame(frame, over) {
      wave?.showPosition?.((frame + 0.5) / clock.frames);
      section.querySelector("[data-compare-timecode]").textContent = timecode(frame, rate);
      for (const name of ["a", "b"]) sides[name].element.querySelector("[data-compare-over]").hidden = !over[name];
    },
    onState(isPlaying) {
      button("toggle").querySelector("use").setAttribute("href", isPlaying ? "#i-pause" : "#i-play");
      button("toggle").setAttribute("aria-label", isPlaying ? "Pause" : "Play");
    },
    onMessage(words) { message.textContent = words; message.hidden = !words; },
  });
  section.showFrame = clock.showFrame;
  section.frame = clock.frame;

  function mode(name) {
    section.dataset.mode = name;
    for (const one of section.querySelectorAll("[data-compare-mode]")) one.setAttribute("aria-pressed", String(one.dataset.compareMode === name));
    wipe.hidden = name !== "wipe";
    cut();
  }
  function cut() {
    pictures.style.setProperty("--wipe", `${wipe.value}%`);
    sides.b.element.style.clipPath = section.dataset.mode === "wipe" ? `inset(0 0 0 ${wipe.value}%)` : "";
  }
  function flip() {
    if (section.dataset.mode === "flip") section.dataset.front = section.dataset.front === "a" ? "b" : "a";
    else mode("flip");
  }
  function sound(name) {
    clock.hear(name);
    for (const one of section.querySelectorAll("[data-compare-sound]")) one.setAttribute("aria-pressed", String(one.dataset.compareSound === name));
  }
  const acts = {
    back: () => clock.showFrame(clock.frame() - 1), next: () => clock.showFrame(clock.frame() + 1), toggle: () => clock.toggle(),
  };
  const keys = {
    " ": acts.toggle, k: () => clock.stop(), l: () => clock.play(), s: () => mode("side"), w: () => mode("wipe"), v: flip,
    e: () => mode("difference"), Home: () => clock.showFrame(0), End: () => clock.showFrame(clock.frames - 1),
    ArrowLeft: (event) => clock.showFrame(clock.frame() - (event.shiftKey ? second : 1)),
    ArrowRight: (event) => clock.showFrame(clock.frame() + (event.shiftKey ? second : 1)),
  };
  const onKey = (event) => {
    const act = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act || !isFree(event) || isGoing() || event.target.closest(KEYS_OF_THEIR_OWN)) return;
    if (event.key === " " && event.target.closest("button, a, summary, input")) return; // Space presses what has the focus
    event.preventDefault();
    act(event);
  };
  // The edge of the wipe follows the pointer on the picture.
  const drag = (event) => {
    if (section.dataset.mode !== "wipe" || !(event.buttons & 1) || event.target === wipe) return;
    const box = sides.a.element.getBoundingClientRect();
    wipe.value = String(Math.min(100, Math.max(0, ((event.clientX - box.left) / box.width) * 100)));
    cut();
  };
  pictures.addEventListener("pointerdown", drag);
  pictures.addEventListener("pointermove", drag);
  pictures.addEventListener("click", (event) => {
    if (event.target.closest("a, input") || section.dataset.mode === "wipe") return;
    if (section.dataset.mode === "flip") flip();
    else clock.toggle();
  });
  wipe.addEventListener("input", cut);
  section.addEventListener("click", (event) => {
    const pressed = event.target.closest("button");
    if (!pressed) return;
    acts[pressed.dataset.compareDo]?.();
    if (pressed.dataset.compareMode === "flip") flip();
    else if (pressed.dataset.compareMode) mode(pressed.dataset.compareMode);
    if (pressed.dataset.compareSound) sound(pressed.dataset.compareSound);
  });
  section.addEventListener("waveform:seek", (event) => clock.showFrame(Math.floor(event.detail.fraction * clock.frames)));
  document.addEventListener("keydown", onKey);
  // ?frame=N is one of the second version, from whose room one came; each room, and other versions, open at what is seen here.
  const between = (frame, from, to) => Math.floor(((frame + 0.5) * from.denominator * to.numerator) / (from.numerator * to.denominator) + 1e-6);
  const frameOf = (side) => Math.min(side.frames - 1, between(clock.frame(), rate, side.rate));
  const asked = new URLSearchParams(location.search);
  const point = (link, values) => {
    const address = new URL(link.href);
    for (const [name, value] of Object.entries(values)) address.searchParams.set(name, value);
    link.href = address.href;
  };
  const onLeave = (event) => {
    const room = event.target.closest("[data-compare-link]"), swap = event.target.closest("[data-compare-swap]");
    if (room) point(room, { frame: frameOf(sides[room.closest("[data-compare-side]").dataset.compareSide]) });
    if (swap) point(swap, { frame: frameOf(sides.a), mode: section.dataset.mode });
    if (event.type !== "submit" || !event.target.matches("[data-compare-choice]")) return;
    event.target.elements.frame.value = frameOf(sides.b);
    event.target.elements.mode.value = section.dataset.mode;
  };
  document.addEventListener("click", onLeave);
  document.addEventListener("submit", onLeave);
  section.querySelector("[data-compare-end]").textContent = timecode(clock.frames - 1, rate);
  sound("b");
  if (section.querySelector(`[data-compare-mode="${CSS.escape(asked.get("mode") ?? "")}"]`)) mode(asked.get("mode"));
  clock.showFrame(between(Math.min(sides.b.frames - 1, Number(asked.get("frame")) || 0), sides.b.rate, rate));
  return () => {
    clock.stop();
    document.removeEventListener("keydown", onKey);
    document.removeEventListener("click", onLeave);
    document.removeEventListener("submit", onLeave);
  };
}
