// The service worker: installed at once, replaced only when nobody is being checked. Whatever waits
// to be sent is in IndexedDB, so that a reload loses nothing.
const LOOK_EVERY_MS = 60 * 60 * 1000;
const IDLE_EVERY_MS = 5000;

// `reload()` is called once another version has taken over and `isIdle()` says so.
export async function keepUpToDate({ isIdle, onReady, reload }) {
  if (!navigator.serviceWorker) return;
  const worker = navigator.serviceWorker;
  let hasVersion = Boolean(worker.controller); // the first worker finds the page as it already is
  let isReplaced = false;
  const reloadIfIdle = () => {
    if (isReplaced && isIdle()) reload();
  };
  worker.addEventListener("controllerchange", () => {
    isReplaced = hasVersion;
    hasVersion = true;
    // Somebody may have come since the new version was asked for: it then waits for them too.
    reloadIfIdle();
  });
  worker.ready.then(onReady);
  try {
    const registration = await worker.register("/porte/sw.js", { scope: "/porte", updateViaCache: "none" });
    setInterval(() => registration.update().catch(() => {}), LOOK_EVERY_MS);
    setInterval(() => {
      reloadIfIdle();
      if (!registration.waiting || !isIdle()) return;
      hasVersion = true; // also where a forced reload had put the page out of the worker's hands
      registration.waiting.postMessage("activate");
    }, IDLE_EVERY_MS);
  } catch {
    // No network at the very first visit, or the browser keeps nothing (private window): the app
    // works, but would not start again without network; its state screen says so.
  }
}
