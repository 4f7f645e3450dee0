// A form, or a submit button, with data-confirm="Question ?" asks before it goes.
export function askBeforeSubmitting(root) {
  const confirmed = new WeakSet();
  root.addEventListener("submit", async (event) => {
    const form = event.target;
    const question = event.submitter?.dataset.confirm ?? form.dataset.confirm;
    if (!question || confirmed.delete(form)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (await ask(question, event.submitter)) {
      confirmed.add(form);
      form.requestSubmit(event.submitter);
    }
  }, { capture: true });
}

// Resolves to true when the person goes ahead; Escape and "Annuler" are no.
function ask(question, submitter) {
  const action = submitter?.textContent.trim() || "Confirmer";
  const style = submitter?.className.includes("danger") ? "btn-danger" : "btn-primary";
  const dialog = document.createElement("dialog");
  dialog.className = "dialog";
  dialog.setAttribute("aria-labelledby", "confirm-question");
  const text = Object.assign(document.createElement("h2"), { className: "dialog-title", id: "confirm-question", textContent: question });
  const buttons = Object.assign(document.createElement("form"), { className: "dialog-actions", method: "dialog" });
  buttons.append(choice("Annuler", "no", "btn-outline-primary"), choice(action, "yes", style));
  dialog.append(text, buttons);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      resolve(dialog.returnValue === "yes");
      dialog.remove();
    });
  });
}

function choice(label, value, style) {
  return Object.assign(document.createElement("button"), { type: "submit", value, className: `btn ${style}`, textContent: label });
}
