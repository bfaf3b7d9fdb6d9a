// The one form of the room: a new comment, an answer, or one's own comment in other words. What is written into it is kept in
// the browser for each of these until the studio has it. Typing pauses the player; sending plays on.
import { announce } from "../behaviours/keyboard.js";
import { showDoor } from "../behaviours/session.js";
import { toast } from "../behaviours/toast.js";
import { keep, SIGNED_OUT } from "./review-outbox.js";
import { keyOf, newKey, read, write } from "./review-store.js";

const NEW = { kind: "new" };
const FIELDS = ["text", "category", "point"];
const form = () => document.getElementById("comment-form");
const part = (name) => form()?.querySelector(`[data-comment-${name}]`);
const field = (name) => form()?.elements[name];
const player = () => document.getElementById("player");
let mode = NEW, shapes = [], drawnAt = null, playOn = false, sent = null, now = 0, isFollowing = false, hasBegun = false, later = null;

const nameOf = (one) => (one.kind === "new" ? "draft" : `draft:${one.kind}:${one.id}`);

function draft() {
  const fields = Object.fromEntries(FIELDS.map((name) => [name, field(name)?.value ?? ""]));
  return { ...fields, shared: field("is_shared")?.checked ?? false, whole: field("whole")?.checked ?? false, shapes, drawnAt, key: part("key").value };
}
// An edit that says nothing new is no draft; nor is a form with nothing but choices.
const isEmpty = (one) => !one.shapes.length && (mode.kind === "edit" ? one.text === mode.words : !one.text.trim());

// The key belongs to what is said, not to the form: other words are never taken for those that were sent before.
function store() {
  if (!form() || isFollowing || !hasBegun) return;
  const one = draft(), before = read(nameOf(mode));
  const isSame = before && JSON.stringify({ ...before, key: "" }) === JSON.stringify({ ...one, key: "" });
  if (!isSame || !one.key) part("key").value = one.key = newKey();
  write(nameOf(mode), isEmpty(one) ? null : one);
  write("writing", mode.kind === "new" || isEmpty(one) ? null : mode);
}

function put(one) {
  // A guest's form has nothing but words.
  for (const name of FIELDS) if (field(name)) field(name).value = one[name] ?? "";
  if (field("is_shared")) field("is_shared").checked = Boolean(one.shared);
  if (field("whole")) field("whole").checked = Boolean(one.whole);
  part("key").value = one.key || newKey();
  draw(one.shapes ?? [], one.drawnAt ?? null);
}

// Shows what was drawn beside the words, and on the picture.
function draw(next, at) {
  if (player()?.setDrawing) player().setDrawing(next, at);
  else drawn(next, at);
}
function drawn(next, at) {
  [shapes, drawnAt] = [next, at];
  if (!form()) return;
  part("drawing").value = shapes.length ? JSON.stringify(shapes) : "";
  part("drawn").hidden = !shapes.length;
  part("drawn-words").textContent = `drawn: ${shapes.length} ${shapes.length === 1 ? "shape" : "shapes"}`;
  if (shapes.length && at !== null) form().dataset.pinned = at;
  else delete form().dataset.pinned;
  document.dispatchEvent(new CustomEvent("comment-form:placed"));
}

function enter(next, { focus = true } = {}) {
  mode = next;
  const one = form();
  const isNew = mode.kind === "new";
  one.action = mode.kind === "edit" ? mode.url : one.dataset.commentNew;
  one.toggleAttribute("data-answers", !isNew);
  if (mode.kind === "reply" && mode.frame !== undefined) one.dataset.answersAt = mode.frame;
  else delete one.dataset.answersAt;
  part("parent").value = mode.kind === "reply" ? mode.id : "";
  part("new-words").hidden = !isNew;
  part("mode-words").textContent = isNew ? "" : mode.kind === "reply" ? `Answer to ${mode.name}` : "Your comment in other words";
  part("leave").hidden = isNew;
  part("key-hint").hidden = !isNew;
  part("whole-row").hidden = !isNew;
  if (part("about")) part("about").hidden = mode.kind === "reply" || mode.isReply;
  document.querySelector("#comment-send span").textContent = { new: "Comment", reply: "Answer", edit: "Change" }[mode.kind];
  one.querySelector("[data-errors]")?.remove();
  field("text").removeAttribute("aria-invalid");
  const kept = read(nameOf(mode));
  put(kept ?? { text: mode.words ?? "", category: mode.category, point: mode.point, shared: mode.shared });
  document.dispatchEvent(new CustomEvent("comment-form:placed"));
  if (!focus) return;
  field("text").focus();
  one.scrollIntoView({ block: "nearest" });
}

