// Always in sight: the network, what waits to be sent, how many people are inside, the gauge.
import { hour } from "../clock.js";
import { counted, part, show, write } from "./dom.js";

const NEAR = 0.9;
const STALE_MS = 3 * 60 * 1000;
const NETWORKS = {
  unheard: "Connexion…",
  online: "En ligne",
  offline: "Hors ligne",
  ill: "Serveur en panne",
  cut: "Coupure simulée",
};

export function renderStatus(door) {
  const network = door.api.isCut ? "cut" : door.network;
  part("network").dataset.network = network;
  write(part("network-words"), NETWORKS[network]);
  const waiting = door.pending.waiting(door.forumSlug);
  part("waiting").dataset.waiting = waiting ? "some" : "none";
  write(part("waiting-words"), `${waiting} à envoyer`);
  renderGauge(door);
}

function renderGauge(door) {
  const { inside, gauge } = door;
  write(part("inside"), inside === null ? "–" : String(inside));
  write(part("gauge"), gauge === null ? "" : `/ ${gauge}`);
  const level = levelOf(inside, gauge);
  part("hall").dataset.level = level;
  const meter = part("meter");
  meter.max = gauge || 1;
  meter.value = Math.min(inside || 0, gauge || 1);
  write(part("full"), fullWords(level, inside, gauge));
  show(part("full"), level !== "free");
  const isStale = door.hall && door.clock.now() - new Date(door.hall.at) > STALE_MS;
  write(part("as-of"), isStale ? `compté à ${hour(door.hall.at)}, plus ce téléphone` : "");
  show(part("as-of"), Boolean(isStale));
}

function levelOf(inside, gauge) {
  if (inside === null || !gauge) return "free";
  if (inside >= gauge) return "full";
  return inside >= gauge * NEAR ? "near" : "free";
}

function fullWords(level, inside, gauge) {
  if (level === "full") return `Jauge atteinte : faites attendre, une entrée par sortie.`;
  return level === "near" ? `Presque plein : ${counted(gauge - inside, "place")}.` : "";
}
