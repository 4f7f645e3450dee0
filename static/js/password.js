// "Afficher" beside a password: fewer mistakes on a phone's keyboard.
export function addPasswordToggles(root) {
  for (const input of root.querySelectorAll("input[data-password]")) {
    const row = Object.assign(document.createElement("div"), { className: "password-row" });
    const button = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-quiet btn-sm password-toggle" });
    button.setAttribute("aria-controls", input.id);
    const show = (visible) => {
      input.type = visible ? "text" : "password";
      button.textContent = visible ? "Masquer" : "Afficher";
      button.setAttribute("aria-label", visible ? "Masquer le mot de passe" : "Afficher le mot de passe");
    };
    show(false);
    button.addEventListener("click", () => show(input.type === "password"));
    // The browser must recognise it as a password when the form goes.
    input.form?.addEventListener("submit", () => show(false));
    input.before(row);
    row.append(input, button);
  }
}
