// On a narrow window the player stands over the words: its picture gives way as the page is scrolled, by as much as the page
// moves and down to a strip. What it gives up becomes its margin, so that nothing under it jumps. Whoever begins to write is
// taken to where it is small; drawing needs the whole picture.
const LEAST_SHARE = 0.16, LEAST = 96;
const narrow = matchMedia("(max-width: 899px)");
const player = () => document.querySelector(".room > .player");
const isDrawing = () => Boolean(player()?.querySelector(".drawing-tools:not([hidden])"));
let whole = 0;

// The height of the picture as the style sheet has it, without what it gave.
function measure() {
  const section = player(), picture = section?.querySelector(".player__picture");
  if (!picture) return;
  section.style.removeProperty("--given");
  section.style.removeProperty("--left");
  whole = narrow.matches ? picture.getBoundingClientRect().height : 0;
  give();
}
const most = () => Math.max(0, whole - Math.max(LEAST, innerHeight * LEAST_SHARE));
function give() {
  const section = player();
  if (!section || !whole) return;
  const given = isDrawing() ? 0 : Math.min(most(), Math.max(0, scrollY));
  section.style.setProperty("--given", `${given}px`);
  if (given) section.style.setProperty("--left", `${whole - given}px`);
  else section.style.removeProperty("--left");
}

if (document.querySelector(".room > .room__side")) {
  window.addEventListener("scroll", give, { passive: true });
  window.addEventListener("resize", measure);
  narrow.addEventListener("change", measure);
  document.addEventListener("htmx:load", (event) => event.detail.elt.id === "player" && measure());
  // The picture has its height when the video has its size.
  document.addEventListener("loadedmetadata", measure, true);
  document.addEventListener("drawing:mode", () => requestAnimationFrame(give));
  document.addEventListener("focusin", (event) => {
    if (!whole || !event.target.matches(".room__side textarea") || scrollY >= most()) return;
    scrollTo({ top: most(), behavior: "instant" });
  });
  measure();
}
