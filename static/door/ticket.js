// What a code read says: a badge, a pairing link, or something that is none of ours.
const TICKET = /^ZNR[A-Z2-7]{20}$/;
const PAIRING = /\/porte\/?#([A-Za-z0-9_-]{6,80})$/;
const TYPED_CODE = /^[A-Za-z0-9_-]{6,80}$/;

export function readTicket(text) {
  const ticket = text.trim().toUpperCase();
  return TICKET.test(ticket) ? ticket : null;
}

export function readPairing(text) {
  const found = PAIRING.exec(text.trim());
  return found ? found[1] : null;
}

// A code typed by hand, with or without its spaces, or the whole link pasted.
export function readTypedCode(text) {
  const code = readPairing(text) || text.replace(/\s+/g, "");
  return TYPED_CODE.test(code) ? code : null;
}

// The first 96 bits of SHA-256, in hexadecimal: what the phone knows a badge by.
export async function hashOf(ticket) {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(ticket));
  return Array.from(new Uint8Array(digest, 0, 12), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function padded(number) {
  return String(number).padStart(4, "0");
}
