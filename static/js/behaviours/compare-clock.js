// Two videos, one clock. While they play, the one that is heard leads, or the longer one once that has ended; the other is kept
// within a part of a frame by playing it a little faster or slower, which nobody sees, and is set anew only when it is far off.
import { timeOf } from "./timecode.js";

// Off by more than this part of a frame, the follower is pulled until it is nearly there; by more than so many seconds, it is
// set anew. Between the two it is left alone: each change of speed costs the browser a moment, by which it would fall behind.
const LOOSE_FRAMES = 0.4, THERE_FRAMES = 0.1, FAR_SECONDS = 0.4;
// An offset is made up for in about a quarter of a second, by a change of speed of at least and at most so much, in such steps.
const PULL = 4, LEAST = 0.04, MOST = 0.24, STEP = 0.04;

export default function clockOf(sides, { onFrame, onState, onMessage }) {
  const both = [sides.a, sides.b];
  const { rate } = sides.a;
  const perSecond = rate.numerator / rate.denominator;
  const lengthOf = (side) => (side.frames * side.rate.denominator) / side.rate.numerator;
  const frames = Math.max(sides.a.frames, Math.ceil(Math.max(...both.map(lengthOf)) * perSecond - 1e-6));
  let frame = 0, heard = sides.b, isPlaying = false, turn = 0, isWaiting = false, pulls = 0;

  const overOf = (side) => frame / perSecond >= lengthOf(side) - 1e-6;
  const tell = () => onFrame(frame, { a: overOf(sides.a), b: overOf(sides.b) });
  // Which frame of a side belongs to the clock's, and its middle.
  function timeIn(side, number) {
    if (side === sides.a) return timeOf(Math.min(side.frames - 1, number), side.rate);
    const seconds = (number + 0.5) / perSecond;
    const own = Math.floor((seconds * side.rate.numerator) / side.rate.denominator + 1e-6);
    return timeOf(Math.min(side.frames - 1, own), side.rate);
  }
  function set(number) {
    frame = Math.min(frames - 1, Math.max(0, Math.round(number)));
    for (const side of both) side.video.currentTime = timeIn(side, frame);
    tell();
  }
  const isOver = (side) => side.video.ended || side.video.currentTime >= lengthOf(side) - 0.001;
  function leader() {
    const other = both.find((side) => side !== heard);
    return isOver(heard) && !isOver(other) ? other : heard;
  }
  function halt() {
    isPlaying = false;
    cancelAnimationFrame(turn);
    for (const side of both) { side.video.pause(); side.video.playbackRate = 1; }
    onState(false);
  }
  function stop() {
    if (!isPlaying) return;
    halt();
    set(frame);
  }
  function pace(video, speed) {
    if (video.playbackRate !== speed) video.playbackRate = speed;
  }
  // How fast the follower plays that is `off` seconds ahead; `pulls` says which way it is being pulled, 0: not at all.
  function speedFor(off) {
    const far = Math.abs(off) * perSecond;
    if (far < THERE_FRAMES || (pulls && Math.sign(off) !== pulls)) pulls = 0;
    else if (far > LOOSE_FRAMES) pulls = Math.sign(off);
    if (!pulls) return 1;
    const change = Math.round((Math.abs(off) * PULL) / STEP) * STEP;
    return 1 - pulls * Math.min(MOST, Math.max(LEAST, change));
  }
  function follow() {
    if (!isPlaying) return;
    const lead = leader();
    const other = both.find((side) => side !== lead);
    const now = lead.video.currentTime;
    frame = Math.min(frames - 1, Math.max(0, Math.floor(now * perSecond + 1e-6)));
    tell();
    if (both.every(isOver)) { halt(); set(frames - 1); return; }
    pace(lead.video, 1);
    if (!isOver(other) && !isWaiting && !other.video.seeking) {
      const off = other.video.currentTime - now;
      if (Math.abs(off) > FAR_SECONDS) other.video.currentTime = now;
      else pace(other.video, speedFor(off));
    }
    turn = requestAnimationFrame(follow);
  }
  const ready = (video) => (video.readyState >= 3 ? Promise.resolve() : new Promise((go) => {
    video.addEventListener("canplay", go, { once: true });
    video.addEventListener("error", go, { once: true });
  }));
  // Neither begins before both can: else the one that is ready first would be ahead.
  async function run() {
    isWaiting = true;
    onMessage("Loading");
    await Promise.all(both.map((side) => ready(side.video)));
    isWaiting = false;
    onMessage("");
    if (!isPlaying) return;
    try {
      await Promise.all(both.filter((side) => !isOver(side)).map((side) => side.video.play()));
    } catch (problem) {
      if (problem.name === "AbortError" || !isPlaying) return;
      halt();
      onMessage("This browser did not start the videos. Press play once more.");
      return;
    }
    cancelAnimationFrame(turn);
    turn = requestAnimationFrame(follow);
  }
  const broken = () => { halt(); onMessage("One of the videos cannot be played. Reload the page: its link may have expired."); };
  function play() {
    if (isPlaying) return;
    if (both.some((side) => side.video.error)) return broken();
    if (frame >= frames - 1) set(0);
    isPlaying = true;
    onState(true);
    run();
  }
  for (const side of both) {
    side.video.addEventListener("waiting", () => {
      if (!isPlaying || isWaiting || isOver(side)) return;
      for (const one of both) one.video.pause();
      run();
    });
    side.video.addEventListener("error", broken);
    if (side.video.error) broken(); // before this was there
  }
  return {
    frames, play, stop,
    frame: () => frame,
    toggle: () => (isPlaying ? stop() : play()),
    showFrame: (number) => { halt(); set(number); },
    hear(name) {
      heard = sides[name];
      for (const side of both) {
        side.video.muted = side !== heard;
        side.video.preservesPitch = side === heard; // nobody hears the other one: its speed is changed the cheap way
      }
    },
  };
}
