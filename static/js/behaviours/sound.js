// [data-sound] holds an <audio>, [data-sound-toggle], [data-sound-time] and a [data-waveform]: listen to a take.
// Starting one stops every other on the page.
const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

export default function attach(box) {
  const audio = box.querySelector("audio");
  const toggle = box.querySelector("[data-sound-toggle]");
  const wave = box.querySelector("[data-waveform]");
  const time = box.querySelector("[data-sound-time]");
  const length = () => (Number.isFinite(audio.duration) ? audio.duration : Number(wave?.dataset.seconds)) || 0;
  const show = () => {
    if (time) time.textContent = `${clock(audio.currentTime)} / ${clock(Math.round(length()))}`;
    wave?.showPosition?.(length() ? audio.currentTime / length() : 0);
  };
  const icon = () => {
    toggle.querySelector("use").setAttribute("href", audio.paused ? "#i-play" : "#i-pause");
    toggle.setAttribute("aria-label", audio.paused ? "Play" : "Pause");
  };
  const frame = () => {
    show();
    if (!audio.paused) requestAnimationFrame(frame);
  };
  toggle.addEventListener("click", () => {
    if (!audio.paused) return audio.pause();
    document.querySelectorAll("[data-sound] audio, [data-player] video").forEach((other) => other !== audio && other.pause());
    audio.play().catch(() => { time.textContent = "This take cannot be played here. Reload the page; its link may have expired."; });
  });
  audio.addEventListener("play", () => { icon(); frame(); });
  ["pause", "ended", "loadedmetadata", "seeked"].forEach((name) => audio.addEventListener(name, () => { icon(); show(); }));
  wave?.addEventListener("waveform:seek", (event) => { audio.currentTime = event.detail.fraction * length(); });
  show();
  return () => audio.pause();
}
