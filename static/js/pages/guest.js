// A guest's page around the player: opens the frame of ?frame=N and keeps what is being written. Without it every form here is a
// plain post and every frame a plain link.
const room = document.querySelector("[data-guest-room]");
const player = document.getElementById("player");
const words = document.getElementById("id_text");
const draftKey = `guest-draft:${room.dataset.guestRoom}`;

// The player is attached by app.js. Always, also for frame 0: the poster is another frame than the one a comment would land on.
function start() {
  if (player.showFrame) player.showFrame(Number(room.dataset.startFrame));
  else requestAnimationFrame(start);
}
start();

// A draft outlives a reload and a lost connection; it goes when the page comes back with the comment in its address.
function store(text) {
  try {
    if (text) sessionStorage.setItem(draftKey, text);
    else sessionStorage.removeItem(draftKey);
  } catch {
    // Storage may be forbidden: then the page itself is the only place of the draft.
  }
}
let sent = null;
try {
  sent = sessionStorage.getItem(`${draftKey}:sent`);
  sessionStorage.removeItem(`${draftKey}:sent`);
  if (sent && location.hash.startsWith("#comment-")) store("");
  const draft = sessionStorage.getItem(draftKey);
  if (draft && words && !words.value) words.value = draft;
} catch {
  // As above.
}
words?.addEventListener("input", () => store(words.value));
words?.form.addEventListener("submit", () => {
  try {
    sessionStorage.setItem(`${draftKey}:sent`, "1");
  } catch {
    // As above.
  }
});

// What is drawn belongs to its frame and is sent with the words.
document.addEventListener("drawing:changed", (event) => {
  const form = words?.form, { shapes, frame } = event.detail;
  if (!form) return;
  form.querySelector("[data-guest-drawing]").value = shapes.length ? JSON.stringify(shapes) : "";
  form.querySelector("[data-guest-drawn]").hidden = !shapes.length;
  if (shapes.length && frame !== null) form.dataset.pinned = String(frame);
  else delete form.dataset.pinned;
  document.dispatchEvent(new CustomEvent("comment-form:placed"));
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-seek-button]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0 || !player.showFrame) return;
  event.preventDefault();
  history.replaceState(null, "", link.href);
});
