// « Tout cocher » above a long list of check boxes marked data-check-all.
for (const list of document.querySelectorAll("[data-check-all]")) {
  const boxes = [...list.querySelectorAll("input[type=checkbox]")];
  if (boxes.length < 3) continue;
  const button = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-quiet btn-sm check-all" });
  const refresh = () => {
    button.textContent = boxes.every((box) => box.checked) ? "Tout décocher" : "Tout cocher";
  };
  button.addEventListener("click", () => {
    const checked = !boxes.every((box) => box.checked);
    for (const box of boxes) box.checked = checked;
    refresh();
  });
  list.addEventListener("change", refresh);
  list.before(button);
  refresh();
}
