// form[data-submit-once]: after the first submit its buttons are disabled and the pressed one shows that it works
// (data-busy-label="Sending" replaces its words). The server is the real guard against the same form twice.
// Also form[data-reset-after]: emptied after htmx sent it with success.
export function working(button, on) {
  button.toggleAttribute("aria-busy", on);
  if (on) button.setAttribute("aria-busy", "true");
  const words = button.querySelector("span:not(.button__price)") ?? (button.childElementCount ? null : button);
  if (!words || !button.dataset.busyLabel) return;
  if (on) button.dataset.idleLabel = words.textContent;
  words.textContent = on ? button.dataset.busyLabel : button.dataset.idleLabel ?? words.textContent;
}

function busy(form, button, on) {
  for (const one of form.querySelectorAll("button:not([type=button]), input[type=submit]")) one.disabled = on;
  if (button) working(button, on);
}

export default function attach(body) {
  const sent = new Map();
  const free = (form) => {
    if (!sent.has(form)) return;
    busy(form, sent.get(form), false);
    sent.delete(form);
  };
  // While capturing, so that a second submit never reaches htmx, which would queue it.
  body.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-submit-once]")) return;
    if (sent.has(form)) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    sent.set(form, event.submitter);
    form.dispatchEvent(new CustomEvent("htmx:abort", { bubbles: true, detail: { elt: form } })); // an answer still to come would bring its buttons anew
    // After this turn: a disabled button would not send its own name and value.
    setTimeout(() => {
      if (event.defaultPrevented && !form.matches("[hx-post], [data-hx-post]")) sent.delete(form);
      else busy(form, event.submitter, true);
    });
  }, true);
  // A form may ask for other things too, such as an offer: nothing more while it is sent, and no answer to these frees it.
  const isSending = (event) => event.detail.requestConfig?.triggeringEvent?.type === "submit";
  body.addEventListener("htmx:beforeRequest", (event) => {
    if (sent.has(event.detail.elt) && !isSending(event)) event.preventDefault();
  });
  body.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.elt;
    if (isSending(event)) setTimeout(() => free(form));
    if (event.detail.successful && form.matches?.("form[data-reset-after]")) form.reset();
  });
  // Back button: the page comes back as it was left, with its buttons disabled.
  window.addEventListener("pageshow", (event) => event.persisted && [...sent.keys()].forEach(free));
}
