// Runs before the first paint: a remembered theme or folded rail must not flash the other one.
try {
  const theme = localStorage.getItem("theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  if (localStorage.getItem("rail") === "collapsed") document.documentElement.dataset.rail = "collapsed";
} catch {
  // Storage may be forbidden; the system's theme and the open rail are fine then.
}

// htmx would send a form's own requests, such as the editor's for an offer, to the formaction of the button that has the focus, be
// it the one that pays. Here, because it must hold also where a behaviour could not be fetched.
document.addEventListener("htmx:configRequest", ({ target, detail }) => {
  if (target.matches("form[data-editor]")) detail.path = target.getAttribute("hx-post");
});
