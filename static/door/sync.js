// Talks to the server whenever it can be reached: sends what waits, then asks what is new. Never on
// the way of a verdict. One conversation at a time, and longer and longer pauses while nobody answers.
import { UnauthorizedError } from "./api.js";

const REST_MS = 8000;
const REST_HIDDEN_MS = 30000;
const HEARTBEAT_MS = 15000;
const MANIFEST_MS = 5 * 60 * 1000;
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 30000;

export class Sync {
  // `door` gives api, sender, copy, clock, pending, forumSlug, and takes what is learnt.
  constructor(door) {
    this.door = door;
    this.isOn = false;
    this.isBusy = false;
    this.isWanted = false;
    this.failures = 0;
    this.heardAt = 0;
    this.manifestAt = 0;
    this.timer = null;
  }

  start() {
    this.isOn = true;
    this.now();
  }

  stop() {
    this.isOn = false;
    clearTimeout(this.timer);
  }

  // Something waits to be sent. While nobody answers, the pause under way is kept.
  kick() {
    if (this.failures === 0) this.now();
  }

  // The network is said to be back, or somebody asks.
  now() {
    if (!this.isOn) return Promise.resolve(false);
    if (this.isBusy) {
      this.isWanted = true;
      return this.running;
    }
    clearTimeout(this.timer);
    this.running = this.converse();
    return this.running;
  }

  async converse() {
    this.isBusy = true;
    const worked = await this.attempt();
    this.isBusy = false;
    if (!this.isOn) return worked;
    const again = worked && this.isWanted;
    this.isWanted = false;
    this.timer = setTimeout(() => this.now(), again ? 0 : this.pause());
    return worked;
  }

  async attempt() {
    try {
      await this.exchange();
      this.failures = 0;
      this.door.heard(true);
      return true;
    } catch (error) {
      if (error instanceof UnauthorizedError) {
        await this.door.dismissed();
        return false;
      }
      this.failures += 1;
      this.door.heard(false, error);
      return false;
    }
  }

  async exchange() {
    const { door } = this;
    if (!door.copy.manifest) await this.fetchManifest();
    let hasSent = false;
    await door.sender.drain(door.forumSlug, async (settled) => {
      hasSent = true;
      await door.settled(settled);
    });
    const changes = await door.api.changes(door.copy.cursor);
    await door.copy.apply(changes, (h) => door.pending.concerns(h));
    let trouble = null;
    try {
      hasSent = (await door.referrals.drain()) || hasSent;
    } catch (error) {
      trouble = error;
    }
    if (hasSent || Date.now() - this.heardAt > HEARTBEAT_MS) await this.heartbeat();
    if (trouble) throw trouble;
    await door.referrals.learn();
    door.changed();
  }

  async heartbeat() {
    const { door } = this;
    const sent = Date.now();
    const waiting = door.pending.waiting(door.forumSlug);
    const answer = await door.api.heartbeat({ waiting, sent_at: new Date(sent).toISOString() });
    this.heardAt = Date.now();
    await door.learn(answer, sent, this.heardAt);
    const isOld = answer.manifest_etag && answer.manifest_etag !== door.copy.manifest.etag;
    if (isOld && Date.now() - this.manifestAt > MANIFEST_MS) await this.fetchManifest();
  }

  async fetchManifest() {
    const { door } = this;
    const manifest = await door.api.manifest(door.copy.manifest && door.copy.manifest.etag);
    this.manifestAt = Date.now();
    if (manifest) await door.copy.replace(manifest);
    door.changed();
  }

  pause() {
    if (!this.failures) return document.hidden ? REST_HIDDEN_MS : REST_MS;
    const pause = Math.min(FIRST_PAUSE_MS * 2 ** (this.failures - 1), LONGEST_PAUSE_MS);
    return pause * (0.75 + Math.random() / 2); // so that twenty phones do not all come back at once
  }
}
