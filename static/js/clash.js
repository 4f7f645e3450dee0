// Two people have changed one text: both are shown side by side, and one of three is chosen.
export function showClash(place, mine, conflict, choose) {
  const clash = document.getElementById("conflit").content.firstElementChild.cloneNode(true);
  clash.querySelector("[data-author]").textContent = conflict.author || "Quelqu’un d’autre";
  clash.querySelector("[data-at]").textContent = conflict.saved_at || "l’instant";
  clash.querySelector("[data-mine]").textContent = mine;
  clash.querySelector("[data-other]").textContent = conflict.text;
  clash.addEventListener("click", (event) => {
    const choice = event.target.closest("[data-choice]")?.dataset.choice;
    if (!choice) return;
    event.preventDefault();
    place.replaceChildren();
    choose(choice);
  });
  place.replaceChildren(clash);
}