function modeOf(link) {
  const { reply, edit, commentId, name, words, category, point, shared } = link.dataset;
  if (reply) return { kind: "reply", id: reply, name, shared: Boolean(shared), frame: Number(link.closest("[data-seek]").dataset.seek) };
  return { kind: "edit", id: commentId, url: edit, words, category, point, shared: Boolean(shared), isReply: Boolean(link.closest(".reply")) };
}

// Whoever plays by hand afterwards has stopped waiting for it to play on.
document.addEventListener("play", (event) => { if (event.target.matches("[data-video]")) playOn = false; }, true);
function pause() {
  if (!player()?.isPlaying?.()) return;
  playOn = true;
  player().showFrame(now);
}
function done() {
  write(nameOf(mode), null);
  write("writing", null);
  sent = null;
  player()?.setRange?.(null);
  player()?.endDrawing?.();
  enter(NEW, { focus: false });
  if (playOn) player()?.play?.();
  playOn = false;
}

// The studio has it, or it lies in the outbox: what was typed or drawn while it was under way stays, also in an answer begun since.
function kept() {
  const was = sent;
  if (was && nameOf(was.mode) !== nameOf(mode)) {
    if (read(nameOf(was.mode))?.key === was.fields.key) write(nameOf(was.mode), null);
    sent = null;
    player()?.setRange?.(null);
    return;
  }
  const later = was && field("text").value !== was.text ? field("text").value : "";
  const more = was ? shapes.filter((one) => !was.shapes.includes(one)) : [], at = drawnAt;
  done();
  if (!later && !more.length) return void field("text").blur(); // the keys are the player's again
  field("text").value = later;
  if (more.length) draw(more, at);
  store();
}

function failed(words, state) {
  if (!sent) return null;
  const isKept = keep(sent.url, sent.fields, state);
  if (!isKept) return toast(`${words} Your browser keeps nothing for this page: do not close it, and send again.`, "error");
  kept();
  return toast(words); // it leaves by itself: the outbox under the form says what is true from now on
}

document.addEventListener("player:frame", (event) => {
  now = event.detail.frame;
  if (form()) form().dataset.now = now;
});
document.addEventListener("player:comment", (event) => { playOn = playOn || event.detail.wasPlaying; });
document.addEventListener("player:draw", (event) => { playOn = playOn || event.detail.wasPlaying; });
document.addEventListener("drawing:changed", (event) => {
  if (!form()) return;
  if (mode.kind === "edit" && event.detail.shapes.length) {
    // One's own words are changed without a drawing: it begins a new comment, beside what its draft holds already.
    enter(NEW, { focus: false });
    draw([...shapes, ...event.detail.shapes], drawnAt ?? event.detail.frame);
    return;
  }
  drawn(event.detail.shapes, event.detail.frame);
  store();
});
document.addEventListener("input", (event) => {
  if (event.target.form !== form() || !form()) return;
  if (event.target === field("text")) pause();
  store();
});
document.addEventListener("change", (event) => event.target.form && event.target.form === form() && store());
// The same draft on another page of this room: what is typed there is seen here, so that neither takes the other's words away.
window.addEventListener("storage", (event) => {
  if (!form() || event.key !== keyOf(nameOf(mode))) return;
  if (event.newValue === null) return void gone(event.oldValue);
  const one = read(nameOf(mode));
  if (one && one.text !== field("text").value) follow(() => put(one));
});
// Whoever only follows stores nothing: there it is typed on already, and what is older would come back to it.
function follow(change) {
  isFollowing = true;
  try { change(); } finally { isFollowing = false; }
}
// What was sent there is no draft here any more.
function gone(was) {
  if (!was || document.hasFocus() || field("text").value !== JSON.parse(was).text) return;
  follow(() => enter(NEW, { focus: false }));
}
// Ctrl and Enter send what is being written, a comment or a decision, without the way to the button.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.defaultPrevented) return;
  const written = event.target.closest("[data-comment-form], #decision-form, .guest__decide");
  if (!written || !event.target.matches("textarea, input")) return;
  event.preventDefault();
  const send = written.querySelector("[type=submit]:not([disabled])");
  if (send) written.requestSubmit(send);
});

