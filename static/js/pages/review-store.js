// What this browser keeps for a person and a piece of footage: drafts, and what has not reached the studio. Storage may be
// forbidden or full: then the page itself is the only place, and nothing here raises.
const room = document.querySelector("[data-room]");
const PREFIX = `${room?.dataset.person ?? ""}:${room?.dataset.room ?? ""}`;

export const keyOf = (name) => `${name}:${PREFIX}`;

export function read(name) {
  try {
    return JSON.parse(localStorage.getItem(keyOf(name)) ?? "null");
  } catch {
    return null;
  }
}

export function write(name, value) {
  try {
    if (value === null) localStorage.removeItem(keyOf(name));
    else localStorage.setItem(keyOf(name), JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}

// crypto.randomUUID exists only under https and on localhost.
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
