// Verdicts in words. tone decides colour, shape, sound and vibration together: ok, again, no, info.
import { hour, span } from "../clock.js";
import { padded } from "../ticket.js";
import { counted } from "./dom.js";

const VERDICTS = {
  admitted: (outcome) => ({ tone: "ok", word: admittedWord(outcome), more: peopleOf(outcome) }),
  already_admitted: alreadyWords,
  unknown: (outcome) => ({
    tone: "no",
    word: "Badge inconnu",
    more: outcome.isChecking ? "Vérification auprès du serveur…" : "Cherchez le nom, ou donnez un badge vierge.",
  }),
  revoked: () => ({ tone: "no", word: "Badge annulé", more: "Un autre l’a remplacé : cherchez le nom, ou donnez un badge vierge." }),
  not_today: ({ reason }) =>
    reason === "other_forum"
      ? { tone: "no", word: "Badge d’un autre forum", more: "Donnez un badge vierge de ce forum." }
      : { tone: "no", word: "Pas aujourd’hui", more: "Le forum de ce badge a lieu un autre jour." },
  foreign: () => ({ tone: "info", word: "Pas un badge", more: "Ce code n’est pas celui d’un badge du forum. Rien n’est enregistré." }),
  torn: () => ({ tone: "info", word: "Code illisible", more: "Il est abîmé ou mal éclairé : tapez le numéro du badge." }),
  pairing: () => ({ tone: "info", word: "QR d’appairage", more: "Ce téléphone est déjà appairé (voir « État »)." }),
  not_kept: () => ({
    tone: "no",
    word: "NON enregistré",
    more: "La mémoire du téléphone est pleine. Ne laissez pas passer sur cette lecture : libérez de la place, ou notez le badge sur papier.",
  }),
  failed: () => ({ tone: "no", word: "NON enregistré", more: "Le téléphone n’a pas pu écrire. Lisez de nouveau ; si cela dure, notez le badge sur papier." }),
};

export function describe(outcome) {
  const words = VERDICTS[outcome.verdict](outcome);
  const { badge } = outcome;
  const who = badge ? [badge.label, `badge ${padded(badge.number)}`].filter(Boolean).join(" — ") : "";
  const isPractice = badge && badge.state === "rehearsal";
  return { ...words, who, practice: isPractice ? "Badge d’entraînement : ne compte pas" : "" };
}

function admittedWord({ point, isReturn }) {
  if (point.kind === "exit") return "Sortie notée";
  if (point.kind === "entry") return isReturn ? "Retour accepté" : "Entrée acceptée";
  return "Passage noté";
}

function peopleOf({ badge, point, isWalkIn, isBlind }) {
  if (isBlind) return "Aucune entrée connue de ce téléphone.";
  if (isWalkIn) return "Badge vierge";
  return point.kind === "entry" && badge.people > 1 ? counted(badge.people, "personne") : "";
}

function alreadyWords({ point, since }) {
  if (point.kind === "exit") {
    return { tone: "again", word: "Déjà sorti", more: "Aucune entrée depuis." };
  }
  const word = point.kind === "entry" ? "Déjà entré" : "Déjà passé ici";
  return { tone: "again", word, more: since && since.at ? `À ${hour(since.at)}${through(since)}.` : "" };
}

function through({ door }) {
  return door ? ` (${door})` : "";
}

export function conflictWords({ badge_number, label, door, at }) {
  const who = [badge_number === null ? "" : `Badge ${padded(badge_number)}`, label && `(${label})`].filter(Boolean).join(" ");
  return `${who} : accepté aussi par « ${door} » à ${hour(at)}. Une seule entrée est comptée.`;
}

export function skewWords(skewMs) {
  const side = skewMs > 0 ? "avance" : "retarde";
  return `L’horloge de ce téléphone ${side} de ${span(skewMs)}. Réglez l’heure automatique ; les lectures restent justes.`;
}
