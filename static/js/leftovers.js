// Minutes validated while somebody was still typing: their text is shown here, to be copied.
import { allUnsent, forgetUnsent } from "./unsent.js";

for (const place of document.querySelectorAll("[data-leftovers]")) {
  const found = allUnsent(place.dataset.leftovers);
  if (found.length > 0) place.append(box(found, place));
}

function box(found, place) {
  const notice = Object.assign(document.createElement("div"), { className: "notice notice-warning leftovers" });
  const inner = document.createElement("div");
  inner.append(
    line("notice-title", "Un texte écrit sur cet appareil n’a pas été enregistré"),
    line("", "Le compte-rendu a été validé avant qu’il ne parte. Copiez-le s’il faut le reprendre."),
    ...found.map(({ draft }) => Object.assign(document.createElement("pre"), { className: "past-text", textContent: draft.text })),
  );
  const button = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-outline-primary btn-sm", textContent: "Effacer de cet appareil" });
  button.addEventListener("click", () => {
    for (const { key } of found) forgetUnsent(key);
    place.replaceChildren();
  });
  inner.append(button);
  notice.append(inner);
  return notice;
}

function line(className, textContent) {
  return Object.assign(document.createElement("p"), { className, textContent });
}
