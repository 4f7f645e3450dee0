// Whom to refer to, from the kit alone. No clock, no network, no storage: everything is an argument.
export const MOST = 6;
const ELSEWHERE = "ailleurs"; // lives nowhere here: it is not known what is near

// `wanted`: {rights, place, targetGroup}, the last two possibly empty. Gives organisations with the
// reasons for each, the best first: those that cover most of the rights, nearest to the person.
export function suggest(kit, { rights, place, targetGroup }) {
  const rank = kit.places.findIndex(([value]) => value === place);
  const isKnown = rank >= 0 && place !== ELSEWHERE;
  const names = new Map(kit.rights.map(([code, short]) => [code, short]));
  const found = new Map();
  for (const [organisation, covered, publics, reached, near] of kit.offers) {
    const common = rights.filter((code) => covered.includes(code));
    if (!common.length || (isKnown && reached && !reached.includes(rank))) continue;
    if (targetGroup && publics.length && !publics.includes(targetGroup)) continue;
    const offer = { common, isNear: near.includes(rank), isForThem: Boolean(targetGroup && publics.length) };
    found.set(organisation, [...(found.get(organisation) || []), offer]);
  }
  const known = new Map(kit.receivers.map((receiver) => [receiver[0], receiver]));
  const order = new Map(kit.receivers.map(([id], place) => [id, place])); // by name
  return [...found]
    .filter(([id]) => known.has(id))
    .map(([id, offers]) => summed(receiverOf(known.get(id)), offers, names))
    .sort((a, b) => b.score - a.score || order.get(a.id) - order.get(b.id));
}

export function receiverOf([id, name, place, hasAddress]) {
  return { id, name, place, hasAddress };
}

function summed(receiver, offers, names) {
  const covered = new Set(offers.flatMap(({ common }) => common));
  const isNear = offers.some((offer) => offer.isNear);
  const isForThem = offers.some((offer) => offer.isForThem);
  const reasons = [[...names].filter(([code]) => covered.has(code)).map(([, short]) => short).join(", ")];
  if (isNear) reasons.push("près de chez la personne");
  if (isForThem) reasons.push("pour ce public");
  return { ...receiver, reasons, score: covered.size * 4 + (isNear ? 2 : 0) + (isForThem ? 1 : 0) };
}
