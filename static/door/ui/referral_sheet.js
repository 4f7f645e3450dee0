// The form with which a person is referred from a stand. What is typed stays in this page's memory
// alone until it is sealed, and leaves it when somebody else's badge is read.
import { sensitive, wrongEmail, wrongPhone, wrongYear } from "../referral_checks.js";
import { padded } from "../ticket.js";
import { part, show, write } from "./dom.js";
import { ConsentPart } from "./referral_consent.js";
import { checkedValue, checkedValues, chips, fillSelect, showErrors } from "./referral_fields.js";
import { ReceiverPart } from "./referral_receivers.js";
import { sheet } from "./sheets.js";

const FORGOTTEN_MS = 10 * 60 * 1000; // a form closed without being kept
const MOST_RIGHTS = 12;
const UNSAID = ["", "Non dit"];
const BY_NAME = ["phone", "sms", "email"];
const NOT_AGREED = "Sans son accord, l’organisme ne la contacte pas : elle se présente, ou qui oriente fait le lien.";
const AGREED = "Le nom et le numéro laissés vides sont repris de son inscription, quand le code de son badge a été lu.";
const NOT_KEPT = "NON enregistré : le téléphone n’a pas pu l’écrire. Libérez de la place puis réessayez, ou notez sur papier.";

export function referralSheet(door, { onKept }) {
  const form = part("refer-form");
  const dialog = sheet("refer", { onOpen: begin, onClose: () => (timer = setTimeout(reset, FORGOTTEN_MS)) });
  const consent = new ConsentPart(form, renderCallbacks);
  const receivers = new ReceiverPart(form);
  let bearer; // {h, naming, badge}; null: without a badge; undefined: nothing begun
  let next = null;
  let timer = 0;
  let isSaving = false;

  function begin() {
    clearTimeout(timer);
    if (bearer === undefined || (bearer && bearer.h) !== (next && next.h)) reset();
    bearer = next;
    const badge = bearer && bearer.badge;
    write(part("refer-who"), badge ? [badge.label, `badge ${padded(badge.number)}`].filter(Boolean).join(" — ") : "Personne sans badge");
    show(part("refer-practice"), Boolean(badge && badge.state === "rehearsal"));
    write(part("refer-badge-hint"), badge ? AGREED : "");
  }

  function reset() {
    const { kit } = door.referrals;
    const referrer = form.elements.referrer.value; // the same all day
    form.reset();
    form.elements.referrer.value = referrer;
    bearer = undefined;
    if (!kit) return;
    const isOfStand = ([code]) => kit.stand_rights.includes(code);
    const named = kit.rights.map(([code, short, label]) => [code, short, label === short ? "" : label]);
    const ours = named.filter(isOfStand);
    part("refer-rights").replaceChildren(...chips("checkbox", "rights", ours.length ? ours : named));
    part("refer-other-rights").replaceChildren(...chips("checkbox", "rights", ours.length ? named.filter((one) => !isOfStand(one)) : []));
    part("refer-others").open = false;
    show(part("refer-others"), ours.length > 0);
    for (const name of ["place", "target_group", "age_band"]) fillSelect(form.elements[name], [UNSAID, ...kit[`${name}s`]]);
    fillSelect(form.elements.cause, [UNSAID, ...kit.causes.map(([value, label, hint]) => [value, `${label} : ${hint.toLowerCase()}`])]);
    part("refer-person").open = false;
    part("refer-urgencies").replaceChildren(...chips("radio", "urgency", kit.urgencies, [kit.urgencies[0][0]]));
    consent.reset(kit);
    receivers.reset(kit);
    renderCallbacks();
    showErrors(form, {});
    fail("");
  }

  function renderCallbacks() {
    const agrees = consent.answers.contact === "given";
    const options = door.referrals.kit.callbacks.filter(([value]) => agrees || !BY_NAME.includes(value));
    const before = checkedValue(form, "callback");
    const chosen = options.some(([value]) => value === before) && !(agrees && before === "through_sender") ? before : options[0][0];
    part("refer-callbacks").replaceChildren(...chips("radio", "callback", options, [chosen]));
    write(part("callback-said"), agrees ? "" : NOT_AGREED);
    if (agrees && !(next && next.badge)) part("refer-person").open = true; // nothing else says who to call
  }

  function suggest() {
    const { place, target_group: group } = form.elements;
    receivers.want({ rights: checkedValues(form, "rights"), place: place.value, targetGroup: group.value });
  }

  function typed(name) {
    return form.elements[name].value.trim();
  }

  function faults() {
    const errors = {};
    const rights = checkedValues(form, "rights").length;
    if (!rights) errors.rights = "Touchez au moins un droit.";
    if (rights > MOST_RIGHTS) errors.rights = `${MOST_RIGHTS} droits au plus : faites une autre orientation.`;
    if (!receivers.receiver && !form.elements.declines.checked) errors.receiver = "Choisissez un organisme.";
    for (const name of ["need", "name", "phone", "email", "callback_when", "referrer"]) {
      const words = sensitive(typed(name));
      if (words) errors[name] = words;
    }
    errors.email ||= wrongEmail(typed("email"));
    errors.phone ||= wrongPhone(typed("phone"));
    errors.birth_year = wrongYear(typed("birth_year"), door.clock.now());
    return Object.fromEntries(Object.entries(errors).filter(([, words]) => words));
  }

  function said() {
    const year = typed("birth_year");
    return {
      ...(bearer ? bearer.naming : {}),
      receiver: receivers.receiver ? receivers.receiver.id : null,
      rights: checkedValues(form, "rights"),
      need: typed("need"),
      cause: form.elements.cause.value || null,
      urgency: checkedValue(form, "urgency"),
      callback: checkedValue(form, "callback"),
      callback_when: typed("callback_when"),
      referrer: typed("referrer"),
      declines: form.elements.declines.checked,
      person: {
        name: typed("name"),
        email: typed("email"),
        phone: typed("phone"),
        birth_year: year ? Number(year) : null,
        place: form.elements.place.value,
        age_band: form.elements.age_band.value,
        target_group: form.elements.target_group.value,
      },
      consents: consent.value,
    };
  }

  function fail(words) {
    write(part("refer-error"), words);
    show(part("refer-error"), Boolean(words));
  }

  async function save() {
    const errors = faults();
    showErrors(form, errors);
    fail("");
    if (Object.keys(errors).length || isSaving) return;
    isSaving = true;
    const receiver = receivers.receiver ? receivers.receiver.name : "sans organisme";
    try {
      const isKept = await door.referrals.save(said(), { receiver });
      if (!isKept) return fail(NOT_KEPT);
    } catch {
      return fail(NOT_KEPT);
    } finally {
      isSaving = false;
    }
    reset();
    dialog.close();
    return onKept(receiver);
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    save();
  });
  form.addEventListener("change", ({ target }) => ["rights", "place", "target_group"].includes(target.name) && suggest());
  // Enter in a line must not send what is half typed.
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.tagName === "INPUT") event.preventDefault();
  });
  part("refer-clear").addEventListener("click", () => {
    const whom = bearer;
    reset();
    bearer = whom;
    dialog.dialog.scrollTop = 0;
  });

  return {
    // For the badge read last, or for somebody without one.
    openFor(whom) {
      if (!door.referrals.kit) return;
      next = whom;
      dialog.open();
    },
    // Somebody else's badge was read, and the form is closed: the former person's words go.
    forgetUnless(h) {
      if (bearer !== undefined && (bearer && bearer.h) !== h && !dialog.dialog.open) reset();
    },
  };
}
