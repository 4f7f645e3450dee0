// The arrows pass from day to day of the calendar, Page Up and Page Down to the periods around it. One day
// at a time is in the order of the Tab key, with its bookings: the whole of a month would be a long way to
// go through. Without this, every link is.
const calendar = document.querySelector("[data-calendar]");
const WIDTH = 7;
const TURNED = "zna-calendar-turned";

function enable(cells, isTable) {
  let current = -1;

  const links = (cell) => [...cell.querySelectorAll("a")];
  const first = (cell) => cell.querySelector(".cal-date[href]") ?? cell.querySelector("a");

  function enter(index, focus) {
    if (index < 0 || index >= cells.length || !first(cells[index])) return false;
    if (current >= 0) links(cells[current]).forEach((link) => (link.tabIndex = -1));
    current = index;
    links(cells[current]).forEach((link) => (link.tabIndex = 0));
    if (focus) first(cells[current]).focus();
    return true;
  }

  // The next cell that way with something to stop at; the neighbouring period where there is none.
  function seek(step) {
    let index = current + step;
    while (cells[index] && !first(cells[index])) index += step;
    return enter(index, true) || turn(step < 0 ? "prev" : "next", dayAt(step));
  }

  // From one end of the row inwards.
  function edge(from, step) {
    let index = from;
    while (index !== current && !first(cells[index])) index += step;
    enter(index, true);
  }

  const row = () => (isTable ? current - (current % WIDTH) : 0);
  const moves = {
    ArrowLeft: () => seek(-1),
    ArrowRight: () => seek(1),
    ArrowUp: () => (isTable ? seek(-WIDTH) : along(-1)),
    ArrowDown: () => (isTable ? seek(WIDTH) : along(1)),
    Home: () => edge(row(), 1),
    End: () => edge(Math.min(row() + WIDTH, cells.length) - 1, -1),
    PageUp: () => turn("prev"),
    PageDown: () => turn("next"),
  };

  // Among the bookings of a column of hours.
  function along(way) {
    const inside = links(cells[current]);
    inside[inside.indexOf(document.activeElement) + way]?.focus();
  }

  // The day so many days from here, as the cells name it.
  function dayAt(step) {
    const here = first(cells[current]).dataset.day?.replace("jour-", "");
    if (!here) return "";
    const there = new Date(`${here}T12:00:00Z`);
    there.setUTCDate(there.getUTCDate() + step);
    return `jour-${there.toISOString().slice(0, 10)}`;
  }

  function turn(way, day = "") {
    sessionStorage.setItem(TURNED, day);
    document.querySelector(`.cal-bar a[rel="${way}"]`)?.click();
  }

  cells.forEach((cell) => links(cell).forEach((link) => (link.tabIndex = -1)));
  // Whoever turned the page from the keyboard goes on from there.
  const turned = sessionStorage.getItem(TURNED);
  sessionStorage.removeItem(TURNED);
  const at = (rule) => cells.findIndex((cell) => first(cell) && rule(cell));
  const start = [
    at((cell) => turned && first(cell).dataset.day === turned),
    at((cell) => cell.matches(".is-today:not(.is-aside)")),
    at((cell) => !cell.matches(".is-aside")),
  ].find((index) => index >= 0);
  if (!enter(start ?? 0, turned !== null)) return;

  calendar.addEventListener("focusin", (event) => {
    const index = cells.indexOf(event.target.closest("[data-cell]"));
    if (index >= 0 && index !== current) enter(index, false);
  });
  calendar.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || !moves[event.key]) return;
    event.preventDefault();
    moves[event.key]();
  });
}

// Where the month is only a map of dots, a day leads to its bookings below rather than to another page.
function leadToList() {
  calendar.addEventListener("click", (event) => {
    const day = event.target.closest("[data-day]")?.dataset.day;
    const target = day && document.getElementById(day);
    if (!target?.closest(".cal-agenda").offsetParent) return;
    event.preventDefault();
    const folded = target.closest("details");
    if (folded) folded.open = true;
    target.scrollIntoView();
    target.tabIndex = -1;
    target.focus({ preventScroll: true });
  });
}

if (calendar) {
  enable([...calendar.querySelectorAll("[data-cell]")], calendar.matches("table"));
  leadToList();
}
