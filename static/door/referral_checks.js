// What would be refused by the server hours later, when the person has gone, is said while they are
// here. services/sensitive_text.py, addresses.py and clean_values.py have the last word.
const GAP = "[ .\\-/\\u00a0\\u202f]{0,2}";
const NIR = /^[1-478]\d{2}(?:0[1-9]|1[0-2]|[23]\d|4[0-2]|[5-9]\d)(?:\d{2}|2[AB])\d{6}(?:\d{2})?$/;
const NIR_LIKE = new RegExp(`(?<![0-9A-Za-z])(?=(\\d(?:${GAP}[0-9ABab]){12}(?:${GAP}\\d\\d)?)(?!\\d))`, "g");
const IBAN_LIKE = new RegExp(`(?<![0-9A-Za-z])(?=([A-Za-z]{2}${GAP}\\d${GAP}\\d(?:${GAP}[0-9A-Za-z]){11,30}))`, "g");
const RIB_LIKE = new RegExp(`(?<![0-9A-Za-z])(?=(\\d(?:${GAP}[0-9A-Za-z]){22})(?![0-9A-Za-z]))`, "g");
const RIB = /^\d{10}[0-9A-Z]{11}\d{2}$/;
const RIB_DIGITS = { A: 1, B: 2, C: 3, D: 4, E: 5, F: 6, G: 7, H: 8, I: 9, J: 1, K: 2, L: 3, M: 4, N: 5, O: 6, P: 7, Q: 8, R: 9, S: 2, T: 3, U: 4, V: 5, W: 6, X: 7, Y: 8, Z: 9 };
const SHORTEST_IBAN = 15;
const EMAIL = /^[^\s@"(),:;<>[\\\]]+@[^\s@.]+(\.[^\s@.]+)+$/;
const PHONE = /^((\+33|0033)0?[1-9]\d{8}|0[1-9]\d{8}|\+(?!33)[1-9]\d{6,14}|3\d{3}|10\d{2}|11[2-9]|116\d{3}|118\d{3}|1[578])$/;

const NIR_REFUSED = "Ce texte contient ce qui ressemble à un numéro de sécurité sociale : retirez-le, il n’a pas le droit d’être gardé.";
const ACCOUNT_REFUSED = "Ce texte contient ce qui ressemble à un numéro de compte bancaire : retirez-le, il n’a pas le droit d’être gardé.";

// What is wrong with the text, in words; nothing when it is right.
export function sensitive(text) {
  if (found(text, NIR_LIKE).some((candidate) => NIR.test(candidate))) return NIR_REFUSED;
  const accounts = [...found(text, IBAN_LIKE), ...found(text, RIB_LIKE)];
  return accounts.some((candidate) => isIban(candidate) || isRib(candidate)) ? ACCOUNT_REFUSED : "";
}

export function wrongEmail(text) {
  const email = text.trim();
  return !email || EMAIL.test(email) ? "" : "Cette adresse n’est pas valable. Corrigez-la, ou laissez vide.";
}

export function wrongPhone(text) {
  const phone = text.replace(/[\s.\-/()]+/g, "");
  return !phone || PHONE.test(phone) ? "" : "Ce numéro n’est pas valable. Corrigez-le, ou laissez vide.";
}

export function wrongYear(text, now) {
  const year = text.trim();
  const isRight = !year || (/^\d{4}$/.test(year) && Number(year) >= now.getFullYear() - 120 && Number(year) <= now.getFullYear());
  return isRight ? "" : "Écrivez une année, par exemple 1984, ou laissez vide.";
}

function found(text, pattern) {
  return [...text.matchAll(pattern)].map(([, candidate]) => candidate.replace(/[^0-9A-Za-z]/g, "").toUpperCase());
}

function isIban(compact) {
  if (/^FR\d{12}/.test(compact) && compact.length >= 27) return true;
  if (!/^[A-Z]{2}\d{2}/.test(compact)) return false;
  for (let length = SHORTEST_IBAN; length <= compact.length; length += 1) {
    if (remainder(compact.slice(4, length) + compact.slice(0, 4)) === 1n) return true;
  }
  return false;
}

function remainder(text) {
  return BigInt([...text].map((letter) => parseInt(letter, 36)).join("")) % 97n;
}

function isRib(compact) {
  if (!RIB.test(compact)) return false;
  return BigInt([...compact].map((letter) => RIB_DIGITS[letter] ?? letter).join("")) % 97n === 0n;
}
