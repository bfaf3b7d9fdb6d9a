// [data-waveform][data-peaks="[0..100, ...]"][data-seconds]: draws the take on a canvas in the colours of the theme.
// With role="slider" it seeks: click, drag, arrows (1 s), Home, End; it then fires "waveform:seek" with {fraction}.
// Whoever plays calls element.showPosition(fraction); sound.js and player.js do.
const BAR = 2;
const GAP = 1;

function draw(canvas, peaks, fraction, colours) {
  const ratio = devicePixelRatio || 1;
  const { clientWidth: width, clientHeight: height } = canvas;
  if (!width || !height) return;
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
  }
  const pen = canvas.getContext("2d");
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.clearRect(0, 0, width, height);
  const bars = Math.floor(width / (BAR + GAP));
  for (let bar = 0; bar < bars; bar += 1) {
    const from = Math.floor((bar / bars) * peaks.length);
    const to = Math.max(from + 1, Math.floor(((bar + 1) / bars) * peaks.length));
    const loudest = Math.max(0, ...peaks.slice(from, to));
    const tall = Math.max(2, (loudest / 100) * (height - 2));
    pen.fillStyle = bar / bars < fraction ? colours.played : colours.ahead;
    pen.fillRect(bar * (BAR + GAP), (height - tall) / 2, BAR, tall);
  }
  if (fraction > 0) {
    pen.fillStyle = colours.played;
    pen.fillRect(Math.min(width - 2, fraction * width - 1), 0, 2, height);
  }
}

export default function attach(element) {
  const peaks = JSON.parse(element.dataset.peaks || "[]");
  const seconds = Number(element.dataset.seconds) || 0;
  const canvas = element.appendChild(document.createElement("canvas"));
  let fraction = 0;
  const colours = () => {
    const style = getComputedStyle(element);
    // Custom properties hold light-dark() unresolved; `color` resolves it.
    element.style.color = "var(--text)";
    const played = style.color;
    element.style.color = "";
    return { played, ahead: style.color };
  };
  const paint = () => draw(canvas, peaks.length ? peaks : [0], fraction, colours());
  element.showPosition = (now) => {
    fraction = Math.min(1, Math.max(0, now || 0));
    if (element.role === "slider") {
      element.setAttribute("aria-valuenow", (fraction * seconds).toFixed(1));
      element.setAttribute("aria-valuetext", `${(fraction * seconds).toFixed(1)} seconds`);
    }
    paint();
  };
  const seek = (to) => {
    element.showPosition(to);
    element.dispatchEvent(new CustomEvent("waveform:seek", { bubbles: true, detail: { fraction } }));
  };
  if (element.role === "slider") {
    element.setAttribute("aria-valuemax", String(seconds));
    const at = (event) => {
      const box = element.getBoundingClientRect();
      seek((event.clientX - box.left) / box.width);
    };
    element.addEventListener("pointerdown", (event) => { element.setPointerCapture(event.pointerId); at(event); });
    element.addEventListener("pointermove", (event) => element.hasPointerCapture(event.pointerId) && at(event));
    element.addEventListener("keydown", (event) => {
      const to = { ArrowRight: fraction + 1 / seconds, ArrowLeft: fraction - 1 / seconds, Home: 0, End: 1 }[event.key];
      if (to === undefined || element.closest("[data-player], [data-compare]")) return;
      event.preventDefault();
      seek(to);
    });
  }
  const watch = new ResizeObserver(paint);
  watch.observe(element);
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const theme = new MutationObserver(paint);
  theme.observe(document.documentElement, { attributeFilter: ["data-theme"] });
  dark.addEventListener("change", paint);
  element.showPosition(0);
  return () => { watch.disconnect(); theme.disconnect(); dark.removeEventListener("change", paint); };
}
