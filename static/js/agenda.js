// Alt + up or down arrow moves the point that has the focus; the page comes back on that point.
const list = document.querySelector("[data-agenda]");

list?.addEventListener("keydown", (event) => {
  const way = { ArrowUp: "haut", ArrowDown: "bas" }[event.key];
  if (!event.altKey || !way) return;
  event.preventDefault();
  const button = event.target.closest("li").querySelector(`button[value="${way}"]`);
  if (!button.disabled) button.click();
});

// After a move, the same button is under the keyboard again.
if (list) {
  list.addEventListener("submit", (event) => {
    sessionStorage.setItem("zna-agenda-way", event.submitter?.value ?? "");
  });
  const way = sessionStorage.getItem("zna-agenda-way");
  sessionStorage.removeItem("zna-agenda-way");
  const item = location.hash.startsWith("#point-") && document.getElementById(location.hash.slice(1));
  if (item && way) {
    const button = item.querySelector(`button[value="${way}"]:not(:disabled)`) ?? item.querySelector("button:not(:disabled)");
    button?.focus();
  }
}
