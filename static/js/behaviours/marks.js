// On the same [data-player]: places [data-mark="frame"][data-comment="id"] and [data-span="frame"][data-span-last="frame"] on
// the timeline, and ties them to the comments.
// #comment-<id>[data-seek="frame"][data-last="frame"] with [data-seek-button]: a click shows the frame; comments at the shown
// frame get data-current.
// form[data-comment-form]: [data-comment-frame] and [data-comment-last] are filled with the frame, or the range, of the player;
// [data-comment-timecode] shows it; [data-comment-whole] empties the frame. form[data-pinned="frame"] stays at a frame (what
// was drawn belongs to it), form[data-answers] at that of its thread. "player:comment" (M) goes to its textarea.
// N and B walk the comments that are shown; "comments:shown" on the document says that others are now.
// Whoever goes to a comment on a range is lent that range, so that the loop plays it, and gives it back by going on or with
// Escape. A range of one's own comes back then; where a new comment lands, only one's own range counts.
// section.lendRangeOf(comment) does so for a comment that a link led to.
import { isFree } from "./keyboard.js";
import { timecode } from "./timecode.js";

export default function attach(section) {
  const frames = Math.max(1, Number(section.dataset.frames));
  const rate = { numerator: Number(section.dataset.rateNumerator), denominator: Number(section.dataset.rateDenominator) || 1 };
  let frame = section.frame?.() ?? 0, own = null, isLent = false, isLending = false;
  const comments = () => [...document.querySelectorAll("[data-seek]")].filter((one) => one.checkVisibility());
  // What was said of an earlier, longer version stands at the end of this one.
  const seekOf = (one) => Math.min(Number(one.dataset.seek), frames - 1);
  const middle = (number) => `${((number + 0.5) / frames) * 100}%`;

  // Marks that would hide each other become narrow: many comments are then a row of strokes, and each can be pressed.
  const NEAR = 20;
  const narrow = () => {
    const marks = [...section.querySelectorAll("[data-mark]:not([hidden])")].sort((a, b) => a.dataset.mark - b.dataset.mark);
    const width = section.querySelector("[data-marks]")?.clientWidth ?? 0;
    const near = (one, other) => Boolean(other) && (Math.abs(one.dataset.mark - other.dataset.mark) / frames) * width < NEAR;
    marks.forEach((mark, index) => mark.toggleAttribute("data-near", near(mark, marks[index - 1]) || near(mark, marks[index + 1])));
  };
  const isHidden = (mark) => {
    const comment = document.getElementById(`comment-${mark.dataset.comment}`);
    return Boolean(comment) && !comment.checkVisibility();
  };
  const place = () => {
    for (const one of section.querySelectorAll("[data-mark], [data-span]")) one.hidden = isHidden(one);
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
  const isAt = (one) => frame >= seekOf(one) && frame <= Number(one.dataset.last ?? one.dataset.seek);
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
    const first = own?.first ?? pinned ?? frame;
    const last = own && own.last > own.first ? own.last : null;
    form.querySelector("[data-comment-frame]").value = whole ? "" : String(first);
    const end = form.querySelector("[data-comment-last]");
    if (end) end.value = whole || last === null ? "" : String(last);
    form.querySelector("[data-comment-timecode]").textContent = last === null ? timecode(first, rate)
      : `${timecode(first, rate)} – ${timecode(last, rate)}`;
  });
  const lend = (first, last) => {
    isLending = true;
    section.setRange?.(first, last);
    isLending = false;
  };
  const giveBack = () => {
    if (!isLent) return false;
    isLent = false;
    lend(own?.first ?? null, own?.last);
    return true;
  };
  const borrow = ({ dataset }) => {
    const [first, last] = [Number(dataset.seek), Number(dataset.last ?? dataset.seek)];
    if (last <= first || "whole" in dataset) return void giveBack();
    lend(first, last);
    isLent = true;
  };
  const go = (comment) => {
    section.showFrame?.(Number(comment.dataset.seek));
    borrow(comment);
  };

  section.lendRangeOf = borrow;
  const onFrame = (event) => { frame = event.detail.frame; current(); fill(); };
  const onRange = (event) => {
    if (!isLending) [own, isLent] = [event.detail, false];
    fill();
  };
  const onClick = (event) => {
    const mark = event.target.closest("[data-mark]");
    const comment = event.target.closest("[data-seek-button]")?.closest("[data-seek]");
    if (mark) {
      const marked = document.getElementById(`comment-${mark.dataset.comment}`);
      if (!marked?.matches("[data-seek]")) return void section.showFrame?.(Number(mark.dataset.mark));
      go(marked);
      marked.scrollIntoView({ block: "nearest" });
    } else if (comment) go(comment);
  };
  const onKey = (event) => {
    if (event.key === "Escape" && isFree(event) && giveBack()) return;
    const step = { n: 1, b: -1 }[event.key];
    if (!step || !isFree(event)) return;
    const all = [...new Set(comments().map(seekOf))].sort((a, b) => a - b);
    const next = step > 0 ? all.find((one) => one > frame) : all.findLast((one) => one < frame);
    if (next === undefined) return;
    const comment = comments().find((one) => seekOf(one) === next);
    go(comment);
    comment.scrollIntoView({ block: "nearest" });
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
  document.addEventListener("comments:shown", place);
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
    document.removeEventListener("comments:shown", place);
    document.removeEventListener("htmx:afterSettle", onSettle);
  };
}
