// details[data-menu] > summary + .menu__panel: Escape and a click elsewhere close it, arrows walk through it.
// Works as a plain disclosure without JavaScript.
const ITEMS = ".menu__item, .segmented button";

export default function attach(menu) {
  const summary = menu.querySelector("summary");
  const items = () => [...menu.querySelectorAll(ITEMS)].filter((item) => !item.disabled);

  const away = (event) => {
    if (!menu.contains(event.target)) menu.open = false;
  };
  menu.addEventListener("toggle", () => {
    if (menu.open) document.addEventListener("pointerdown", away);
    else document.removeEventListener("pointerdown", away);
  });
  menu.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && menu.open) {
      menu.open = false;
      summary.focus();
      event.stopPropagation();
      return;
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || (!menu.open && document.activeElement !== summary)) return;
    menu.open = true;
    const all = items();
    const at = all.indexOf(document.activeElement);
    all[(at + step + all.length) % all.length]?.focus();
    event.preventDefault();
    event.stopPropagation();
  });
  return () => document.removeEventListener("pointerdown", away);
}
