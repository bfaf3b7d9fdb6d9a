// time[data-relative] with datetime: "4 min ago", the full time in its title. [data-countdown] with datetime: "about 2 min",
// "any moment" when it has passed. One timer for the page; it stops with the last of them.
const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto", style: "short" });
const STEPS = [[60, "second", 1], [3600, "minute", 60], [86400, "hour", 3600], [604800, "day", 86400], [2629800, "week", 604800], [31557600, "month", 2629800], [Infinity, "year", 31557600]];
const shown = new Set();
let timer = 0;

function ago(seconds) {
  if (Math.abs(seconds) < 45) return "just now";
  const [, unit, size] = STEPS.find(([below]) => Math.abs(seconds) < below);
  return relative.format(-Math.round(seconds / size), unit);
}

function left(seconds) {
  if (seconds <= 5) return "any moment";
  if (seconds < 60) return `about ${Math.ceil(seconds / 10) * 10} s`;
  return seconds < 5400 ? `about ${Math.ceil(seconds / 60)} min` : `about ${Math.round(seconds / 3600)} h`;
}

function show(element) {
  const seconds = (Date.now() - Date.parse(element.getAttribute("datetime"))) / 1000;
  if (Number.isNaN(seconds)) return;
  const words = element.matches("[data-countdown]") ? left(-seconds) : ago(seconds);
  if (element.textContent !== words) element.textContent = words;
}

function tick() {
  for (const element of shown) {
    if (element.isConnected) show(element);
    else shown.delete(element);
  }
  if (!shown.size) { clearInterval(timer); timer = 0; }
}

export default function attach(element) {
  if (!element.title && element.matches("[data-relative]")) element.title = new Date(element.getAttribute("datetime")).toLocaleString();
  shown.add(element);
  show(element);
  timer ||= setInterval(tick, 5000);
}
