// The row of big buttons under the thumb, and the sheets that they open.
import { countSheet, historySheet, pointSheet, stateSheet, undoSheet } from "./other_sheets.js";
import { part, show, write } from "./dom.js";
import { searchSheet } from "./search_sheet.js";

const OPPOSITE = { entry: "exit", exit: "entry" };

export class Controls {
  constructor(door, { verdicts, isKept, onRepair }) {
    this.door = door;
    const sheets = {
      search: searchSheet(door),
      count: countSheet(door),
      points: pointSheet(door),
      undo: undoSheet(door, () => verdicts.undone()),
      history: historySheet(door),
      state: stateSheet(door, { isKept, onRepair }),
    };
    for (const [name, sheet] of Object.entries(sheets)) {
      for (const button of document.querySelectorAll(`[data-open="${name}"]`)) button.addEventListener("click", () => sheet.open());
    }
    part("way").addEventListener("click", () => this.turnRound());
  }

  render() {
    const { point } = this.door;
    if (!point) return;
    write(part("point-name"), point.name);
    const other = this.otherWay();
    show(part("way"), Boolean(other));
    if (other) write(part("way-words"), point.kind === "entry" ? "Passer en sortie" : "Passer en entrée");
    document.body.dataset.kind = point.kind;
  }

  // The door's other direction: the one used last, or the first that there is.
  otherWay() {
    const kind = OPPOSITE[this.door.point.kind];
    const candidates = this.door.copy.points.filter((point) => point.kind === kind);
    return candidates.find(({ code }) => code === this.door.settings.otherPoint) || candidates[0];
  }

  turnRound() {
    const other = this.otherWay();
    if (other) this.door.choose({ point: other.code, otherPoint: this.door.point.code });
  }
}
