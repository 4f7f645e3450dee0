// Keeps the app of the handovers on the phone. The server puts VERSION and SHELL (its page, then every
// file of it) before this script; what waits to be sent is in IndexedDB, which no version touches.
const CACHE = `remises-${VERSION}`;
const PAGE = SHELL[0];

self.addEventListener("install", (event) => event.waitUntil(fill().then(() => self.skipWaiting())));
self.addEventListener("activate", (event) => event.waitUntil(takeOver()));

// A version is whole or is not: one file missing (nobody signed in, for the page), and the former stays.
async function fill() {
  const cache = await caches.open(CACHE);
  await Promise.all(SHELL.map((address) => keep(cache, address)));
}

async function keep(cache, address) {
  const response = await fetch(new Request(address, { cache: "reload", credentials: "same-origin" }));
  if (!response.ok || response.redirected) throw new Error(`${address}: ${response.status}`);
  await cache.put(address, response);
}

async function takeOver() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith("remises-") && name !== CACHE).map((name) => caches.delete(name)));
  await self.clients.claim();
}

self.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  if (event.request.method !== "GET" || address.origin !== self.location.origin) return;
  const isPage = event.request.mode === "navigate" && address.pathname === PAGE;
  if (isPage) event.respondWith(answer(PAGE, event.request));
  else if (SHELL.includes(address.pathname)) event.respondWith(answer(address.pathname, event.request));
});

async function answer(path, request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(path, { ignoreVary: true })) || fetch(request);
}
