// What the volunteer must know besides the verdict, a line each, until it is over or was read.
import { counted, made, part } from "./dom.js";
import { conflictWords, skewWords } from "./words.js";

const OVER = "Le forum est fini : ce téléphone ne sert plus qu’à remettre ce qui attend.";
const CANCELLED = "Le forum est annulé : personne n’entre plus. Qui est dans la salle peut sortir.";

// Rebuilt only when something changed: a screen reader would otherwise hear it all again.
export function renderBands(door, act) {
  const bands = bandsOf(door);
  const root = part("bands");
  const signature = JSON.stringify(bands);
  if (root.dataset.signature === signature) return;
  root.dataset.signature = signature;
  root.replaceChildren(...bands.map((band) => drawn(band, act)));
}

function bandsOf(door) {
  const bands = [];
  if (door.api.isCut) bands.push({ tone: "practice", text: "Entraînement : le réseau est coupé exprès.", act: "uncut", button: "Rétablir" });
  if (door.isReady && door.copy.forum.is_cancelled) bands.push({ tone: "warning", text: CANCELLED });
  if (door.isReady && door.clock.isPast(door.copy.forum.held_on)) bands.push({ tone: "practice", text: OVER });
  const unseen = door.conflicts.filter(({ isSeen }) => !isSeen);
  if (unseen.length === 1) bands.push({ tone: "warning", text: conflictWords(unseen[0]), act: "seen", button: "Vu" });
  if (unseen.length > 1) bands.push({ tone: "warning", text: `${unseen.length} badges acceptés à deux portes. Le détail est dans « Lectures ».`, act: "seen", button: "Vu" });
  if (door.clock.skewMs) bands.push({ tone: "warning", text: skewWords(door.clock.skewMs) });
  if (door.refusedCount) bands.push({ tone: "warning", text: `${counted(door.refusedCount, "lecture")} que le serveur refuse : gardées ici, montrez ce téléphone à un agent.` });
  if (door.referrals.refused.length) bands.push({ tone: "warning", text: `${counted(door.referrals.refused.length, "orientation")} que le serveur refuse : la raison est dans « Orientations ».` });
  const stranded = door.pending.stranded(door.forumSlug);
  if (door.isPaired && stranded) bands.push({ tone: "warning", text: `${counted(stranded, "lecture")} d’un autre forum : faites appairer ce téléphone à celui-là pour les remettre.` });
  return bands;
}

function drawn({ tone, text, act: name, button }, act) {
  const band = made("div", { class: "band", "data-tone": tone }, made("p", { text }));
  if (!name) return band;
  const press = made("button", { type: "button", class: "band-button", text: button });
  press.addEventListener("click", () => act(name));
  band.append(press);
  return band;
}

