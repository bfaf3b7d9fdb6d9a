// body[data-sign-in="address"]: the session ended while the page was open, so a part of it is answered by the page to sign in.
// That is never swapped in: what was typed stays, and a toast leads to signing in, in another tab. From then on the page sends
// the token that signing in made anew, or it would be taken for a page of somebody else's. Where somebody else signed in, it
// sends nothing any more: person.js.
import { isSomebodyElse, saySomebodyElse } from "./person.js";
import { toast } from "./toast.js";

const token = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];

export default function attach(body) {
  const door = body.dataset.signIn;
  if (!door) return;
  let ended = false;
  body.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, requestConfig } = event.detail;
    if (!xhr.responseURL || new URL(xhr.responseURL).pathname !== door) return;
    event.detail.shouldSwap = false;
    ended = true;
    if (requestConfig?.elt.matches("[data-live], [data-comment-form]")) return; // say so themselves, or only follow
    if (document.querySelector("#toasts [data-signed-out]")) return;
    const said = toast("You are signed out. What you wrote stays here, not saved: sign in again in another tab, then go on.", "error");
    said.dataset.signedOut = "";
    const link = Object.assign(document.createElement("a"), { href: door, target: "_blank", textContent: "Sign in" });
    said.querySelector("p").append(" ", link);
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
  }, true);
}
