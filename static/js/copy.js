// Buttons that need a script are hidden in the page; they appear here.
export function enableCopying(root) {
  for (const button of root.querySelectorAll("[data-copy]")) {
    button.hidden = false;
    const label = button.querySelector("span");
    label.setAttribute("role", "status");
    const before = label.textContent;
    button.addEventListener("click", async () => {
      label.textContent = (await copied(button.dataset.copy)) ? button.dataset.copied : "Copie impossible";
      setTimeout(() => { label.textContent = before; }, 2500);
    });
  }
}

export function enablePrinting(root) {
  for (const button of root.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
}

// The clipboard may be refused, or absent outside HTTPS.
async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
