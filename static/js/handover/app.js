// Puts the app together: the phone's data, the two screens, the conversation with the site.
import { openDatabase, StorageFullError } from "./db.js";
import { part, screen } from "./dom.js";
import { HandoverForm } from "./form.js";
import { renderList } from "./list.js";
import { Queue } from "./queue.js";

const REST_MS = 20_000;

async function start() {
  if (!globalThis.indexedDB || !globalThis.isSecureContext) return screen("unsupported");
  try {
    await run(await openDatabase());
  } catch (error) {
    broken(error);
  }
  return undefined;
}

async function run(db) {
  const queue = new Queue(db);
  const form = new HandoverForm(db, {
    onKept: async (entry, key) => {
      try {
        await queue.add(entry, key);
      } catch (error) {
        broken(error);
        return;
      }
      list();
      part("said").textContent = `${entry.title} : gardé sur ce téléphone.`;
      sync();
    },
    onLeft: () => list(),
  });

  function render() {
    renderList(queue, {
      onOpen: (trip, way) => open(trip, way),
      onCorrect: (entry) => open(entry.trip, entry.way, entry),
      onForget: (entry) => confirm(`Supprimer « ${entry.title} » de ce téléphone ? Ce qui y est noté sera perdu.`) && queue.forget(entry.client_id),
    });
  }

  function list() {
    screen("list");
    scrollTo(0, 0);
    part("list-title").focus();
  }

  async function open(trip, way, refused = null) {
    const account = refused?.account || queue.kit.account;
    screen("form");
    scrollTo(0, 0);
    part("form-title").focus();
    await form.open(freshest(queue, trip), way, account, refused, lastMileage(queue, trip, refused));
  }

  function sync() {
    return queue.sync().catch((error) => broken(error));
  }

  queue.addEventListener("change", render);
  addEventListener("online", sync);
  document.addEventListener("visibilitychange", () => document.hidden || sync());
  part("send-now").addEventListener("click", sync);
  await queue.load();
  screen("list");
  setInterval(sync, REST_MS);
  keep();
  await sync();
  part("ready").hidden = false;
}

// What the site now says of the trip, when it still has it in its list: who may drive may have changed.
function freshest(queue, trip) {
  const known = queue.kit?.trips.find((other) => other.booking_id === trip.booking_id);
  return { ...trip, drivers: known?.drivers || trip.drivers };
}

// The meter as last read: on this phone, where the departure has not left it yet.
function lastMileage(queue, trip, refused) {
  const known = queue.kit?.trips.find((other) => other.vehicle === trip.vehicle)?.last_mileage ?? trip.last_mileage;
  const kept = [...queue.queue, ...queue.refused]
    .filter((entry) => entry.trip.vehicle === trip.vehicle && entry.client_id !== refused?.client_id && entry.way === "depart" && entry.booking_id === trip.booking_id)
    .map((entry) => entry.fields.mileage);
  const all = [known, ...kept].filter((value) => value !== null && value !== undefined);
  return all.length ? Math.max(...all) : null;
}

function broken(error) {
  part("broken-words").textContent = error instanceof StorageFullError ? "La mémoire du téléphone est pleine. Ce qui était déjà gardé y est toujours." : "";
  screen("broken");
  console.error(error);
}

// The app starts without network from now on.
function keep() {
  navigator.serviceWorker?.register("/cua-mobile/remise/sw.js", { scope: "/cua-mobile/remise", updateViaCache: "none" }).catch(() => {
    part("not-kept").hidden = false;
  });
  navigator.storage?.persist?.();
}

start();
