// Type-to-find fields: communes filter the options of their list, organisations ask the server.
import { announcements, loadLibrary, mount } from "./autocomplete_library.js";
import { matches } from "./fold.js";

export async function enhanceAutocompletes(root) {
  const fields = [...root.querySelectorAll("[data-autocomplete]")].filter((field) => !field.disabled);
  if (fields.length === 0) return;
  const library = await loadLibrary();
  for (const field of fields) {
    if (field.dataset.autocomplete === "select") enhanceSelect(library, field);
    else enhanceRemote(library, field);
  }
}

function enhanceSelect(library, select) {
  const options = [...select.options].filter((option) => option.value);
  const labels = options.map((option) => option.text);
  const choose = (label) => {
    const option = options.find((candidate) => candidate.text === label);
    select.value = option ? option.value : "";
    select.dispatchEvent(new Event("change", { bubbles: true }));
  };
  const chosen = select.selectedOptions[0];
  const input = mount(library, select, {
    ...announcements,
    minLength: 0,
    showAllValues: true,
    defaultValue: chosen?.value ? chosen.text : "",
    source: (query, show) => show(query === chosen?.text ? labels : labels.filter((label) => matches(label, query))),
    onConfirm: (label) => label && choose(label),
  });
  // Text that names no option, or none at all, must not leave the former choice behind.
  input.addEventListener("blur", () => {
    const typed = labels.filter((label) => matches(label, input.value) && input.value.trim());
    choose(labels.includes(input.value) ? input.value : typed.length === 1 ? typed[0] : "");
  });
}

function enhanceRemote(library, field) {
  const hidden = document.getElementById(field.dataset.valueField ?? "");
  const url = new URL(field.dataset.url, document.baseURI);
  const input = mount(library, field, {
    ...announcements,
    name: field.name,
    minLength: 2,
    defaultValue: field.value,
    source: debounced((query) => suggestions(url, query)),
    onConfirm: (choice) => {
      if (choice && hidden) hidden.value = choice.value;
    },
  });
  input.addEventListener("input", () => {
    if (hidden) hidden.value = "";
  });
}

async function suggestions(url, query) {
  url.searchParams.set("q", query);
  const response = await fetch(url, { headers: { Accept: "application/json" }, credentials: "same-origin" });
  return response.ok ? response.json() : [];
}

// Waits for a pause in the typing, and forgets answers that come back after a later question.
function debounced(find, delay = 200) {
  let latest = 0;
  return (query, show) => {
    const mine = (latest += 1);
    setTimeout(async () => {
      if (mine !== latest) return;
      const found = await find(query).catch(() => []); // offline: the field stays a text box
      if (mine === latest) show(found);
    }, delay);
  };
}
