// form[data-crop]: the framing of a look. The four number fields (left, top, width, height, in pixels of the picture) are the
// truth; the drawing in svg[data-crop-stage] follows them, and dragging it or pressing arrow keys (Shift resizes, Alt takes
// one pixel) writes them. A finished movement is a "change", upon which the form asks what the crop gives.
import { announce } from "./keyboard.js";

const SIDES = ["left", "top", "width", "height"];
const LEAST = 32; // px on the screen that stay between two corners
const between = (value, least, most) => Math.max(least, Math.min(most, value));

export default function attach(form) {
  const stage = form.querySelector("[data-crop-stage]");
  const rect = form.querySelector("[data-crop-frame]");
  const veil = form.querySelector("[data-crop-veil]");
  const handles = [...form.querySelectorAll("[data-crop-handle]")];
  const propose = form.querySelector("[data-crop-propose]");
  const { width: fullWidth, height: fullHeight } = stage.viewBox.baseVal;

  const read = () => Object.fromEntries(SIDES.map((side) => [side, Number(form.elements[side].value) || 0]));
  const scale = () => stage.getScreenCTM()?.a || 1;

  function draw() {
    const { left, top, width, height } = read();
    rect.setAttribute("x", left);
    rect.setAttribute("y", top);
    rect.setAttribute("width", Math.max(0, width));
    rect.setAttribute("height", Math.max(0, height));
    veil.setAttribute("d", `M0 0H${fullWidth}V${fullHeight}H0ZM${left} ${top}h${width}v${height}h${-width}Z`);
    for (const handle of handles) {
      handle.setAttribute("cx", handle.dataset.cropHandle.includes("left") ? left : left + width);
      handle.setAttribute("cy", handle.dataset.cropHandle.includes("top") ? top : top + height);
      handle.setAttribute("r", (matchMedia("(pointer: coarse)").matches ? 14 : 8) / scale());
    }
  }

  function write(framing) {
    const width = between(Math.round(framing.width), 1, fullWidth);
    const height = between(Math.round(framing.height), 1, fullHeight);
    const left = between(Math.round(framing.left), 0, fullWidth - width);
    const top = between(Math.round(framing.top), 0, fullHeight - height);
    for (const [side, value] of Object.entries({ left, top, width, height })) form.elements[side].value = value;
    draw();
  }

  const ask = () => form.elements.width.dispatchEvent(new Event("change", { bubbles: true }));

  // A corner moves, the opposite one stays.
  function resized(from, corner, x, y) {
    const least = LEAST / scale();
    const right = from.left + from.width;
    const bottom = from.top + from.height;
    const left = corner.includes("left") ? between(from.left + x, 0, right - least) : from.left;
    const top = corner.includes("top") ? between(from.top + y, 0, bottom - least) : from.top;
    const width = corner.includes("left") ? right - left : between(from.width + x, least, fullWidth - left);
    const height = corner.includes("top") ? bottom - top : between(from.height + y, least, fullHeight - top);
    return { left, top, width, height };
  }

  let drag = null;
  stage.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    const corner = event.target.dataset?.cropHandle ?? "";
    if (!corner && event.target !== rect) return;
    event.preventDefault();
    stage.focus();
    stage.setPointerCapture(event.pointerId);
    drag = { corner, x: event.clientX, y: event.clientY, from: read(), id: event.pointerId };
  });
  stage.addEventListener("pointermove", (event) => {
    if (drag?.id !== event.pointerId) return;
    const x = (event.clientX - drag.x) / scale();
    const y = (event.clientY - drag.y) / scale();
    const { from } = drag;
    write(drag.corner ? resized(from, drag.corner, x, y) : { ...from, left: from.left + x, top: from.top + y });
  });
  for (const type of ["pointerup", "pointercancel"]) {
    stage.addEventListener(type, (event) => {
      if (drag?.id !== event.pointerId) return;
      drag = null;
      ask();
    });
  }

  stage.addEventListener("keydown", (event) => {
    const [across, down] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key] ?? [0, 0];
    if (!across && !down) return;
    event.preventDefault();
    const step = event.altKey ? 1 : Math.max(1, Math.round(Math.max(fullWidth, fullHeight) / 100));
    const now = read();
    if (event.shiftKey) write(resized(now, "right bottom", across * step, down * step));
    else write({ ...now, left: now.left + across * step, top: now.top + down * step });
  });
  stage.addEventListener("keyup", (event) => {
    if (!event.key.startsWith("Arrow")) return;
    const { left, top, width, height } = read();
    announce(`${width} by ${height} pixels, ${left} from the left, ${top} from the top.`);
    ask();
  });

  propose.addEventListener("click", () => {
    write(Object.fromEntries(SIDES.map((side) => [side, Number(propose.dataset[side])])));
    ask();
  });
  form.addEventListener("input", draw);
  const observer = new ResizeObserver(draw);
  observer.observe(stage);
  draw();
  return () => observer.disconnect();
}
