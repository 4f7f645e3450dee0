// The site, as the phone talks to it. What goes wrong is one of three things: nobody answers (try again
// later), nobody is signed in on this phone, or the site refuses what was sent.
const ROOT = "/cua-mobile/remise";
const PATIENCE_MS = 60_000; // photos, on a slow network

export class UnreachableError extends Error {}
export class SignedOutError extends Error {}

export class RefusedError extends Error {
  constructor(status, answer) {
    super(answer.detail || `Réponse ${status}`);
    this.status = status;
    this.problems = answer.problems || [];
  }
}

// The kit: trips, who has the vehicles, whose account it is, and a token for what is sent next.
export async function fetchKit() {
  const { status, answer } = await reach(`${ROOT}/donnees`, {});
  if (status === 401 || status === 403) throw new SignedOutError(answer.detail);
  if (status !== 200) throw new UnreachableError(answer.detail);
  return answer;
}

export async function send(entry, token) {
  const { status, answer } = await reach(`${ROOT}/envois/${entry.booking_id}/${entry.way}`, {
    method: "POST",
    body: bodyOf(entry),
    headers: { "X-CSRFToken": token },
  });
  // 400: the session changed since the token was given; 408 and 425 say by themselves to try again.
  if ([400, 408, 425, 429].includes(status) || status >= 500) throw new UnreachableError(answer.detail);
  if (status >= 400) throw new RefusedError(status, answer);
  return answer;
}

function bodyOf({ client_id, fields, photos, at }) {
  const body = new FormData();
  const captions = photos.map(({ caption }) => caption);
  body.append("data", JSON.stringify({ ...fields, client_id, at, captions, sent_at: new Date().toISOString() }));
  photos.forEach(({ blob }, n) => body.append("photos", blob, `photo-${n + 1}`));
  return body;
}

// Only what speaks JSON is our site: the page of a hall's Wi-Fi answers 200 too.
async function reach(path, options) {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), PATIENCE_MS);
  try {
    const response = await fetch(path, {
      cache: "no-store",
      credentials: "same-origin",
      redirect: "error",
      signal: patience.signal,
      ...options,
      headers: { Accept: "application/json", ...options.headers },
    });
    return { status: response.status, answer: await response.json() };
  } catch (error) {
    throw new UnreachableError(error.message);
  } finally {
    clearTimeout(timer);
  }
}
