// form[data-selection] whose checkboxes [data-select-item] (inside, or elsewhere with form="id") choose several.
// [data-selection-bar] shows when at least one is chosen, [data-selection-count] says how many,
// [data-selection-none] lets go; Shift chooses a range. Chosen tiles get data-selected.
export default function attach(form) {
  const boxes = () => [...document.querySelectorAll("[data-select-item]")].filter((box) => box.form === form);
  const bar = document.querySelector(`[data-selection-bar="${form.id}"]`) ?? form.querySelector("[data-selection-bar]");
  let last = null;

  const show = () => {
    const all = boxes();
    const count = all.filter((box) => box.checked).length;
    for (const box of all) box.closest(".tile, tr, li")?.toggleAttribute("data-selected", box.checked);
    document.querySelectorAll("[data-sortable]").forEach((list) => list.toggleAttribute("data-selecting", count > 0));
    if (!bar) return;
    bar.hidden = count === 0;
    const words = bar.querySelector("[data-selection-count]");
    if (words) words.textContent = `${count} chosen`;
  };

  const onClick = (event) => {
    const box = event.target.closest?.("[data-select-item]");
    if (!box || box.form !== form) return;
    if (event.shiftKey && last && last !== box) {
      const all = boxes();
      const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
      all.slice(from, to + 1).forEach((one) => { one.checked = box.checked; });
    }
    last = box;
    show();
  };
  const none = (event) => {
    const wanted = event.type === "keydown" ? event.key === "Escape" && !document.querySelector("dialog[open], [data-lifted]") : event.target.closest("[data-selection-none]");
    if (!wanted) return;
    boxes().forEach((box) => { box.checked = false; });
    show();
  };
  document.addEventListener("click", onClick);
  document.addEventListener("click", none);
  document.addEventListener("keydown", none);
  document.addEventListener("htmx:afterSettle", show);
  show();
  return () => {
    document.removeEventListener("click", onClick);
    document.removeEventListener("click", none);
    document.removeEventListener("keydown", none);
    document.removeEventListener("htmx:afterSettle", show);
  };
}
