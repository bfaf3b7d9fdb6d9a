// form[data-upload] with hx-post and hx-encoding="multipart/form-data": shows [data-upload-progress] with its <progress>
// and [data-upload-words] while the file travels, says when it has arrived and is being checked, and what to do if the line breaks.
const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;

// A form that comes back with its sentences (422) is another element: the files chosen in the one before are put into it again.
const kept = new Map();

function keep(form, xhr) {
  if (xhr.status !== 422) return;
  const files = [...form.querySelectorAll("input[type=file]")].filter((input) => input.files.length);
  kept.set(form.id, new Map(files.map((input) => [input.name, input.files])));
}

function putBack(form) {
  for (const [name, files] of kept.get(form.id) ?? []) {
    const input = form.elements[name];
    if (!input) continue;
    input.files = files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }
  kept.delete(form.id);
}

export default function attach(form) {
  putBack(form);
  form.addEventListener("htmx:beforeOnLoad", (event) => keep(form, event.detail.xhr));
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
