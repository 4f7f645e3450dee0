// Puts the door together: one tab, the phone's data, the camera, the wedge, the screen.
import { sawConflicts } from "./conflicts.js";
import { openDatabase, StorageFullError } from "./db.js";
import { Door } from "./door.js";
import { Signals } from "./signals.js";
import { claim } from "./single_tab.js";
import { readPairing } from "./ticket.js";
import { keepUpToDate } from "./updates.js";
import { renderBands } from "./ui/bands.js";
import { Camera } from "./ui/camera.js";
import { Controls } from "./ui/controls.js";
import { part, show, write } from "./ui/dom.js";
import { PairingScreen } from "./ui/pairing_screen.js";
import { ReferralBar } from "./ui/referral_bar.js";
import { isSheetOpen } from "./ui/sheets.js";
import { renderStatus } from "./ui/status.js";
import { VerdictPanel } from "./ui/verdict.js";
import { WalkIn } from "./ui/walk_in.js";
import { listenToWedge } from "./wedge.js";

const IDLE_MS = 20000;

async function start({ takeOver = false } = {}) {
  if (!window.isSecureContext || !window.indexedDB) return screen("unsupported");
  const tab = await claim({ takeOver });
  if (!tab) return screen("elsewhere");
  try {
    await run(tab);
  } catch (error) {
    write(part("broken-words"), error instanceof StorageFullError ? "La mémoire du téléphone est pleine." : "");
    screen("broken");
    throw error;
  }
  return undefined;
}

async function run(tab) {
  const door = new Door(await openDatabase());
  await door.load();
  let isKept = Boolean(navigator.serviceWorker && navigator.serviceWorker.controller);
  const verdicts = new VerdictPanel(new Signals(), () => door.settings);
  const walkIn = new WalkIn(door);
  const camera = new Camera({ onCode: read, onTorn: () => verdicts.give({ verdict: "torn" }) });
  const pairing = new PairingScreen(door, { onPaired: () => repair(false), onGivenUp: () => repair(false) });
  const referralBar = new ReferralBar(door);
  let isRepairing = false;
  const controls = new Controls(door, { verdicts, isKept: () => isKept, onRepair: () => repair(true) });

  function read(text) {
    const code = readPairing(text);
    if (code && document.body.dataset.screen === "pairing") pairing.tryCode(code);
    else if (door.isReady) door.readCode(text);
  }

  function repair(isWanted) {
    isRepairing = isWanted;
    render();
    camera.startIfAllowed();
  }

  function render() {
    screen(screenOf(door, isRepairing));
    renderStatus(door);
    renderBands(door, (name) => (name === "uncut" ? door.cut(false) : sawConflicts(door)));
    controls.render();
    referralBar.render();
    pairing.render(isRepairing);
  }

  door.addEventListener("change", render);
  door.addEventListener("verdict", async ({ detail }) => {
    await walkIn.finish();
    verdicts.give(detail);
    if (detail.isWalkIn) walkIn.begin(detail);
  });
  door.addEventListener("checked", ({ detail }) => verdicts.confirmUnknown(detail.h));
  door.addEventListener("trouble", ({ detail }) => {
    verdicts.give({ verdict: detail instanceof StorageFullError ? "not_kept" : "failed" });
  });
  listenToWedge(document, read);
  addEventListener("online", () => door.sync.now());
  document.addEventListener("visibilitychange", () => document.hidden || door.sync.now());
  keepUpToDate({
    isIdle: () =>
      Date.now() - verdicts.at > IDLE_MS && !isSheetOpen() && !walkIn.isOpen && !pairing.isUnderWay,
    onReady: () => (isKept = true),
    // After what is being written: a reading has its verdict, or was never made.
    reload: () => door.inTurn(() => location.reload()),
  });
  tab.lost.then(() => {
    door.stop();
    camera.stop();
    screen("elsewhere");
  });
  render();
  door.start();
  await followLink(door, pairing, verdicts);
  if (door.isReady) camera.startIfAllowed();
}

// The agent's QR opened with the phone's own camera: /porte#<code>. The code leaves the address.
async function followLink(door, pairing, verdicts) {
  const code = readPairing(location.href);
  if (!code) return;
  history.replaceState(null, "", location.pathname);
  if (door.isPaired) verdicts.give({ verdict: "pairing" });
  else await pairing.tryCode(code);
}

function screenOf(door, isRepairing) {
  if (isRepairing || !door.isPaired) return "pairing";
  return door.isReady ? "ready" : "loading";
}

function screen(name) {
  document.body.dataset.screen = name;
  for (const section of document.querySelectorAll("[data-on]")) show(section, section.dataset.on.split(" ").includes(name));
}

part("take-over").addEventListener("click", () => start({ takeOver: true }));
addEventListener("hashchange", () => location.reload());
start();
