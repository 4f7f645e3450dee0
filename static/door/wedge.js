// A scanner that types like a keyboard: a burst of keys, then Enter. Its layout may not be the
// phone's, so that both what the keys mean here and where they are on the keyboard are kept.
import { readPairing, readTicket } from "./ticket.js";

const SLOWEST_MS = 1000; // between two keys; a busy phone is slow to hand them on, and nothing is typed outside fields
const SHORTEST = 6;

export function listenToWedge(target, onCode) {
  let burst = [];
  let last = 0;
  target.addEventListener(
    "keydown",
    (event) => {
      if (isField(event.target) || event.ctrlKey || event.altKey || event.metaKey) return;
      const now = event.timeStamp;
      if (now - last > SLOWEST_MS) burst = [];
      last = now;
      if (event.key === "Enter" || event.key === "Tab") {
        const keys = burst;
        burst = [];
        if (keys.length < SHORTEST) return;
        // Not a press on the button that has the focus.
        event.preventDefault();
        event.stopPropagation();
        onCode(meaning(keys));
      } else if (event.key.length === 1) {
        burst.push(event);
        if (burst.length > 2) event.preventDefault();
      }
    },
    true,
  );
}

export function meaning(keys) {
  const typed = keys.map(({ key }) => key).join("");
  if (readTicket(typed) || readPairing(typed)) return typed;
  const placed = keys.map(({ code }) => placeOf(code)).join("");
  return readTicket(placed) ? placed : typed;
}

function placeOf(code) {
  const found = /^(?:Key|Digit|Numpad)([A-Z0-9])$/.exec(code || "");
  return found ? found[1] : "";
}

function isField(element) {
  return ["INPUT", "TEXTAREA", "SELECT"].includes(element.tagName);
}