document.addEventListener("htmx:configRequest", (event) => {
  if (!event.target.matches("[data-comment-form]")) return;
  if (!part("key").value) part("key").value = newKey();
  event.detail.parameters.key = part("key").value;
  event.detail.path = form().action;
  const fields = Object.fromEntries([...new FormData(form())].filter(([name]) => name !== "csrfmiddlewaretoken"));
  sent = { url: form().action, fields: { ...fields, key: part("key").value }, text: field("text").value, shapes, mode };
});
document.addEventListener("comment-kept", () => { kept(); announce("Your comment is kept."); });
const isOurs = (event) => event.detail.elt?.matches?.("[data-comment-form]");
document.addEventListener("htmx:sendError", (event) => isOurs(event) && failed("The studio cannot be reached. Your comment is kept here and sent by itself."));
document.addEventListener("htmx:timeout", (event) => isOurs(event) && failed("The studio does not answer. Your comment is kept here and sent by itself."));
document.addEventListener("htmx:afterRequest", (event) => {
  if (!isOurs(event) || !event.detail.xhr) return;
  const { status, responseURL } = event.detail.xhr;
  if (status >= 500 || status === 429) failed(`The studio answered ${status}. Your comment is kept here and sent by itself.`);
  else if (status === 403 || status === 404) toast("Your role does not allow this any more, or the page is too old. Your words stay here: reload the page and try again.", "error");
  else if (event.detail.successful && sent && responseURL && new URL(responseURL).pathname !== new URL(sent.url).pathname) {
    const said = failed("You are signed out. Your comment is kept here; sign in again in another tab, and it is sent.", SIGNED_OUT);
    if (said) showDoor(said);
  }
});
// The form comes back with its errors and the words as they were sent, as a new element. What was typed since stays; who went on
// to another comment or answer meanwhile finds it in its draft.
document.addEventListener("htmx:oobBeforeSwap", ({ detail }) => {
  if (detail.target?.id !== "comment-form" || !sent) return;
  store();
  if (nameOf(sent.mode) === nameOf(mode)) {
    later = field("text").value === sent.text ? null : field("text").value;
    return;
  }
  mode = sent.mode;
  [shapes, drawnAt] = [sent.shapes, read(nameOf(mode))?.drawnAt ?? null];
});
document.addEventListener("htmx:oobAfterSwap", (event) => {
  if (event.detail.target?.id !== "comment-form") return;
  sent = null;
  form().dataset.now = now;
  draw(shapes, drawnAt);
  if (later === null) return;
  field("text").value = later;
  later = null;
  store();
});
document.addEventListener("outbox:back", ({ detail }) => {
  store();
  const { fields, url } = detail;
  const back = { text: fields.text, category: fields.category, point: fields.point, shared: Boolean(fields.is_shared), whole: Boolean(fields.whole), shapes: JSON.parse(fields.drawing || "[]"), drawnAt: Number(fields.frame) || 0, key: fields.key };
  const next = fields.parent ? { kind: "reply", id: fields.parent, name: "the comment" }
    : url.endsWith("/edit/") ? { kind: "edit", id: url.split("/").at(-3), url, words: "" } : NEW;
  // What is half written there stays, behind what comes back: together they are something new to say.
  const there = read(nameOf(next));
  if (there && there.key !== back.key) {
    back.text = [back.text, there.text].filter((one) => one?.trim()).join("\n\n");
    if (!back.shapes.length) back.drawnAt = there.drawnAt;
    back.shapes = [...back.shapes, ...there.shapes];
    back.key = newKey();
  }
  write(nameOf(next), back);
  enter(next);
  if (next === NEW && fields.frame) player()?.showFrame?.(Number(fields.frame));
  if (next === NEW && fields.last_frame) player()?.setRange?.(Number(fields.frame), Number(fields.last_frame));
});

document.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
  const link = event.target.closest("a[data-reply], a[data-edit]");
  if (link && form()) {
    event.preventDefault();
    store();
    enter(modeOf(link));
    const comment = link.closest("[data-seek]");
    if (comment) player()?.showFrame?.(Number(comment.dataset.seek));
  } else if (event.target.closest("[data-comment-leave]") && form()) {
    event.preventDefault();
    store();
    write("writing", null);
    enter(NEW);
  } else if (event.target.closest("[data-comment-undraw]")) {
    draw([], null);
    field("text").focus();
  }
});

// What the server opened the form for: ?reply= and ?edit= are plain links too.
function opened() {
  const url = form().action;
  if (part("parent").value) return { kind: "reply", id: part("parent").value, name: part("mode-words").textContent.replace("Answer to ", "") };
  if (url === new URL(form().dataset.commentNew, location.href).href) return NEW;
  return { kind: "edit", id: url.split("/").at(-3), url, words: field("text").value };
}

// After the player is there: what was being written when the page was left, and behind it what was typed before this came.
export default function begin() {
  hasBegun = true;
  if (!form()) return;
  mode = opened();
  if (form().querySelector("[data-errors]")) return;
  if (mode.kind !== "new") {
    if (read(nameOf(mode))) put(read(nameOf(mode)));
    return;
  }
  const typed = field("text").value.trim();
  enter(typed ? NEW : read("writing") ?? NEW, { focus: false });
  if (!typed) return;
  field("text").value = [field("text").value, typed].filter((one) => one.trim()).join("\n\n");
  store();
}
