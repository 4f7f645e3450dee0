// Asks the server what has changed, every few seconds: less and less often while it does not answer, and
// never while nobody looks.
const EVERY = 3000;
const AT_MOST = 30000;
const LATE_AFTER = 15000;

export class News {
  // `address` gives where to ask, `show` takes an answer, `say` what to tell the reader of the connection.
  constructor({ address, show, say, now }) {
    Object.assign(this, { address, show, say, now });
    this.failures = 0;
    this.heardAt = Date.now();
    document.addEventListener("visibilitychange", () => (document.hidden ? clearTimeout(this.timer) : this.ask()));
    window.addEventListener("online", () => this.ask());
  }

  // Whatever was answered last, the next answer is wanted whole.
  forget() { this.etag = null; }

  async ask() {
    if (this.asking) return;
    this.asking = true;
    clearTimeout(this.timer);
    try {
      await this.read();
    } catch {
      this.failures += 1;
      if (Date.now() - this.heardAt > LATE_AFTER) this.say("Connexion perdue : nouvel essai bientôt. Ce que vous tapez reste sur cet appareil.", true);
    } finally {
      this.asking = false;
    }
    if (!this.isOver && !document.hidden) this.timer = setTimeout(() => this.ask(), Math.min(AT_MOST, EVERY * 2 ** this.failures));
  }

  async read() {
    const headers = { Accept: "application/json", ...(this.etag ? { "If-None-Match": this.etag } : {}) };
    const response = await fetch(this.address(), { headers, cache: "no-store" });
    if (response.status === 401 || response.status === 403) {
      this.isOver = true;
      this.say("Votre session est terminée : rechargez la page pour vous connecter.", true);
      return;
    }
    if (response.status !== 304 && !response.ok) throw new Error(String(response.status));
    if (response.status === 200) {
      this.etag = response.headers.get("ETag");
      this.show(await response.json());
    }
    this.failures = 0;
    this.heardAt = Date.now();
    this.say(`En direct, ${this.now()}.`, false);
  }
}
