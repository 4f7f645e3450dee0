// Shows the pairing page again once the phone has read the code, or the code has expired. Without it the
// page's own « C’est fait » does as much.
const EVERY = 2000;

export function followPairing(address, { reload, fetching = (...args) => fetch(...args), every = EVERY }) {
  async function ask() {
    if (!document.hidden) {
      try {
        const response = await fetching(address, { headers: { Accept: "application/json" }, cache: "no-store" });
        if (response.status >= 400 && response.status < 500) return;
        if (response.ok && !(await response.json()).is_waiting) {
          reload();
          return;
        }
      } catch {
        // No network for now: the next turn asks again.
      }
    }
    setTimeout(ask, every);
  }
  setTimeout(ask, every);
}

const waiting = document.querySelector("[data-pairing]");
if (waiting) followPairing(waiting.dataset.pairing, { reload: () => location.reload() });
