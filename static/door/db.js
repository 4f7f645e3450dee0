// IndexedDB as promises. Everything that must survive a dead battery goes through `strict`.
const VERSION = 1;

// meta: small named values. deltas: badge rows newer than the manifest. movements: who went where.
// queue: acts not sent yet, in order. refused: acts that the server will never take, kept to be
// shown. history: what this phone did, for undoing and for conflicts.
const STORES = {
  meta: {},
  deltas: { keyPath: "h" },
  movements: { keyPath: "key" },
  queue: { keyPath: "n", autoIncrement: true },
  refused: { keyPath: "n", autoIncrement: true },
  history: { keyPath: "scan_id" },
};

export class StorageFullError extends Error {}

export function openDatabase(name = "porte") {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, VERSION);
    request.onupgradeneeded = () => {
      for (const [store, options] of Object.entries(STORES)) {
        if (!request.result.objectStoreNames.contains(store)) request.result.createObjectStore(store, options);
      }
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(readable(request.error));
  });
}

export function asked(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(readable(request.error));
  });
}

export function read(db, store, ask) {
  return asked(ask(db.transaction(store).objectStore(store)));
}

// Runs `work` with the stores named, all or nothing; resolves once it is on the disk, with what
// `work` returned or what the request that it returned gave.
export function strict(db, stores, work) {
  return written(db, stores, work, { durability: "strict" });
}

// For what can be made again: the copy of the server's lists, acts that the server already has.
export function relaxed(db, stores, work) {
  return written(db, stores, work, {});
}

function written(db, stores, work, options) {
  return new Promise((resolve, reject) => {
    const transaction = db.transaction(stores, "readwrite", options);
    let result;
    transaction.oncomplete = () => resolve(result instanceof IDBRequest ? result.result : result);
    transaction.onabort = () => reject(readable(transaction.error));
    try {
      result = work(...stores.map((store) => transaction.objectStore(store)));
    } catch (error) {
      transaction.abort();
      reject(readable(error));
    }
  });
}

function readable(error) {
  if (error && error.name === "QuotaExceededError") return new StorageFullError(error.message);
  return error || new Error("IndexedDB");
}
