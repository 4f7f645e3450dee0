// The big answer: colour, shape, words, sound, and the same for those who do not see it.
import { made, part, show, write } from "./dom.js";
import { describe } from "./words.js";

const BIG_MS = { ok: 3500, again: 6000, no: 8000, info: 5000 };
const SHAPES = {
  ok: '<circle cx="50" cy="50" r="46"/><path class="mark" d="M27 52l16 16 31-34"/>',
  again: '<path d="M50 5 97 92H3Z"/><path class="mark" d="M50 36v28M50 76v2"/>',
  no: '<path d="M31 4h38l27 27v38L69 96H31L4 69V31Z"/><path class="mark" d="M32 32l36 36M68 32 32 68"/>',
  info: '<rect x="6" y="6" width="88" height="88" rx="14"/><path class="mark" d="M50 26v2M50 44v32"/>',
};

export class VerdictPanel {
  constructor(signals, settings) {
    this.signals = signals;
    this.settings = settings;
    this.panel = part("verdict");
    this.live = part("live");
    this.at = 0;
    this.panel.addEventListener("click", () => this.shrink());
  }

  give(outcome) {
    const words = describe(outcome);
    this.current = outcome;
    this.at = Date.now();
    this.panel.dataset.tone = words.tone;
    this.panel.dataset.verdict = outcome.verdict;
    part("shape", this.panel).innerHTML = SHAPES[words.tone];
    for (const name of ["word", "who", "more", "practice"]) {
      write(part(name, this.panel), words[name] || "");
      show(part(name, this.panel), Boolean(words[name]));
    }
    show(this.panel, true);
    this.panel.classList.remove("is-small");
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.shrink(), BIG_MS[words.tone]);
    this.speak([words.word, words.who, words.more, words.practice].filter(Boolean).join(". "));
    this.signals.give(words.tone, this.settings());
  }

  // A new paragraph each time, for two verdicts with the same words are two pieces of news.
  speak(words) {
    this.live.replaceChildren(made("p", { text: words }));
  }

  more(words) {
    write(part("more", this.panel), words);
    this.speak(words);
  }

  // The server was asked too, and does not know it either.
  confirmUnknown(h) {
    const { current } = this;
    if (current && current.isChecking && current.h === h) this.more(describe({ ...current, isChecking: false }).more);
  }

  undone() {
    this.clear();
    this.speak("Lecture annulée.");
  }

  shrink() {
    this.panel.classList.add("is-small");
  }

  clear() {
    this.current = null;
    show(this.panel, false);
  }
}
