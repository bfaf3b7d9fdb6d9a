// [data-player][data-rate-numerator][data-rate-denominator][data-frames] around a <video data-video>: exact frames.
// Buttons [data-player-do="back|toggle|next|comment|loop|mute|fullscreen"]; texts [data-timecode], [data-timecode-end].
// Keys (from anywhere but fields): Space, J K L, arrows one frame, Shift+arrows one second, Home, End, M comment, F full screen.
// [data-instead]: what is played when the video fails.
// Fires "player:frame" {frame} on the section when the shown frame changes; section.showFrame(n) seeks to the middle of frame n.
import { isFree } from "./keyboard.js";
import { frameAt, timecode, timeOf } from "./timecode.js";

export default function attach(section) {
  const video = section.querySelector("[data-video]");
  const wave = section.querySelector("[data-waveform]");
  const message = section.querySelector("[data-player-message]");
  const rate = { numerator: Number(section.dataset.rateNumerator), denominator: Number(section.dataset.rateDenominator) || 1 };
  const last = Math.max(0, Number(section.dataset.frames) - 1);
  const second = Math.round(rate.numerator / rate.denominator);
  let frame = -1, backwards = 0, wanted = null;

  const write = (selector, words) => { const one = section.querySelector(selector); if (one) one.textContent = words; };
  const button = (name) => section.querySelector(`[data-player-do="${name}"]`);
  const show = (now) => {
    const next = Math.min(last, Math.max(0, now));
    wave?.showPosition?.(last ? next / last : 0);
    if (next === frame) return;
    frame = next;
    write("[data-timecode]", timecode(frame, rate));
    section.dispatchEvent(new CustomEvent("player:frame", { bubbles: true, detail: { frame, timecode: timecode(frame, rate) } }));
  };
  const stop = () => { clearInterval(backwards); backwards = 0; video.pause(); };
  section.showFrame = (number) => {
    stop();
    wanted = Math.min(last, Math.max(0, Math.round(number)));
    video.currentTime = timeOf(wanted, rate);
    show(wanted);
  };
  const play = (speed = 1) => {
    clearInterval(backwards);
    wanted = null;
    if (frame >= last) video.currentTime = 0;
    video.playbackRate = speed;
    video.play().catch(() => say("This browser did not start the video. Press play once more."));
  };
  const reverse = () => {
    stop();
    backwards = setInterval(() => {
      if (frame <= 0) return stop();
      const held = frame;
      video.currentTime = timeOf(held - 2, rate) > 0 ? timeOf(held - 2, rate) : timeOf(0, rate);
      show(held - 2);
    }, (2000 * rate.denominator) / rate.numerator);
  };
  function say(words) { if (message) { message.textContent = words; message.hidden = !words; } }

  const acts = {
    back: () => section.showFrame(frame - 1),
    next: () => section.showFrame(frame + 1),
    toggle: () => (video.paused && !backwards ? play() : stop()),
    loop: () => button("loop")?.setAttribute("aria-pressed", String((video.loop = !video.loop))),
    mute: () => button("mute")?.setAttribute("aria-pressed", String((video.muted = !video.muted))),
    fullscreen: () => (document.fullscreenElement ? document.exitFullscreen() : section.requestFullscreen?.()),
    comment: () => { stop(); section.dispatchEvent(new CustomEvent("player:comment", { bubbles: true, detail: { frame } })); },
  };
  const keys = {
    " ": acts.toggle, k: stop, m: acts.comment, f: acts.fullscreen, j: reverse, Home: () => section.showFrame(0), End: () => section.showFrame(last),
    l: () => play(video.paused || backwards ? 1 : Math.min(4, video.playbackRate * 2)),
    ArrowLeft: (event) => section.showFrame(frame - (event.shiftKey ? second : 1)),
    ArrowRight: (event) => section.showFrame(frame + (event.shiftKey ? second : 1)),
  };
  const onKey = (event) => {
    const act = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act || !isFree(event) || event.target.closest("[data-list], details, input")) return;
    if (event.key === " " && event.target.closest("button, a, summary")) return; // Space presses what has the focus
    event.preventDefault();
    act(event);
  };
  const follow = () => {
    if (!video.paused) show(frameAt(video.currentTime, rate));
    if (!video.paused && video.isConnected) requestAnimationFrame(follow);
  };
  const icon = () => {
    button("toggle")?.querySelector("use").setAttribute("href", video.paused ? "#i-play" : "#i-pause");
    button("toggle")?.setAttribute("aria-label", video.paused ? "Play" : "Pause");
  };
  section.addEventListener("click", (event) => acts[event.target.closest("[data-player-do]")?.dataset.playerDo]?.());
  section.querySelector(".player__picture").addEventListener("click", acts.toggle);
  section.addEventListener("waveform:seek", (event) => section.showFrame(event.detail.fraction * last));
  video.addEventListener("play", () => { say(""); icon(); follow(); });
  video.addEventListener("pause", () => { icon(); if (wanted === null && !backwards) show(frameAt(video.currentTime, rate)); });
  video.addEventListener("error", () => {
    const instead = section.dataset.instead;
    if (!instead) return say("The video cannot be played. Reload the page: its link may have expired.");
    delete section.dataset.instead; // the review copy has taken the place of what stood in for it
    video.src = instead;
    section.showFrame(frame);
  });
  video.addEventListener("waiting", () => say("Loading"));
  video.addEventListener("canplay", () => say(""));
  document.addEventListener("keydown", onKey);
  write("[data-timecode-end]", timecode(last, rate));
  show(0);
  return () => { stop(); document.removeEventListener("keydown", onKey); };
}
