// The door API. What goes wrong is one of three things: nobody answers (try again), this phone is
// no longer allowed, or the server refuses what was sent.
const ROOT = "/api/v1";
const PATIENCE_MS = 12000;

export class UnreachableError extends Error {}
export class UnauthorizedError extends Error {}

export class RefusedError extends Error {
  constructor(status, detail) {
    super(detail || `Réponse ${status}`);
    this.status = status;
  }
}

export class DoorApi {
  constructor() {
    this.token = null;
    this.isCut = false; // « s’entraîner hors ligne »
  }

  pair(code) {
    return this.send("POST", "/door/pair", { code });
  }

  // Nothing when the copy is still good.
  async manifest(etag) {
    return this.send("GET", "/door/manifest", undefined, etag ? { "If-None-Match": etag } : {});
  }

  changes(since) {
    return this.send("GET", `/door/changes?since=${encodeURIComponent(since)}`);
  }

  checkIns(scans) {
    return this.send("POST", "/checkins/batch", { scans });
  }

  undo(body) {
    return this.send("POST", "/checkins/undo", body);
  }

  count(body) {
    return this.send("POST", "/door/counts", body);
  }

  uncount(body) {
    return this.send("POST", "/door/counts/undo", body);
  }

  refer(body) {
    return this.send("POST", "/door/referrals", body);
  }

  referrals() {
    return this.send("GET", "/door/referrals");
  }

  // Nothing when the kit is still good.
  referralKit(etag) {
    return this.send("GET", "/door/referral-kit", undefined, etag ? { "If-None-Match": etag } : {});
  }

  heartbeat(body) {
    return this.send("POST", "/door/heartbeat", body);
  }

  // Only what speaks JSON is our server: the page of the hall's Wi-Fi (« acceptez les conditions »)
  // answers 200, 401 or 403 too, and must neither wipe the phone nor refuse a scan.
  async send(method, path, body, headers = {}) {
    const { status, etag, text } = await this.reach(method, path, body, headers);
    if (status === 304) return null;
    const answer = parsed(text);
    if (status >= 500 || status === 429 || !answer) throw unreachable(status, answer);
    if (status === 401) throw new UnauthorizedError();
    if (status >= 400) throw new RefusedError(status, answer.detail);
    return etag ? { ...answer, etag } : answer;
  }

  async reach(method, path, body, headers) {
    if (this.isCut) throw new UnreachableError("Coupure simulée");
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), PATIENCE_MS);
    try {
      const response = await fetch(ROOT + path, {
        method,
        cache: "no-store",
        credentials: "omit",
        signal: patience.signal,
        body: body && JSON.stringify(body),
        headers: {
          Accept: "application/json",
          ...(body ? { "Content-Type": "application/json" } : {}),
          ...(this.token ? { Authorization: `Bearer ${this.token}` } : {}),
          ...headers,
        },
      });
      return { status: response.status, etag: response.headers.get("ETag"), text: await response.text() };
    } catch (error) {
      throw new UnreachableError(error.message);
    } finally {
      clearTimeout(timer);
    }
  }
}

function parsed(text) {
  try {
    const answer = JSON.parse(text);
    return answer && typeof answer === "object" ? answer : null;
  } catch {
    return null;
  }
}

function unreachable(status, answer) {
  const error = new UnreachableError((answer && answer.detail) || `Réponse ${status}`);
  error.status = status;
  return error;
}
