// The camera. Tells "code" once per badge shown, "torn" for a code that stays unreadable, "nothing"
// when a while has passed without any, "asleep" when it turned itself off to spare the battery.
import { makeDecoder } from "./decoder.js";

const EVERY_MS = 120;
const SAME_BADGE_MS = 2500; // gone from the picture for that long, the same badge is shown again
const TORN_FRAMES = 8;
const NOTHING_MS = 10000;
const ASLEEP_MS = 4 * 60 * 1000;

export class Scanner extends EventTarget {
  constructor(video) {
    super();
    this.video = video;
    this.stream = null;
    this.forget();
  }

  forget() {
    this.lastText = "";
    this.lastSeen = 0;
    this.torn = 0;
    this.busyAt = Date.now();
    this.quietAt = Date.now();
  }

  get isOn() {
    return Boolean(this.stream);
  }

  // Fails with the browser's own error: NotAllowedError, NotFoundError, NotReadableError…
  async start() {
    if (this.stream) return;
    if (!navigator.mediaDevices) throw new DOMException("", "NotFoundError");
    const stream = await navigator.mediaDevices.getUserMedia({
      audio: false,
      video: { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 720 } },
    });
    this.stream = stream;
    this.forget();
    this.video.srcObject = stream;
    await this.video.play().catch(() => {});
    this.decode = this.decode || (await makeDecoder());
    if (this.stream === stream) this.loop(stream);
    this.stayAwake();
  }

  stop() {
    if (!this.stream) return;
    for (const track of this.stream.getTracks()) track.stop();
    this.stream = null;
    this.video.srcObject = null;
    if (this.wakeLock) this.wakeLock.release().catch(() => {});
    this.wakeLock = null;
  }

  async stayAwake() {
    if (!("wakeLock" in navigator)) return;
    this.wakeLock = await navigator.wakeLock.request("screen").catch(() => null);
  }

  async loop(stream) {
    while (this.stream === stream) {
      if (!document.hidden && this.video.readyState >= 2) await this.look();
      await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
    }
  }

  async look() {
    const seen = await this.decode(this.video).catch(() => null);
    const now = Date.now();
    if (seen && seen.text) this.found(seen.text, now);
    else this.missed(Boolean(seen), now);
  }

  found(text, now) {
    const isSame = text === this.lastText && now - this.lastSeen < SAME_BADGE_MS;
    this.lastText = text;
    this.lastSeen = now;
    this.busyAt = this.quietAt = now;
    this.torn = 0;
    if (!isSame) this.tell("code", text);
  }

  // A badge that moves is unreadable for a frame or two: only what lasts is told.
  missed(isTorn, now) {
    this.torn = isTorn ? this.torn + 1 : Math.max(0, this.torn - 1);
    if (this.torn >= TORN_FRAMES && now - this.lastSeen > SAME_BADGE_MS) {
      this.torn = 0;
      this.busyAt = this.quietAt = this.lastSeen = now;
      this.lastText = "";
      this.tell("torn");
    } else if (now - this.quietAt > NOTHING_MS) {
      this.quietAt = now;
      this.tell("nothing");
    }
    if (now - this.busyAt > ASLEEP_MS) {
      this.stop();
      this.tell("asleep");
    }
  }

  get hasTorch() {
    const [track] = this.stream ? this.stream.getVideoTracks() : [];
    return Boolean(track && track.getCapabilities && track.getCapabilities().torch);
  }

  async light(isOn) {
    const [track] = this.stream.getVideoTracks();
    await track.applyConstraints({ advanced: [{ torch: isOn }] });
  }

  tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
