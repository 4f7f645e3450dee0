// Counting by hand, choosing the point, undoing, what was read, the state of the phone.
import { recentHistory } from "../acts.js";
import { hour } from "../clock.js";
import { sawConflicts } from "../conflicts.js";
import { padded } from "../ticket.js";
import { made, part, show, write } from "./dom.js";
import { sheet } from "./sheets.js";
import { conflictWords, describe } from "./words.js";

const KINDS = { entry: "Entrées", exit: "Sorties", stand: "Stands", session: "Ateliers" };
const SHOWN = 30;
const UNFOLDED = 6; // points of one kind that are shown without being asked for

function signed(people) {
  return people > 0 ? `+${people}` : String(people).replace("-", "−");
}

export function countSheet(door) {
  let total = 0;
  const count = sheet("count", {
    onOpen: () => {
      total = 0;
      say("");
    },
  });
  const back = part("count-undo");

  function say(words) {
    write(part("count-said"), words);
    const last = door.lastCount;
    show(back, Boolean(last));
    if (last) write(back, `Annuler le dernier : ${signed(last.people)}`);
  }

  for (const button of count.dialog.querySelectorAll("[data-people]")) {
    button.addEventListener("click", async () => {
      const people = Number(button.dataset.people);
      if (!(await door.count(people))) return;
      total += people;
      say(`Depuis l’ouverture de cette fenêtre : ${signed(total)}`);
    });
  }
  back.addEventListener("click", async () => {
    const last = door.lastCount;
    if (!last || !(await door.undoCount())) return say("");
    total -= last.people;
    say(`Annulé : ${signed(last.people)}`);
    count.dialog.querySelector("[data-people]").focus();
  });
  return count;
}

export function pointSheet(door) {
  const points = sheet("points", {
    onOpen: () => {
      part("points-list").replaceChildren(
        ...Object.entries(KINDS).flatMap(([kind, title]) => group(title, door.copy.points.filter((point) => point.kind === kind))),
      );
    },
  });

  function group(title, members) {
    if (!members.length) return [];
    const heading = made("h3", { text: title });
    const list = made("ul", { class: "options" }, ...members.map(line));
    if (members.length <= UNFOLDED) return [heading, list];
    heading.append(` (${members.length})`);
    const isHere = members.some((point) => point.code === door.point.code);
    return [made("details", { open: isHere }, made("summary", {}, heading), list)];
  }

  function line(point) {
    const isHere = door.point.code === point.code;
    const button = made("button", { type: "button", class: "option", "aria-pressed": String(isHere), text: point.name });
    button.addEventListener("click", () => {
      door.choose({ point: point.code });
      points.close();
    });
    return made("li", {}, button);
  }

  return points;
}

export function undoSheet(door, onUndone) {
  let line = null;
  const undo = sheet("undo", {
    onOpen: async () => {
      line = await door.lastUndoable();
      write(part("undo-what"), line ? `${summary(line)}. La personne n’est plus comptée.` : "Aucune lecture de moins de 15 minutes à annuler.");
      show(part("undo-yes"), Boolean(line));
    },
  });
  part("undo-yes").addEventListener("click", async () => {
    undo.close();
    const undone = await door.undoLast();
    if (undone) onUndone(undone);
  });
  return undo;
}

function summary({ at, number, label, verdict, kind, point, h }) {
  const badge = number === null ? null : { h, number, label, people: 1 };
  const words = describe({ verdict, badge, point: { kind, name: point } });
  return [hour(at), words.word, words.who].filter(Boolean).join(" · ");
}

export function historySheet(door) {
  return sheet("history", {
    onOpen: async () => {
      const lines = (await recentHistory(door.db)).slice(0, SHOWN);
      part("history-list").replaceChildren(...lines.map(historyLine));
      show(part("history-none"), !lines.length);
      part("conflict-list").replaceChildren(...door.conflicts.map((line) => made("li", { text: conflictWords(line) })));
      show(part("conflict-part"), door.conflicts.length > 0);
    },
    onClose: () => sawConflicts(door),
  });
}

function historyLine(line) {
  const notes = [line.undoneAt && "annulée", line.conflict && "aussi à une autre porte", !line.isSent && "à envoyer"];
  const note = notes.filter(Boolean).join(", ");
  return made("li", {}, made("span", { text: summary(line) }), ...(note ? [made("span", { class: "note", text: ` (${note})` })] : []));
}

export function stateSheet(door, { isKept, onRepair }) {
  const state = sheet("state", { onOpen: render });
  const boxes = { hasSound: part("has-sound"), hasVibration: part("has-vibration") };
  for (const [name, box] of Object.entries(boxes)) box.addEventListener("change", () => door.choose({ [name]: box.checked }));
  part("cut").addEventListener("change", (event) => door.cut(event.target.checked));
  part("repair").addEventListener("click", () => {
    state.close();
    onRepair();
  });
  part("sync-now").addEventListener("click", async () => {
    await door.sync.now();
    render();
  });

  function render() {
    for (const [name, box] of Object.entries(boxes)) box.checked = door.settings[name];
    part("cut").checked = door.api.isCut;
    const { forum } = door.copy;
    const lines = [
      ["Téléphone", door.deviceName],
      ["Forum", forum ? forum.title : ""],
      ["Badges connus", String(door.copy.badges.size)],
      ["Dernière nouvelle du serveur", door.hall ? hour(door.hall.at) : "aucune"],
      ["À envoyer", String(door.pending.waiting(door.forumSlug))],
      ["Démarre sans réseau", isKept() ? "oui" : "pas encore : laissez cette page ouverte en ligne"],
      ["Appairage jusqu’à", hour(door.pairing.expiresAt)],
    ];
    part("state-list").replaceChildren(...lines.flatMap(([name, value]) => [made("dt", { text: name }), made("dd", { text: value })]));
  }

  return state;
}
