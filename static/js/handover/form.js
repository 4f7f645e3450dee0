// The form of one handover on the phone. What is typed, drawn and photographed is kept as it comes: a
// phone that dies is taken up again where it was.
import { isSurprising, kilometres, problemsOf } from "./checks.js";
import { one, write } from "./db.js";
import { element, localParts, part } from "./dom.js";
import { clearErrors, showErrors } from "./errors.js";
import { MOST, NotAnImageError, shrunk } from "./photos.js";
import { SignaturePad } from "./signature.js";

const PAUSE_MS = 250;
const METER = "Tel que lu au compteur, sans les mètres.";
const TEXTS = ["remarks", "giver", "receiver", "giver_signature", "receiver_signature"];

export class HandoverForm {
  // `onKept(entry, draftKey)` resolves once it is in the queue; `onLeft()` goes back to the list.
  constructor(db, { onKept, onLeft }) {
    this.db = db;
    this.form = part("form");
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit(onKept);
    });
    this.form.addEventListener("input", () => this.later());
    this.form.addEventListener("change", (event) => event.target.type === "file" && this.addPhotos(event.target));
    part("leave").addEventListener("click", async () => {
      await this.saveDraft();
      this.entry = null;
      onLeft();
    });
    this.pads = [...this.form.querySelectorAll("[data-signature]")].map((place) => new SignaturePad(place, document.getElementById(place.dataset.signature)));
  }

  // `refused`: what the site did not take, to be corrected; it keeps its id and its hour.
  async open(trip, way, account, refused = null, lastMileage = trip.last_mileage) {
    this.key = `${trip.booking_id}:${way}`;
    const draft = await one(this.db, "drafts", this.key);
    const source = draft || refused;
    this.trip = trip;
    this.lastMileage = lastMileage;
    this.entry = {
      client_id: source?.client_id || crypto.randomUUID(),
      booking_id: trip.booking_id,
      way,
      account,
      title: `${way === "depart" ? "Départ" : "Retour"} ${trip.reference}, ${trip.vehicle}`,
      trip,
      at: source?.at || null,
    };
    this.photos = source?.photos ? [...source.photos] : [];
    this.build(trip, way);
    this.fill(source?.fields || this.usual(trip, way, account));
    clearErrors(this.form);
    if (refused) showErrors(this.form, refused.problems.length ? refused.problems : [{ field: "", message: refused.reason }]);
  }

  build(trip, way) {
    part("form-title").textContent = way === "depart" ? "État des lieux : départ" : "État des lieux : retour";
    part("form-lead").textContent = `${trip.vehicle}${trip.plate ? ` (${trip.plate})` : ""}, ${trip.association}, ${trip.when}.`;
    part("save").textContent = way === "depart" ? "Enregistrer le départ" : "Enregistrer le retour";
    this.form.elements.driver_id.closest(".field").hidden = way !== "depart";
    this.form.elements.driver_id.replaceChildren(...trip.drivers.map(({ id, name }) => element("option", { value: id }, name)));
    document.getElementById("mileage-hint").textContent = this.lastMileage === null ? METER : `Dernière lecture : ${kilometres(this.lastMileage)}.`;
    part("known").hidden = trip.troubles.length === 0;
    part("known-list").replaceChildren(...trip.troubles.map((words) => element("li", {}, words)));
    part("checklist").replaceChildren(...trip.checklist.map((label, n) => line(label, n)));
  }

  usual(trip, way, account) {
    const names = way === "depart" ? [account.host, trip.driver] : [trip.driver, account.host];
    return { giver: names[0], receiver: names[1], driver_id: trip.driver_id, checklist: [], mileage: null, energy_percent: null };
  }

  fill(fields) {
    this.form.reset();
    const { elements } = this.form;
    const { day, hour } = localParts(this.entry.at ? new Date(this.entry.at) : new Date());
    this.shown = { day, hour };
    elements.day.value = fields.day || day;
    elements.hour.value = fields.hour || hour;
    elements.mileage.value = fields.mileage ?? "";
    elements.energy_percent.value = fields.energy_percent ?? "";
    elements.is_sure.checked = fields.is_sure === true;
    elements.driver_id.value = fields.driver_id ?? "";
    for (const name of TEXTS) elements[name].value = fields[name] || "";
    fields.checklist.forEach(({ is_fine, remark }, n) => {
      const answers = elements[`checklist-${n}-is_fine`];
      if (answers && is_fine !== null) answers.value = is_fine ? "oui" : "non";
      if (answers) elements[`checklist-${n}-remark`].value = remark;
    });
    for (const pad of this.pads) pad.show(pad.field.value);
    this.showPhotos();
    this.offerSureness();
  }

  read() {
    const { elements } = this.form;
    const { day, hour } = this.shown;
    const isTyped = elements.day.value !== day || elements.hour.value !== hour;
    return {
      ...(isTyped ? { day: elements.day.value, hour: elements.hour.value } : {}),
      mileage: whole(elements.mileage.value),
      energy_percent: whole(elements.energy_percent.value),
      is_sure: elements.is_sure.checked,
      driver_id: this.entry.way === "depart" ? whole(elements.driver_id.value) : null,
      ...Object.fromEntries(TEXTS.map((name) => [name, elements[name].value])),
      checklist: this.trip.checklist.map((label, n) => ({
        label,
        is_fine: { oui: true, non: false }[elements[`checklist-${n}-is_fine`].value] ?? null,
        remark: elements[`checklist-${n}-is_fine`].value === "non" ? elements[`checklist-${n}-remark`].value : "",
      })),
    };
  }

  later() {
    this.offerSureness();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.saveDraft(), PAUSE_MS);
  }

  offerSureness() {
    const { mileage, is_sure } = this.form.elements;
    part("sure").hidden = !isSurprising(whole(mileage.value), this.lastMileage) && !is_sure.checked;
  }

  async saveDraft() {
    clearTimeout(this.timer);
    if (!this.entry) return;
    const draft = { ...this.entry, key: this.key, fields: this.read(), photos: this.photos, kept_at: Date.now() };
    await write(this.db, ["drafts"], (drafts) => drafts.put(draft));
  }

  async submit(onKept) {
    const fields = this.read();
    const problems = problemsOf(fields, this.lastMileage);
    showErrors(this.form, problems);
    if (problems.length || !this.entry) return;
    clearTimeout(this.timer);
    const entry = { ...this.entry, fields, photos: this.photos, at: this.entry.at || new Date().toISOString() };
    this.entry = null; // a second press finds nothing to keep
    await onKept(entry, this.key);
  }

  async addPhotos(input) {
    const problems = [];
    for (const file of input.files) {
      if (this.photos.length === MOST) {
        problems.push({ field: "photos", message: `${MOST} photos au plus : gardez les plus utiles.` });
        break;
      }
      try {
        this.photos.push({ blob: await shrunk(file), caption: "" });
      } catch (error) {
        if (!(error instanceof NotAnImageError)) throw error;
        problems.push({ field: "photos", message: `« ${file.name} » n’est pas une image lisible.` });
      }
    }
    input.value = "";
    await this.showPhotos();
    await this.saveDraft();
    showErrors(this.form, problems);
  }

  async showPhotos() {
    const photos = [...this.photos];
    const lines = await Promise.all(photos.map((photo, n) => this.photoLine(photo, n)));
    part("photo-list").replaceChildren(...lines);
  }

  async photoLine(photo, n) {
    const id = `photo-legende-${n}`;
    const caption = element("input", { id, class: "form-control", maxlength: "160", value: photo.caption, autocomplete: "off" });
    caption.addEventListener("input", () => (photo.caption = caption.value));
    const remove = () => {
      this.photos = this.photos.filter((other) => other !== photo);
      this.showPhotos();
      this.later();
      this.form.elements.photos.focus();
    };
    return element(
      "li",
      { class: "photo-line" },
      element("img", { src: await address(photo.blob), alt: `Photo ${n + 1}`, width: "96", height: "72" }),
      element("div", { class: "field" }, element("label", { class: "form-label", for: id }, `Légende de la photo ${n + 1}`), caption),
      element("button", { type: "button", class: "btn btn-quiet btn-sm", onclick: remove }, `Retirer la photo ${n + 1}`),
    );
  }
}

function line(label, n) {
  const made = part("checked-line").content.cloneNode(true).firstElementChild;
  made.querySelector("[data-label]").textContent = label;
  for (const control of made.querySelectorAll("[data-name]")) {
    control.name = `checklist-${n}-${control.dataset.name}`;
    control.id = `${control.name}${control.value && control.type === "radio" ? `-${control.value}` : ""}`;
    control.parentElement.querySelector("label").htmlFor = control.id;
  }
  return made;
}

function whole(text) {
  const digits = text.replace(/[\s\u00a0\u202f]/g, "");
  return /^\d{1,9}$/.test(digits) ? Number(digits) : null;
}

// The pages' own policy lets pictures come from the page itself, not from blob: addresses.
function address(blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}
