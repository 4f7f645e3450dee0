// Shown as cards, a table loses its meaning for screen readers in some browsers; roles give it back.
const ROLES = { table: "table", thead: "rowgroup", tbody: "rowgroup", tr: "row", td: "cell" };

export function keepTableSemantics(root) {
  for (const table of root.querySelectorAll("table.table-cards")) {
    for (const part of [table, ...table.querySelectorAll("thead, tbody, tr, td, th")]) {
      const name = part.localName;
      const role = name === "th" ? (part.scope === "row" ? "rowheader" : "columnheader") : ROLES[name];
      part.setAttribute("role", role);
    }
  }
}
