// Alt + up or down arrow moves the point that has the focus; the page comes back on that point.
const list = document.querySelector("[data-agenda]");
const MEMORY = "zna-agenda-way";

list.addEventListener("keydown", (event) => {
  const way = { ArrowUp: "haut", ArrowDown: "bas" }[event.key];
  if (!event.altKey || !way) return;
  event.preventDefault();
  const button = event.target.closest("li").querySelector(`button[value="${way}"]`);
  if (!button.disabled) button.click();
});

list.addEventListener("submit", (event) => sessionStorage.setItem(MEMORY, event.submitter?.value ?? ""));

// After a move, the same button is under the keyboard again. The browser takes the focus away once
// it has scrolled to the point that the address names: hence the wait.
const way = sessionStorage.getItem(MEMORY);
sessionStorage.removeItem(MEMORY);
const item = document.getElementById(location.hash.slice(1));
if (way && list.contains(item)) {
  const button = item.querySelector(`button[value="${way}"]:not(:disabled)`) ?? item.querySelector("button:not(:disabled)");
  const focus = () => setTimeout(() => button?.focus({ preventScroll: true }), 50);
  if (document.readyState === "complete") focus();
  else window.addEventListener("load", focus, { once: true });
}
