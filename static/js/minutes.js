// The page where the minutes are written: each text saves itself, and follows what others write.
import { KeptText } from "./autosave.js";

const FOLLOW_MS = 15000;
const form = document.querySelector("[data-minutes]");
const status = form.querySelector("[data-status]");
const token = form.querySelector("[name=csrf_token]").value;
const texts = [];
let leaving = false;
let validated = false;
let savedAt = "";

for (const place of form.querySelectorAll("[data-kept]")) texts.push(new KeptText(place, token, showStatus));

// A button that leads elsewhere waits until every text is safe.
form.addEventListener("submit", async (event) => {
  const submitter = event.submitter;
  const held = () => texts.find((text) => !text.isSaved && !(text.hasClash && submitter?.name === "resolve"));
  if (leaving || !held()) {
    leaving = true;
    return;
  }
  event.preventDefault();
  await Promise.all(texts.map((text) => text.save()));
  const text = held();
  if (text) {
    showStatus();
    text.place.scrollIntoView({ block: "center" });
    return;
  }
  leaving = true;
  form.requestSubmit(submitter);
});
window.addEventListener("pageshow", () => { leaving = false; });
window.addEventListener("beforeunload", (event) => {
  if (!leaving && texts.some((text) => !text.isSaved)) event.preventDefault();
});
window.addEventListener("online", () => texts.forEach((text) => text.save()));
document.addEventListener("visibilitychange", follow);
setInterval(follow, FOLLOW_MS);

async function follow() {
  if (document.hidden || validated || leaving) return;
  const known = texts.filter((text) => text.field("revision")).map((text) => `${text.number}.${text.revision}`);
  const answer = await read(`${form.dataset.minutes}?connus=${known.join("-")}`);
  if (!answer) return;
  validated = !answer.is_draft;
  for (const other of answer.texts) texts.find((text) => text.number === String(other.id))?.follow(other);
  if (validated) showStatus();
}

async function read(url) {
  try {
    const response = await fetch(url, { headers: { Accept: "application/json" } });
    return response.ok ? await response.json() : null;
  } catch {
    return null; // the next turn will do
  }
}

// One line for the whole page, read out when it changes.
function showStatus() {
  const of = (state) => texts.filter((text) => text.state === state).length;
  savedAt = texts.map((text) => text.savedAt ?? "").reduce((one, other) => (one > other ? one : other), savedAt);
  let line = savedAt && `Enregistré à ${savedAt}`;
  if (validated) line = "Le compte-rendu vient d’être validé : rechargez la page.";
  else if (of("clash")) line = of("clash") > 1 ? `${of("clash")} textes à rapprocher` : "Un texte à rapprocher";
  else if (of("refused")) line = "Un texte n’a pas pu être enregistré : il est gardé sur cet appareil.";
  else if (of("offline")) line = `Hors connexion : ${of("offline") > 1 ? `${of("offline")} textes gardés` : "un texte gardé"} sur cet appareil`;
  else if (of("waiting")) line = status.textContent;
  if (status.textContent !== line) status.textContent = line;
  status.classList.toggle("is-trouble", validated || of("clash") + of("refused") + of("offline") > 0);
  status.classList.toggle("is-busy", of("waiting") > 0);
}
