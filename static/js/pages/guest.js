// A guest's page around the player: the same as the review room (frames, drafts, answers, what is not sent yet), and it tells
// the studio once that the film is really played: browsers load it long before anybody looks.
import "./review.js";

const room = document.querySelector("[data-guest-played]");

function played() {
  const token = document.querySelector("meta[name=csrf-token]")?.content ?? "";
  fetch(room.dataset.guestPlayed, { method: "POST", credentials: "same-origin", headers: { "X-CSRFToken": token } }).catch(() => {});
}
// A long list of videos scrolls in itself: to the one that is watched, and news leave it where it is.
const list = () => document.getElementById("guest-list");
function toWatched() {
  const here = list()?.querySelector("[aria-current]");
  if (here) list().scrollTop = here.offsetTop - list().offsetTop - here.offsetHeight;
}
let place = null;
document.addEventListener("htmx:oobBeforeSwap", ({ detail }) => { if (detail.target === list()) place = list().scrollTop; });
document.addEventListener("htmx:oobAfterSwap", () => {
  if (place !== null && list()) list().scrollTop = place;
  place = null;
});
document.getElementById("guest-videos")?.addEventListener("toggle", ({ target }) => target.open && toWatched());
toWatched();

if (room) document.querySelector("[data-video]")?.addEventListener("play", played, { once: true });
