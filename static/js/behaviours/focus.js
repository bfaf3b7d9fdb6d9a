// [data-focus-on-load]: gets the focus when it appears (the summary of errors of a form that came back).
export default function attach(element) {
  element.focus({ preventScroll: false });
}
