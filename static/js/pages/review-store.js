// What this browser keeps for a person and a piece of footage: drafts, and what has not reached the studio. Storage may be
// forbidden or full: then the page itself is the only place, and nothing here raises.
const room = document.querySelector("[data-room]");
const PERSON = room?.dataset.person ?? "";
// A guest comes by a link, whoever is signed in.
export const isGuest = PERSON.startsWith("guest-");
const PREFIX = `${PERSON}:${room?.dataset.room ?? ""}`;

export const keyOf = (name) => `${name}:${PREFIX}`;

export const read = (name) => readAt(keyOf(name));
export const write = (name, value) => writeAt(keyOf(name), value);
// The same for a person in every room.
export const readFor = (name) => readAt(`${name}:${PERSON}`);
export const writeFor = (name, value) => writeAt(`${name}:${PERSON}`, value);

function readAt(key) {
  try {
    return JSON.parse(localStorage.getItem(key) ?? "null");
  } catch {
    return null;
  }
}

function writeAt(key, value) {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, JSON.stringify(value));
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
