// Whom to refer to: the organisations that the kit suggests, or any other by its name.
import { fold } from "../../js/fold.js";
import { MOST, receiverOf, suggest } from "../referral_suggestions.js";
import { counted, made, part, write } from "./dom.js";

const NO_ADDRESS = "n’a pas d’adresse : à prévenir autrement";

export class ReceiverPart {
  constructor(form) {
    this.form = form;
    this.search = part("receiver-search", form);
    this.list = part("receivers", form);
    this.said = part("receiver-said", form);
    this.search.addEventListener("input", () => this.render());
    this.list.addEventListener("change", ({ target }) => (this.chosen = Number(target.value)));
  }

  reset(kit) {
    this.kit = kit;
    this.chosen = 0;
    this.search.value = "";
    this.wanted = { rights: [], place: "", targetGroup: "" };
    this.render();
  }

  want(wanted) {
    this.wanted = wanted;
    this.render();
  }

  get receiver() {
    const found = this.kit.receivers.find(([id]) => id === this.chosen);
    return found ? receiverOf(found) : null;
  }

  // Whoever was chosen stays in sight, whatever is suggested since.
  render() {
    const words = fold(this.search.value).split(" ").filter(Boolean);
    const found = words.length ? this.named(words) : suggest(this.kit, this.wanted);
    const shown = found.slice(0, MOST);
    const { receiver } = this;
    if (receiver && !shown.some(({ id }) => id === receiver.id)) shown.unshift(receiver);
    this.list.replaceChildren(...shown.map((one) => this.line(one)));
    write(this.said, saying(words, found.length, this.wanted.rights.length));
  }

  named(words) {
    return this.kit.receivers
      .filter(([, name, place]) => words.every((word) => ` ${fold(`${name} ${place}`)}`.includes(` ${word}`)))
      .map(receiverOf);
  }

  line({ id, name, place, hasAddress, reasons = [] }) {
    const box = made("input", { type: "radio", name: "receiver", value: id, autocomplete: "off", checked: id === this.chosen });
    const notes = [place, ...reasons, !hasAddress && NO_ADDRESS].filter(Boolean).join(" · ");
    const words = made("span", {}, made("span", { class: "chip-label", text: name }), made("span", { class: "chip-hint", text: notes }));
    return made("li", {}, made("label", { class: "chip" }, box, words));
  }
}

function saying(words, count, rights) {
  if (words.length) return count > MOST ? `${count} organismes : précisez.` : counted(count, "organisme");
  if (!rights) return "Choisissez d’abord un droit, ou cherchez un nom.";
  return count ? "Proposés d’après l’annuaire." : "Aucun organisme de l’annuaire ne propose ce droit ici : cherchez un nom.";
}
