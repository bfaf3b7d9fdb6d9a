// [data-list]: arrows walk through its [data-item] links, by row and by column as they lie on the screen;
// j and k also; Home and End; x presses the selection box of the item, e its [data-item-done].
// data-list="page": the keys work from anywhere on the page, not only with focus inside (my desk, storyboard).
import { isFree } from "./keyboard.js";

const items = (list) => [...list.querySelectorAll("[data-item]")].filter((item) => item.checkVisibility());
const middle = (box) => box.left + box.width / 2;

function vertical(all, at, step) {
  const from = all[at].closest("li, tr, .tile").getBoundingClientRect();
  let best = null;
  all.forEach((item, index) => {
    const box = item.closest("li, tr, .tile").getBoundingClientRect();
    const down = (box.top - from.top) * step;
    if (index === at || down <= from.height / 2) return;
    const score = down * 4 + Math.abs(middle(box) - middle(from));
    if (!best || score < best.score) best = { index, score };
  });
  return best?.index ?? at;
}

function target(list, key) {
  const all = items(list);
  if (!all.length) return null;
  const here = document.activeElement?.closest("li, tr, .tile");
  const at = all.findIndex((item) => item === document.activeElement || (here && here.contains(item)));
  if (at < 0) return ["ArrowUp", "k", "End"].includes(key) ? all.at(-1) : all[0];
  if (key === "ArrowRight" || key === "j") return all[Math.min(at + 1, all.length - 1)];
  if (key === "ArrowLeft" || key === "k") return all[Math.max(at - 1, 0)];
  if (key === "ArrowDown") return all[vertical(all, at, 1)];
  if (key === "ArrowUp") return all[vertical(all, at, -1)];
  if (key === "Home") return all[0];
  return key === "End" ? all.at(-1) : null;
}

export default function attach(list) {
  const onKey = (event) => {
    const inside = list.contains(event.target);
    if (!isFree(event) || list.querySelector("[data-lifted]") || event.shiftKey) return;
    if (!inside && (list.dataset.list !== "page" || event.target.closest("[data-player], [data-menu], [role=slider]"))) return;
    const row = document.activeElement?.closest("li, tr, .tile");
    if (inside && (event.key === "x" || event.key === "e")) {
      row?.querySelector(event.key === "x" ? "[data-select-item]" : "[data-item-done]")?.click();
      event.preventDefault();
      return;
    }
    if (!["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "Home", "End", "j", "k"].includes(event.key)) return;
    const next = target(list, event.key);
    if (!next) return;
    next.focus();
    next.closest("li, tr, .tile")?.scrollIntoView({ block: "nearest" });
    event.preventDefault();
  };
  document.addEventListener("keydown", onKey);
  return () => document.removeEventListener("keydown", onKey);
}
