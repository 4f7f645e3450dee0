// The first screen: what is to be handed over, what waits on this phone, what was refused and why.
import { element, part, said } from "./dom.js";

const STATES = {
  unknown: "",
  online: "En ligne",
  offline: "Hors ligne : tout est gardé sur ce téléphone",
  signed_out: "Session terminée",
};

export function renderList(queue, { onOpen, onCorrect, onForget }) {
  part("network").textContent = STATES[queue.state];
  part("waiting").textContent = waitingWords(queue.queue.length);
  part("signed-out").hidden = queue.state !== "signed_out";
  part("never-online").hidden = queue.kit !== null || queue.state === "unknown";
  renderTrips(queue, onOpen);
  fill("queue", queue.queue.map((entry) => waitingLine(entry, queue)));
  fill("refused", queue.refused.map((entry) => refusedLine(entry, onCorrect, onForget)));
  fill("sent", queue.sent.map((line) => row(line.title, `Envoyé, reçu le ${said(line.sent_at)}`)));
  fill("holders", (queue.kit?.holders || []).map(holderLine));
}

export function nextWay(queue, trip) {
  if (queue.waits(trip.booking_id, "retour")) return "";
  return queue.waits(trip.booking_id, "depart") ? "retour" : trip.way;
}

function renderTrips(queue, onOpen) {
  const trips = queue.kit?.trips || [];
  part("no-trips").hidden = trips.length > 0 || queue.kit === null;
  part("trips").replaceChildren(...trips.map((trip) => tripLine(queue, trip, onOpen)));
}

function tripLine(queue, trip, onOpen) {
  const way = nextWay(queue, trip);
  const words = `${trip.association}, ${trip.when}${trip.places ? ` : ${trip.places}` : ""}`;
  if (!way) return row(`${trip.reference}, ${trip.vehicle}`, `${words}. Gardé sur ce téléphone.`);
  const label = way === "depart" ? "Départ" : "Retour";
  const open = element("button", { type: "button", class: "btn btn-primary", onclick: () => onOpen(trip, way) }, label, element("span", { class: "visually-hidden" }, ` : ${trip.reference}`));
  return row(`${trip.reference}, ${trip.vehicle}`, words, open);
}

function waitingLine(entry, queue) {
  const isOthers = queue.kit && entry.account.id !== queue.kit.account.id;
  const words = isOthers ? `Saisi sous le compte de ${entry.account.name} : partira quand ce compte se connectera ici` : `Gardé le ${said(entry.at)}, partira dès que possible`;
  return row(entry.title, words);
}

function refusedLine(entry, onCorrect, onForget) {
  const correct = element("button", { type: "button", class: "btn btn-primary btn-sm", onclick: () => onCorrect(entry) }, "Corriger", hidden(entry.title));
  const forget = element("button", { type: "button", class: "btn btn-outline-danger btn-sm", onclick: () => onForget(entry) }, "Supprimer", hidden(entry.title));
  return row(entry.title, reasonOf(entry), correct, forget);
}

function reasonOf({ reason, problems }) {
  return problems.length ? problems.map(({ message }) => message).join(" ") : reason;
}

function holderLine({ vehicle, who, until, late, is_blocked }) {
  if (!who) return row(vehicle, is_blocked ? "Indisponible" : "Au garage");
  return row(vehicle, `${who}, ${until}${late ? `. En retard de ${late}` : ""}`);
}

function row(title, words, ...aside) {
  const main = element("div", { class: "row-item-main" }, element("p", { class: "row-item-title" }, title), element("p", { class: "row-item-text" }, words));
  return element("li", { class: "row-item" }, main, ...(aside.length ? [element("div", { class: "row-item-aside" }, ...aside)] : []));
}

function fill(name, lines) {
  part(`${name}-part`).hidden = lines.length === 0;
  part(name).replaceChildren(...lines);
}

function hidden(words) {
  return element("span", { class: "visually-hidden" }, ` : ${words}`);
}

function waitingWords(number) {
  return number ? `${number} à envoyer` : "Rien à envoyer";
}
