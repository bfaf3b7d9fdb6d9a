// details[data-levers]: the levers of the prompt desk. [data-lever-find] narrows the [data-lever-item]; arrows walk through the chips, Enter in
// the field presses the first one, Escape goes back to it. Which chips are pressed follows #composed, which the server renders with every offer.
// The chip under focus or pointer is explained in [data-lever-about]; turning speed or purpose turns the camera movement that is set.
const CHIP = ".chip";

export default function attach(levers) {
  const find = levers.querySelector("[data-lever-find]");
  const about = levers.querySelector("[data-lever-about]");
  const none = levers.querySelector("[data-lever-none]");
  const chips = () => [...levers.querySelectorAll(CHIP)].filter((chip) => chip.checkVisibility());

  const narrow = () => {
    const words = find.value.trim().toLocaleLowerCase().split(/\s+/);
    for (const item of levers.querySelectorAll("[data-lever-item]")) {
      const said = item.dataset.leverItem.toLocaleLowerCase();
      item.hidden = !words.every((word) => said.includes(word));
    }
    for (const group of levers.querySelectorAll("[data-lever-group]")) group.hidden = !group.querySelector("[data-lever-item]:not([hidden])");
    none.hidden = chips().length > 0;
  };
  const explain = (event) => {
    const chip = event.target.closest?.(CHIP);
    if (chip) about.textContent = chip.dataset.about ?? document.getElementById(chip.getAttribute("aria-describedby"))?.textContent ?? "";
  };
  const walk = (event) => {
    const at = event.target;
    if (event.isComposing || !at.matches(`${CHIP}, [data-lever-find]`)) return;
    const all = chips();
    const index = all.indexOf(at);
    const to = { ArrowRight: index + 1, ArrowDown: index + 1, ArrowLeft: index - 1, ArrowUp: index - 1, Home: 0, End: all.length - 1 }[event.key];
    if (at === find) {
      if (event.key === "Enter") all[0]?.click();
      else if (event.key === "ArrowDown") all[0]?.focus();
      else return;
    } else if (event.key === "Escape" || to === -1) find.focus();
    else if (to !== undefined) all[to]?.focus();
    else return;
    event.preventDefault();
  };
  const follow = () => {
    const said = document.getElementById("composed")?.dataset;
    if (!said) return;
    const on = new Set(said.leversOn.split(" "));
    for (const chip of levers.querySelectorAll(CHIP)) {
      chip.setAttribute("aria-pressed", String(chip.value === "expression" ? Boolean(said.leverUntil) : on.has(chip.value)));
    }
    const moving = [...on].some((key) => key.startsWith("movement."));
    if (moving && !turning) {
      levers.querySelector("#lever-speed").value = said.leverSpeed;
      levers.querySelector("#lever-purpose").value = said.leverPurpose;
    }
  };
  // Between turning a select and the answer an offer may arrive, which must not turn it back.
  let turning = false;
  const turn = (event) => {
    if (!event.target.matches("[data-lever-turn]")) return;
    const moving = levers.querySelector(`${CHIP}[value^="movement."][aria-pressed="true"]`);
    if (!moving || moving.value === "movement.static") return;
    turning = true;
    moving.click();
  };
  const settled = (event) => {
    if (event.detail.target?.id === "prompt-fields") turning = false;
    follow();
  };

  find.addEventListener("input", (event) => { event.stopPropagation(); narrow(); }); // it is no input of the clip
  find.addEventListener("change", (event) => event.stopPropagation());
  levers.addEventListener("keydown", walk);
  levers.addEventListener("focusin", explain);
  levers.addEventListener("pointerover", explain);
  levers.addEventListener("change", turn);
  document.body.addEventListener("htmx:afterSettle", settled);
  return () => document.body.removeEventListener("htmx:afterSettle", settled);
}
