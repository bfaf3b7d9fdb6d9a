// [data-counter="2500"] around a textarea or input, with [data-counter-output] in it: how many characters, and when too many.
// Counted as the server counts: code points, line breaks as one.
export default function attach(box) {
  const field = box.querySelector("textarea, input");
  const output = box.querySelector("[data-counter-output]");
  const limit = Number(box.dataset.counter);
  if (!field || !output) return;
  const show = () => {
    const count = [...field.value].length;
    output.toggleAttribute("data-over", count > limit);
    output.textContent = count > limit ? `${count - limit} too many` : `${count.toLocaleString("en")} of ${limit.toLocaleString("en")}`;
  };
  field.addEventListener("input", show);
  field.form?.addEventListener("reset", () => setTimeout(show));
  show();
}
