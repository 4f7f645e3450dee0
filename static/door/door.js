// The phone at the door: its pairing, its copy of the forum, what it does and what it learns. The
// screen listens to it: "change", "verdict", "conflict", "trouble".
import { recentHistory, refusedActs, trimHistory } from "./acts.js";
import { DoorApi } from "./api.js";
import { check, count, describeWalkIn, uncount, uncountable, undo, undoable } from "./checking.js";
import { DoorClock } from "./clock.js";
import { conflictOf, takeConflicts } from "./conflicts.js";
import { read, relaxed } from "./db.js";
import { LocalCopy } from "./local_copy.js";
import { leave, watchEnd } from "./pairing.js";
import { Pending } from "./pending.js";
import { Referrals } from "./referrals.js";
import { Sender } from "./sender.js";
import { Sync } from "./sync.js";
import { hashOf, readPairing, readTicket } from "./ticket.js";
import { UNKNOWN } from "./verdict.js";

const SETTINGS = { point: "", hasSound: true, hasVibration: true };

export class Door extends EventTarget {
  constructor(db) {
    super();
    this.db = db;
    this.api = new DoorApi();
    this.copy = new LocalCopy(db);
    this.clock = new DoorClock();
    this.pending = new Pending();
    this.sender = new Sender(db, this.api);
    this.sync = new Sync(this);
    this.referrals = new Referrals(this);
    this.settings = { ...SETTINGS };
    this.hall = null; // {inside, gauge, at} as the server last said
    this.conflicts = [];
    this.counts = []; // by hand, that this screen can still take back
    this.refusedCount = 0;
    this.network = "unheard"; // unheard, online, offline, ill
    this.turns = Promise.resolve();
  }

  async load() {
    const [pairing, gone, settings, hall, conflicts, aheadMs] = await Promise.all(
      ["pairing", "gone", "settings", "hall", "conflicts", "aheadMs"].map((key) => this.meta(key)),
    );
    await Promise.all([this.copy.load(), this.pending.load(this.db), this.referrals.load()]);
    this.gone = gone || null;
    this.settings = { ...SETTINGS, ...settings };
    this.hall = hall || null;
    this.conflicts = conflicts || [];
    this.refusedCount = (await refusedActs(this.db)).filter(isReading).length;
    this.clock.aheadMs = aheadMs || 0;
    this.adopt(pairing || null);
    await watchEnd(this);
  }

  adopt(pairing) {
    this.pairing = pairing;
    this.api.token = pairing && pairing.token;
  }

  meta(key) {
    return read(this.db, "meta", (store) => store.get(key));
  }

  keep(key, value) {
    return relaxed(this.db, ["meta"], (store) => store.put(value, key)).catch((error) => this.trouble(error));
  }

  get isPaired() {
    return Boolean(this.pairing);
  }

  get isReady() {
    return this.isPaired && Boolean(this.copy.manifest);
  }

  get forumSlug() {
    return this.pairing ? this.pairing.forum.slug : "";
  }

  get deviceName() {
    return this.pairing ? this.pairing.device.name : "";
  }

  // The point chosen here, or the one that the agent gave the phone, or the first entry.
  get point() {
    const { points } = this.copy;
    const called = (code) => points.find((point) => point.code === code);
    const given = this.copy.manifest && this.copy.manifest.device.point;
    return (
      called(this.settings.point) || called(given) || points.find(({ kind }) => kind === "entry") || points[0] || null
    );
  }

  get inside() {
    return this.hall ? Math.max(0, this.hall.inside + this.pending.effect(this.forumSlug)) : null;
  }

  get gauge() {
    return (this.hall && this.hall.gauge) || (this.copy.forum && this.copy.forum.gauge) || null;
  }

  changed() {
    this.tell("change");
  }

  tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  trouble(error) {
    this.tell("trouble", error);
  }

  // One act after the other: the second reading of a badge must know of the first.
  inTurn(work) {
    const done = this.turns.then(work);
    this.turns = done.catch(() => {});
    return done;
  }

