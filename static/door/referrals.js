// Referrals made at this phone's stand. What is typed about a person is sealed for the server before
// it is written down: the phone keeps the time, whom to, and later the number and the state. Each is
// an act of the same queue as the scans, sent as many times as it takes.
import { recordAct, refusedActs, retryRefused, settle } from "./acts.js";
import { UnauthorizedError, UnreachableError } from "./api.js";
import { isFinal } from "./sender.js";
import { seal } from "./seal.js";

const KIT_MS = 5 * 60 * 1000;
const KIND = "referral";

export class Referrals {
  constructor(door) {
    this.door = door;
    this.clear();
  }

  clear() {
    this.kit = null;
    this.known = []; // what the server says of this stand's referrals
    this.refused = [];
    this.askedAt = 0;
  }

  async load() {
    this.clear();
    const [kit, known, refused] = await Promise.all([
      this.door.meta("kit"),
      this.door.meta("standReferrals"),
      refusedActs(this.door.db),
    ]);
    this.kit = kit || null;
    this.known = known || [];
    this.refused = refused.filter(({ kind }) => kind === KIND);
  }

  // Somebody may be referred from here: the phone is at the stand that an agent set it up at.
  get isOpen() {
    const { point } = this.door;
    return Boolean(this.kit && point && point.code === this.kit.point);
  }

  // Chosen here, but not set up there: this phone may not speak for that stand.
  get isElsewhere() {
    const { point } = this.door;
    return Boolean(point && point.kind === "stand" && !this.isOpen);
  }

  get waiting() {
    return this.door.pending.of(this.door.forumSlug).filter(({ kind }) => kind === KIND);
  }

  // `said` is what was typed; `about` the little that the phone keeps of it in clear.
  async save(said, about) {
    const { door, kit } = this;
    const madeAt = new Date().toISOString();
    const clientId = crypto.randomUUID();
    const sealed = await seal(kit.seal, JSON.stringify(said), `${clientId}\n${madeAt}\n${kit.point}`);
    const body = { client_id: clientId, made_at: madeAt, point: kit.point, sealed };
    const entry = { kind: KIND, forum: door.forumSlug, about: { ...about, at: madeAt }, body };
    return door.act(async () => door.pending.add(await recordAct(door.db, entry), entry));
  }

  // One that the server is ill of lets the others pass; without network, none is tried further.
  async drain() {
    let trouble = null;
    let hasSent = false;
    for (const entry of this.waiting) {
      try {
        await this.send(entry);
        hasSent = true;
      } catch (error) {
        trouble = error;
        if (error instanceof UnauthorizedError || (error instanceof UnreachableError && !error.status)) break;
      }
    }
    if (hasSent) this.askedAt = 0;
    if (trouble) throw trouble;
    return hasSent;
  }

  async send(entry) {
    const { door } = this;
    try {
      const answer = await door.api.refer({ ...entry.body, sent_at: new Date().toISOString() });
      await this.remember(entry, answer);
      await this.settle({ answered: [{ entry, answer }], refused: [] });
    } catch (error) {
      if (!isFinal(error, [409])) throw error;
      await this.settle({ answered: [], refused: [{ entry, reason: error.message }] });
    }
  }

  async settle(settled) {
    await settle(this.door.db, settled.answered, settled.refused);
    this.refused = (await refusedActs(this.door.db)).filter(({ kind }) => kind === KIND);
    await this.door.settled(settled);
  }

  remember(entry, { number }) {
    const line = { client_id: entry.body.client_id, number, made_at: entry.about.at, receiver: entry.about.receiver };
    const others = this.known.filter(({ client_id }) => client_id !== line.client_id);
    this.known = [{ ...line, state_label: number ? "Enregistrée" : "Entraînement : rien n’est parti" }, ...others];
    this.door.tell("referred", line);
    return this.door.keep("standReferrals", this.known);
  }

  // The kit and the stand's list, from time to time; a phone that is at no stand asks for nothing.
  async learn() {
    const { door } = this;
    if (!this.isAtStand()) return this.kit && this.forget();
    if (Date.now() - this.askedAt < KIT_MS) return undefined;
    try {
      const kit = await door.api.referralKit(this.kit && this.kit.etag);
      if (kit) {
        this.kit = kit;
        await door.keep("kit", kit);
      }
      await this.list();
      this.askedAt = Date.now();
    } catch (error) {
      if (!isFinal(error)) throw error;
      await this.forget();
    }
    door.changed();
    return undefined;
  }

  isAtStand() {
    const { manifest, points } = this.door.copy;
    const place = manifest && points.find(({ code }) => code === manifest.device.point);
    return Boolean(place && place.kind === "stand");
  }

  async list() {
    const { referrals } = await this.door.api.referrals();
    const told = new Set(referrals.map(({ client_id }) => client_id));
    // Rehearsals are known here alone.
    this.known = [...this.known.filter(({ client_id, number }) => !number && !told.has(client_id)), ...referrals];
    await this.door.keep("standReferrals", this.known);
    this.door.changed();
  }

  async forget() {
    this.kit = null;
    this.askedAt = Date.now();
    await this.door.keep("kit", null);
    this.door.changed();
  }

  // Put aside by the server; an agent has mended the reason since.
  async retry({ n, ...entry }) {
    const again = { kind: entry.kind, forum: entry.forum, about: entry.about, body: entry.body };
    await this.door.act(async () => this.door.pending.add(await retryRefused(this.door.db, n, again), again));
    await this.load();
    this.door.changed();
  }
}
