// On the same [data-player]: places [data-mark="frame"][data-comment="id"] and [data-span="frame"][data-span-last="frame"] on
// the timeline, and ties them to the comments.
// #comment-<id>[data-seek="frame"][data-last="frame"] with [data-seek-button]: a click shows the frame; comments at the shown
// frame get data-current.
// form[data-comment-form]: [data-comment-frame] and [data-comment-last] are filled with the frame, or the range, of the player;
// [data-comment-timecode] shows it; [data-comment-whole] empties the frame. form[data-pinned="frame"] stays at a frame (what
// was drawn belongs to it), form[data-answers] at that of its thread. "player:comment" (M) goes to its textarea.
// N and B walk the comments.
import { isFree } from "./keyboard.js";
import { timecode } from "./timecode.js";

export default function attach(section) {
  const frames = Math.max(1, Number(section.dataset.frames));
  const rate = { numerator: Number(section.dataset.rateNumerator), denominator: Number(section.dataset.rateDenominator) || 1 };
  let frame = 0, range = null;
  const comments = () => [...document.querySelectorAll("[data-seek]")];
  const middle = (number) => `${((number + 0.5) / frames) * 100}%`;

  // Marks that would hide each other become narrow: many comments are then a row of strokes, and each can be pressed.
  const NEAR = 20;
  const narrow = () => {
    const marks = [...section.querySelectorAll("[data-mark]")].sort((a, b) => a.dataset.mark - b.dataset.mark);
    const width = section.querySelector("[data-marks]")?.clientWidth ?? 0;
    const near = (one, other) => Boolean(other) && (Math.abs(one.dataset.mark - other.dataset.mark) / frames) * width < NEAR;
    marks.forEach((mark, index) => mark.toggleAttribute("data-near", near(mark, marks[index - 1]) || near(mark, marks[index + 1])));
  };
  const place = () => {
    for (const mark of section.querySelectorAll("[data-mark]")) {
      mark.style.left = middle(Number(mark.dataset.mark));
      mark.title = timecode(Number(mark.dataset.mark), rate);
    }
    narrow();
    for (const span of section.querySelectorAll("[data-span]")) {
      const [first, last] = [Number(span.dataset.span), Number(span.dataset.spanLast)];
      span.style.left = `${(first / frames) * 100}%`;
      span.style.width = `${((last - first + 1) / frames) * 100}%`;
    }
  };
  const isAt = (one) => frame >= Number(one.dataset.seek) && frame <= Number(one.dataset.last ?? one.dataset.seek);
  const current = () => {
    for (const one of comments()) one.toggleAttribute("data-current", isAt(one) && !("whole" in one.dataset && frame > 0));
    for (const mark of section.querySelectorAll("[data-mark]")) {
      if (Number(mark.dataset.mark) === frame) mark.setAttribute("aria-current", "true");
      else mark.removeAttribute("aria-current");
    }
  };
  const fill = () => document.querySelectorAll("form[data-comment-form]").forEach((form) => {
    if ("answers" in form.dataset) return;
    const whole = form.querySelector("[data-comment-whole]")?.checked;
    const pinned = form.dataset.pinned === undefined ? null : Number(form.dataset.pinned);
    const first = range?.first ?? pinned ?? frame;
    const last = range && range.last > range.first ? range.last : null;
    form.querySelector("[data-comment-frame]").value = whole ? "" : String(first);
    const end = form.querySelector("[data-comment-last]");
    if (end) end.value = whole || last === null ? "" : String(last);
    form.querySelector("[data-comment-timecode]").textContent = last === null ? timecode(first, rate)
      : `${timecode(first, rate)} – ${timecode(last, rate)}`;
  });
  const go = (number) => section.showFrame?.(Number(number));

  const onFrame = (event) => { frame = event.detail.frame; current(); fill(); };
  const onRange = (event) => { range = event.detail; fill(); };
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
    if (next === undefined) return;
    go(next);
    document.querySelector(`[data-seek="${next}"]`)?.scrollIntoView({ block: "nearest" });
  };
  const onChange = (event) => event.target.matches("[data-comment-whole]") && fill();
  const onSettle = () => { place(); current(); fill(); };
  section.addEventListener("player:frame", onFrame);
  section.addEventListener("player:range", onRange);
  section.addEventListener("player:comment", () => {
    const words = document.querySelector("form[data-comment-form] textarea");
    words?.focus();
    words?.form.scrollIntoView({ block: "nearest" }); // on a phone: from under the player
  });
  document.addEventListener("click", onClick);
  document.addEventListener("keydown", onKey);
  document.addEventListener("change", onChange);
  document.addEventListener("comment-form:placed", fill);
  document.addEventListener("htmx:afterSettle", onSettle);
  place();
  fill();
  const watch = new ResizeObserver(narrow);
  watch.observe(section);
  return () => {
    watch.disconnect();
    document.removeEventListener("click", onClick);
    document.removeEventListener("keydown", onKey);
    document.removeEventListener("change", onChange);
    document.removeEventListener("comment-form:placed", fill);
    document.removeEventListener("htmx:afterSettle", onSettle);
  };
}
