// The field where decisions and actions are typed: each of its fields saves itself at a pause, under an id
// made here, so that a save whose answer was lost writes nothing twice.
import { KeptText } from "./autosave.js";
import { forgetUnsent, keepUnsent, unsentOf } from "./unsent.js";

class EntryText extends KeptText {
  constructor(place, token, changed, entry) {
    super(place, token, changed);
    this.entry = entry;
  }

  // The words come first: an owner alone is the owner of nothing.
  async put(text) {
    if (this !== this.entry.text) await this.entry.text.save();
    return super.put(text);
  }
}

export class LiveEntry {
  constructor(form, { base, storage, token, changed }) {
    Object.assign(this, { form, base, storage, token });
    this.changed = () => {
      this.retry();
      this.lockKind();
      changed();
    };
    this.texts = [];
    this.takeBack();
    form.addEventListener("change", (event) => {
      if (event.target.name !== "kind") return;
      // Words already on their way are being written under the kind that they had.
      if (this.text.sending) this.radio(this.kept.kind).checked = true;
      else this.begin(this.kept.key, this.kind, this.section);
    });
  }

  // What this browser was typing before the page was reloaded: written already, or not sent yet.
  takeBack() {
    const kept = unsentOf(this.storage);
    const link = kept && document.querySelector(`[data-entry="${CSS.escape(kept.key)}"] [data-kind="${CSS.escape(kept.kind)}"]`);
    const hasDraft = kept && ["text", "owner", "due_on"].some((name) => unsentOf(`${this.storage}:${kept.key}:${name}`));
    if (link) this.resume(link);
    else if (hasDraft) this.begin(kept.key, kept.kind, kept.section);
    else this.begin(newId(), this.kind, this.section);
  }

  radio(kind) { return this.form.querySelector(`[name=kind][value="${kind}"]`); }

  get kind() { return this.form.querySelector("[name=kind]:checked")?.value ?? "decisions"; }
  get section() { return this.form.querySelector("[name=section_id]").value; }
  get text() { return this.texts[0]; }
  get isSaved() { return this.texts.every((text) => text.isSaved); }
  get isEmpty() { return this.texts.every((text) => !text.control.value.trim()); }

  // What is typed next is the entry of that id: a new one, or one taken up again.
  begin(key, kind, section, seen = {}) {
    this.texts.forEach((text) => clearTimeout(text.timer));
    this.kept = { key, kind, section };
    this.form.querySelector("[name=client_id]").value = key;
    this.form.querySelector("[name=section_id]").value = section;
    this.radio(kind).disabled = false;
    this.radio(kind).checked = true;
    this.texts = [...this.form.querySelectorAll("[data-kept-field]")].map((place) => this.keep(place, seen));
    this.lockKind();
  }

  keep(place, seen) {
    const name = place.dataset.keptField;
    const old = place.querySelector("[data-text]");
    const control = old.cloneNode(true); // without the listeners of the entry before
    control.value = old.value;
    old.replaceWith(control);
    place.dataset.url = `${this.base}/${this.kept.kind}/${this.kept.key}/${name}?point=${this.kept.section}`;
    place.dataset.storage = `${this.storage}:${this.kept.key}:${name}`;
    place.dataset.number = name;
    place.querySelector("[data-seen]").value = seen[name] ?? "";
    const kept = new EntryText(place, this.token, () => this.changed(), this);
    // Before the entry exists, a kind chosen after the words sends them under the other kind.
    if (control.value && kept.isSaved && control.value !== control.defaultValue) kept.typed();
    return kept;
  }

  // Once written, a decision stays one; the other kind is another entry.
  lockKind() {
    const isBegun = Boolean(this.text?.savedAt) || this.isTakenUp;
    for (const radio of this.form.querySelectorAll("[name=kind]")) radio.disabled = isBegun && !radio.checked;
    if (this.isEmpty) forgetUnsent(this.storage);
    else keepUnsent(this.storage, this.kept);
  }

  // What was refused for want of words goes again once they are written.
  retry() {
    if (!this.text?.isSaved) return;
    for (const text of this.texts.slice(1)) {
      if (text.state !== "refused") continue;
      text.state = "waiting";
      text.save();
    }
  }

  save() { return Promise.all(this.texts.map((text) => text.save())); }

  // An entry of the list, to be changed where it was typed.
  resume(link) {
    const values = Object.fromEntries(["text", "owner", "due_on"].map((name) => [name, link.getAttribute(`data-field-${name.replace("_", "-")}`) ?? ""]));
    this.fill(values);
    this.isTakenUp = true;
    const seen = Object.fromEntries(Object.keys(values).map((name) => [name, link.getAttribute(`data-seen-${name.replace("_", "-")}`) ?? ""]));
    this.begin(link.closest("[data-entry]").dataset.entry, link.dataset.kind, this.section, seen);
    this.text.control.focus();
  }

  // Ready for the next one.
  renew(section = this.section) {
    for (const text of this.texts) forgetUnsent(text.place.dataset.storage);
    forgetUnsent(this.storage);
    this.fill({});
    this.isTakenUp = false;
    this.begin(newId(), this.kind, section);
    for (const state of this.form.querySelectorAll("[data-state]")) state.textContent = "";
  }

  fill(values) {
    for (const place of this.form.querySelectorAll("[data-kept-field]")) {
      const control = place.querySelector("[data-text]");
      control.defaultValue = values[place.dataset.keptField] ?? "";
      control.value = control.defaultValue;
    }
  }
}

// crypto.randomUUID is for secure pages only; a site on an office network may not be one.
function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
