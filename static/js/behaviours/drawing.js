// On a [data-player] with <svg data-drawing viewBox="0 0 width height"> over its picture: shows what comments drew at the frame
// that is seen ([data-drawn="[shapes]"] in its [data-seek]), and lets people draw. The SVG is laid over the video as the video lies in
// its frame (meet is contain), so a point of the picture is the same point in every window and in full screen.
// [data-drawing-tools] (hidden until "player:draw", key D) holds [data-tool], [data-colour], [data-drawing-do="undo|clear|done"].
// Ctrl+Z undoes, Escape ends. Fires "drawing:changed" {shapes, frame}; section.setDrawing(shapes, frame) puts one back, section.endDrawing() puts the tools away.
// "drawing:mode" {on} says that they came or went.
import { elementOf, sizeOf, thinned } from "./drawing-shapes.js";
import { announce } from "./keyboard.js";

const MOST_POINTS = 500, MOST_SHAPES = 60;
const round = (share) => Math.round(Math.min(1, Math.max(0, share)) * 10_000) / 10_000;

export default function attach(section) {
  const svg = section.querySelector("svg[data-drawing]");
  const tools = section.querySelector("[data-drawing-tools]");
  if (!svg) return undefined;
  const size = sizeOf(svg);
  const theirs = svg.querySelector("[data-drawing-shown]"), mine = svg.querySelector("[data-drawing-mine]");
  const picture = svg.parentElement;
  let shapes = [], pinned = null, frame = section.frame?.() ?? 0, tool = "pen", colour = "yellow", line = null, field = null, shown = [];
  let chosen = location.hash.slice(1);

  const collect = () => {
    shown = [...document.querySelectorAll("[data-drawn]")].map((one) => {
      const thread = one.closest("[data-seek]"); // an answer stands at the frame of its thread
      const { seek, last } = thread.dataset;
      return {
        first: Number(seek), last: Number(last ?? seek), shapes: JSON.parse(one.dataset.drawn), thread: thread.id,
        isDone: thread.matches(".comment--resolved"),
      };
    });
    showTheirs();
  };
  function showTheirs() {
    const here = shown.filter((one) => frame >= one.first && frame <= one.last && (!one.isDone || one.thread === chosen));
    theirs.replaceChildren(...here.flatMap((one) => one.shapes.map((shape) => elementOf(shape, size))));
  }
  const showMine = () => {
    const all = line ? [...shapes, line] : shapes;
    mine.replaceChildren(...(pinned === null || pinned === frame ? all : []).map((shape) => elementOf(shape, size)));
  };
  const changed = () => {
    pinned = shapes.length ? pinned ?? place() ?? frame : null;
    showMine();
    if (!tools) return;
    tools.querySelector("[data-drawing-do='undo']").disabled = !shapes.length;
    section.dispatchEvent(new CustomEvent("drawing:changed", { bubbles: true, detail: { shapes, frame: pinned } }));
  };
  section.setDrawing = (put, at) => { shapes = put; pinned = put.length ? at : null; changed(); };
  // Where an answer that is being written stands, whatever frame is seen now.
  const place = () => {
    const at = document.querySelector("form[data-comment-form][data-answers-at]")?.dataset.answersAt;
    return at === undefined ? null : Number(at);
  };
  section.isDrawing = () => Boolean(tools) && !tools.hidden;
  section.endDrawing = () => section.isDrawing() && mode(false);
  const undo = () => { if (!shapes.length) return; shapes = shapes.slice(0, -1); changed(); announce("Undone"); };
  const mode = (on) => {
    tools.hidden = !on;
    svg.toggleAttribute("data-on", on);
    section.querySelector("[data-player-do='draw']")?.setAttribute("aria-pressed", String(on));
    if (!on) write(false);
    const home = pinned ?? place();
    if (on && home !== null && home !== frame) section.showFrame(home);
    section.dispatchEvent(new CustomEvent("drawing:mode", { bubbles: true, detail: { on } }));
  };
  const at = (event) => {
    const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
    return [round(point.x / size.width), round(point.y / size.height)];
  };
  const add = (shape) => {
    if (shapes.length >= MOST_SHAPES) return announce(`A drawing has at most ${MOST_SHAPES} shapes.`);
    shapes = [...shapes, shape];
    return changed();
  };

  // Words are typed into a field that stands where they will stand.
  function write(isKept) {
    const open = field;
    if (!open) return;
    field = null;
    const words = open.value.trim();
    const point = JSON.parse(open.dataset.point);
    open.remove();
    if (isKept && words) add({ tool: "text", colour, points: [point], words });
  }
  function ask(event) {
    write(true);
    field = document.createElement("input");
    field.className = "drawing-words";
    field.maxLength = 200;
    field.setAttribute("aria-label", "Words on the picture");
    field.dataset.point = JSON.stringify(at(event));
    const box = picture.getBoundingClientRect();
    field.style.left = `${Math.min(event.clientX - box.left, box.width - 170)}px`;
    field.style.top = `${event.clientY - box.top}px`;
    field.addEventListener("keydown", (key) => {
      key.stopPropagation();
      if (key.key === "Enter") write(true);
      if (key.key === "Escape") write(false);
    });
    field.addEventListener("blur", () => write(true));
    picture.append(field);
    requestAnimationFrame(() => field?.focus());
  }

  const onDown = (event) => {
    if (!section.isDrawing() || event.button !== 0) return undefined;
    event.preventDefault();
    section.showFrame(pinned ?? place() ?? frame);
    if (tool === "text") return ask(event);
    svg.setPointerCapture(event.pointerId);
    line = { tool, colour, points: [at(event), at(event)] };
    return showMine();
  };
  const onMove = (event) => {
    if (!line) return;
    if (tool === "pen") line.points.push(...(event.getCoalescedEvents?.() ?? [event]).map(at));
    else line.points[1] = at(event);
    showMine();
  };
  const onUp = () => {
    if (!line) return undefined;
    const done = line;
    line = null;
    if (tool === "pen") done.points = thinned(done.points).slice(0, MOST_POINTS);
    const [[ax, ay], [bx, by]] = [done.points[0], done.points.at(-1)];
    // A press without a way is a dot of the pen, and no arrow or box at all.
    if (tool !== "pen" && Math.hypot(bx - ax, by - ay) < 0.005) return showMine();
    return add(done);
  };
  const onClick = (event) => {
    const chosen = event.target.closest("[data-tool], [data-colour], [data-drawing-do]");
    if (!chosen) return;
    if (chosen.dataset.tool) tool = chosen.dataset.tool;
    if (chosen.dataset.colour) colour = chosen.dataset.colour;
    for (const name of ["tool", "colour"]) {
      if (!chosen.dataset[name]) continue;
      for (const one of tools.querySelectorAll(`[data-${name}]`)) one.setAttribute("aria-pressed", String(one === chosen));
    }
    const act = { undo, clear: () => section.setDrawing([], null), done: () => mode(false) }[chosen.dataset.drawingDo];
    act?.();
  };
  const onKey = (event) => {
    if (tools.hidden || document.querySelector("dialog[open]")) return;
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z" && !event.target.closest("textarea, input")) {
      event.preventDefault();
      undo();
    } else if (event.key === "Escape" && !event.target.closest("textarea, input")) mode(false);
  };
  // What was drawn for a resolved comment is out of the way, until somebody goes to that comment.
  const onChoice = (event) => {
    const mark = event.target.closest("[data-mark]");
    const thread = mark ? `comment-${mark.dataset.comment}` : event.target.closest("[data-seek-button]")?.closest("[data-seek]")?.id;
    if (!thread) return;
    chosen = thread;
    showTheirs();
  };
  const onFrame = (event) => { frame = event.detail.frame; showTheirs(); showMine(); };
  section.addEventListener("player:frame", onFrame);
  document.addEventListener("htmx:afterSettle", collect);
  document.addEventListener("click", onChoice);
  collect();
  const release = () => {
    document.removeEventListener("htmx:afterSettle", collect);
    document.removeEventListener("click", onChoice);
  };
  if (!tools) return release;
  svg.addEventListener("pointerdown", onDown);
  svg.addEventListener("pointermove", onMove);
  svg.addEventListener("pointerup", onUp);
  svg.addEventListener("pointercancel", () => { line = null; showMine(); });
  // A press on the picture plays it; while one draws it does not.
  for (const part of [svg, tools]) part.addEventListener("click", (event) => !tools.hidden && event.preventDefault());
  tools.addEventListener("click", onClick);
  section.addEventListener("player:draw", () => mode(tools.hidden));
  document.addEventListener("keydown", onKey);
  return () => {
    document.removeEventListener("keydown", onKey);
    release();
  };
}
