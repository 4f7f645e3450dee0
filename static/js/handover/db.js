// What the phone keeps, in IndexedDB, as promises. Everything written here must survive a dead battery.
//
// meta: small named values (the kit). drafts: forms being filled in, by trip. queue: handovers to be
// sent, in order, never changed once there. refused: those that the server will not take, with why,
// until somebody corrects them. sent: what has left this phone, to be shown.
const VERSION = 1;
const STORES = {
  meta: {},
  drafts: { keyPath: "key" },
  queue: { keyPath: "n", autoIncrement: true },
  refused: { keyPath: "client_id" },
  sent: { keyPath: "client_id" },
};

export class StorageFullError extends Error {}

export function openDatabase(name = "remises") {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, VERSION);
    request.onupgradeneeded = () => {
      for (const [store, options] of Object.entries(STORES)) request.result.createObjectStore(store, options);
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(readable(request.error));
  });
}

export function all(db, store) {
  return asked(db.transaction(store).objectStore(store).getAll());
}

export function one(db, store, key) {
  return asked(db.transaction(store).objectStore(store).get(key));
}

// Runs `work` with the stores named, all or nothing; resolves once it is on the disk.
export function write(db, stores, work) {
  return new Promise((resolve, reject) => {
    const transaction = db.transaction(stores, "readwrite", { durability: "strict" });
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(readable(transaction.error));
    try {
      work(...stores.map((store) => transaction.objectStore(store)));
    } catch (error) {
      transaction.abort();
      reject(readable(error));
    }
  });
}

function asked(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(readable(request.error));
  });
}

function readable(error) {
  if (error?.name === "QuotaExceededError") return new StorageFullError(error.message);
  return error || new Error("IndexedDB");
}
