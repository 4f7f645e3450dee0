// The screen of a meeting: the time runs, what is typed saves itself, and every screen of the meeting shows
// the same point. All of it works without this script, by buttons.
import { KeptText } from "./autosave.js";
import { DayClock, hour } from "./day_clock.js";
import { LiveEntry } from "./day_entry.js";
import { News } from "./day_news.js";
import { replaceParts } from "./day_parts.js";
import { matches } from "./fold.js";

const root = document.querySelector("[data-day]");
const isProjected = "projected" in root.dataset;
const status = root.querySelector("[data-status]");
const news = root.querySelector("[data-news]");
const token = document.querySelector("[name=csrf_token]")?.value ?? "";
const clock = new DayClock(root, (text) => { news.textContent = text; });
const work = root.querySelector("[data-work]");
const entryForm = root.querySelector("[data-entry-form]");
const filter = root.querySelector("[data-names-filter]");
let notes = null;
let entry = null;
let point = root.dataset.point ?? ""; // the section whose notes are shown
let current = root.dataset.current ?? ""; // the one that the meeting is at
let leaving = false;
const live = new News({ address, show, say, now: () => hour(clock.now) });

for (const place of root.querySelectorAll("[data-scriptless]")) place.hidden = true;
if (work) takeNotes();
if (entryForm) {
  entry = new LiveEntry(entryForm, { base: `${location.pathname}/saisie`, storage: root.dataset.storage, token, changed: showSaved });
  entryForm.addEventListener("submit", addEntry);
}
if (filter) {
  filter.hidden = false;
  filter.addEventListener("input", filterNames);
}
clock.paint();
setInterval(() => clock.paint(), 500);
document.addEventListener("submit", onSubmit);
root.addEventListener("click", onClick);
window.addEventListener("beforeunload", (event) => {
  if (!leaving && !isAllSaved()) event.preventDefault();
});
window.addEventListener("pageshow", () => { leaving = false; });
window.addEventListener("online", saveAll);
if (isProjected) document.addEventListener("keydown", onRemote);
live.ask();

// — What is typed —

function takeNotes() {
  notes = new KeptText(work.querySelector("[data-kept]"), token, showSaved);
}

function texts() { return [...(notes ? [notes] : []), ...(entry?.texts ?? [])]; }
function isAllSaved() { return texts().every((text) => text.isSaved); }
function saveAll() { return Promise.all([notes?.save(), entry?.save()]); }

function showSaved() {
  const place = root.querySelector("[data-saved]");
  if (!place) return;
  const of = (state) => texts().some((text) => text.state === state);
  const savedAt = texts().map((text) => text.savedAt ?? "").reduce((one, other) => (one > other ? one : other), "");
  const line = of("clash") ? "Un texte à rapprocher" : of("offline") ? "Hors connexion : gardé sur cet appareil" : of("waiting") ? "Enregistrement…" : savedAt && `Enregistré à ${savedAt}`;
  if (place.textContent !== line) place.textContent = line;
  place.classList.toggle("is-trouble", of("clash") || of("offline") || of("refused"));
}

async function addEntry(event) {
  if (!entry.text.control.value.trim()) return; // the server says what is missing
  event.preventDefault();
  await entry.save();
  if (!entry.isSaved) return;
  entry.renew(point);
  entry.text.control.focus();
  live.forget();
  live.ask();
}

// — Where the meeting is —

function address() {
  const url = new URL(root.dataset.day, location.href);
  if (notes) {
    url.searchParams.set("point", point);
    url.searchParams.set("texte", `${point}.${notes.revision}`);
  }
  return url;
}

function say(text, isLate) {
  if (status.textContent !== text) status.textContent = text;
  status.parentElement.classList.toggle("is-late", isLate);
}

function show(state, { asked = false } = {}) {
  if (!state.is_open) {
    if (!leaving) leave(() => location.reload());
    return;
  }
  replaceParts(root, state.html, { asked });
  for (const field of root.querySelectorAll("[data-day-revision]")) field.value = state.revision;
  hideTyped();
  filterNames();
  clock.paint();
  if (notes && state.text && String(state.text.id) === point) notes.follow(state.text);
  const at = state.section ? String(state.section) : "";
  if (at && at !== current) moved(at, state.title, asked);
  current = at;
}