  // A code read by the camera, the wedge or a test.
  async readCode(text) {
    const startedAt = performance.now();
    const ticket = readTicket(text);
    if (ticket) return this.checkBadge(await hashOf(ticket), { ticket }, startedAt);
    const code = readPairing(text);
    this.tell("verdict", { verdict: code ? "pairing" : "foreign", code, at: this.clock.now() });
    return null;
  }

  checkBadge(h, naming, startedAt = performance.now()) {
    return this.inTurn(async () => {
      if (!this.point) return null;
      const outcome = await this.attempt(() => check(this, h, naming));
      if (!outcome) return null;
      performance.measure("verdict", { start: startedAt });
      const isChecking = outcome.verdict === UNKNOWN && this.network === "online";
      this.tell("verdict", { ...outcome, naming, isChecking });
      this.changed();
      this.sync.kick();
      if (isChecking) this.lookAgain(h, naming);
      return outcome;
    });
  }

  // A badge printed a moment ago at the desk: the copy is brought up to date, then asked again.
  async lookAgain(h, naming) {
    await this.sync.now();
    await this.sync.running;
    if (this.copy.badges.has(h)) await this.checkBadge(h, naming);
    else this.tell("checked", { h });
  }

  async attempt(work) {
    try {
      return await work();
    } catch (error) {
      this.trouble(error);
      return null;
    }
  }

  async undoLast() {
    return this.inTurn(async () => {
      const line = await this.lastUndoable();
      if (!line) return null;
      return this.attempt(async () => {
        await undo(this, line);
        this.changed();
        this.sync.kick();
        return line;
      });
    });
  }

  async lastUndoable() {
    return undoable(await recentHistory(this.db), this.copy, Date.now());
  }

  count(people) {
    return this.act(async () => this.counts.push(await count(this, people)));
  }

  // The last count by hand of this phone, while it is not too late; none otherwise.
  get lastCount() {
    this.counts = uncountable(this.counts, Date.now());
    return this.counts.at(-1) || null;
  }

  undoCount() {
    return this.act(async () => {
      const last = this.lastCount;
      if (!last) return;
      await uncount(this, last);
      this.counts.pop();
    });
  }

  describeWalkIn(outcome, walkIn) {
    return this.act(() => describeWalkIn(this, outcome, walkIn));
  }

  act(work) {
    return this.inTurn(async () => {
      const done = await this.attempt(async () => {
        await work();
        return true;
      });
      this.changed();
      this.sync.kick();
      return Boolean(done);
    });
  }

  choose(changes) {
    this.settings = { ...this.settings, ...changes };
    this.changed();
    return this.keep("settings", this.settings);
  }

  cut(isCut) {
    this.api.isCut = isCut;
    this.changed();
    return this.sync.now();
  }

  heard(isHeard, error) {
    this.network = isHeard ? "online" : error && error.status ? "ill" : "offline";
    this.changed();
  }

  async settled({ answered, refused }) {
    this.pending.settle([...answered, ...refused].map(({ entry }) => entry));
    this.refusedCount += refused.map(({ entry }) => entry).filter(isReading).length;
    const gained = answered.reduce((sum, { entry }) => sum + (entry.effect || 0), 0);
    if (this.hall) this.hall = { ...this.hall, inside: this.hall.inside + gained };
    const lines = answered.filter(({ answer }) => answer && answer.conflict).map(({ answer }) => conflictOf(answer));
    await takeConflicts(this, lines);
    await trimHistory(this.db);
    this.changed();
  }

  async learn(heartbeat, sentMs, receivedMs) {
    this.clock.learn(heartbeat.now, sentMs, receivedMs);
    this.hall = { inside: heartbeat.inside, gauge: heartbeat.gauge, at: heartbeat.now };
    await takeConflicts(this, heartbeat.conflicts || []);
    await Promise.all([this.keep("hall", this.hall), this.keep("aheadMs", this.clock.aheadMs)]);
  }

  start() {
    if (this.isPaired) this.sync.start();
    this.endTimer = setInterval(() => watchEnd(this), 30000);
  }

  stop() {
    this.sync.stop();
    clearInterval(this.endTimer);
  }

  dismissed() {
    return leave(this, "dismissed");
  }
}

// Referrals that were refused have a list of their own.
function isReading({ kind }) {
  return kind !== "referral";
}
