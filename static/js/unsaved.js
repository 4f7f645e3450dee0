// A form with data-warn-unsaved lets nobody leave by accident with work in it.
export function warnBeforeLeaving(root) {
  for (const form of root.querySelectorAll("form[data-warn-unsaved]")) {
    // A page that came back with errors, or from one of its own buttons, holds work not saved yet.
    let unsaved = form.dataset.warnUnsaved === "now" || form.querySelector("[aria-invalid='true']") !== null;
    form.addEventListener("input", () => { unsaved = true; });
    form.addEventListener("submit", () => { unsaved = false; });
    // Pages that save on their own (autosave) say so.
    form.addEventListener("zna:saved", () => { unsaved = false; });
    window.addEventListener("beforeunload", (event) => {
      if (unsaved) event.preventDefault();
    });
  }
}
