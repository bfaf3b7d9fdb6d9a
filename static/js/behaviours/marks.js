// On the same [data-player]: places [data-mark="frame"][data-comment="id"] on the timeline, and ties them to the comments.
// #comment-<id>[data-seek="frame"] with [data-seek-button]: a click shows the frame; the comment of the shown frame gets data-current.
// form[data-comment-form]: [data-comment-frame] is filled with the frame of the player, [data-comment-timecode] shows it;
// "player:comment" (M) goes to its textarea; [data-comment-whole] empties the frame. N and B walk the comments.
import { isFree } from "./keyboard.js";
import { timecode } from "./timecode.js";

export default function attach(section) {
  const frames = Math.max(1, Number(section.dataset.frames) - 1);
  const rate = { numerator: Number(section.dataset.rateNumerator), denominator: Number(section.dataset.rateDenominator) || 1 };
  let frame = 0;
  const comments = () => [...document.querySelectorAll("[data-seek]")];

  const place = () => section.querySelectorAll("[data-mark]").forEach((mark) => {
    mark.style.left = `${(Number(mark.dataset.mark) / frames) * 100}%`;
    mark.title = timecode(Number(mark.dataset.mark), rate);
  });
  const current = () => {
    for (const one of comments()) one.toggleAttribute("data-current", Number(one.dataset.seek) === frame);
    for (const mark of section.querySelectorAll("[data-mark]")) {
      if (Number(mark.dataset.mark) === frame) mark.setAttribute("aria-current", "true");
      else mark.removeAttribute("aria-current");
    }
  };
  const fill = () => document.querySelectorAll("form[data-comment-form]").forEach((form) => {
    const whole = form.querySelector("[data-comment-whole]")?.checked;
    form.querySelector("[data-comment-frame]").value = whole ? "" : String(frame);
    form.querySelector("[data-comment-timecode]").textContent = timecode(frame, rate);
  });
  const go = (number) => section.showFrame?.(Number(number));

  const onFrame = (event) => { frame = event.detail.frame; current(); fill(); };
  const onClick = (event) => {
    const mark = event.target.closest("[data-mark]");
    const comment = event.target.closest("[data-seek-button]")?.closest("[data-seek]");
    if (mark) {
      go(mark.dataset.mark);
      document.getElementById(`comment-${mark.dataset.comment}`)?.scrollIntoView({ block: "nearest" });
    } else if (comment) go(comment.dataset.seek);
  };
  const onKey = (event) => {
    const step = { n: 1, b: -1 }[event.key];
    if (!step || !isFree(event)) return;
    const all = [...new Set(comments().map((one) => Number(one.dataset.seek)))].sort((a, b) => a - b);
    const next = step > 0 ? all.find((one) => one > frame) : all.findLast((one) => one < frame);
    if (next !== undefined) go(next);
  };
  const onChange = (event) => event.target.matches("[data-comment-whole]") && fill();
  section.addEventListener("player:frame", onFrame);
  section.addEventListener("player:comment", () => document.querySelector("form[data-comment-form] textarea")?.focus());
  document.addEventListener("click", onClick);
  document.addEventListener("keydown", onKey);
  document.addEventListener("change", onChange);
  document.addEventListener("htmx:afterSettle", place);
  place();
  fill();
  return () => {
    document.removeEventListener("click", onClick);
    document.removeEventListener("keydown", onKey);
    document.removeEventListener("change", onChange);
    document.removeEventListener("htmx:afterSettle", place);
  };
}
