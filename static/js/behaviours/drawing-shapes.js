// Shapes of a drawing as SVG. A shape is {tool: "pen|arrow|box|text", colour, points: [[x, y], ...], words}; points are shares of
// the picture's width and height (studio/reviews/drawing.py). Widths and letters are shares of its shorter side, so that a
// drawing is the same in every window. Each stroke has an edge in the opposite brightness: it is seen on any picture.
const SVG = "http://www.w3.org/2000/svg";
export const COLOURS = { yellow: "#ffe14d", red: "#ff5a4d", green: "#4fe07a", blue: "#5ab0ff", white: "#ffffff", black: "#111111" };
const STROKE = 0.009, EDGE = 0.018, LETTERS = 0.06, HEAD = 0.05;

function element(name, attributes) {
  const one = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) one.setAttribute(key, value);
  return one;
}

function path(shape, size) {
  const points = shape.points.map(([x, y]) => [x * size.width, y * size.height]);
  const [[ax, ay], [bx, by] = []] = points;
  if (shape.tool === "box") return `M${ax} ${ay}H${bx}V${by}H${ax}Z`;
  if (shape.tool === "pen") return `M${points.map((one) => one.join(" ")).join("L")}`;
  const angle = Math.atan2(by - ay, bx - ax), long = HEAD * size.unit;
  const wing = (turn) => `${bx - long * Math.cos(angle + turn)} ${by - long * Math.sin(angle + turn)}`;
  return `M${ax} ${ay}L${bx} ${by}M${wing(0.5)}L${bx} ${by}L${wing(-0.5)}`;
}

export function sizeOf(svg) {
  const { width, height } = svg.viewBox.baseVal;
  return { width, height, unit: Math.min(width, height) };
}

export function elementOf(shape, size) {
  const colour = COLOURS[shape.colour] ?? COLOURS.yellow;
  const edge = shape.colour === "black" ? "#ffffff" : "#000000";
  if (shape.tool === "text") {
    const [x, y] = shape.points[0];
    const text = element("text", {
      x: x * size.width, y: y * size.height, "font-size": LETTERS * size.unit, "font-weight": 600, "dominant-baseline": "hanging",
      "font-family": "sans-serif", fill: colour, stroke: edge, "stroke-opacity": 0.75, "stroke-width": STROKE * size.unit,
      "stroke-linejoin": "round", "paint-order": "stroke",
    });
    text.textContent = shape.words;
    return text;
  }
  const group = element("g", { fill: "none", "stroke-linecap": "round", "stroke-linejoin": "round" });
  const d = path(shape, size);
  group.append(
    element("path", { d, stroke: edge, "stroke-opacity": 0.6, "stroke-width": EDGE * size.unit }),
    element("path", { d, stroke: colour, "stroke-width": STROKE * size.unit }),
  );
  return group;
}

// Fewer points for the same line: those nearer than a thousandth of the picture to the line between their neighbours go.
export function thinned(points, tolerance = 0.001) {
  if (points.length < 3) return points;
  const [[ax, ay], [bx, by]] = [points[0], points.at(-1)];
  const length = Math.hypot(bx - ax, by - ay);
  let far = 0, at = 0;
  points.forEach(([x, y], index) => {
    const distance = length ? Math.abs((bx - ax) * (ay - y) - (ax - x) * (by - ay)) / length : Math.hypot(x - ax, y - ay);
    if (distance > far) [far, at] = [distance, index];
  });
  if (far <= tolerance) return [points[0], points.at(-1)];
  return [...thinned(points.slice(0, at + 1), tolerance).slice(0, -1), ...thinned(points.slice(at), tolerance)];
}
