// The queue as the screen and the copy need it: how many acts wait, whose badges they are about,
// and how many people they bring in. The truth is in IndexedDB; this follows it.
import { pendingActs } from "./acts.js";

export class Pending {
  constructor() {
    this.acts = new Map();
  }

  async load(db) {
    this.acts = new Map((await pendingActs(db)).map((entry) => [entry.n, entry]));
  }

  add(n, entry) {
    this.acts.set(n, { ...entry, n });
  }

  settle(entries) {
    for (const { n } of entries) this.acts.delete(n);
  }

  // What was said about people goes with their scan: it is not one more thing to send.
  waiting(forum) {
    return this.of(forum).filter(({ kind }) => kind !== "details").length;
  }

  // Acts of a forum for which this phone is no longer paired.
  stranded(forum) {
    return [...this.acts.values()].filter((entry) => entry.forum !== forum && entry.kind !== "details").length;
  }

  effect(forum) {
    return this.of(forum).reduce((sum, entry) => sum + (entry.effect || 0), 0);
  }

  concerns(h) {
    for (const entry of this.acts.values()) if (entry.h === h) return true;
    return false;
  }

  of(forum) {
    return [...this.acts.values()].filter((entry) => entry.forum === forum);
  }
}
