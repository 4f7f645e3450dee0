// Badges that two doors let in without knowing of each other: told once, kept until they are seen.
export async function takeConflicts(door, lines) {
  const known = new Set(door.conflicts.map(({ scan_id }) => scan_id));
  const fresh = lines.filter(({ scan_id }) => !known.has(scan_id));
  if (!fresh.length) return;
  door.conflicts = [...fresh.map((line) => ({ ...line, isSeen: false })), ...door.conflicts];
  await door.keep("conflicts", door.conflicts);
  for (const line of fresh) door.tell("conflict", line);
}

export function sawConflicts(door) {
  door.conflicts = door.conflicts.map((line) => ({ ...line, isSeen: true }));
  door.changed();
  return door.keep("conflicts", door.conflicts);
}

// The same, told by the answer to a scan.
export function conflictOf({ scan_id, conflict, attendee }) {
  return {
    scan_id,
    badge_number: attendee ? attendee.badge_number : null,
    label: attendee ? attendee.label : "",
    door: conflict.door,
    at: conflict.at,
  };
}
