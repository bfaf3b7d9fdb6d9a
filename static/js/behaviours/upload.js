// form[data-upload] with hx-post and hx-encoding="multipart/form-data": shows [data-upload-progress] with its <progress>
// and [data-upload-words] while the file travels, says when it has arrived and is being checked, and what to do if the line breaks.
const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;

export default function attach(form) {
  const box = form.querySelector("[data-upload-progress]");
  if (!box) return;
  const bar = box.querySelector("progress");
  const words = box.querySelector("[data-upload-words]");
  form.addEventListener("htmx:beforeRequest", () => {
    box.hidden = false;
    bar.value = 0;
    words.textContent = "Sending";
  });
  form.addEventListener("htmx:xhr:progress", (event) => {
    const { loaded, total, lengthComputable } = event.detail;
    if (!lengthComputable || !total) return;
    if (loaded >= total) {
      bar.removeAttribute("value");
      words.textContent = "Arrived. Checking what is in it.";
    } else {
      bar.value = (loaded / total) * 100;
      words.textContent = `${megabytes(loaded)} of ${megabytes(total)}`;
    }
  });
  form.addEventListener("htmx:afterRequest", (event) => { if (event.detail.successful) box.hidden = true; });
  const broken = () => {
    bar.value = 0;
    words.textContent = "The connection broke before the file had arrived. Nothing was saved; press the button again.";
  };
  form.addEventListener("htmx:sendError", broken);
  form.addEventListener("htmx:timeout", broken);
}
