// @ in the comment: a list of people who see the project (textarea[data-people="address"]), walked with the arrows, taken with
// Enter or Tab, closed with Escape.
const BEGUN = /(?:^|[\s(])@([\p{L}\p{N}.'-]{0,30})$/u;
let list = null, field = null, asked = 0;

function close() {
  list?.remove();
  list = null;
  field?.removeAttribute("aria-activedescendant");
  field?.removeAttribute("aria-controls");
}

function choose(option) {
  const at = field.selectionStart;
  const before = field.value.slice(0, at).replace(BEGUN, (whole, typed) => `${whole.slice(0, whole.length - typed.length)}${option.dataset.mention} `);
  field.value = before + field.value.slice(at);
  field.setSelectionRange(before.length, before.length);
  const changed = field;
  close();
  changed.dispatchEvent(new Event("input", { bubbles: true }));
}

function mark(option) {
  for (const one of list.children) one.setAttribute("aria-selected", String(one === option));
  field.setAttribute("aria-activedescendant", option.id);
}

function open(people) {
  close();
  if (!people.length) return;
  list = document.createElement("ul");
  list.className = "mentioning__list";
  list.id = "mentioning-list";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "People");
  people.forEach((one, index) => {
    const option = document.createElement("li");
    option.id = `mentioning-${index}`;
    option.setAttribute("role", "option");
    option.dataset.mention = one.mention;
    option.textContent = one.name === one.mention ? one.name : `${one.name} (${one.mention})`;
    list.append(option);
  });
  field.after(list);
  field.setAttribute("aria-controls", list.id);
  mark(list.firstElementChild);
}

document.addEventListener("input", async (event) => {
  if (!event.target.matches?.("textarea[data-people]")) return;
  field = event.target;
  const typed = field.value.slice(0, field.selectionStart).match(BEGUN)?.[1];
  asked += 1; // an answer to what is not asked any more comes too late
  if (typed === undefined) return close();
  const mine = asked;
  try {
    const answer = await fetch(`${field.dataset.people}?q=${encodeURIComponent(typed)}`, { credentials: "same-origin" });
    if (mine !== asked || !answer.ok || answer.redirected) return;
    open((await answer.json()).people);
  } catch {
    close(); // without a connection a name can still be typed whole
  }
});
document.addEventListener("keydown", (event) => {
  if (!list || event.target !== field) return;
  const now = list.querySelector("[aria-selected='true']");
  if (event.key === "Escape") close();
  else if (event.key === "ArrowDown") mark(now.nextElementSibling ?? list.firstElementChild);
  else if (event.key === "ArrowUp") mark(now.previousElementSibling ?? list.lastElementChild);
  else if (event.key === "Enter" || event.key === "Tab") choose(now);
  else return;
  event.preventDefault();
  event.stopPropagation();
}, true);
document.addEventListener("pointerdown", (event) => {
  const option = event.target.closest?.("#mentioning-list [role=option]");
  if (!option) return close();
  event.preventDefault();
  return choose(option);
});
