// Keeps the door app on the phone. The server puts VERSION and SHELL (every file of the app) before
// this script; queues and badges are in IndexedDB, which no version touches.
const CACHE = `porte-${VERSION}`;
const PAGE = SHELL[0];

self.addEventListener("install", (event) => event.waitUntil(fill()));
self.addEventListener("activate", (event) => event.waitUntil(takeOver()));

// A version is whole or is not: one file missing, and the former one stays.
async function fill() {
  const cache = await caches.open(CACHE);
  await Promise.all(SHELL.map((address) => keep(cache, address)));
}

async function keep(cache, address) {
  const response = await fetch(new Request(address, { cache: "reload", credentials: "omit" }));
  if (!response.ok || response.redirected) throw new Error(`${address}: ${response.status}`);
  await cache.put(address, response);
}

async function takeOver() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith("porte-") && name !== CACHE).map((name) => caches.delete(name)));
  await self.clients.claim();
}

// The app itself comes from the phone, always: fast, the same with and without network. The API is
// not the worker's business.
self.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  if (event.request.method !== "GET" || address.origin !== self.location.origin) return;
  const isPage = event.request.mode === "navigate" && address.pathname.replace(/\/$/, "") === PAGE;
  if (isPage) event.respondWith(answer(PAGE, event.request));
  else if (SHELL.includes(address.pathname)) event.respondWith(answer(address.pathname, event.request));
});

async function answer(path, request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(path, { ignoreVary: true })) || fetch(request);
}

// The page says when: never between a reading and its verdict.
self.addEventListener("message", (event) => {
  if (event.data === "activate") self.skipWaiting();
});
