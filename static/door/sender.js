// Empties the queue: in order, in batches, each act as many times as it takes, for the server knows
// it again by its id. What the server will never take is put aside, never thrown away.
import { pendingActs, settle } from "./acts.js";
import { RefusedError } from "./api.js";

const BATCH = 500;

export class Sender {
  constructor(db, api) {
    this.db = db;
    this.api = api;
  }

  // Sends what can be sent for this forum; `onSettled` gets each lot of answers. Stops at the first
  // failure, which it lets through: what was not answered is still in the queue.
  async drain(forum, onSettled) {
    for (;;) {
      const acts = await pendingActs(this.db);
      const lot = nextLot(acts, forum, Date.now());
      if (!lot.length) return;
      const settled = await this.sendLot(lot);
      await settle(this.db, settled.answered, settled.refused);
      await onSettled(settled);
    }
  }

  async sendLot(lot) {
    const kind = lot[0].entry.kind;
    if (kind === "scan") return this.sendScans(lot);
    if (kind === "details") return { answered: lot.map(({ entry }) => ({ entry })), refused: [] };
    return this.sendOne(lot[0], (body) => this.api[kind](body));
  }

  async sendOne({ entry }, send) {
    try {
      return { answered: [{ entry, answer: await send(entry.body) }], refused: [] };
    } catch (error) {
      if (!isFinal(error)) throw error;
      return { answered: [], refused: [{ entry, reason: error.message }] };
    }
  }

  // A batch refused as a whole is halved until the scan at fault is alone.
  async sendScans(lot) {
    const sentAt = new Date().toISOString();
    try {
      const scans = lot.map(({ entry, details }) => ({ ...entry.body, ...details, sent_at: sentAt }));
      return sorted(lot, await this.api.checkIns(scans));
    } catch (error) {
      if (!isFinal(error, [409])) throw error; // the same scans being written: they will be known
      if (lot.length === 1) return { answered: [], refused: [{ entry: lot[0].entry, reason: error.message }] };
      const middle = Math.ceil(lot.length / 2);
      return this.sendScans(lot.slice(0, middle));
    }
  }
}

// 400, 413, 422 and the like will be said again tomorrow.
export function isFinal(error, passing = []) {
  return error instanceof RefusedError && ![408, 425, ...passing].includes(error.status);
}

function sorted(lot, { results }) {
  const answered = [];
  const refused = [];
  const byId = new Map(results.map((result) => [result.scan_id, result]));
  lot.forEach(({ entry }, place) => {
    const answer = byId.get(entry.body.scan_id) || results[place];
    if (answer && answer.verdict) answered.push({ entry, answer });
    else if (answer) refused.push({ entry, reason: reasonOf(answer) });
  });
  if (!answered.length && !refused.length) throw new Error("Lot sans réponse");
  return { answered, refused };
}

function reasonOf(answer) {
  const error = answer.error || answer;
  return error.detail || error.title || "Lecture refusée";
}

// The oldest acts of one kind, with what was said since about the people of blank badges. A scan on
// hold (somebody is being asked where they come from) lets the others pass.
export function nextLot(acts, forum, nowMs) {
  // Referrals go by themselves (referrals.js), so that none ever holds up a scan.
  const ours = acts.filter((entry) => entry.forum === forum && entry.kind !== "referral");
  const details = new Map();
  const touched = new Set();
  for (const { kind, body } of ours) {
    if (kind === "details") details.set(body.scan_id, body.walk_in ? { walk_in: body.walk_in } : {});
    if (kind !== "scan" && body.scan_id) touched.add(body.scan_id);
  }
  const scans = new Set(ours.filter(({ kind }) => kind === "scan").map(({ body }) => body.scan_id));
  const ready = ours.filter((entry) => {
    if (entry.kind === "details") return !scans.has(entry.body.scan_id);
    return !(entry.holdUntil > nowMs) || touched.has(entry.body.scan_id);
  });
  if (!ready.length) return [];
  const lot = [];
  for (const entry of ready) {
    if (entry.kind !== ready[0].kind || lot.length === BATCH) break;
    lot.push({ entry, details: details.get(entry.body.scan_id) });
  }
  return entryAlone(lot);
}

// Undoing and counting have no batch.
function entryAlone(lot) {
  return ["undo", "count", "uncount"].includes(lot[0].entry.kind) ? lot.slice(0, 1) : lot;
}
