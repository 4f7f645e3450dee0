// Everything that a volunteer does becomes an act in an append-only queue, on the disk before it
// is shown as accepted. Acts say nothing of who the person is.
import { read, relaxed, strict } from "./db.js";

const KEPT = 400; // lines of history

// A scan and what it changes on this phone, all or nothing. Gives the entry's place in the queue.
export function recordScan(db, { entry, history, movement }) {
  return strict(db, ["queue", "history", "movements"], (queue, histories, movements) => {
    const added = queue.add(entry);
    histories.put(history);
    if (movement) movements.put(movement);
    return added;
  });
}

export function recordUndo(db, { entry, history, key, before }) {
  return strict(db, ["queue", "history", "movements"], (queue, histories, movements) => {
    const added = queue.add(entry);
    histories.put(history);
    if (before) movements.put(before);
    else movements.delete(key);
    return added;
  });
}

// What is known of a person who came in with a blank badge, and how many came with them.
export function recordDetails(db, entry, scanId, companions) {
  return strict(db, ["queue", "history"], (queue, histories) => {
    if (companions) {
      const line = histories.get(scanId);
      line.onsuccess = () => {
        if (line.result) histories.put({ ...line.result, effect: line.result.effect + companions });
      };
    }
    return queue.add(entry);
  });
}

export function recordAct(db, entry) {
  return strict(db, ["queue"], (queue) => queue.add(entry));
}

// What was put aside waits to be sent again.
export function retryRefused(db, n, entry) {
  return strict(db, ["queue", "refused"], (queue, refusals) => {
    refusals.delete(n);
    return queue.add(entry);
  });
}

export function pendingActs(db) {
  return read(db, "queue", (store) => store.getAll());
}

export function refusedActs(db) {
  return read(db, "refused", (store) => store.getAll());
}

export async function recentHistory(db) {
  const lines = await read(db, "history", (store) => store.getAll());
  return lines.sort((a, b) => (a.at < b.at ? 1 : -1));
}

// The server has these acts: `answered` pairs each entry of the queue with its answer.
export function settle(db, answered, refused = []) {
  return relaxed(db, ["queue", "history", "refused"], (queue, histories, refusals) => {
    for (const { entry, answer } of answered) {
      queue.delete(entry.n);
      if (entry.kind === "scan" && answer) note(histories, entry.body.scan_id, answer);
    }
    for (const { entry, reason } of refused) {
      queue.delete(entry.n);
      refusals.add({ forum: entry.forum, kind: entry.kind, body: entry.body, about: entry.about, reason });
    }
  });
}

function note(histories, scanId, answer) {
  const request = histories.get(scanId);
  request.onsuccess = () => {
    if (request.result) histories.put({ ...request.result, isSent: true, conflict: answer.conflict || null });
  };
}

// The oldest lines go once there are many.
export async function trimHistory(db) {
  const lines = await recentHistory(db);
  if (lines.length <= KEPT) return;
  await relaxed(db, ["history"], (histories) => {
    for (const line of lines.slice(KEPT)) histories.delete(line.scan_id);
  });
}

// Everything about people goes, `kept` alone is noted in its place; acts that nobody has received
// stay.
export function wipeCopy(db, kept) {
  return strict(db, ["meta", "deltas", "movements", "history"], (meta, ...others) => {
    meta.clear();
    for (const store of others) store.clear();
    for (const [key, value] of Object.entries(kept)) meta.put(value, key);
  });
}
