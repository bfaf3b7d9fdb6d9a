// On a submit button: data-confirm="Generate v3?" asks first, in the dialog #confirm of base.html.
//   data-confirm-text="What happens and what cannot be undone."
//   data-confirm-yes="Generate, $2.07"     the word on the yes button (default: the button's own words)
//   data-confirm-facts='[["Price","$2.07"],["Left after","$117.93"]]'   numbers the person decides by
//   data-confirm-danger                    the yes button is dangerous, not the accent
// The form is sent by the very button, so its name and value go along; works for htmx forms too. Where an answer replaced the
// button meanwhile, yes counts only for the same words: for others it is asked anew.
import { toast } from "./toast.js";

const agreed = new WeakSet();

const wordsOf = ({ dataset, textContent }) =>
  JSON.stringify([dataset.confirm, dataset.confirmText, dataset.confirmYes ?? textContent.trim(), dataset.confirmFacts]);

function fill(dialog, button, before = "") {
  const { confirm: title, confirmText, confirmYes, confirmFacts, confirmDanger } = button.dataset;
  dialog.querySelector("[data-confirm-title]").textContent = title;
  dialog.querySelector("[data-confirm-text]").textContent = before + (confirmText ?? "");
  const yes = dialog.querySelector("[data-confirm-yes]");
  yes.textContent = confirmYes ?? button.textContent.trim();
  yes.classList.toggle("button--primary", confirmDanger === undefined);
  yes.classList.toggle("button--danger", confirmDanger !== undefined);
  const facts = dialog.querySelector("[data-confirm-facts]");
  const pairs = JSON.parse(confirmFacts ?? "[]");
  facts.hidden = !pairs.length;
  facts.replaceChildren(...pairs.flatMap(([name, value]) => {
    const term = document.createElement("dt");
    const detail = document.createElement("dd");
    term.textContent = name;
    detail.textContent = value;
    return [term, detail];
  }));
  return yes;
}

export default function attach(body) {
  const dialog = document.getElementById("confirm");
  if (!dialog) return;
  let waiting = null, isAnew = false;
  dialog.querySelector("[data-confirm-yes]").addEventListener("click", (event) => {
    if (isAnew && event.detail > 1) return; // a double click has not read what is asked now
    // A part that follows its jobs may have replaced the button meanwhile: the same act has the same id.
    const button = waiting?.isConnected || !waiting?.id ? waiting : document.getElementById(waiting.id);
    if (!button?.isConnected || button.disabled || !button.dataset.confirm) {
      dialog.close();
      return toast("This has changed meanwhile: look again.", "warning");
    }
    if (button !== waiting && wordsOf(button) !== wordsOf(waiting)) {
      waiting = button;
      isAnew = true;
      fill(dialog, button, "This has changed meanwhile. ");
      dialog.querySelector("[autofocus]")?.focus();
      return;
    }
    dialog.close();
    agreed.add(button);
    button.click();
    agreed.delete(button);
  });
  // The event comes a moment after the closing: the dialog may be open again, for another button.
  dialog.addEventListener("close", () => { if (!dialog.open) waiting = null; });
  body.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-confirm]");
    if (!button || agreed.has(button)) return;
    if (button.form && !button.form.reportValidity()) return event.preventDefault();
    event.preventDefault();
    event.stopImmediatePropagation();
    waiting = button;
    isAnew = false;
    fill(dialog, button);
    dialog.showModal();
  }, true);
}
