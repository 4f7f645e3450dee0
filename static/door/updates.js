// The service worker: installed at once, replaced only when nobody is being checked. Whatever waits
// to be sent is in IndexedDB, so that a reload loses nothing.
const LOOK_EVERY_MS = 60 * 60 * 1000;
const IDLE_EVERY_MS = 5000;

export async function keepUpToDate({ isIdle, onReady }) {
  if (!navigator.serviceWorker) return;
  const worker = navigator.serviceWorker;
  let hadController = Boolean(worker.controller);
  worker.addEventListener("controllerchange", () => {
    if (hadController) location.reload();
    hadController = true;
  });
  worker.ready.then(onReady);
  try {
    const registration = await worker.register("/porte/sw.js", { scope: "/porte", updateViaCache: "none" });
    setInterval(() => registration.update().catch(() => {}), LOOK_EVERY_MS);
    setInterval(() => {
      if (registration.waiting && isIdle()) registration.waiting.postMessage("activate");
    }, IDLE_EVERY_MS);
  } catch {
    // No network at the very first visit, or the browser keeps nothing (private window): the app
    // works, but would not start again without network; its state screen says so.
  }
}
