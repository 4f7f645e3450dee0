// Drawing the plan: drag a stand or its corner, or use the arrows. Each move is saved at once with
// the revision that it stands on; refused, the stand goes back where the server says that it is.
// The table below does the same without any of this.
import { draw, erase, gridPoint, whereInWords } from "./plan_drawing.js";

const room = document.querySelector("[data-plan]");
const sheet = room.querySelector("[data-plan-sheet]");
const status = room.querySelector("[data-plan-status]");
const message = room.querySelector("[data-plan-message]");
const tray = room.querySelector("[data-plan-tray]");
const trayList = room.querySelector("[data-plan-tray-list]");
const [columns, rows, largest] = [room.dataset.columns, room.dataset.rows, room.dataset.largest].map(Number);
const FIELDS = ["column", "row", "width", "height"];
const SETTLE = 450; // ms without another arrow before a move by keyboard is saved
const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

const stands = new Map();
for (const line of document.querySelectorAll("[data-stand-row]")) {
  const stand = standOf(line);
  stands.set(stand.number, stand);
  show(stand);
}
room.querySelector("[data-plan-help]").hidden = false;

function standOf(line) {
  const field = (name) => line.querySelector(`input[name="${name}"]`);
  const stand = {
    number: line.dataset.standRow,
    name: line.dataset.name,
    shortName: line.dataset.shortName,
    isConfirmed: line.dataset.confirmed === "oui",
    revision: line.dataset.revision,
    size: { width: Number(field("width").defaultValue), height: Number(field("height").defaultValue) },
    place: null,
    line,
    forms: {
      place: line.querySelector(`#place-${line.dataset.standRow}`),
      remove: line.querySelector("[data-when-placed] form"),
      anywhere: line.querySelector("[data-when-waiting] form"),
    },
    pending: Promise.resolve(),
  };
  const drawn = sheet.querySelector(`[data-stand="${stand.number}"]`);
  if (drawn) {
    const [x, y] = drawn.getAttribute("transform").match(/-?\d+/g).map(Number);
    stand.place = { column: x / 40, row: y / 40, ...stand.size };
  }
  for (const [kind, form] of Object.entries(stand.forms)) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      event.stopPropagation();
      if (kind === "place") tell(stand, form, typed(stand));
      else tell(stand, form, {});
    });
  }
  return stand;
}

// What the table's fields say, counted from 1 as they are.
function typed(stand) {
  return Object.fromEntries(FIELDS.map((name) => [name, stand.line.querySelector(`input[name="${name}"]`).value]));
}

// Put the stand on the drawing and in the table as it is known to be; waiting stands in the tray.
function show(stand) {
  if (stand.place) draw(sheet, stand, stand.place);
  else erase(stand);
  stand.line.querySelector("[data-when-placed]").hidden = !stand.place;
  stand.line.querySelector("[data-when-waiting]").hidden = Boolean(stand.place);
  for (const form of Object.values(stand.forms)) form.elements.revision.value = stand.revision;
  const shown = stand.place
    ? { column: stand.place.column + 1, row: stand.place.row + 1, width: stand.place.width, height: stand.place.height }
    : { column: "", row: "", ...stand.size };
  for (const name of FIELDS) stand.line.querySelector(`input[name="${name}"]`).value = shown[name];
  showTray();
}

function showTray() {
  const waiting = [...stands.values()].filter((stand) => !stand.place);
  const present = new Map([...trayList.children].map((item) => [item.dataset.waiting, item]));
  for (const [number, item] of present) if (!waiting.some((stand) => stand.number === number)) item.remove();
  for (const stand of waiting) {
    if (present.has(stand.number)) continue;
    const item = document.createElement("button");
    item.type = "button";
    item.className = "plan-tray-item";
    item.dataset.waiting = stand.number;
    item.textContent = `${stand.number} · ${stand.shortName}`;
    trayList.append(item);
  }
  tray.hidden = waiting.length === 0;
}

// Save after what is being saved already, so that each request carries the last revision.
function tell(stand, form, values) {
  stand.pending = stand.pending.then(() => send(stand, form, values));
  return stand.pending;
}

async function send(stand, form, values) {
  const body = new URLSearchParams({ csrf_token: form.elements.csrf_token.value, revision: stand.revision, ...values });
  stand.shape?.classList.add("is-saving");
  let answer = null;
  let kept = false;
  try {
    const response = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
    kept = response.ok;
    answer = await response.json();
  } catch {
    answer = null;
  }
  const had = stand.shape === document.activeElement;
  if (answer && "revision" in answer) take(stand, answer);
  else kept = false;
  show(stand);
  if (had) (stand.shape ?? stand.line.querySelector("input"))?.focus();
  if (kept) say(`Stand ${stand.number}, ${stand.name} : ${stand.place ? whereInWords(stand.place) : "ôté du plan"}, enregistré.`);
  else refuse(stand, answer?.message ?? answer?.detail ?? "Rien n’a été enregistré : vérifiez la connexion, puis recommencez.");
}

