// The parts of the referral's form, made from the kit.
import { made } from "./dom.js";

// Big boxes to touch, one or several at a time (`type`). options: [value, label, hint?]
export function chips(type, name, options, checked = []) {
  return options.map(([value, label, hint]) => {
    const box = made("input", { type, name, value, autocomplete: "off", checked: checked.includes(value) });
    const words = made("span", {}, made("span", { class: "chip-label", text: label }));
    if (hint) words.append(made("span", { class: "chip-hint", text: hint }));
    return made("label", { class: "chip" }, box, words);
  });
}

export function fillSelect(select, options, chosen = "") {
  select.replaceChildren(...options.map(([value, text]) => made("option", { value, text })));
  select.value = chosen;
}

export function checkedValue(form, name) {
  const box = form.querySelector(`[name="${name}"]:checked`);
  return box ? box.value : "";
}

export function checkedValues(form, name) {
  return [...form.querySelectorAll(`[name="${name}"]:checked`)].map(({ value }) => value);
}

// Errors beside their fields, in the order of the form; the first one gets the focus.
export function showErrors(form, errors) {
  for (const place of form.querySelectorAll("[data-error]")) {
    const words = errors[place.dataset.error] || "";
    place.textContent = words;
    place.hidden = !words;
  }
  for (const field of form.querySelectorAll(".field[name]")) {
    if (errors[field.name]) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
  }
  const first = form.querySelector("[data-error]:not([hidden])");
  if (!first) return;
  const folded = first.closest("details");
  if (folded) folded.open = true;
  const field = form.querySelector(`[aria-describedby~="${first.id}"]`);
  const target = field && field.matches("fieldset") ? field.querySelector("input") : field;
  if (target) target.focus();
  first.scrollIntoView({ block: "center" });
}
