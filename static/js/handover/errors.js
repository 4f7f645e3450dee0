// What is wrong, told as the site's own pages tell it: on top with links, and beside each field.
import { element, part } from "./dom.js";

export function showErrors(form, problems) {
  clearErrors(form);
  if (!problems.length) return;
  const list = element("ul");
  for (const { field, message } of problems) {
    const control = controlOf(form, field);
    if (control) beside(control, message);
    const link = control ? element("a", { href: `#${control.id}` }, message) : message;
    list.append(element("li", {}, link));
  }
  const summary = element(
    "div",
    { class: "error-summary", role: "alert", tabindex: "-1" },
    element("h2", { class: "error-summary-title" }, "Quelque chose est à corriger"),
    list,
  );
  part("errors").replaceChildren(summary);
  summary.focus();
}

export function clearErrors(form) {
  part("errors").replaceChildren();
  for (const error of form.querySelectorAll("[data-error]")) error.remove();
  for (const control of form.querySelectorAll("[aria-invalid]")) {
    control.removeAttribute("aria-invalid");
    control.classList.remove("is-invalid");
    describe(control, (ids) => ids.filter((id) => !id.endsWith("-erreur")));
  }
}

// A group of buttons is reached by its first one; a signature by its drawing's place.
function controlOf(form, name) {
  const found = name && form.elements[name];
  if (!found) return null;
  return found instanceof RadioNodeList ? found[0] : found;
}

function beside(control, message) {
  const id = `${control.id}-erreur`;
  const error = element("div", { class: "field-error", id, "data-error": "" }, element("p", {}, message));
  if (control.type === "hidden") {
    control.before(error);
    return;
  }
  (control.closest(".choices, .input-group") || control).before(error);
  control.setAttribute("aria-invalid", "true");
  control.classList.add("is-invalid");
  describe(control, (ids) => [...ids, id]);
}

function describe(control, change) {
  const ids = change((control.getAttribute("aria-describedby") || "").split(" ").filter(Boolean));
  if (ids.length) control.setAttribute("aria-describedby", ids.join(" "));
  else control.removeAttribute("aria-describedby");
}
