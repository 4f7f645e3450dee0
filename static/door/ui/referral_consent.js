// What is read aloud to the person, in their language, and what they answer. Not asking is a choice
// too; whatever they say, they are helped.
import { fillSelect } from "./referral_fields.js";
import { made, part } from "./dom.js";

export class ConsentPart {
  constructor(form, onAnswer) {
    this.form = form;
    this.select = form.elements.language;
    this.select.addEventListener("change", () => this.render());
    part("questions", form).addEventListener("change", onAnswer);
  }

  reset(kit) {
    this.kit = kit;
    fillSelect(this.select, kit.notices.map(({ language, name }) => [language, name]), kit.notices[0].language);
    part("notice-part", this.form).open = true;
    this.render(true);
  }

  get notice() {
    return this.kit.notices.find(({ language }) => language === this.select.value) || this.kit.notices[0];
  }

  // In another language, what was answered stays answered.
  render(isNew = false) {
    const { notice, kit } = this;
    const labels = new Map(kit.purposes);
    const before = isNew ? {} : this.answers;
    part("notice", this.form).replaceChildren(
      spoken(notice, made("h4", { text: notice.title }), ...notice.paragraphs.map((text) => made("p", { text }))),
    );
    part("questions", this.form).replaceChildren(
      ...notice.questions.map((question) => asked(notice, question, labels.get(question[0]), before[question[0]])),
    );
  }

  get answers() {
    return Object.fromEntries(
      this.kit.purposes.map(([purpose]) => {
        const box = this.form.querySelector(`[name="consent-${purpose}"]:checked`);
        return [purpose, box ? box.value : "not_asked"];
      }),
    );
  }

  get value() {
    return { ...this.answers, language: this.select.value, notice_version: this.kit.notice_version };
  }
}

function spoken({ tag, direction }, ...children) {
  return made("div", { class: "spoken", lang: tag, dir: direction }, ...children);
}

function asked(notice, [purpose, question, explanation], label, answer = "not_asked") {
  const told = [
    ["given", "Oui", notice.yes],
    ["refused", "Non", notice.no],
    ["not_asked", "Non demandé", ""],
  ];
  const boxes = told.map(([value, french, said]) => {
    const box = made("input", { type: "radio", name: `consent-${purpose}`, value, autocomplete: "off", checked: value === answer });
    const words = made("span", {}, made("span", { class: "chip-label", text: french }));
    if (said && said !== french) words.append(made("span", { class: "chip-hint", lang: notice.tag, dir: notice.direction, text: said }));
    return made("label", { class: "chip" }, box, words);
  });
  return made(
    "fieldset",
    { class: "question" },
    made("legend", { text: label }),
    spoken(notice, made("p", { class: "spoken-question", text: question }), made("p", { text: explanation })),
    made("div", { class: "chips" }, ...boxes),
  );
}
