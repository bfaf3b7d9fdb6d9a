// J, K, L: how fast and which way. Forwards the browser plays at the speed; backwards, which no browser plays, the frames are
// shown one after the other by the clock, and those for which the decoder is too slow are left out.
const FASTEST = 8;

export default function shuttleOf({ video, rate, seek, first, frame, onSpeed, onStop }) {
  let speed = 1, turn = 0;

  function stop() {
    cancelAnimationFrame(turn);
    turn = 0;
    speed = 1;
    onSpeed(1);
  }
  function forward(factor) {
    speed = factor;
    video.playbackRate = factor;
    onSpeed(factor);
  }
  function backward() {
    const next = turn ? Math.max(-FASTEST, speed * 2) : -1;
    cancelAnimationFrame(turn);
    speed = next;
    onSpeed(speed);
    const from = frame(), begun = performance.now();
    const step = (now) => {
      const gone = Math.floor((((now - begun) / 1000) * rate.numerator * -speed) / rate.denominator);
      const wanted = Math.max(first(), from - gone);
      if (wanted < frame() && !video.seeking) seek(wanted);
      if (frame() <= first()) { stop(); onStop(); return; }
      turn = requestAnimationFrame(step);
    };
    turn = requestAnimationFrame(step);
  }
  return {
    stop, forward, backward,
    isBackwards: () => turn !== 0,
    speed: () => speed,
    faster: (isPaused) => (isPaused || turn ? 1 : Math.min(FASTEST, speed * 2)),
  };
}
