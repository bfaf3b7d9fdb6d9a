// [data-playthrough] around two <video data-reel> that take turns: while one plays, the other has the next scene ready.
// What is played stands in the list [data-scene][data-src][data-seconds][data-title][data-name][data-note], anywhere on the
// page; it is read anew each time, as it follows the drawing by itself. A scene without data-src is a gap: its card stands for
// its seconds. Buttons [data-do="previous|toggle|next|mute|fullscreen"]; [data-scene-go] in the list; [data-seek], in seconds.
// Keys (from anywhere but fields): Space, J K L, arrows (a second; a clip), Home, M, F.
import { isFree } from "./keyboard.js";

const STEP_MILLISECONDS = 100;
const BACKWARDS_SECONDS = 0.2;
const RESTART_AFTER_SECONDS = 2;
const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

function scenesOf() {
  let begins = 0;
  return [...document.querySelectorAll("[data-scene]")].map((element) => {
    const { scene: key, src, poster, title, name, note } = element.dataset;
    const one = { element, key, src, poster, title, name, note, begins, seconds: Number(element.dataset.seconds) };
    begins += one.seconds;
    return one;
  });
}

export default function attach(section) {
  const reels = [...section.querySelectorAll("[data-reel]")];
  const part = (name) => section.querySelector(`[data-${name}]`);
  const range = part("seek");
  let front = reels[0], back = reels[1];
  let current = null, isPlaying = false, backwards = 0, gapTimer = 0, gapSeconds = 0, isLate = false;

  const say = (words) => { part("message").textContent = words; part("message").hidden = !words; };
  const place = (scenes) => Math.max(0, scenes.findIndex((one) => one.key === current?.key));
  const inside = () => (current?.src ? front.currentTime : gapSeconds);
  const button = (name) => section.querySelector(`[data-do="${name}"]`);

  function load(reel, scene) {
    if (reel.dataset.loaded === scene.src) return;
    reel.dataset.loaded = scene.src;
    reel.poster = scene.poster;
    reel.src = scene.src;
  }

  function mark(scenes) {
    for (const one of scenes) {
      const link = one.element.querySelector("[data-scene-go]");
      if (one.key === current?.key) link?.setAttribute("aria-current", "true");
      else link?.removeAttribute("aria-current");
    }
  }

  function show() {
    const scenes = scenesOf();
    const begins = scenes[place(scenes)]?.begins ?? 0;
    const whole = scenes.reduce((sum, one) => sum + one.seconds, 0);
    const now = Math.min(whole, begins + inside());
    range.max = whole;
    if (document.activeElement !== range || !range.matches(":active")) range.value = now;
    range.setAttribute("aria-valuetext", `${clock(now)} of ${clock(whole)}, ${current?.title ?? ""}`);
    part("time").textContent = clock(now);
    part("time-end").textContent = clock(whole);
  }

  function icon() {
    button("toggle").querySelector("use").setAttribute("href", isPlaying ? "#i-pause" : "#i-play");
    button("toggle").setAttribute("aria-label", isPlaying ? "Pause" : "Play");
  }

  function go(index, { from = 0 } = {}) {
    const scenes = scenesOf();
    const scene = scenes[index];
    if (!scene) return;
    clearInterval(gapTimer);
    const isSame = current?.key === scene.key && current.src === scene.src;
    current = scene;
    if (scene.src) {
      if (!isSame && back.dataset.loaded === scene.src) [front, back] = [back, front];
      load(front, scene);
      if (Math.abs(front.currentTime - from) > 0.01) front.currentTime = from;
      isLate = true;
    }
    back.pause();
    if (!scene.src) front.pause();
    front.hidden = !scene.src;
    back.hidden = true;
    part("gap").hidden = Boolean(scene.src);
    part("gap-title").textContent = scene.title;
    part("gap-note").textContent = scene.note || "Nothing to show yet.";
    part("caption").textContent = `${scene.title}: ${scene.name}`;
    gapSeconds = scene.src ? 0 : from;
    const next = scenes.slice(index + 1).find((one) => one.src);
    if (next) load(back, next);
    mark(scenes);
    show();
    if (isPlaying) run();
  }

  function run() {
    isPlaying = true;
    icon();
    if (!current) return go(0);
    if (current.src) {
      front.play().catch((problem) => {
        if (problem.name === "AbortError") return; // the next scene has come between
        stop();
        say("This browser did not start the video. Press play once more.");
      });
      return;
    }
    clearInterval(gapTimer);
    gapTimer = setInterval(() => {
      gapSeconds += STEP_MILLISECONDS / 1000;
      show();
      if (gapSeconds >= current.seconds) on();
    }, STEP_MILLISECONDS);
  }

  function stop() {
    isPlaying = false;
    clearInterval(backwards);
    clearInterval(gapTimer);
    backwards = 0;
    reels.forEach((reel) => reel.pause());
    icon();
  }

  function on() {
    const scenes = scenesOf();
    const next = place(scenes) + 1;
    if (next < scenes.length) return go(next);
    stop();
    show();
  }

  function seek(seconds) {
    const scenes = scenesOf();
    const whole = scenes.reduce((sum, one) => sum + one.seconds, 0);
    const wanted = Math.min(Math.max(0, seconds), Math.max(0, whole - 0.05));
    const index = scenes.findLastIndex((one) => one.begins <= wanted);
    if (index >= 0) go(index, { from: wanted - scenes[index].begins });
  }

  const position = () => (scenesOf()[place(scenesOf())]?.begins ?? 0) + inside();
  const isOver = () => {
    const scenes = scenesOf();
    return place(scenes) === scenes.length - 1 && inside() >= (current?.seconds ?? 0) - 0.1;
  };
  const speed = (factor) => reels.forEach((reel) => { reel.playbackRate = reel.defaultPlaybackRate = factor; });

  function play(factor = 1) {
    clearInterval(backwards);
    backwards = 0;
    say("");
    speed(factor);
    if (isOver()) { isPlaying = true; return go(0); }
    run();
  }

  function reverse() {
    stop();
    backwards = setInterval(() => {
      if (position() <= 0) return stop();
      seek(position() - BACKWARDS_SECONDS);
    }, STEP_MILLISECONDS);
  }

  function previous() {
    const at = place(scenesOf());
    go(inside() > RESTART_AFTER_SECONDS ? at : Math.max(0, at - 1));
  }

  const acts = {
    previous,
    next: () => go(Math.min(scenesOf().length - 1, place(scenesOf()) + 1)),
    toggle: () => (isPlaying || backwards ? stop() : play()),
    mute: () => reels.forEach((reel) => button("mute").setAttribute("aria-pressed", String((reel.muted = !reel.muted)))),
    fullscreen: () => (document.fullscreenElement ? document.exitFullscreen() : section.requestFullscreen?.()),
  };
  const keys = {
    " ": acts.toggle, k: stop, j: reverse, m: acts.mute, f: acts.fullscreen, Home: () => seek(0),
    l: () => play(isPlaying ? Math.min(4, front.playbackRate * 2) : 1),
    ArrowLeft: () => seek(position() - 1), ArrowRight: () => seek(position() + 1), ArrowUp: previous, ArrowDown: acts.next,
  };
  const onKey = (event) => {
    const act = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act || !isFree(event) || event.target.closest("input, details")) return;
    if (event.key === " " && event.target.closest("button, a, summary")) return; // Space presses what has the focus
    event.preventDefault();
    act();
  };
  const onClick = (event) => {
    const link = event.target.closest("[data-scene-go]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    const key = link.closest("[data-scene]").dataset.scene;
    go(scenesOf().findIndex((one) => one.key === key));
    if (!isPlaying) play();
  };
  // The list was put anew: what was a gap may have something to show.
  const onSettle = (event) => {
    if (event.target.id !== "scenes" && !event.target.querySelector?.("#scenes")) return;
    const scenes = scenesOf();
    const here = scenes[place(scenes)];
    if (here && current && here.src !== current.src && !isPlaying) go(place(scenes));
    mark(scenes);
    show();
  };

  for (const reel of reels) {
    reel.addEventListener("timeupdate", () => reel === front && show());
    reel.addEventListener("ended", () => reel === front && current?.src && isPlaying && on());
    reel.addEventListener("playing", () => { isLate = false; say(""); });
    reel.addEventListener("canplay", () => reel === front && say(""));
    reel.addEventListener("waiting", () => reel === front && isLate && isPlaying && say("Loading"));
    reel.addEventListener("error", () => {
      delete reel.dataset.loaded; // at its turn it is loaded anew
      if (reel !== front || !current?.src) return;
      stop();
      say(`${current.title} cannot be played. Reload the page: its link may have expired.`);
    });
  }
  section.addEventListener("click", (event) => acts[event.target.closest("[data-do]")?.dataset.do]?.());
  part("seek").addEventListener("input", () => seek(Number(range.value)));
  section.querySelector(".player__picture").addEventListener("click", acts.toggle);
  document.addEventListener("keydown", onKey);
  document.addEventListener("click", onClick);
  document.addEventListener("htmx:afterSettle", onSettle);
  go(0);
  return () => {
    stop();
    document.removeEventListener("keydown", onKey);
    document.removeEventListener("click", onClick);
    document.removeEventListener("htmx:afterSettle", onSettle);
  };
}