// The server's place, counted from 1, becomes ours.
function take(stand, answer) {
  if (answer.revision !== null) stand.revision = String(answer.revision);
  stand.place = answer.place && { ...answer.place, column: answer.place.column - 1, row: answer.place.row - 1 };
  if (stand.place) stand.size = { width: stand.place.width, height: stand.place.height };
}

function say(text) {
  message.hidden = true;
  status.textContent = text;
}

function refuse(stand, text) {
  message.textContent = `Stand ${stand.number} : ${text}`;
  message.hidden = false;
  status.textContent = message.textContent;
  stand.shape?.classList.add("is-refused");
  setTimeout(() => stand.shape?.classList.remove("is-refused"), 1500);
}

function save(stand, place) {
  return tell(stand, stand.forms.place, { column: place.column + 1, row: place.row + 1, width: place.width, height: place.height });
}

// The nearest place that is on the plan.
function inside(place) {
  const width = Math.min(Math.max(place.width, 1), largest, columns);
  const height = Math.min(Math.max(place.height, 1), largest, rows);
  const column = Math.min(Math.max(place.column, 0), columns - width);
  const row = Math.min(Math.max(place.row, 0), rows - height);
  return { column, row, width, height };
}

function same(a, b) {
  return a && b && FIELDS.every((name) => a[name] === b[name]);
}

// Pointer: `drag` follows one stand until it is let go.
let drag = null;

sheet.addEventListener("pointerdown", (event) => {
  const group = event.target.closest("[data-stand]");
  if (!group || event.button !== 0) return;
  event.preventDefault();
  const stand = stands.get(group.dataset.stand);
  const point = gridPoint(sheet, event);
  const resizes = event.target.classList.contains("plan-corner");
  group.focus({ preventScroll: true });
  drag = { stand, from: stand.place, now: stand.place, resizes, dx: point.x - stand.place.column, dy: point.y - stand.place.row };
  sheet.setPointerCapture(event.pointerId);
});

trayList.addEventListener("pointerdown", (event) => {
  const item = event.target.closest("[data-waiting]");
  if (!item || event.button !== 0) return;
  const stand = stands.get(item.dataset.waiting);
  drag = { stand, from: null, now: null, resizes: false, dx: stand.size.width / 2, dy: stand.size.height / 2, item };
  item.setPointerCapture(event.pointerId);
});

trayList.addEventListener("click", (event) => {
  const item = event.target.closest("[data-waiting]");
  if (!item) return;
  if (item.dataset.dropped) return void delete item.dataset.dropped;
  const stand = stands.get(item.dataset.waiting);
  tell(stand, stand.forms.anywhere, {}).then(() => stand.shape?.focus());
});

document.addEventListener("pointermove", (event) => {
  if (!drag) return;
  const { stand, from, resizes, dx, dy } = drag;
  const point = gridPoint(sheet, event);
  const isOver = point.x > -1 && point.y > -1 && point.x < columns + 1 && point.y < rows + 1;
  if (!from && !isOver) {
    drag.now = null;
    return erase(stand);
  }
  const place = resizes
    ? inside({ ...from, width: Math.min(Math.round(point.x - from.column), columns - from.column), height: Math.min(Math.round(point.y - from.row), rows - from.row) })
    : inside({ ...stand.size, column: Math.round(point.x - dx), row: Math.round(point.y - dy) });
  if (same(place, drag.now)) return;
  drag.now = place;
  draw(sheet, stand, place);
  stand.shape.classList.add("is-dragged");
});

document.addEventListener("pointerup", () => endDrag(true));
document.addEventListener("pointercancel", () => endDrag(false));

function endDrag(isDropped) {
  if (!drag) return;
  const { stand, from, now, item } = drag;
  drag = null;
  if (item && now) item.dataset.dropped = "oui"; // The click that follows is not one.
  if (isDropped && now && !same(now, from)) save(stand, now);
  else show(stand);
}

// Keyboard, on a stand of the drawing.
sheet.addEventListener("keydown", (event) => {
  const stand = stands.get(event.target.closest("[data-stand]")?.dataset.stand);
  if (!stand?.place || event.altKey || event.ctrlKey || event.metaKey) return;
  if (event.key === "Delete" || event.key === "Backspace") {
    event.preventDefault();
    clearTimeout(stand.timer);
    tell(stand, stand.forms.remove, {});
    return;
  }
  const move = MOVES[event.key];
  if (!move) return;
  event.preventDefault();
  const at = stand.moving ?? stand.place;
  const place = inside(
    event.shiftKey
      ? { ...at, width: Math.min(at.width + move[0], columns - at.column), height: Math.min(at.height + move[1], rows - at.row) }
      : { ...at, column: at.column + move[0], row: at.row + move[1] },
  );
  if (same(place, at)) return;
  stand.moving = place;
  draw(sheet, stand, place);
  say(whereInWords(place));
  clearTimeout(stand.timer);
  stand.timer = setTimeout(() => {
    stand.moving = null;
    if (same(place, stand.place)) show(stand);
    else save(stand, place);
  }, SETTLE);
});
