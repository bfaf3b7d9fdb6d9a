// Two videos, one clock. While they play, the one that is heard leads, or the longer one once that has ended; the other is kept
// within a part of a frame by playing it a little faster or slower, which nobody sees, and is set anew only when it is far off.
import { timeOf } from "./timecode.js";

// Off by less than this part of a frame, the follower is left alone; by more than so many seconds, it is set anew.
const NEAR_FRAMES = 0.2, FAR_SECONDS = 0.4;
// An offset is made up for in about a quarter of a second, and never by more than this change of speed.
const PULL = 2, MOST = 0.25;

export default function clockOf(sides, { onFrame, onState, onMessage }) {
  const both = [sides.a, sides.b];
  const { rate } = sides.a;
  const perSecond = rate.numerator / rate.denominator;
  const lengthOf = (side) => (side.frames * side.rate.denominator) / side.rate.numerator;
  const frames = Math.max(sides.a.frames, Math.ceil(Math.max(...both.map(lengthOf)) * perSecond - 1e-6));
  let frame = 0, heard = sides.b, isPlaying = false, turn = 0, isWaiting = false;

  const overOf = (side) => (frame + 0.5) / perSecond >= lengthOf(side);
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
  // In steps of a hundredth: each change costs the browser something.
  function pace(video, speed) {
    const next = Math.round(speed * 100) / 100;
    if (video.playbackRate !== next) video.playbackRate = next;
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
      else pace(other.video, Math.abs(off) * perSecond > NEAR_FRAMES ? 1 - Math.max(-MOST, Math.min(MOST, off * PULL)) : 1);
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
  function play() {
    if (isPlaying) return;
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
    side.video.addEventListener("error", () => { halt(); onMessage("One of the videos cannot be played. Reload the page: its link may have expired."); });
  }
  return {
    frames, play, stop,
    frame: () => frame,
    toggle: () => (isPlaying ? stop() : play()),
    showFrame: (number) => { halt(); set(number); },
    hear(name) {
      heard = sides[name];
      for (const side of both) side.video.muted = side !== heard;
    },
  };
}
