// How a phone becomes one of the forum's, and how it stops being one. What is about people leaves
// with the token; acts that nobody has received stay, whatever happens.
import { wipeCopy } from "./acts.js";

// A code from the agent's screen. The copy of the former forum and the new token change places in
// one go: the code works once only.
export async function pair(door, code) {
  const answer = await door.api.pair(code);
  const pairing = {
    token: answer.token,
    device: answer.device,
    forum: answer.forum,
    expiresAt: answer.expires_at,
  };
  door.sync.stop();
  await wipeCopy(door.db, { pairing });
  await door.load();
  door.network = "unheard";
  if (navigator.storage && navigator.storage.persist) navigator.storage.persist();
  door.changed();
  door.sync.start();
}

// The token ends with the day, network or not.
export async function watchEnd(door) {
  const { pairing } = door;
  if (pairing && door.clock.now() >= new Date(pairing.expiresAt)) await leave(door, "ended");
}

export async function leave(door, reason) {
  const gone = { reason, forum: door.pairing && door.pairing.forum, at: door.clock.now().toISOString() };
  door.sync.stop();
  await wipeCopy(door.db, { gone });
  await door.load();
  door.changed();
}
