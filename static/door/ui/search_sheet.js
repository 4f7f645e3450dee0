// A badge by its number or by the name that it shows, in the phone's own copy.
import { fold } from "../../js/fold.js";
import { padded, readTicket } from "../ticket.js";
import { made, part, write } from "./dom.js";
import { sheet } from "./sheets.js";

const MOST = 12;
const STATES = { revoked: "annulé", rehearsal: "entraînement" };

export function searchSheet(door) {
  const search = sheet("search", {
    onOpen: () => {
      field.value = "";
      list();
    },
  });
  const field = part("search-field");
  const results = part("search-results");
  const said = part("search-said");

  function list() {
    const found = findBadges(door.copy.badges, field.value);
    write(said, saying(field.value, found.length));
    results.replaceChildren(...found.slice(0, MOST).map(line));
  }

  function line(badge) {
    const place = door.copy.movements.get(`${badge.h}@hall`);
    const notes = [STATES[badge.state], badge.isBlank && "vierge", place && (place.inside ? "dedans" : "sorti")];
    const button = made(
      "button",
      { type: "button", class: "result" },
      made("span", { class: "result-number", text: padded(badge.number) }),
      made("span", { class: "result-name", text: badge.label || "sans nom" }),
      made("span", { class: "result-note", text: notes.filter(Boolean).join(", ") }),
    );
    button.addEventListener("click", () => {
      search.close();
      door.checkBadge(badge.h, { badge_number: badge.number });
    });
    return made("li", {}, button);
  }

  field.addEventListener("input", list);
  // A wedge scanner types here as anywhere else.
  part("search-form").addEventListener("submit", (event) => {
    event.preventDefault();
    if (readTicket(field.value)) {
      search.close();
      door.readCode(field.value);
    } else if (results.children.length === 1) {
      results.querySelector("button").click();
    }
  });
  return search;
}

function saying(query, count) {
  if (!query.trim()) return "";
  if (!count) return "Aucun badge trouvé. Un badge vierge fait l’affaire.";
  if (count > MOST) return `${count} badges : précisez.`;
  return count === 1 ? "1 badge" : `${count} badges`;
}

// A number is that badge alone; words must each begin a word of the name.
export function findBadges(badges, query) {
  const words = fold(query).split(" ").filter(Boolean);
  if (!words.length) return [];
  const rows = [...badges.values()];
  if (/^\d+$/.test(words.join(""))) {
    const number = Number(words.join(""));
    return rows.filter((badge) => badge.number === number);
  }
  const found = rows.filter((badge) => {
    if (badge.folded === undefined) badge.folded = ` ${fold(badge.label || "")}`;
    return words.every((word) => badge.folded.includes(` ${word}`));
  });
  return found.sort((a, b) => a.number - b.number);
}
