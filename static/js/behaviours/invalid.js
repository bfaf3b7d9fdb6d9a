// [aria-invalid="true"]: the first field that was refused takes the focus, unless a summary of the errors takes it
// (data-focus-on-load) or the person is somewhere already.
export default function attach(field) {
  const at = document.activeElement;
  const isNowhere = !at || at === document.body || at.matches("dialog");
  if (isNowhere && field.checkVisibility() && !document.querySelector("[data-focus-on-load]")) field.focus();
}
