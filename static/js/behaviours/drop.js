// [data-drop] around one <input type=file>: shows name and size, a preview for pictures, and refuses early what is
// plainly too large (data-max-bytes). The server decides what a file really is. Parts: [data-drop-name],
// [data-drop-words], [data-drop-preview] (img, optional).
const size = (bytes) => bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1e3))} kB` : `${(bytes / 1e6).toFixed(1)} MB`;

export default function attach(zone) {
  const input = zone.querySelector("input[type=file]");
  const name = zone.querySelector("[data-drop-name]");
  const words = zone.querySelector("[data-drop-words]");
  const preview = zone.querySelector("[data-drop-preview]");
  const limit = Number(zone.dataset.maxBytes) || Infinity;
  const before = { name: name.textContent, words: words?.textContent ?? "" };
  let shown = null;

  const show = () => {
    if (shown) URL.revokeObjectURL(shown);
    shown = null;
    const [file] = input.files;
    const large = file && file.size > limit;
    zone.toggleAttribute("data-refused", Boolean(large));
    input.setCustomValidity(large ? `This file has ${size(file.size)}; at most ${size(limit)} are accepted. Choose a smaller one.` : "");
    name.textContent = file ? file.name : before.name;
    if (words) words.textContent = file ? (large ? input.validationMessage : `${size(file.size)}. Drop another to replace it.`) : before.words;
    if (!preview) return;
    preview.hidden = !file?.type.startsWith("image/") || large;
    if (!preview.hidden) preview.src = shown = URL.createObjectURL(file);
  };
  input.addEventListener("change", show);
  for (const type of ["dragenter", "dragover"]) zone.addEventListener(type, () => zone.setAttribute("data-over", ""));
  for (const type of ["dragleave", "drop", "dragend"]) zone.addEventListener(type, () => zone.removeAttribute("data-over"));
  input.form?.addEventListener("reset", () => setTimeout(show));
  show();
  return () => shown && URL.revokeObjectURL(shown);
}
