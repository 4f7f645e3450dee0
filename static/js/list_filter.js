import { matches } from "./fold.js";

// A box above a long list of check boxes; a ticked choice stays in sight whatever is typed.
export function addListFilters(root) {
  for (const list of root.querySelectorAll("[data-list-filter]")) addFilter(list);
}

function addFilter(list) {
  const rows = [...list.querySelectorAll(".form-check")];
  const legend = list.closest("fieldset")?.querySelector("legend")?.firstChild?.textContent.trim() ?? "";
  const box = Object.assign(document.createElement("input"), { type: "search", className: "form-control", placeholder: "Filtrer la liste", autocomplete: "off" });
  box.setAttribute("aria-label", `Filtrer la liste : ${legend}`);
  const count = Object.assign(document.createElement("p"), { className: "list-filter-count" });
  count.setAttribute("role", "status");
  const empty = Object.assign(document.createElement("p"), { className: "list-filter-empty", textContent: "Aucun choix ne correspond.", hidden: true });

  const bar = Object.assign(document.createElement("div"), { className: "list-filter" });
  bar.append(box, count);
  list.before(bar);
  list.append(empty);

  const refresh = () => {
    const shown = rows.filter((row) => {
      row.hidden = !isChecked(row) && !matches(row.textContent, box.value);
      return !row.hidden;
    });
    empty.hidden = shown.length > 0;
    count.textContent = summary(rows.filter(isChecked).length, box.value ? shown.length : null, rows.length);
  };
  box.addEventListener("input", refresh);
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault(); // it would send the whole form
  });
  // What is typed here is no part of the form's content.
  bar.addEventListener("input", (event) => event.stopPropagation());
  list.addEventListener("change", refresh);
  refresh();
}

function isChecked(row) {
  return row.querySelector("input").checked;
}

function summary(checked, shown, total) {
  const chosen = checked > 1 ? `${checked} choix cochés` : checked === 1 ? "1 choix coché" : "Aucun choix coché";
  return shown === null ? `${chosen} sur ${total}` : `${chosen}, ${shown} affiché${shown > 1 ? "s" : ""}`;
}
