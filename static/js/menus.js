// Menus made of <details> close on Escape and on a click elsewhere.
export function closeMenusOutside(root) {
  const others = (inside) => [...root.querySelectorAll("details.menu[open]")].filter((menu) => !menu.contains(inside));
  root.addEventListener("click", (event) => {
    for (const menu of others(event.target)) menu.open = false;
  });
  root.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of root.querySelectorAll("details.menu[open]")) {
      if (menu.contains(root.activeElement)) menu.querySelector("summary").focus();
      menu.open = false;
    }
  });
}
