// The reason of a decision, kept like everything that is typed here: in this browser, until it stands among what this person decided.
import { read, write } from "./review-store.js";

const REASON = "reason";
const field = () => document.getElementById("id_reason");
const bare = (words) => words.trim().replace(/\s+/g, " ");
const isSaid = (words) => [...document.querySelectorAll("[data-reason-given]")].some((one) => bare(one.textContent) === bare(words));

document.addEventListener("input", (event) => {
  if (event.target === field()) write(REASON, field().value.trim() ? field().value : null);
});
document.addEventListener("decision-made", () => write(REASON, null));
// The form came anew with an answer that decided nothing: what was written into it stays.
document.addEventListener("decision-withdrawn", putBack);

function putBack() {
  const kept = read(REASON);
  if (kept && field() && !field().value) field().value = kept;
}
if (isSaid(read(REASON) ?? "")) write(REASON, null);
putBack();
