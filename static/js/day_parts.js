// The parts of the screen, each replaced by itself once it has changed; never under somebody's hands.
import { keepTableSemantics } from "./tables.js";

const written = new WeakMap();

// Gives the names of those that were replaced. `asked` when the reader has just pressed a button: the part
// that holds the button is then replaced too, and the button of the same name has the focus again.
export function replaceParts(root, html, { asked = false } = {}) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const replaced = [];
  for (const fresh of page.body.querySelectorAll("[data-part]")) {
    const part = root.querySelector(`[data-part="${fresh.dataset.part}"]`);
    const source = fresh.outerHTML;
    if (!part || written.get(part) === source || (!asked && isBusy(part)) || isTyped(part)) continue;
    const node = document.importNode(fresh, true);
    written.set(node, source);
    const focus = focusIn(part);
    for (const open of part.querySelectorAll("details[open][data-keep]")) node.querySelector(`details[data-keep="${open.dataset.keep}"]`)?.setAttribute("open", "");
    part.replaceWith(node);
    keepTableSemantics(node);
    focus?.(node);
    replaced.push(fresh.dataset.part);
  }
  return replaced;
}

function isBusy(part) {
  return part.contains(document.activeElement);
}

// Words in a field of the part, not sent yet.
function isTyped(part) {
  return [...part.querySelectorAll("input[type=text], textarea")].some((control) => control.value !== control.defaultValue);
}

function focusIn(part) {
  const active = document.activeElement;
  if (!part.contains(active)) return null;
  const same = active.name ? `[name="${active.name}"][value="${CSS.escape(active.value)}"]` : active.tagName === "SUMMARY" ? "summary" : null;
  return (node) => (node.querySelector(`${same ?? "button"}:not(:disabled)`) ?? node.querySelector("button:not(:disabled), a"))?.focus({ preventScroll: true });
}
