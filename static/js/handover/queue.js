// Handovers on their way: kept, sent in order, put aside when refused, corrected and sent again.
import { fetchKit, RefusedError, send, SignedOutError, UnreachableError } from "./api.js";
import { all, one, write } from "./db.js";

const SENT_KEPT = 10;
const DRAFT_MS = 14 * 24 * 60 * 60 * 1000; // a form that nobody finished in two weeks is nobody's

export class Queue extends EventTarget {
  constructor(db) {
    super();
    this.db = db;
    this.kit = null;
    this.state = "unknown"; // online, offline, signed_out
    this.queue = [];
    this.refused = [];
    this.sent = [];
  }

  async load() {
    this.kit = (await one(this.db, "meta", "kit")) || null;
    await this.read();
  }

  async read() {
    [this.queue, this.refused, this.sent] = await Promise.all(["queue", "refused", "sent"].map((store) => all(this.db, store)));
    this.sent.sort((one_, other) => other.sent_at.localeCompare(one_.sent_at));
    this.dispatchEvent(new Event("change"));
  }

  // On the disk when it resolves: the draft is gone only once the handover is in the queue. One that
  // had been refused leaves its place at the same instant, with the same id.
  async add(entry, draftKey) {
    await write(this.db, ["queue", "drafts", "refused"], (queue, drafts, refused) => {
      queue.add(entry);
      drafts.delete(draftKey);
      refused.delete(entry.client_id);
    });
    await this.read();
  }

  async forget(clientId) {
    await write(this.db, ["refused"], (refused) => refused.delete(clientId));
    await this.read();
  }

  // What this phone says of a trip, before the site knows: « depart » or « retour » once kept here.
  waits(bookingId, way) {
    return [...this.queue, ...this.refused].some((entry) => entry.booking_id === bookingId && entry.way === way);
  }

  // One conversation at a time, in whichever tab.
  async sync() {
    const work = async () => {
      try {
        await this.converse();
        this.state = "online";
      } catch (error) {
        if (error instanceof SignedOutError) this.state = "signed_out";
        else if (error instanceof UnreachableError) this.state = "offline";
        else throw error;
      }
    };
    if (navigator.locks) await navigator.locks.request("remises", (lock) => lock && work());
    else await work();
    await this.read();
  }

  async converse() {
    let kit = await this.learn();
    const entries = inOrder(await all(this.db, "queue"));
    let hasSent = false;
    for (const entry of entries) {
      if (!this.mayLeave(entry, kit)) continue;
      await this.sendOne(entry, kit.csrf);
      hasSent = true;
    }
    if (hasSent) kit = await this.learn();
  }

  async learn() {
    const kit = await fetchKit();
    const { csrf, ...kept } = kit;
    const forgotten = (await all(this.db, "drafts")).filter(({ kept_at }) => Date.now() - kept_at > DRAFT_MS);
    await write(this.db, ["meta", "drafts"], (meta, drafts) => {
      meta.put(kept, "kit");
      for (const { key } of forgotten) drafts.delete(key);
    });
    this.kit = kept;
    return kit;
  }

  // Not under somebody else's name; and not the return of a departure that was refused.
  mayLeave(entry, kit) {
    const isHeld = this.refused.some((other) => other.booking_id === entry.booking_id && other.client_id !== entry.client_id);
    return entry.account.id === kit.account.id && !isHeld;
  }

  async sendOne(entry, token) {
    try {
      const answer = await send(entry, token);
      await this.settle(entry, answer);
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      await this.putAside(entry, error);
    }
    await this.read();
  }

  async settle(entry, answer) {
    const line = { client_id: entry.client_id, title: entry.title, sent_at: new Date().toISOString(), at: answer.at };
    const old = this.sent.slice(SENT_KEPT - 1);
    await write(this.db, ["queue", "sent"], (queue, sent) => {
      queue.delete(entry.n);
      sent.put(line);
      for (const { client_id } of old) sent.delete(client_id);
    });
  }

  async putAside(entry, error) {
    const { n, ...kept } = entry;
    await write(this.db, ["queue", "refused"], (queue, refused) => {
      queue.delete(n);
      refused.put({ ...kept, reason: error.message, problems: error.problems });
    });
  }
}

// As they were kept; but a departure that was corrected goes before the return that waited behind it.
function inOrder(entries) {
  const departures = new Map(entries.filter(({ way }) => way === "depart").map(({ booking_id, n }) => [booking_id, n]));
  const rank = ({ way, booking_id, n }) => (way === "retour" ? Math.max(n, (departures.get(booking_id) ?? 0) + 0.5) : n);
  return [...entries].sort((one_, other) => rank(one_) - rank(other));
}
