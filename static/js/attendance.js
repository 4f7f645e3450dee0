// Each tick is saved at once; what could not be sent stays marked, and is sent again.
const RETRY_MS = 5000;
const form = document.querySelector("[data-roll]");
const status = form.querySelector("[data-status]");
const token = form.querySelector("[name=csrf_token]").value;
const waiting = new Set();
const sending = new Set();

form.addEventListener("change", (event) => {
  const line = event.target.closest("[data-line]");
  if (line) queue(line);
});
window.addEventListener("online", sendAll);
window.addEventListener("beforeunload", (event) => {
  if (waiting.size > 0) event.preventDefault();
});
form.addEventListener("submit", () => waiting.clear()); // the form carries everything itself
setInterval(sendAll, RETRY_MS);

function queue(line) {
  waiting.add(line);
  line.classList.add("is-unsent");
  send(line);
}

function sendAll() {
  for (const line of waiting) send(line);
}

async function send(line) {
  if (sending.has(line)) return; // it leaves again when the answer comes
  sending.add(line);
  const sent = contentOf(line);
  try {
    const response = await fetch(line.dataset.url, {
      method: "PUT",
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token },
      body: JSON.stringify({ ...sent, revision: Number(field(line, "revision").value), seen: field(line, "seen").value, seen_by: field(line, "seen-by").value }),
    });
    await settle(line, sent, response);
  } catch {
    say(`Hors connexion : ${waiting.size} à enregistrer. Nouvel essai dans un instant.`);
  } finally {
    sending.delete(line);
  }
  if (waiting.has(line) && differs(contentOf(line), sent)) send(line);
}

async function settle(line, sent, response) {
  const isProblem = !response.headers.get("Content-Type")?.startsWith("application/json");
  if (response.status >= 500) throw new Error("the server does not answer");
  if (isProblem) {
    waiting.delete(line);
    tell(line, (await response.json()).detail);
    return;
  }
  const now = await response.json();
  field(line, "revision").value = now.revision;
  field(line, "seen").value = now.presence;
  field(line, "seen-by").value = now.represented_by;
  if (response.status === 409) {
    waiting.delete(line);
    tell(line, `Entre-temps, quelqu’un a pointé « ${now.label} ». Pointez de nouveau pour changer.`);
    show(line, now.presence, now.represented_by);
    return;
  }
  if (!differs(contentOf(line), sent)) {
    waiting.delete(line);
    accept(line);
  }
  for (const [presence, number] of Object.entries(now.counts)) {
    const total = document.querySelector(`[data-count="${presence}"]`);
    if (total) total.textContent = number;
  }
  if (waiting.size === 0) say(`Enregistré à ${new Date().toLocaleTimeString("fr-FR", { hour: "2-digit", minute: "2-digit" })}`);
}

function contentOf(line) {
  const presence = line.querySelector("input[type=radio]:checked").value;
  const by = line.querySelector(".roll-by input").value.trim();
  return { presence, represented_by: presence === "represented" ? by : "" };
}

function differs(one, other) {
  return one.presence !== other.presence || one.represented_by !== other.represented_by;
}

function accept(line) {
  line.classList.remove("is-unsent", "has-error");
  line.querySelector("[data-message]").hidden = true;
  line.querySelector("[data-to-tick]")?.remove();
  line.querySelector("[data-state]").textContent = "Enregistré";
}

function tell(line, message) {
  const place = line.querySelector("[data-message]");
  place.textContent = message;
  place.hidden = false;
  line.classList.add("has-error");
  line.classList.remove("is-unsent");
  line.querySelector("[data-state]").textContent = "";
  say(message);
}

function show(line, presence, by) {
  line.querySelector(`input[type=radio][value="${presence}"]`).checked = true;
  line.querySelector(".roll-by input").value = by;
}

function field(line, name) {
  return line.querySelector(`[data-${name}]`);
}

function say(text) {
  status.textContent = text;
}
