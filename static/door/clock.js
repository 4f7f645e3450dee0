// The phone's clock and the server's. Scans carry the phone's own time, as it is: the server
// corrects it. What the volunteer reads, and what day it is, follow the corrected time.
const BOUND_MS = 2 * 60 * 1000;
const DAY = new Intl.DateTimeFormat("sv-SE", { timeZone: "Europe/Paris" });
const HOUR = new Intl.DateTimeFormat("fr-FR", { timeZone: "Europe/Paris", hour: "numeric", minute: "2-digit" });

export class DoorClock {
  constructor(aheadMs = 0) {
    this.aheadMs = aheadMs;
  }

  // `serverNow` was true somewhere between the question and its answer.
  learn(serverNow, sentMs, receivedMs) {
    this.aheadMs = Math.round((sentMs + receivedMs) / 2 - Date.parse(serverNow));
  }

  now() {
    return new Date(Date.now() - this.aheadMs);
  }

  // Milliseconds by which the phone is wrong, or 0 while it is right enough.
  get skewMs() {
    return Math.abs(this.aheadMs) > BOUND_MS ? this.aheadMs : 0;
  }

  isPast(day) {
    return Boolean(day) && DAY.format(this.now()) > day;
  }

  isDay(day) {
    return Boolean(day) && DAY.format(this.now()) === day;
  }
}

// « 9 h 05 », held on one line.
export function hour(instant) {
  const parts = new Map(HOUR.formatToParts(new Date(instant)).map(({ type, value }) => [type, value]));
  return `${Number(parts.get("hour"))}\u00a0h\u00a0${parts.get("minute")}`;
}

// « 2 h 05 » or « 12 min »
export function span(milliseconds) {
  const minutes = Math.round(Math.abs(milliseconds) / 60000);
  if (minutes < 60) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")}`;
}
