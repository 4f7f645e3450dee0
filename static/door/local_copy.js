// What the phone knows of the forum: in memory to answer at once, in IndexedDB to start without
// network. The copy holds hashes of badges, a number and the short name that the door shows.
import { read, relaxed } from "./db.js";
import { decide } from "./verdict.js";

export class LocalCopy {
  constructor(db) {
    this.db = db;
    this.clear();
  }

  clear() {
    this.manifest = null;
    this.badges = new Map();
    this.others = new Set();
    this.movements = new Map();
    this.cursor = "";
  }

  async load() {
    const [manifest, cursor, deltas, movements] = await Promise.all([
      read(this.db, "meta", (store) => store.get("manifest")),
      read(this.db, "meta", (store) => store.get("cursor")),
      read(this.db, "deltas", (store) => store.getAll()),
      read(this.db, "movements", (store) => store.getAll()),
    ]);
    this.clear();
    if (!manifest) return;
    this.hold(manifest);
    this.cursor = cursor || "";
    for (const { row } of deltas) this.addBadge(row);
    for (const movement of movements) this.movements.set(movement.key, movement);
  }

  get forum() {
    return this.manifest && this.manifest.forum;
  }

  get points() {
    return this.manifest ? this.manifest.points : [];
  }

  hold(manifest) {
    this.manifest = manifest;
    this.badges = new Map();
    for (const row of manifest.badges) this.addBadge(row);
    this.others = new Set(manifest.others || []);
  }

  addBadge([h, number, label, state, people, isBlank]) {
    this.badges.set(h, { h, number, label, state, people: people || 1, isBlank: Boolean(isBlank) });
  }

  // A manifest takes the place of the former one; the cursor stays, for changes are cheap to repeat.
  async replace(manifest) {
    await relaxed(this.db, ["meta", "deltas"], (meta, deltas) => {
      meta.put(manifest, "manifest");
      deltas.clear();
    });
    this.hold(manifest);
  }

  // `isOurs(h)`: this phone has a scan of that badge which the server has not had yet. It knows
  // better than the server, then, where the person is.
  async apply(changes, isOurs) {
    const entries = (changes.entries || []).filter(([h]) => !isOurs(h)).map(movementOf);
    const badges = changes.badges || [];
    await relaxed(this.db, ["meta", "deltas", "movements"], (meta, deltas, movements) => {
      for (const row of badges) deltas.put({ h: row[0], row });
      for (const movement of entries) movements.put(movement);
      meta.put(changes.cursor, "cursor");
    });
    for (const row of badges) this.addBadge(row);
    for (const movement of entries) this.movements.set(movement.key, movement);
    this.cursor = changes.cursor;
  }

  // More people came in on this badge than was known: as many will go out.
  async welcome(h, people) {
    const badge = this.badges.get(h);
    if (!badge) return;
    badge.people = people;
    const row = [h, badge.number, badge.label, badge.state, people, badge.isBlank];
    await relaxed(this.db, ["deltas"], (deltas) => deltas.put({ h, row }));
  }

  // What to answer for a badge at a point, and the place where its passage is noted.
  judge(h, point, isToday) {
    const badge = this.badges.get(h);
    const key = movementKey(h, point);
    const before = this.movements.get(key);
    const isHall = point.kind === "entry" || point.kind === "exit";
    const outcome = decide({
      badge,
      isOfAnotherForum: this.others.has(h),
      movement: isHall ? before : undefined,
      visit: isHall ? undefined : before,
      kind: point.kind,
      isToday,
    });
    return { ...outcome, badge, key, before };
  }
}

// Entries and exits are one story for the whole hall; visits are told apart by stand and workshop.
function movementKey(h, point) {
  return point.kind === "entry" || point.kind === "exit" ? `${h}@hall` : `${h}@${point.code}`;
}

function movementOf([h, at, door, inside]) {
  return { key: `${h}@hall`, at, door, inside: Boolean(inside) };
}
