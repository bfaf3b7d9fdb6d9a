// [data-rail-toggle]: folds the left rail to icons and remembers it.
const root = document.documentElement;

export default function attach(button) {
  const show = () => button.setAttribute("aria-pressed", String(root.dataset.rail === "collapsed"));
  button.addEventListener("click", () => {
    if (root.dataset.rail === "collapsed") delete root.dataset.rail;
    else root.dataset.rail = "collapsed";
    try {
      localStorage.setItem("rail", root.dataset.rail ?? "open");
    } catch {
      // Not remembered then.
    }
    show();
  });
  show();
}
