// A new referral: suggestions that follow what is ticked, a camera where the browser reads codes.
// The page works without any of it: its buttons ask the server for the same.
const form = document.querySelector("[data-referral-form]");
if (form) {
  followSuggestions(form);
  pickOther(form);
  showNotice(form);
  offerCamera(form);
}

function followSuggestions(form) {
  const list = form.querySelector("[data-receivers]");
  const model = form.querySelector("[data-receiver-template]");
  const none = list.querySelector("[data-receivers-none]");
  const empty = "Cochez des droits : les organismes qui peuvent aider s’affichent ici.";
  let latest = 0;
  form.querySelector("[data-suggest]").hidden = true;
  const refresh = async () => {
    const mine = (latest += 1);
    const asked = wanted(form);
    const found = asked.has("droit") ? await fetchSuggestions(list.dataset.url, asked) : [];
    if (mine !== latest || found === null) return;
    const chosen = form.elements.receiver_choice?.value ?? "";
    for (const card of list.querySelectorAll(".pick-card")) card.remove();
    for (const one of found) list.insertBefore(card(model, one, chosen), none);
    none.hidden = found.length > 0;
    none.textContent = asked.has("droit")
      ? "Aucun organisme de l’annuaire ne propose ces droits à cet endroit : écrivez son nom."
      : empty;
  };
  form.addEventListener("change", ({ target }) => {
    if (["rights", "place", "target_group", "who"].includes(target.name)) refresh();
  });
}

function wanted(form) {
  const asked = new URLSearchParams();
  for (const box of form.querySelectorAll("[name=rights]:checked")) asked.append("droit", box.value);
  asked.set("lieu", form.querySelector("select[name=place]")?.value ?? "");
  asked.set("public", form.querySelector("select[name=target_group]").value);
  return asked;
}

// Null when the network is gone: what is shown then stays.
async function fetchSuggestions(url, asked) {
  try {
    const response = await fetch(`${url}?${asked}`, { headers: { Accept: "application/json" }, credentials: "same-origin" });
    return response.ok ? await response.json() : null;
  } catch {
    return null;
  }
}

function card(model, { value, label, hint, reasons }, chosen) {
  const label_ = model.content.firstElementChild.cloneNode(true);
  const radio = label_.querySelector("input");
  radio.value = value;
  radio.checked = value === chosen;
  label_.querySelector("strong").textContent = label;
  label_.querySelector(".muted").textContent = hint;
  label_.querySelector(".pick-card-why").textContent = reasons.join(" · ");
  return label_;
}

// Who types a name means it.
function pickOther(form) {
  const other = form.querySelector(".pick-other input");
  form.querySelector(".other-receiver").addEventListener("input", ({ target }) => {
    if (target !== other && target.value) other.checked = true;
  });
}

// The notice in the language that was chosen opens by itself.
function showNotice(form) {
  form.querySelector("[data-language]").addEventListener("change", ({ target }) => {
    for (const notice of form.querySelectorAll("[data-notice]")) {
      notice.open = target.value !== "fr" && notice.dataset.notice === target.value;
    }
  });
}

async function offerCamera(form) {
  const button = form.querySelector("[data-scan]");
  if (!(await readsCodes())) return;
  button.hidden = false;
  button.addEventListener("click", () => scan(form, button));
}

async function readsCodes() {
  if (!("BarcodeDetector" in window) || !navigator.mediaDevices?.getUserMedia) return false;
  return (await BarcodeDetector.getSupportedFormats().catch(() => [])).includes("qr_code");
}

async function scan(form, button) {
  const stage = form.querySelector("[data-scanner]");
  const words = form.querySelector("[data-scan-words]");
  const video = stage.querySelector("video");
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  } catch {
    words.textContent = "La caméra ne démarre pas : tapez le numéro du badge.";
    return;
  }
  stage.hidden = false;
  button.hidden = true;
  video.srcObject = stream;
  await video.play();
  words.textContent = "Visez le code du badge.";
  const stop = () => {
    for (const track of stream.getTracks()) track.stop();
    stage.hidden = true;
    button.hidden = false;
    words.textContent = "";
  };
  stage.querySelector("[data-scan-stop]").onclick = stop;
  const code = await firstCode(video, stream);
  if (!code) return;
  stop();
  form.elements.badge.value = code;
  form.requestSubmit(form.querySelector("[name=act][value=badge]"));
}

// Empty once the camera was put away.
async function firstCode(video, stream) {
  const detector = new BarcodeDetector({ formats: ["qr_code"] });
  while (stream.active) {
    const [found] = await detector.detect(video).catch(() => []);
    if (found) return found.rawValue;
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
  return "";
}
