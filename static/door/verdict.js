// Decides from what the phone knows. No clock, no network, no storage: everything is an argument.
export const ADMITTED = "admitted";
export const ALREADY = "already_admitted";
export const UNKNOWN = "unknown";
export const REVOKED = "revoked";
export const NOT_TODAY = "not_today";

// badge: its row, or undefined. movement: the last one known in the hall ({inside, at, door}), or
// undefined. visit: the passage at this point, or undefined. kind: entry, exit, stand or session.
export function decide({ badge, isOfAnotherForum, movement, visit, kind, isToday }) {
  if (!badge) return isOfAnotherForum ? { verdict: NOT_TODAY, reason: "other_forum" } : { verdict: UNKNOWN };
  // Whoever is inside may always go out.
  if (kind === "exit" && movement && movement.inside) return { verdict: ADMITTED };
  if (badge.state === "revoked") return { verdict: REVOKED };
  if (!isToday && badge.state !== "rehearsal") return { verdict: NOT_TODAY, reason: "other_day" };
  if (kind === "exit") return leave(movement);
  if (kind === "entry") return enter(movement);
  return visit ? { verdict: ALREADY, since: visit } : { verdict: ADMITTED };
}

function enter(movement) {
  if (!movement) return { verdict: ADMITTED };
  return movement.inside ? { verdict: ALREADY, since: movement } : { verdict: ADMITTED, isReturn: true };
}

// With no entry known, the entry may be on a phone that has not sent it yet: the exit is noted, and
// the server puts both in order.
function leave(movement) {
  return movement ? { verdict: ALREADY, since: movement } : { verdict: ADMITTED, isBlind: true };
}

// How many people the hall gains, as far as this phone knows.
export function effectOf({ verdict, badge, isBlind }, kind) {
  if (verdict !== ADMITTED || isBlind || badge.state === "rehearsal") return 0;
  if (kind === "entry") return badge.people;
  return kind === "exit" ? -badge.people : 0;
}
