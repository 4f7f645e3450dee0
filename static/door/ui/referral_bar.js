// At a stand: the button to refer who was just read, and the list of what this stand has referred.
import { hour } from "../clock.js";
import { padded } from "../ticket.js";
import { made, part, show, write } from "./dom.js";
import { referralSheet } from "./referral_sheet.js";
import { sheet } from "./sheets.js";

const BEARERS = ["admitted", "already_admitted"];
const ELSEWHERE = "Pour orienter d’ici, un agent doit régler ce téléphone sur ce stand (page « Porte » du forum).";

export class ReferralBar {
  constructor(door) {
    this.door = door;
    this.bearer = null;
    this.list = sheet("referrals", { onOpen: () => this.openList() });
    this.form = referralSheet(door, { onKept: (receiver) => this.say(`Orientation gardée : ${receiver}.`) });
    part("refer").addEventListener("click", () => this.form.openFor(this.bearer));
    part("refer-nobody").addEventListener("click", () => this.form.openFor(null));
    part("referrals-open").addEventListener("click", () => this.list.open());
    door.addEventListener("verdict", ({ detail }) => this.follow(detail));
    door.addEventListener("referred", ({ detail }) => this.say(sentWords(detail)));
  }

  // Whose badge was read last. Another forum's, an unknown or a revoked one names nobody here.
  follow({ verdict, h, naming, badge }) {
    this.bearer = BEARERS.includes(verdict) && badge ? { h, naming, badge } : null;
    this.form.forgetUnless(h);
    this.say("");
    this.render();
  }

  say(words) {
    write(part("refer-said"), words);
  }

  render() {
    const { referrals } = this.door;
    const { isOpen, isElsewhere, waiting, refused } = referrals;
    const count = waiting.length + refused.length;
    show(part("refer-bar"), isOpen || isElsewhere || count > 0);
    show(part("refer"), isOpen && Boolean(this.bearer));
    show(part("refer-nobody"), isOpen);
    show(part("referrals-open"), isOpen || count > 0);
    if (this.bearer) write(part("refer-words"), `Orienter ${this.bearer.badge.label || `le badge ${padded(this.bearer.badge.number)}`}`);
    write(part("referrals-words"), count ? `Orientations (${count})` : "Orientations");
    write(part("refer-elsewhere"), isElsewhere ? ELSEWHERE : "");
    show(part("refer-elsewhere"), isElsewhere);
    if (this.list.dialog.open) this.renderList();
  }

  openList() {
    this.renderList();
    if (this.door.referrals.isOpen) this.door.referrals.list().catch(() => {}); // what was last known stands
  }

  renderList() {
    const { waiting, refused, known } = this.door.referrals;
    part("referrals-list").replaceChildren(
      ...refused.map((entry) => this.refusedLine(entry)),
      ...waiting.map(({ about }) => drawn("À envoyer", about.at, about.receiver, "Gardée sur ce téléphone")),
      ...known.map((line) => drawn(line.number || "—", line.made_at, line.receiver, statesOf(line))),
    );
    show(part("referrals-none"), !waiting.length && !refused.length && !known.length);
  }

  refusedLine(entry) {
    const { at, receiver } = entry.about;
    const line = drawn("Refusée", at, receiver, `Le serveur n’en veut pas : ${entry.reason}`);
    line.classList.add("is-refused");
    const again = made("button", { type: "button", class: "button button-quiet", text: "Envoyer de nouveau" });
    again.addEventListener("click", () => this.door.referrals.retry(entry));
    line.append(made("p", { text: "Refaites-la avec la personne, ou montrez ce téléphone à un agent." }), again);
    return line;
  }
}

function sentWords({ number, receiver }) {
  return number ? `${number} enregistrée : ${receiver}.` : "Entraînement réussi : rien n’est parti.";
}

function statesOf({ state_label: state, step_label: step }) {
  return [state, step].filter(Boolean).join(" · ");
}

function drawn(title, at, receiver, state) {
  return made(
    "li",
    {},
    made("strong", { text: title }),
    made("span", { text: ` · ${hour(at)} · ${receiver}` }),
    made("p", { class: "note", text: state }),
  );
}
