// The link to the frame that is shown, or to the range: copied, or, where a browser forbids that (no https), put into the address bar.
import { toast } from "./toast.js";

export function linkTo(frame, last) {
  const link = new URL(location.pathname, location.href);
  link.searchParams.set("frame", frame);
  if (last !== null && last > frame) link.searchParams.set("last", last);
  return link.href;
}

export default async function copyLink(frame, last) {
  const link = linkTo(frame, last);
  try {
    await navigator.clipboard.writeText(link);
    toast(`Copied: the link opens this version at exactly this ${last !== null && last > frame ? "range" : "frame"}.`, "success");
  } catch {
    history.replaceState(history.state, "", link);
    toast("The address of this page is now the link to what you see: copy it from there.");
  }
}
