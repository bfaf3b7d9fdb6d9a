// Native dialogs. On any button: data-dialog-open="id" opens <dialog id>, data-dialog-close closes the one it is in.
// A press on the backdrop closes; focus goes back to where it came from (the browser's own doing).
// <dialog data-dialog-now> is opened as soon as it is on the page (a form that came back with errors).
export default function attach(body) {
  body.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-dialog-open]");
    if (opener) {
      const dialog = document.getElementById(opener.dataset.dialogOpen);
      opener.closest("details[data-menu]")?.removeAttribute("open");
      if (dialog && !dialog.open) dialog.showModal();
      // What is chosen already may be far down a long list.
      dialog?.querySelector("input[type=radio]:checked")?.closest("label, li").scrollIntoView({ block: "nearest" });
      return;
    }
    if (event.target.closest("[data-dialog-close]")) event.target.closest("dialog")?.close();
  });
  // Only a press that starts and ends on the backdrop closes: selecting text past the edge must not.
  body.addEventListener("pointerdown", (event) => {
    const dialog = event.target;
    if (!(dialog instanceof HTMLDialogElement) || !dialog.open) return;
    const box = dialog.getBoundingClientRect();
    const inside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
    if (!inside) dialog.close();
  });
  // Once: who closes it has done with it, whatever comes into the page later.
  const now = () => document.querySelectorAll("dialog[data-dialog-now]").forEach((dialog) => {
    dialog.removeAttribute("data-dialog-now");
    if (!dialog.open) dialog.showModal();
  });
  document.addEventListener("htmx:load", now);
  now();
}
