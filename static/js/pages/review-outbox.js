// What was said and did not reach the studio: kept in this browser, shown under the form, sent again by itself until it is
// there. Each has a key of its own, by which the studio keeps it once however often it arrives.
import { headers, IS_SOMEBODY_ELSE } from "../behaviours/csrf.js";
import { announce } from "../behaviours/keyboard.js";
import { isSomebodyElse, saySomebodyElse, WORDS } from "../behaviours/person.js";
import { isGuest, read, write } from "./review-store.js";

const AGAIN_MILLISECONDS = 8_000;
const OUTBOX = "outbox";
const LATER = "It is sent when the connection is back.";
const UNREACHED = { state: "later", words: `The studio cannot be reached. ${LATER}` };
export const SIGNED_OUT = "You are signed out. Sign in again in another tab: then it is sent.";
const box = document.querySelector("[data-outbox]");
let waiting = read(OUTBOX) ?? [];
let isSending = false, isStored = true;

function say(words) {
  const state = box?.querySelector("[data-outbox-state]");
  if (state) state.textContent = words;
}

function show() {
  if (!box) return;
  box.hidden = !waiting.length;
  box.querySelector("[data-outbox-list]").replaceChildren(...waiting.map((one) => {
    const item = document.createElement("li");
    const words = document.createElement("p");
    words.className = "comment__body";
    words.textContent = one.fields.text || "(a drawing)";
    item.append(words);
    if (one.refused) {
      const why = document.createElement("p");
      why.className = "field__error";
      why.textContent = one.refused;
      item.append(why);
    }
    const back = document.createElement("button");
    back.className = "button button--plain button--small";
    back.type = "button";
    back.dataset.outboxBack = one.fields.key;
    back.textContent = "Back into the form";
    item.append(back);
    return item;
  }));
}

// Another tab of the same room may have put something in, or sent it: what is stored is the truth, and each change is made to it.
// A browser that stores nothing has only this page.
function change(act) {
  waiting = act(isStored ? read(OUTBOX) ?? [] : waiting);
  isStored = write(OUTBOX, waiting.length ? waiting : null);
  show();
  return isStored;
}
const without = (key) => (all) => all.filter((one) => one.fields.key !== key);

function somebodyElse() {
  saySomebodyElse();
  return { state: "later", words: WORDS };
}
// The state of one that was sent: "kept", "later" (no answer, or none that means anything) or "refused" with a sentence.
async function send(one) {
  if (!isGuest && isSomebodyElse()) return somebodyElse();
  const answer = await fetch(one.url, {
    method: "POST", credentials: "same-origin", body: new URLSearchParams(one.fields), headers: headers(),
  });
  if (answer.status === IS_SOMEBODY_ELSE) return somebodyElse();
  if (answer.redirected) return { state: "later", words: SIGNED_OUT };
  if (answer.ok) return { state: "kept" };
  if (answer.status === 422) {
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const words = [...page.querySelectorAll("[data-errors] .field__error")].map((line) => line.textContent.trim()).join(" ");
    return { state: "refused", words: words || "The studio refused this." };
  }
  if (answer.status === 403) return { state: "refused", words: "Your role does not allow this any more, or the page is too old: reload it." };
  if (answer.status === 404) return { state: "refused", words: "This is not there any more." };
  return { state: "later", words: `The studio answered ${answer.status}. It is tried again.` };
}

export async function flush() {
  if (isSending || !waiting.some((one) => !one.refused)) return;
  isSending = true;
  say("Sending");
  let words = "";
  for (const one of [...waiting]) {
    if (one.refused) continue;
    const result = await send(one).catch(() => UNREACHED); // no answer, or the line broke in the middle of it
    if (result.state === "kept") {
      change(without(one.fields.key));
      announce("What was not sent is kept now.");
      const live = document.getElementById("room-live");
      if (live) window.htmx?.ajax("GET", live.getAttribute("hx-get"), { source: live, target: live, swap: "outerHTML" }).catch(() => {}); // else by the next news
    } else if (result.state === "refused") {
      change((all) => all.map((other) => (other.fields.key === one.fields.key ? { ...other, refused: result.words } : other)));
    } else words = result.words;
  }
  isSending = false;
  say(words);
}

// Returns whether it is safe: kept in the browser.
export function keep(url, fields, state = LATER) {
  const isKept = change((all) => [...without(fields.key)(all), { url, fields }]);
  say(state);
  return isKept;
}

if (box) {
  show();
  window.addEventListener("online", flush);
  window.addEventListener("storage", (event) => {
    if (!event.key?.startsWith(`${OUTBOX}:`)) return;
    waiting = read(OUTBOX) ?? [];
    show();
  });
  setInterval(() => !document.hidden && flush(), AGAIN_MILLISECONDS);
  box.addEventListener("click", (event) => {
    if (event.target.closest("[data-outbox-now]")) {
      change((all) => all.map(({ refused, ...one }) => one));
      flush();
    }
    const back = event.target.closest("[data-outbox-back]");
    if (!back) return;
    const one = waiting.find((other) => other.fields.key === back.dataset.outboxBack);
    change(without(one.fields.key));
    document.dispatchEvent(new CustomEvent("outbox:back", { detail: one }));
  });
  flush();
}
