// [data-recorder="file-input-id"][data-seconds-max]: records a take from the microphone and puts it into the file input
// on [data-keep] (with a change event, so the drop zone shows it). Parts: [data-record], [data-stop], [data-again], [data-level]
// (meter), [data-clock], [data-listen] (audio), [data-say] (sentences); [data-when="recording"|"heard"] show in that phase.
const KINDS = [["audio/webm;codecs=opus", "webm"], ["audio/ogg;codecs=opus", "ogg"], ["audio/mp4", "m4a"]];
const REFUSALS = {
  NotAllowedError: "The browser refused the microphone. Allow it beside the address of this page, then press Record again; or upload a file.",
  NotFoundError: "No microphone was found. Connect one and press Record again, or upload a file.",
  NotReadableError: "Another program is using the microphone. Close it and press Record again, or upload a file.",
};

export default function attach(box) {
  const part = (name) => box.querySelector(`[data-${name}]`);
  const limit = Number(box.dataset.secondsMax) || 60;
  const say = (words) => { part("say").textContent = words; };
  let recorder = null, stream = null, sound = null, timer = 0, take = null, isOpening = false;

  // The form says how the take came to be; a file chosen by hand is an upload.
  const input = document.getElementById(box.dataset.recorder);
  const source = input?.form?.querySelector("[name$=source]");
  const sender = input?.form?.querySelector(".form__actions button:not([type=button])")?.textContent.trim();
  if (source) input.addEventListener("change", (event) => { if (event.isTrusted) source.value = "upload"; });

  const phase = (name) => {
    box.dataset.phase = name;
    box.querySelectorAll("[data-when]").forEach((one) => { one.hidden = one.dataset.when !== name; });
    part("record").hidden = name !== "idle";
    part("stop").hidden = name !== "recording";
  };
  const release = () => {
    clearInterval(timer);
    stream?.getTracks().forEach((track) => track.stop());
    sound?.close().catch(() => {});
    stream = sound = null;
  };
  const meter = () => {
    sound = new AudioContext();
    const analyser = sound.createAnalyser();
    sound.createMediaStreamSource(stream).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    const began = performance.now();
    timer = setInterval(() => {
      analyser.getFloatTimeDomainData(samples);
      part("level").value = Math.max(...samples.map(Math.abs));
      const seconds = (performance.now() - began) / 1000;
      part("clock").textContent = `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
      if (seconds >= limit) {
        recorder.stop();
        say(`Stopped at ${limit} seconds, the longest that can be recorded here.`);
      }
    }, 60);
  };
  const record = async () => {
    if (isOpening || recorder?.state === "recording") return;
    say("");
    if (!navigator.mediaDevices?.getUserMedia || !window.MediaRecorder) {
      return say("This browser cannot record here: recording needs https (or localhost) and a current browser. Upload a file instead.");
    }
    isOpening = true;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false } });
    } catch (refused) {
      return say(REFUSALS[refused.name] ?? `The microphone could not be opened (${refused.name}). Upload a file instead.`);
    } finally {
      isOpening = false;
    }
    if (!box.isConnected) return release(); // the form went while the browser asked
    const [type, extension] = KINDS.find(([kind]) => MediaRecorder.isTypeSupported(kind)) ?? ["", "webm"];
    const chunks = [];
    recorder = new MediaRecorder(stream, type ? { mimeType: type, audioBitsPerSecond: 128000 } : undefined);
    recorder.ondataavailable = (event) => chunks.push(event.data);
    recorder.onstop = () => {
      release();
      const name = `take ${new Date().toISOString().slice(0, 16).replace(":", "-").replace("T", " ")}.${extension}`;
      take = new File(chunks, name, { type: recorder.mimeType.split(";")[0] });
      part("listen").src = URL.createObjectURL(take);
      phase("heard");
      part("keep").focus();
    };
    recorder.start(1000);
    meter();
    phase("recording");
    part("stop").focus();
  };
  const keep = () => {
    const files = new DataTransfer();
    files.items.add(take);
    input.files = files.files;
    if (source) source.value = "recording";
    input.dispatchEvent(new Event("change", { bubbles: true }));
    phase("idle");
    say(`Kept as “${take.name}”. It is sent with “${sender}”.`);
  };
  // What was recorded and heard goes with the form that is sent; else it would be gone with the answer. Before whatever sends it.
  const sending = (event) => {
    if (event.target !== input?.form) return;
    if (box.dataset.phase === "heard") return keep();
    if (box.dataset.phase !== "recording") return;
    event.preventDefault();
    event.stopImmediatePropagation();
    say("Stop the recording first: then it is sent too.");
    part("stop").focus();
  };
  document.addEventListener("submit", sending, true);
  part("record").addEventListener("click", record);
  part("stop").addEventListener("click", () => recorder?.stop());
  part("again").addEventListener("click", () => { URL.revokeObjectURL(part("listen").src); phase("idle"); record(); });
  part("keep").addEventListener("click", () => { keep(); part("record").focus(); });
  phase("idle");
  return () => {
    document.removeEventListener("submit", sending, true);
    if (recorder?.state === "recording") recorder.stop();
    release();
  };
}
