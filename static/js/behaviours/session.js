// body[data-sign-in="address"]: the session ended while the page was open, so a part of it is answered by the page to sign in.
// That is never swapped in: what was typed stays, and a toast leads to signing in, in another tab. From then on the page sends
// the token that signing in made anew, or it would be taken for a page of somebody else's. Where somebody else signed in, it
// sends nothing any more: person.js.
import { cookieToken as token, IS_SOMEBODY_ELSE, person } from "./csrf.js";
import { isSomebodyElse, saySomebodyElse } from "./person.js";
import { toast } from "./toast.js";

const door = document.body.dataset.signIn;
let ended = false;

// Whether an address that answered is the page to sign in.
export const isDoor = (address) => Boolean(door && address) && new URL(address).pathname === door;

export function saySignedOut(what = "What you wrote stays here, not saved:") {
  ended = true;
  if (document.querySelector("#toasts [data-signed-out]")) return;
  const said = toast(`You are signed out. ${what} sign in again in another tab, then go on.`, "error");
  said.dataset.signedOut = "";
  showDoor(said);
}

// The way to sign in, in another tab, at the end of a toast. Guests have none: their link is it.
export function showDoor(said) {
  if (!door) return;
  const link = Object.assign(document.createElement("a"), { href: door, target: "_blank", textContent: "Sign in" });
  said.querySelector("p").append(" ", link);
}

export default function attach(body) {
  if (!door) return;
  body.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, requestConfig } = event.detail;
    if (!isDoor(xhr.responseURL)) return;
    event.detail.shouldSwap = false;
    ended = true;
    if (requestConfig?.elt.matches("[data-live], [data-comment-form]")) return; // say so themselves, or only follow
    saySignedOut();
  });
  const refuse = (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    saySomebodyElse();
  };
  body.addEventListener("htmx:configRequest", (event) => {
    if (!ended || !token()) return;
    if (isSomebodyElse()) return refuse(event);
    const { headers, parameters } = event.detail;
    if (headers["X-CSRFToken"]) headers["X-CSRFToken"] = token();
    // The studio reads the field before the header, and not each request begins with a submit.
    if (parameters.csrfmiddlewaretoken) parameters.csrfmiddlewaretoken = token();
  });
  document.addEventListener("submit", (event) => {
    const field = event.target.elements?.namedItem("csrfmiddlewaretoken");
    if (!ended || !token() || !field) return;
    if (isSomebodyElse()) return refuse(event);
    field.value = token();
    const whose = event.target.elements.namedItem("made_for") ?? field.cloneNode();
    field.after(Object.assign(whose, { name: "made_for", value: person() }));
  }, true);
  // The studio knows it even before a page of somebody else's has said so.
  body.addEventListener("htmx:responseError", (event) => {
    if (event.detail.xhr.status !== IS_SOMEBODY_ELSE) return;
    event.stopPropagation();
    saySomebodyElse();
  }, true);
}
