// A guest's page around the player: the same as the review room (frames, drafts, answers, what is not sent yet), and it tells
// the studio once that the film is really played: browsers load it long before anybody looks.
import "./review.js";

const room = document.querySelector("[data-guest-played]");

function played() {
  const token = document.querySelector("meta[name=csrf-token]")?.content ?? "";
  fetch(room.dataset.guestPlayed, { method: "POST", credentials: "same-origin", headers: { "X-CSRFToken": token } }).catch(() => {});
}
if (room) document.querySelector("[data-video]")?.addEventListener("play", played, { once: true });
