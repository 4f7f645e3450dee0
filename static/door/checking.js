// What a reading becomes: a verdict from the phone's own copy, on the disk before it is shown.
import { recordAct, recordDetails, recordScan, recordUndo } from "./acts.js";
import { ADMITTED, effectOf } from "./verdict.js";

const UNDO_MS = 15 * 60 * 1000;
const HOLD_MS = 90 * 1000; // while somebody is asked where they come from

// The scan of a badge known by `h`. `naming` says to the server which one it is: {ticket} when a
// code was read, {badge_number} when it was chosen in a list.
export async function check(door, h, naming) {
  const { point, clock } = door;
  const forum = door.copy.forum;
  const isOff = forum.is_cancelled && point.kind !== "exit";
  const outcome = door.copy.judge(h, point, clock.isDay(forum.held_on) && !isOff);
  const scannedAt = new Date().toISOString();
  const scanId = crypto.randomUUID();
  const isWalkIn = outcome.verdict === ADMITTED && point.kind === "entry" && outcome.badge.isBlank && !outcome.before;
  const entry = {
    kind: "scan",
    forum: door.forumSlug,
    h,
    effect: effectOf(outcome, point.kind),
    holdUntil: isWalkIn ? Date.now() + HOLD_MS : 0,
    body: { scan_id: scanId, ...naming, scanned_at: scannedAt, point: point.code, decided: outcome.verdict },
  };
  const history = {
    scan_id: scanId,
    h,
    at: scannedAt,
    number: outcome.badge ? outcome.badge.number : null,
    label: outcome.badge ? outcome.badge.label : "",
    verdict: outcome.verdict,
    kind: point.kind,
    point: point.name,
    effect: entry.effect,
    key: outcome.key,
    before: outcome.before || null,
    isSent: false,
  };
  const movement = movementAfter(outcome, door, scanId);
  const n = await recordScan(door.db, { entry, history, movement });
  if (movement) door.copy.movements.set(movement.key, movement);
  door.pending.add(n, entry);
  return { ...outcome, h, scanId, at: clock.now(), point, isWalkIn };
}

function movementAfter({ verdict, key }, { point, clock }, scanId) {
  if (verdict !== ADMITTED) return null;
  return { key, at: clock.now().toISOString(), door: point.name, inside: point.kind === "entry", scan_id: scanId };
}

// The last scan that let somebody in, out, or visit, while it is not too late.
export function undoable(lines, copy, nowMs) {
  return lines.find(
    (line) =>
      line.verdict === ADMITTED &&
      !line.undoneAt &&
      nowMs - Date.parse(line.at) < UNDO_MS &&
      isLastOf(copy.movements.get(line.key), line),
  );
}

// Once somebody has gone out or come back, taking the earlier scan away would tell a false story.
function isLastOf(movement, line) {
  return !movement || !movement.scan_id || movement.scan_id === line.scan_id;
}

export async function undo(door, line) {
  const undoneAt = new Date().toISOString();
  const entry = {
    kind: "undo",
    forum: door.forumSlug,
    h: line.h,
    effect: -line.effect,
    body: { scan_id: line.scan_id, undone_at: undoneAt },
  };
  const { key, before } = line;
  const n = await recordUndo(door.db, { entry, history: { ...line, undoneAt }, key, before });
  if (before) door.copy.movements.set(key, before);
  else door.copy.movements.delete(key);
  door.pending.add(n, entry);
}

// People without any badge, counted by hand.
export async function count(door, people) {
  const entry = {
    kind: "count",
    forum: door.forumSlug,
    effect: people,
    body: {
      count_id: crypto.randomUUID(),
      people,
      counted_at: new Date().toISOString(),
      point: door.point.code,
    },
  };
  door.pending.add(await recordAct(door.db, entry), entry);
  return entry.body;
}

// A count mistyped, taken back as if it had never been.
export async function uncount(door, { count_id, people }) {
  const entry = {
    kind: "uncount",
    forum: door.forumSlug,
    effect: -people,
    body: { count_id, undone_at: new Date().toISOString() },
  };
  door.pending.add(await recordAct(door.db, entry), entry);
}

// The counts that may still be taken back, the latest last.
export function uncountable(counts, nowMs) {
  return counts.filter(({ counted_at }) => nowMs - Date.parse(counted_at) < UNDO_MS);
}

// What a person without registration said, or nothing: the scan waits for it no longer.
export async function describeWalkIn(door, { scanId, badge }, walkIn) {
  const companions = (walkIn && walkIn.companions) || 0;
  const entry = {
    kind: "details",
    forum: door.forumSlug,
    effect: companions,
    body: { scan_id: scanId, walk_in: walkIn },
  };
  door.pending.add(await recordDetails(door.db, entry, scanId, companions), entry);
  if (companions) await door.copy.welcome(badge.h, 1 + companions);
}
