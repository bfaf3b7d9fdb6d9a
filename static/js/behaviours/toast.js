// [data-toast] in #toasts: leaves after 6 s unless it is an error or a warning, or the pointer or focus is on it; [data-toast-close] dismisses.
// toast(words, level) shows one from another behaviour. A failed htmx request is said here too: nothing fails in silence.
const LASTING = ["error", "warning"];

function dismiss(element) {
  element.remove();
}

function watch(element) {
  if (element.dataset.watched !== undefined) return;
  element.dataset.watched = "";
  if (LASTING.some((level) => element.classList.contains(`toast--${level}`))) return;
  let timer = setTimeout(() => dismiss(element), 6000);
  for (const type of ["pointerenter", "focusin"]) element.addEventListener(type, () => clearTimeout(timer));
  element.addEventListener("pointerleave", () => { timer = setTimeout(() => dismiss(element), 3000); });
}

export function toast(words, level = "info") {
  const element = document.createElement("div");
  element.className = `toast toast--${level}`;
  element.dataset.toast = "";
  const symbol = { error: "level-stop", warning: "level-warn", success: "level-good" }[level] ?? "level-note";
  element.innerHTML = `<svg class="icon icon--20" aria-hidden="true"><use href="#i-${symbol}"/></svg><p></p><button class="button button--plain button--icon button--small" type="button" data-toast-close aria-label="Dismiss"><svg class="icon" aria-hidden="true"><use href="#i-close"/></svg></button>`;
  element.querySelector("p").textContent = words;
  document.getElementById("toasts")?.append(element);
  watch(element);
  return element;
}

export default function attach(body) {
  const all = () => document.querySelectorAll("[data-toast]").forEach(watch);
  body.addEventListener("click", (event) => {
    const close = event.target.closest("[data-toast-close]");
    if (close) dismiss(close.closest("[data-toast]"));
  });
  document.addEventListener("htmx:oobAfterSwap", all);
  document.addEventListener("htmx:load", all);
  body.addEventListener("htmx:responseError", (event) => {
    if (event.detail.elt.matches?.("[data-live], [data-comment-form]")) return; // they say so themselves, or only follow
    const status = event.detail.xhr.status;
    toast(status === 403 ? "Your role does not allow this, or the page is too old. Reload it and try again."
      : `The studio refused this (${status}). Nothing was changed; reload the page and try again.`, "error");
  });
  body.addEventListener("htmx:sendError", (event) => {
    if (event.detail.elt.matches?.("[data-live], [data-comment-form]") || event.detail.elt.closest?.("[data-upload]")) return;
    toast("The studio cannot be reached. Check the connection and try again.", "error");
  });
  all();
}
