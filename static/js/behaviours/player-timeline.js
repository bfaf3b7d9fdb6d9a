// What lies on the timeline of a player: where it stands, the range from in to out ([data-range]), the pauses of the take
// ([data-pauses="[[1.2, 1.9], ...]"] in seconds) and, under the pointer, the nearest picture of the film strip (one row of
// [data-strip-tiles] equal tiles in [data-strip], fetched when the pointer first enters) with its timecode.
// Frame n takes the stretch from n / frames to (n + 1) / frames.
import { timecode } from "./timecode.js";

const TALLEST = 90, WIDEST = 160;

export default function timelineOf(section, { frames, rate }) {
  const wave = section.querySelector("[data-waveform]");
  const range = section.querySelector("[data-range]");
  const preview = section.querySelector("[data-preview]");
  const seconds = (frames * rate.denominator) / rate.numerator;
  const share = (frame) => `${(frame / frames) * 100}%`;

  for (const [from, to] of JSON.parse(section.dataset.pauses || "[]")) {
    const pause = document.createElement("span");
    pause.className = "player__pause";
    pause.style.left = `${Math.min(100, (from / seconds) * 100)}%`;
    pause.style.width = `${(Math.max(0, Math.min(to, seconds) - from) / seconds) * 100}%`;
    pause.title = `Pause of ${(to - from).toFixed(1)} s`;
    section.querySelector("[data-pauses-line]")?.append(pause);
  }

  function strip() {
    const tiles = Number(section.dataset.stripTiles) || 1;
    const [width, height] = section.dataset.size.split("x").map(Number);
    const scale = Math.min(TALLEST / height, WIDEST / width);
    const picture = preview.querySelector("[data-preview-picture]");
    picture.style.width = `${width * scale}px`;
    picture.style.height = `${height * scale}px`;
    if (section.dataset.strip) {
      picture.style.backgroundImage = `url("${encodeURI(decodeURI(section.dataset.strip))}")`;
      picture.style.backgroundSize = `${tiles * 100}% 100%`;
    }
    preview.dataset.built = "";
    return picture;
  }
  const onMove = (event) => {
    if (event.pointerType === "touch" || !section.dataset.size) return;
    const picture = "built" in preview.dataset ? preview.querySelector("[data-preview-picture]") : strip();
    const box = wave.getBoundingClientRect();
    const at = Math.min(0.99999, Math.max(0, (event.clientX - box.left) / box.width));
    const tiles = Number(section.dataset.stripTiles) || 1;
    picture.style.backgroundPosition = `${tiles > 1 ? (Math.floor(at * tiles) / (tiles - 1)) * 100 : 0}% 0`;
    preview.querySelector("[data-preview-timecode]").textContent = timecode(Math.floor(at * frames), rate);
    preview.hidden = false;
    const half = preview.offsetWidth / 2;
    preview.style.left = `${Math.min(box.width - half, Math.max(half, at * box.width))}px`;
  };
  const onLeave = () => { preview.hidden = true; };
  if (wave && preview) {
    wave.addEventListener("pointermove", onMove);
    wave.addEventListener("pointerleave", onLeave);
  }
  return {
    showFrame(frame) {
      wave?.showPosition?.((frame + 0.5) / frames);
      wave?.setAttribute("aria-valuetext", `${timecode(frame, rate)}, frame ${frame}`);
    },
    showRange(first, last) {
      if (!range) return;
      range.hidden = first === null;
      if (first === null) return;
      range.style.left = share(first);
      range.style.width = share(last - first + 1);
    },
    release() {
      wave?.removeEventListener("pointermove", onMove);
      wave?.removeEventListener("pointerleave", onLeave);
    },
  };
}
