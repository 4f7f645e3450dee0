// Somebody came without anything and has just been given a blank badge: they are in already. What
// they are willing to say, two touches each, while the next person steps forward.
import { fold } from "../../js/fold.js";
import { counted, made, part, show, write } from "./dom.js";

const MOST_COMPANIONS = 12;
const ENDS_MS = 80000; // before the scan stops waiting for it
const RECENT = 4;

export class WalkIn {
  constructor(door) {
    this.door = door;
    this.panel = part("walk-in");
    this.choices = part("walk-in-choices");
    this.options = part("walk-in-options");
    this.recent = [];
    part("walk-in-done").addEventListener("click", () => this.finish());
    part("walk-in-back").addEventListener("click", () => this.showChoices());
    part("walk-in-filter").addEventListener("input", () => this.listOptions());
  }

  get isOpen() {
    return Boolean(this.outcome);
  }

  begin(outcome) {
    this.outcome = outcome;
    this.said = { companions: 0 };
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.finish(), ENDS_MS);
    show(this.panel, true);
    document.body.dataset.isWalkIn = "yes";
    this.showChoices();
  }

  // Whatever was said is kept, nothing is asked twice.
  async finish() {
    if (!this.outcome) return;
    const { outcome, said } = this;
    this.outcome = null;
    clearTimeout(this.timer);
    show(this.panel, false);
    delete document.body.dataset.isWalkIn;
    const hasSaid = said.commune || said.age_band || said.target_group || said.companions;
    await this.door.describeWalkIn(outcome, hasSaid ? said : null);
  }

  get questions() {
    const { communes, age_bands, target_groups } = this.door.copy.manifest;
    const companions = Array.from({ length: MOST_COMPANIONS + 1 }, (_, n) => [n, n ? counted(n, "personne") : "Personne"]);
    return [
      { name: "commune", label: "Commune", options: this.recentFirst(communes), canFilter: true },
      { name: "age_band", label: "Âge", options: age_bands },
      { name: "target_group", label: "Situation", options: target_groups },
      { name: "companions", label: "Avec", options: companions },
    ];
  }

  recentFirst(communes) {
    const names = new Map(communes);
    return [...this.recent.map((insee) => [insee, names.get(insee)]), ...communes.filter(([insee]) => !this.recent.includes(insee))];
  }

  showChoices() {
    this.question = null;
    show(this.choices, true);
    show(this.options, false);
    part("walk-in-list").replaceChildren(...this.questions.map((question) => this.choice(question)));
  }

  choice(question) {
    const value = this.said[question.name];
    const chosen = question.options.find(([option]) => option === value);
    const button = made(
      "button",
      { type: "button", class: "choice", "data-question": question.name },
      made("span", { class: "choice-label", text: question.label }),
      made("span", { class: "choice-value", text: chosen ? chosen[1] : "Non dit" }),
    );
    button.addEventListener("click", () => this.ask(question));
    return made("li", {}, button);
  }

  ask(question) {
    this.question = question;
    write(part("walk-in-question"), question.label);
    const filter = part("walk-in-filter");
    filter.value = "";
    show(filter.parentElement, Boolean(question.canFilter));
    show(this.choices, false);
    show(this.options, true);
    this.listOptions();
    part("walk-in-back").focus();
  }

  listOptions() {
    const words = fold(part("walk-in-filter").value);
    const options = this.question.options.filter(([, label]) => ` ${fold(label)}`.includes(` ${words}`) || !words);
    part("walk-in-answers").replaceChildren(...options.map((option) => this.option(option)));
  }

  option([value, label]) {
    const isChosen = this.said[this.question.name] === value;
    const button = made("button", { type: "button", class: "option", "aria-pressed": String(isChosen), text: label });
    button.addEventListener("click", () => this.pick(value));
    return made("li", {}, button);
  }

  pick(value) {
    const { name } = this.question;
    this.said[name] = value;
    if (name === "commune") this.recent = [value, ...this.recent.filter((insee) => insee !== value)].slice(0, RECENT);
    this.showChoices();
    part("walk-in-list").querySelector(`[data-question="${name}"]`).focus();
  }
}
