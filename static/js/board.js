// Keeps the live board up to date: asks again every few seconds, replaces only what has changed, says aloud
// only what matters. Waits longer and longer while the server does not answer, and rests while nobody looks.
import { keepTableSemantics } from "./tables.js";

const EVERY = 5000;
const AT_MOST = 60000;
const LATE_AFTER = 20000;

export function keepUpToDate(board, { state, news, fetching = (...args) => fetch(...args) }) {
  let etag = null;
  let failures = 0;
  let heardAt = Date.now();
  let timer = null;
  let known = null;
  let asking = false;

  const time = () => new Date(heardAt).toLocaleTimeString("fr-FR", { timeZone: "Europe/Paris" });

  function say(text, late) {
    state.textContent = text;
    state.parentElement.classList.toggle("is-late", late);
  }

  function plan() {
    clearTimeout(timer);
    if (!document.hidden) timer = setTimeout(ask, Math.min(AT_MOST, EVERY * 2 ** failures));
  }

  async function ask() {
    if (asking) return;
    asking = true;
    try {
      const response = await fetching(board.dataset.board, {
        headers: { Accept: "application/json", ...(etag ? { "If-None-Match": etag } : {}) },
        cache: "no-store",
      });
      if (response.status === 401 || response.status === 403) {
        say("Votre session est terminée : rechargez la page pour vous connecter.", true);
        return;
      }
      if (response.status !== 304 && !response.ok) throw new Error(String(response.status));
      if (response.status === 200) {
        const fresh = await response.json();
        etag = response.headers.get("ETag");
        show(fresh);
      }
      failures = 0;
      heardAt = Date.now();
      say(`En direct. Dernière nouvelle à ${time()}.`, false);
      plan();
    } catch {
      failures += 1;
      const late = Date.now() - heardAt > LATE_AFTER;
      say(`${late ? "Connexion perdue : chiffres" : "Chiffres"} de ${time()}, nouvel essai bientôt.`, late);
      plan();
    } finally {
      asking = false;
    }
  }

  function show(fresh) {
    replaceParts(board, fresh.html);
    const keys = new Set(fresh.alerts.map((alert) => alert.key));
    if (known) {
      const said = fresh.alerts.filter((alert) => !known.has(alert.key)).map((alert) => alert.text);
      if (said.length) news.textContent = said.join(" ");
    }
    known = keys;
  }

  document.addEventListener("visibilitychange", () => {
    if (document.hidden) clearTimeout(timer);
    else ask();
  });
  window.addEventListener("online", () => ask());
  ask();
}

// Parts are compared as the server wrote them, so that a table unfolded by the reader is not a change.
const written = new WeakMap();

export function replaceParts(board, html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const old = new Map([...board.children].map((part) => [part.dataset.part, part]));
  let before = null;
  for (const fresh of [...page.body.children]) {
    const part = old.get(fresh.dataset.part);
    old.delete(fresh.dataset.part);
    const source = fresh.outerHTML;
    let kept = part;
    if (!part || written.get(part) !== source) {
      const node = document.importNode(fresh, true);
      written.set(node, source);
      if (part) {
        keepReading(part, node);
        part.replaceWith(node);
      } else if (before) before.after(node);
      else board.prepend(node);
      kept = node;
      keepTableSemantics(kept);
      refocus(kept);
    }
    before = kept;
  }
  for (const gone of old.values()) gone.remove();
}

let focused = null;

function keepReading(part, node) {
  for (const open of part.querySelectorAll("details[open][data-keep]")) {
    node.querySelector(`details[data-keep="${open.dataset.keep}"]`)?.setAttribute("open", "");
    const from = open.querySelector(".chart-table-room");
    focused = { ...focused, [open.dataset.keep]: { top: from?.scrollTop ?? 0 } };
  }
  const active = part.contains(document.activeElement) ? document.activeElement.closest("[data-keep]") : null;
  if (active) {
    focused = focused ?? {};
    focused.active = { keep: active.dataset.keep, summary: document.activeElement.tagName === "SUMMARY" };
  }
}

function refocus(node) {
  for (const open of node.querySelectorAll("details[open][data-keep]")) {
    const room = open.querySelector(".chart-table-room");
    if (room) room.scrollTop = focused?.[open.dataset.keep]?.top ?? 0;
  }
  const { active } = focused ?? {};
  if (active) {
    const details = node.querySelector(`details[data-keep="${active.keep}"]`);
    if (details) {
      details.querySelector(active.summary ? "summary" : ".chart-table-room")?.focus({ preventScroll: true });
      focused = null;
    }
  }
}

const board = document.querySelector("[data-board]");
if (board) {
  keepUpToDate(board, {
    state: document.querySelector("[data-board-state]"),
    news: document.querySelector("[data-board-news]"),
  });
}
