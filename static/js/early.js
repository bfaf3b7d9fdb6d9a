// Runs before the first paint: a remembered theme or folded rail must not flash the other one.
try {
  const theme = localStorage.getItem("theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  if (localStorage.getItem("rail") === "collapsed") document.documentElement.dataset.rail = "collapsed";
} catch {
  // Storage may be forbidden; the system's theme and the open rail are fine then.
}
