// What a verdict sounds and feels like, told apart without looking. Synthesised: no file to load.
const TUNES = {
  ok: [[660, 0, 0.1], [990, 0.11, 0.16]],
  again: [[440, 0, 0.14], [440, 0.2, 0.14]],
  no: [[196, 0, 0.45]],
  info: [[520, 0, 0.12]],
};
const TREMORS = { ok: [80], again: [80, 80, 80], no: [400], info: [40] };

export class Signals {
  constructor() {
    this.context = null;
    // Browsers let a page make noise once somebody has touched it.
    addEventListener("pointerdown", () => this.wake(), { once: true });
    addEventListener("keydown", () => this.wake(), { once: true });
    // When the app has put its newer version in place by itself, the former page's touch still holds.
    if (performance.getEntriesByType("navigation")[0]?.type === "reload") this.wake();
  }

  wake() {
    const Context = window.AudioContext || window.webkitAudioContext;
    if (!this.context && Context) this.context = new Context();
    if (this.context) this.context.resume().catch(() => {});
  }

  give(tone, { hasSound, hasVibration }) {
    if (hasSound && this.context && this.context.state === "running") this.play(TUNES[tone]);
    if (hasVibration && navigator.vibrate && navigator.userActivation?.hasBeenActive !== false) navigator.vibrate(TREMORS[tone]);
  }

  play(tune) {
    const start = this.context.currentTime;
    for (const [pitch, delay, length] of tune) {
      const note = this.context.createOscillator();
      const volume = this.context.createGain();
      note.type = "triangle";
      note.frequency.value = pitch;
      volume.gain.setValueAtTime(0.0001, start + delay);
      volume.gain.exponentialRampToValueAtTime(0.5, start + delay + 0.02);
      volume.gain.exponentialRampToValueAtTime(0.0001, start + delay + length);
      note.connect(volume).connect(this.context.destination);
      note.start(start + delay);
      note.stop(start + delay + length + 0.02);
    }
  }
}
