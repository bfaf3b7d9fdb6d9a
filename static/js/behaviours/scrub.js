// .frame[data-scrub="strip.webp"][data-scrub-tiles="10"]: moving over the frame shows the pictures of its film strip,
// which is one row of equal tiles. The strip is fetched when the pointer first enters. Touch and keyboard open the clip instead.
export default function attach(frame) {
  const tiles = Number(frame.dataset.scrubTiles) || 1;
  const area = frame.closest(".tile") ?? frame;
  let strip = null;
  let head = null;

  const build = () => {
    strip = document.createElement("span");
    strip.className = "frame__strip";
    strip.style.backgroundImage = `url("${encodeURI(decodeURI(frame.dataset.scrub))}")`;
    strip.style.backgroundSize = `${tiles * 100}% 100%`;
    head = document.createElement("span");
    head.className = "frame__playhead";
    frame.querySelector("img")?.after(strip, head);
  };
  const move = (event) => {
    if (event.pointerType === "touch") return;
    if (!strip) build();
    const box = frame.getBoundingClientRect();
    const at = Math.min(0.9999, Math.max(0, (event.clientX - box.left) / box.width));
    const tile = Math.floor(at * tiles);
    strip.style.backgroundPosition = `${tiles > 1 ? (tile / (tiles - 1)) * 100 : 0}% 0`;
    head.style.left = `${at * 100}%`;
    strip.toggleAttribute("data-on", event.clientY >= box.top && event.clientY <= box.bottom);
  };
  area.addEventListener("pointermove", move);
  area.addEventListener("pointerleave", () => strip?.removeAttribute("data-on"));
}
