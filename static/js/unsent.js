// Texts that the server has not accepted yet, kept in this browser until it has.
export function keepUnsent(key, draft) {
  attempt(() => localStorage.setItem(key, JSON.stringify(draft)));
}

export function forgetUnsent(key) {
  attempt(() => localStorage.removeItem(key));
}

export function unsentOf(key) {
  return attempt(() => JSON.parse(localStorage.getItem(key)));
}

// Every text kept under names that begin with this one.
export function allUnsent(prefix) {
  const keys = attempt(() => Object.keys(localStorage).filter((key) => key.startsWith(`${prefix}:`))) ?? [];
  return keys.map((key) => ({ key, draft: unsentOf(key) })).filter(({ draft }) => draft?.text);
}

// A browser may refuse to keep anything (private window, no room left).
function attempt(work) {
  try {
    return work();
  } catch {
    return null;
  }
}
