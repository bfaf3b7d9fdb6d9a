// Frames and time, at a rational rate (numerator / denominator frames per second, such as 30000 / 1001).
// A frame is shown from n / rate to (n + 1) / rate; its middle is the one moment every browser agrees on.
export const timeOf = (frame, rate) => ((frame + 0.5) * rate.denominator) / rate.numerator;
export const frameAt = (seconds, rate) => Math.floor((seconds * rate.numerator) / rate.denominator + 1e-6);

export function timecode(frame, rate) {
  const perSecond = Math.round(rate.numerator / rate.denominator);
  const seconds = Math.floor(frame / perSecond);
  const two = (number) => String(number).padStart(2, "0");
  return `${two(Math.floor(seconds / 60))}:${two(seconds % 60)}:${two(frame % perSecond)}`;
}
