// Sheets that rise from the bottom of the screen. One at a time; Escape and the button close them.
import { part } from "./dom.js";

export function sheet(name, { onOpen, onClose } = {}) {
  const dialog = document.querySelector(`[data-sheet="${name}"]`);
  part("close", dialog).addEventListener("click", () => dialog.close());
  // A touch beside the sheet closes it, as people expect.
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  if (onClose) dialog.addEventListener("close", onClose);
  return {
    dialog,
    async open() {
      closeSheets();
      if (onOpen) await onOpen(dialog);
      dialog.showModal();
    },
    close: () => dialog.close(),
  };
}

export function closeSheets() {
  for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
}

export function isSheetOpen() {
  return Boolean(document.querySelector("dialog[open]"));
}
