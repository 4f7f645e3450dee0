// The time that passes, painted from what the server said: how long a point had before, and since when it
// runs. Two screens paint the same figures, whatever their own clocks say.
const LATE = "Temps dépassé";

export class DayClock {
  constructor(root, say) {
    this.root = root;
    this.say = say;
    this.ahead = Number(root.dataset.now) - Date.now(); // the server's clock, seen from here
    this.told = null; // the point whose time was said to be over
  }

  get now() { return Date.now() + this.ahead; }

  paint() {
    for (const place of this.root.querySelectorAll("[data-clock]")) this.paintOne(place);
  }

  paintOne(place) {
    const { before, allotted, since } = place.dataset;
    const spent = Number(before) + (since ? Math.max(0, Math.floor((this.now - Number(since)) / 1000)) : 0);
    const left = allotted ? Number(allotted) - spent : null;
    const isOver = left !== null && left < 0;
    place.classList.toggle("is-over", isOver);
    write(place.querySelector("[data-face]"), left === null ? face(spent) : isOver ? `+${face(-left)}` : face(left));
    write(place.querySelector("[data-hint]"), isOver ? "de dépassement" : left === null ? "écoulées" : "restantes");
    write(place.querySelector("[data-spent]"), spent ? `${Math.floor(spent / 60)}\u00a0min${allotted ? " / " : ""}` : "");
    place.querySelector("[data-bar]")?.setAttribute("width", `${allotted ? Math.min(100, (100 * spent) / Number(allotted)) : 0}%`);
    const end = place.querySelector("[data-end]");
    if (end) write(end, `Fin estimée : ${hour(this.now + 1000 * (Math.max(0, left ?? 0) + Number(end.parentElement.dataset.rest)))}`);
    if (place.querySelector("[data-face]")) this.warn(place, isOver && since);
  }

  // Said aloud once a point, for those who do not see the colour change.
  warn(place, isOver) {
    const title = place.querySelector("h2")?.textContent;
    if (isOver && this.told !== title) this.say(`${LATE} : ${title}`);
    this.told = isOver ? title : null;
  }
}

function write(place, text) {
  if (place && place.textContent !== text) place.textContent = text;
}

function face(seconds) {
  const two = (number) => String(number).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

// As the server writes hours: « 14 h », « 14 h 05 ».
export function hour(instant) {
  const [h, m] = new Date(instant).toLocaleTimeString("fr-FR", { timeZone: "Europe/Paris", hour: "2-digit", minute: "2-digit" }).split(":");
  return m === "00" ? `${Number(h)}\u00a0h` : `${Number(h)}\u00a0h\u00a0${m}`;
}
