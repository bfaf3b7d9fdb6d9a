// [data-theme-switch]: a group of buttons with value "system", "light" or "dark"; the choice is remembered.
const root = document.documentElement;

function chosen() {
  return root.dataset.theme ?? "system";
}

function choose(value) {
  if (value === "system") delete root.dataset.theme;
  else root.dataset.theme = value;
  try {
    if (value === "system") localStorage.removeItem("theme");
    else localStorage.setItem("theme", value);
  } catch {
    // Without storage the choice lasts as long as the page.
  }
}

export default function attach(group) {
  const buttons = [...group.querySelectorAll("button[value]")];
  const show = () => buttons.forEach((button) => button.setAttribute("aria-pressed", String(button.value === chosen())));
  group.addEventListener("click", (event) => {
    const button = event.target.closest("button[value]");
    if (!button) return;
    choose(button.value);
    show();
  });
  show();
}
