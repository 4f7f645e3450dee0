// What is typed about a person leaves this page sealed for the server: a key pair drawn for this
// text alone, an agreement with the server's public key, a cipher. The pair's private half is
// forgotten at once, so that this phone itself can never read the text again.
// services/stand_seal.py is the other half.
const CURVE = { name: "ECDH", namedCurve: "P-256" };
const INFO = new TextEncoder().encode("zna stand-seal 1");
const VERSION = 1;

// `key`: {key_id, public} as the kit gives it. `boundTo` is no secret but may not be changed either.
export async function seal(key, text, boundTo) {
  const encoder = new TextEncoder();
  const theirs = readBase64(key.public);
  const nonce = crypto.getRandomValues(new Uint8Array(12));
  const { privateKey, publicKey } = await crypto.subtle.generateKey(CURVE, false, ["deriveBits"]);
  const point = new Uint8Array(await crypto.subtle.exportKey("raw", publicKey));
  const server = await crypto.subtle.importKey("raw", theirs, CURVE, false, []);
  const agreed = await crypto.subtle.deriveBits({ name: "ECDH", public: server }, privateKey, 256);
  const contentKey = await contentKeyOf(agreed, joined(point, theirs));
  const algorithm = { name: "AES-GCM", iv: nonce, additionalData: encoder.encode(boundTo) };
  const closed = await crypto.subtle.encrypt(algorithm, contentKey, encoder.encode(text));
  return written(joined(new Uint8Array([VERSION]), readBase64(key.key_id), point, nonce, new Uint8Array(closed)));
}

async function contentKeyOf(agreed, salt) {
  const material = await crypto.subtle.importKey("raw", agreed, "HKDF", false, ["deriveKey"]);
  return crypto.subtle.deriveKey(
    { name: "HKDF", hash: "SHA-256", salt, info: INFO },
    material,
    { name: "AES-GCM", length: 256 },
    false,
    ["encrypt"],
  );
}

function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let place = 0;
  for (const part of parts) {
    whole.set(part, place);
    place += part.length;
  }
  return whole;
}

function readBase64(text) {
  return Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
}

function written(bytes) {
  const letters = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return btoa(letters).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}