// The line of what is being typed below would be there twice.
function hideTyped() {
  for (const line of root.querySelectorAll("[data-entry]")) line.hidden = Boolean(entry) && line.dataset.entry === entry.kept.key && line.querySelector("[data-kind]")?.dataset.kind === entry.kept.kind;
}

async function moved(at, title, asked) {
  news.textContent = `La séance passe à : ${title}`;
  if (!work || at === point) return;
  const place = root.querySelector("[data-moved]");
  place.querySelector("[data-moved-title]").textContent = title;
  place.querySelector("[data-follow]").dataset.follow = at;
  place.hidden = false;
  const isTyping = [work, entryForm].some((zone) => zone?.contains(document.activeElement)) || !entry.isEmpty;
  if (asked || !isTyping) await goTo(at);
}

// Another point's notes: the words of the one before are safe first.
async function goTo(at) {
  await saveAll();
  if (!isAllSaved()) return;
  let html;
  try {
    const response = await fetch(`${root.dataset.points}${at}`);
    if (!response.ok) return;
    html = await response.text();
  } catch {
    return; // the button stays
  }
  if (!isAllSaved()) return;
  point = at;
  work.innerHTML = html;
  takeNotes();
  if (entry.isEmpty || !entry.isTakenUp) entry.renew(point);
  for (const field of root.querySelectorAll("input[name=point]")) field.value = point;
  root.querySelector("[data-moved]").hidden = true;
  live.forget();
  live.ask();
}

// — Buttons —

function onSubmit(event) {
  const form = event.target;
  if ("orders" in form.dataset) {
    event.preventDefault();
    order(form, event.submitter);
  } else if ("notes" in form.dataset) {
    event.preventDefault();
    notes.save();
  } else if (!("entryForm" in form.dataset) && form.method === "post" && !event.defaultPrevented && !leaving && !isAllSaved()) {
    event.preventDefault(); // what is typed leaves before the page does
    leave(() => form.requestSubmit(event.submitter));
  } else if (form.method === "post" && !event.defaultPrevented) leaving = true;
}

async function leave(go) {
  await saveAll();
  leaving = true;
  go();
}

function onClick(event) {
  const link = event.target.closest("[data-point], [data-resume], [data-follow]");
  if (!link || link === root) return;
  if ("follow" in link.dataset) goTo(link.dataset.follow);
  else if ("resume" in link.dataset && entry) {
    event.preventDefault();
    resume(link);
  } else if (work) {
    event.preventDefault();
    goTo(link.dataset.point).then(() => work.querySelector("textarea").focus());
  }
}

async function resume(link) {
  await entry.save();
  if (!entry.isSaved) return;
  entry.renew();
  entry.resume(link);
  hideTyped();
}

async function order(form, button) {
  const body = new FormData(form);
  if (button?.name) body.set(button.name, button.value);
  if (notes) {
    body.set("point", point);
    body.set("texte", `${point}.${notes.revision}`);
  }
  try {
    const response = await fetch(form.action, { method: "POST", headers: { Accept: "application/json" }, body: new URLSearchParams(body) });
    const state = await response.json();
    if (!("html" in state)) throw new Error(state.detail);
    live.forget();
    if (response.ok) form.reset(); // its words have arrived
    show(state, { asked: true });
    if (state.message) say(state.message, true);
  } catch (error) {
    say(error.message?.length > 12 && !(error instanceof TypeError) ? error.message : "Pas de connexion : la commande n’est pas partie. Réessayez.", true);
  }
}

// A presenter's remote turns pages.
function onRemote(event) {
  const verb = { PageDown: "suivant", PageUp: "precedent" }[event.key];
  const button = verb && root.querySelector(`[data-orders] button[value="${verb}"]:not(:disabled)`);
  if (!button) return;
  event.preventDefault();
  button.click();
}

function filterNames() {
  if (!filter) return;
  for (const line of root.querySelectorAll("[data-filtered] > li")) line.hidden = !matches(line.textContent, filter.value);
}
