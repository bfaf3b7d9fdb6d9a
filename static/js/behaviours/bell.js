// a[data-bell="address"][data-seen="3"]: asks every half a minute whether something is unread that was not; 204 is no. Not a live
// part: it follows no job, and asks on every page. A hidden tab does not ask; it asks when it is looked at again.
// The link stays the same element, so that it keeps the focus.
const EVERY_MS = 30_000;

function show(bell, fresh) {
  const words = document.getElementById("bell-words");
  if (words && Number(fresh.dataset.seen) > Number(bell.dataset.seen)) words.textContent = fresh.getAttribute("aria-label");
  bell.dataset.seen = fresh.dataset.seen;
  bell.setAttribute("aria-label", fresh.getAttribute("aria-label"));
  bell.replaceChildren(...fresh.childNodes);
}

export default function attach(bell) {
  let asked = Date.now();
  let timer = 0;

  async function ask() {
    if (document.hidden || Date.now() - asked < EVERY_MS - 500) return;
    asked = Date.now();
    let answer;
    try {
      answer = await fetch(`${bell.dataset.bell}?seen=${bell.dataset.seen}`, { redirect: "manual", cache: "no-store" });
    } catch {
      return; // no line at the moment: the next time
    }
    if (answer.type === "opaqueredirect") { stop(); return; } // signed out meanwhile
    if (answer.status !== 200) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("[data-bell]");
    if (fresh) show(bell, fresh);
  }

  function stop() {
    clearInterval(timer);
    document.removeEventListener("visibilitychange", ask);
  }

  timer = setInterval(ask, EVERY_MS);
  document.addEventListener("visibilitychange", ask);
  return stop;
}
