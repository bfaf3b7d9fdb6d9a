// [data-player][data-rate-numerator][data-rate-denominator][data-frames] around a <video data-video>: exact frames.
// Time is the number of a frame; a seek goes to the middle of one, and while it plays the browser says which one is seen
// (requestVideoFrameCallback). Timecode is only shown.
// Buttons [data-player-do="back|toggle|next|in|out|clear|comment|draw|link|loop|mute|fullscreen"]; texts [data-timecode],
// [data-timecode-end], [data-speed]. Keys (from anywhere but fields): see the help sheet (components/help.html).
// [data-instead]: what is played when the video fails.
// Fires on the section: "player:frame" {frame, timecode}, "player:range" {first, last} (null: none), "player:comment" and
// "player:draw" {wasPlaying}. section.frame(), section.showFrame(n), section.play(), section.isPlaying(), section.isTouched(), section.setRange(first, last).
// What is around the picture: player-timeline.js. Going faster and backwards: player-shuttle.js.
import { isFree, isGoing, KEYS_OF_THEIR_OWN } from "./keyboard.js";
import copyLink from "./player-link.js";
import shuttleOf from "./player-shuttle.js";
import timelineOf from "./player-timeline.js";
import { frameAt, timecode, timeOf } from "./timecode.js";

export default function attach(section) {
  const video = section.querySelector("[data-video]");
  const message = section.querySelector("[data-player-message]");
  const rate = { numerator: Number(section.dataset.rateNumerator), denominator: Number(section.dataset.rateDenominator) || 1 };
  const frames = Math.max(1, Number(section.dataset.frames));
  const last = frames - 1;
  const second = Math.round(rate.numerator / rate.denominator);
  const timeline = timelineOf(section, { frames, rate });
  video.controls = false; // without this file the browser shows its own
  let frame = -1, first = null, end = null, loops = false, begun = false, isTouched = false;

  const write = (selector, words) => { const one = section.querySelector(selector); if (one) one.textContent = words; };
  const button = (name) => section.querySelector(`[data-player-do="${name}"]`);
  const fire = (name, detail) => section.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }));
  const say = (words) => { if (message) { message.textContent = words; message.hidden = !words; } };
  const inside = (number) => Math.min(last, Math.max(0, number));
  const start = () => (loops && first !== null ? first : 0);
  const finish = () => (loops && end !== null ? end : last);

  function show(number) {
    const now = inside(number);
    timeline.showFrame(now);
    if (now === frame) return;
    frame = now;
    write("[data-timecode]", timecode(frame, rate));
    fire("player:frame", { frame, timecode: timecode(frame, rate) });
  }
  function seek(number) {
    video.currentTime = timeOf(inside(number), rate);
    show(number);
  }
  const shuttle = shuttleOf({
    video, rate, seek, first: start, frame: () => frame,
    onSpeed: (speed) => write("[data-speed]", speed === 1 || !speed ? "" : `${speed}×`.replace("-", "−")),
    onStop: () => icon(),
  });
  const isPlaying = () => !video.paused || shuttle.isBackwards();
  const stop = () => { shuttle.stop(); video.pause(); icon(); };
  const jump = (number) => { stop(); seek(Math.round(number)); };
  const play = (speed = 1) => {
    shuttle.stop();
    begun = isTouched = true;
    if (frame >= finish() || frame < start()) seek(start());
    shuttle.forward(speed);
    video.play().catch((problem) => problem.name !== "AbortError" && say("This browser did not start the video. Press play once more."));
  };
  section.frame = () => frame; // for whatever is attached later than it
  section.showFrame = (number) => { isTouched = true; jump(number); };
  section.isTouched = () => isTouched; // by anybody: then the page no longer chooses the frame
  section.play = () => play();
  section.isPlaying = isPlaying;
  section.setRange = (from, to) => {
    [first, end] = from === null ? [null, null] : [inside(Math.min(from, to)), inside(Math.max(from, to))];
    timeline.showRange(first, end);
    const clear = button("clear");
    if (clear) clear.hidden = first === null;
    fire("player:range", first === null ? null : { first, last: end });
  };
  const ask = (name) => { const wasPlaying = isPlaying(); stop(); fire(name, { frame, wasPlaying }); };

  const acts = {
    back: () => section.showFrame(frame - 1),
    next: () => section.showFrame(frame + 1),
    toggle: () => (isPlaying() ? stop() : play()),
    in: () => section.setRange(frame, end !== null && end > frame ? end : last),
    out: () => section.setRange(first !== null && first < frame ? first : 0, frame),
    clear: () => section.setRange(null),
    loop: () => button("loop")?.setAttribute("aria-pressed", String((loops = !loops))),
    mute: () => button("mute")?.setAttribute("aria-pressed", String((video.muted = !video.muted))),
    fullscreen: () => (document.fullscreenElement ? document.exitFullscreen() : section.requestFullscreen?.()),
    comment: () => { if (document.fullscreenElement) document.exitFullscreen(); ask("player:comment"); },
    draw: () => ask("player:draw"),
    link: () => copyLink(first ?? frame, first === null ? null : end),
  };
  const keys = {
    " ": acts.toggle, k: stop, m: acts.comment, d: acts.draw, f: acts.fullscreen, i: acts.in, o: acts.out, x: acts.clear,
    r: acts.loop, u: acts.link, j: () => { begun = isTouched = true; video.pause(); shuttle.backward(); icon(); }, l: () => play(shuttle.faster(video.paused)),
    Home: () => section.showFrame(0), End: () => section.showFrame(last),
    ArrowLeft: (event) => section.showFrame(frame - (event.shiftKey ? second : 1)),
    ArrowRight: (event) => section.showFrame(frame + (event.shiftKey ? second : 1)),
  };
  const onKey = (event) => {
    const act = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act || !isFree(event) || isGoing() || event.target.closest(KEYS_OF_THEIR_OWN)) return;
    if (event.key === " " && event.target.closest("button, a, summary, input")) return; // Space presses what has the focus
    if (act === acts.draw && !button("draw")) return;
    event.preventDefault();
    act(event);
  };
  function icon() {
    button("toggle")?.querySelector("use").setAttribute("href", isPlaying() ? "#i-pause" : "#i-play");
    button("toggle")?.setAttribute("aria-label", isPlaying() ? "Pause" : "Play");
  }
  // The frame that is really seen, as the browser presents it; where it cannot tell, the clock of the video does.
  const seen = (number) => {
    if (video.paused || shuttle.isBackwards()) return;
    if (loops && number > finish()) seek(start());
    else show(number);
  };
  const presented = (_, { mediaTime }) => {
    seen(Math.round((mediaTime * rate.numerator) / rate.denominator));
    if (section.isConnected) video.requestVideoFrameCallback(presented);
  };
  const follow = () => {
    seen(frameAt(video.currentTime, rate));
    if (!video.paused && video.isConnected) requestAnimationFrame(follow);
  };
  if (video.requestVideoFrameCallback) video.requestVideoFrameCallback(presented);
  video.addEventListener("play", () => { say(""); icon(); if (!video.requestVideoFrameCallback) follow(); });
  video.addEventListener("pause", () => {
    icon();
    // Between two frames the picture and the number must not part: back to the middle of the one that was seen.
    if (begun && !shuttle.isBackwards() && !video.ended) seek(frame);
  });
  video.addEventListener("ended", () => {
    if (loops) { seek(start()); return play(shuttle.speed()); }
    shuttle.stop();
    seek(last);
  });
  const failed = () => {
    const instead = section.dataset.instead;
    if (!instead) return say("The video cannot be played. Reload the page: its link may have expired.");
    delete section.dataset.instead; // the review copy has taken the place of what stood in for it
    video.src = instead;
    jump(frame);
  };
  video.addEventListener("error", failed);
  video.addEventListener("waiting", () => say("Loading"));
  for (const name of ["canplay", "seeked", "playing"]) video.addEventListener(name, () => say(""));
  section.addEventListener("click", (event) => acts[event.target.closest("[data-player-do]")?.dataset.playerDo]?.());
  section.querySelector(".player__picture").addEventListener("click", (event) => !event.defaultPrevented && acts.toggle());
  section.addEventListener("waveform:seek", (event) => section.showFrame(Math.floor(event.detail.fraction * frames)));
  document.addEventListener("keydown", onKey);
  write("[data-timecode-end]", timecode(last, rate));
  show(0);
  if (video.error) failed(); // before this was there
  return () => { stop(); timeline.release(); document.removeEventListener("keydown", onKey); };
}
