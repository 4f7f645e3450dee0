// accessible-autocomplete, in French, inside our fields.
const SCRIPT = "../vendor/accessible-autocomplete/accessible-autocomplete.min.js";

// The library is a classic script that defines a global; it is fetched by the pages that need it only.
export async function loadLibrary() {
  await import(SCRIPT);
  return globalThis.accessibleAutocomplete;
}

const plural = (count, one, many) => `${count} ${count > 1 ? many : one}`;

export const announcements = {
  autoselect: false,
  confirmOnBlur: false,
  displayMenu: "overlay",
  tNoResults: () => "Aucun résultat",
  tStatusQueryTooShort: (minimum) => `Tapez au moins ${plural(minimum, "lettre", "lettres")} pour voir des propositions.`,
  tStatusNoResults: () => "Aucun résultat.",
  tStatusSelectedOption: (option, length, index) => `${option} : ${index + 1} sur ${length}, sélectionné.`,
  tStatusResults: (length, selected) => `${plural(length, "proposition disponible", "propositions disponibles")}. ${selected}`,
  tAssistiveHint: () => "Des propositions apparaissent quand vous tapez : parcourez-les avec les flèches haut et bas, choisissez avec Entrée. Au toucher, explorez l'écran ou balayez.",
};

// Suggestions are inserted as HTML by the library: whatever the server sent is escaped here.
const escape = (text) => Object.assign(document.createElement("span"), { textContent: text }).innerHTML;

export const suggestionTemplate = {
  inputValue: (choice) => choice?.label ?? choice ?? "",
  suggestion: (choice) => {
    if (typeof choice === "string") return escape(choice);
    const hint = choice.hint ? `<span class="autocomplete-hint">${escape(choice.hint)}</span>` : "";
    return escape(choice.label) + hint;
  },
};

// Puts the type-to-find box in the place of `field` and returns its text box. A list stays in the
// form, hidden, and sends the value; a text box gives its name and place away.
export function mount(library, field, options) {
  const place = document.createElement("div");
  const id = field.id;
  const { ariaInvalid } = field;
  const describedBy = field.getAttribute("aria-describedby");
  const invalid = field.classList.contains("is-invalid");
  field.before(place);
  if (field.localName === "select") {
    field.id = `${id}-select`;
    field.hidden = true;
  } else {
    field.remove();
  }
  library({
    element: place,
    id,
    name: "",
    inputClasses: invalid ? "form-control is-invalid" : "form-control",
    dropdownArrow: ({ className }) => `<svg class="${className}" viewBox="0 0 16 16" aria-hidden="true" focusable="false"><path d="M2 5l6 6 6-6" fill="none" stroke="currentColor" stroke-width="2"/></svg>`,
    templates: suggestionTemplate,
    ...options,
  });
  const input = place.querySelector("input[type='text']");
  if (ariaInvalid) input.ariaInvalid = ariaInvalid;
  if (describedBy) keepDescription(input, describedBy);
  return input;
}

// The library drops aria-describedby while one types; our hint and error must stay.
function keepDescription(input, ours) {
  const restore = () => {
    const current = input.getAttribute("aria-describedby") ?? "";
    if (!current.includes(ours)) input.setAttribute("aria-describedby", `${ours} ${current}`.trim());
  };
  restore();
  new MutationObserver(restore).observe(input, { attributeFilter: ["aria-describedby"] });
}
