// The reason of a decision, kept like everything that is typed here: in this browser, until it stands among what was decided.
import { read, write } from "./review-store.js";

const REASON = "reason";
const field = () => document.getElementById("id_reason");
const isSaid = (words) => ["room-live", "guest-mine"].some((id) => document.getElementById(id)?.textContent.includes(words.trim()));

document.addEventListener("input", (event) => {
  if (event.target === field()) write(REASON, field().value.trim() ? field().value : null);
});
document.addEventListener("decision-made", () => write(REASON, null));

const kept = read(REASON);
if (kept && isSaid(kept)) write(REASON, null);
else if (kept && field() && !field().value) field().value = kept;
