// One text that saves itself: at pauses in the typing, again when the connection comes back, and
// never over what somebody else has written.
import { showClash } from "./clash.js";
import { forgetUnsent, keepUnsent, unsentOf } from "./unsent.js";

const PAUSE_MS = 1200;
const LONGEST_MS = 8000; // somebody who never pauses is saved all the same
const RETRIES_MS = [2000, 4000, 8000, 15000, 30000];

export class KeptText {
  constructor(place, token, changed) {
    this.place = place;
    this.token = token;
    this.changed = changed; // called whenever something to say has changed
    this.control = place.querySelector("[data-text]");
    this.saved = this.control.defaultValue;
    // saved, waiting, offline, clash, refused
    this.state = place.querySelector("[data-clash]") ? "clash" : "saved";
    this.failures = 0;
    this.control.addEventListener("input", () => this.typed());
    if ("unsaved" in this.control.dataset) this.typed();
    else if (this.isSaved) this.takeBack();
  }

  get number() { return this.place.dataset.number; }
  get isSaved() { return this.state === "saved"; }
  get hasClash() { return this.state === "clash"; }
  get revision() { return Number(this.field("revision")?.value ?? 0); }

  field(name) { return this.place.querySelector(`[data-${name}]`); }

  // A text that this browser had kept goes on as if it had just been typed.
  takeBack() {
    const draft = unsentOf(this.place.dataset.storage);
    if (!draft) return;
    if (draft.text === this.saved) {
      forgetUnsent(this.place.dataset.storage);
      return;
    }
    this.stand(draft);
    this.control.value = draft.text;
    this.typed();
    this.tell("Texte retrouvé sur cet appareil, en cours d’envoi");
  }

  typed() {
    if (this.hasClash) {
      this.keep();
      return; // nothing leaves before the choice is made
    }
    this.state = "waiting";
    this.keep();
    clearTimeout(this.timer);
    this.firstTyped ??= Date.now();
    const patience = Math.min(PAUSE_MS, Math.max(0, this.firstTyped + LONGEST_MS - Date.now()));
    this.timer = setTimeout(() => this.save(), patience);
    this.changed();
  }

  keep() {
    keepUnsent(this.place.dataset.storage, { text: this.control.value, revision: this.revision, seen: this.field("seen").value });
  }

  // Resolves once there is nothing more to send, or no way to send it.
  save() {
    clearTimeout(this.timer);
    if (this.isSaved || this.hasClash) return Promise.resolve();
    this.sending ??= this.send().finally(() => {
      this.sending = null;
      this.changed();
    });
    return this.sending;
  }

  async send() {
    while (this.state === "waiting" || this.state === "offline") {
      this.firstTyped = null;
      const text = this.control.value;
      let response;
      try {
        response = await this.put(text);
      } catch {
        this.later();
        return;
      }
      if (response.status >= 500 || response.status === 429) {
        this.later();
        return;
      }
      await this.settle(text, response);
    }
  }

  put(text) {
    return fetch(this.place.dataset.url, {
      method: "PUT",
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": this.token },
      body: JSON.stringify({ text, revision: this.revision, seen: this.field("seen").value }),
    });
  }

  async settle(text, response) {
    const answer = await response.json().catch(() => ({}));
    this.failures = 0;
    if (response.status === 409 && "assembled" in answer) {
      this.clash(answer, text);
    } else if (!response.ok) {
      this.state = "refused";
      this.tell(`${answer.detail || "Non enregistré."} Votre texte est gardé sur cet appareil.`, true);
    } else {
      this.stand(answer);
      this.saved = text;
      if (this.control.value === text) this.accepted(answer);
      else this.keep();
    }
  }

  accepted(answer) {
    this.state = "saved";
    forgetUnsent(this.place.dataset.storage);
    this.control.removeAttribute("aria-invalid");
    this.control.classList.remove("is-invalid");
    this.savedAt = answer.saved_at;
    this.tell(`Enregistré à ${answer.saved_at}`);
  }

  // What the next save stands on.
  stand(answer) {
    if (this.field("revision")) this.field("revision").value = answer.revision;
    this.field("seen").value = answer.seen;
  }

  later() {
    this.state = "offline";
    const wait = RETRIES_MS[Math.min(this.failures, RETRIES_MS.length - 1)];
    this.failures += 1;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), wait);
    this.tell("Pas encore envoyé : gardé sur cet appareil", true);
  }

  clash(other, mine) {
    this.state = "clash";
    this.control.setAttribute("aria-invalid", "true");
    this.tell("À rapprocher de l’autre texte", true);
    showClash(this.field("clash-place"), mine, other, (choice) => this.choose(choice, other, mine));
  }

  choose(choice, other, mine) {
    this.stand(other);
    if (choice === "other") this.control.value = other.text;
    // Somebody who has gone on typing since has words that the assembled text lacks.
    if (choice === "both") this.control.value = this.control.value === mine ? other.assembled : `${other.text}\n${this.control.value}`;
    this.state = "waiting";
    this.control.removeAttribute("aria-invalid");
    this.control.focus();
    this.typed();
    if (choice !== "both") this.save();
  }

  // What somebody else has written, while nothing is being typed here.
  follow(other) {
    if (!this.isSaved || other.revision <= this.revision) return;
    const caret = this.control.selectionStart;
    this.stand(other);
    this.saved = other.text;
    this.control.value = other.text;
    if (document.activeElement === this.control) this.control.setSelectionRange(caret, caret);
    this.tell(`${other.author || "Quelqu’un"} a écrit ici à ${other.saved_at}`);
  }

  tell(text, isTrouble = false) {
    const state = this.field("state");
    state.textContent = text;
    state.classList.toggle("is-trouble", isTrouble);
    this.changed();
  }
}
