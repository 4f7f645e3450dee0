// A request for the vehicle: whether the slot is free follows what is typed. The page works without
// any of it: its buttons ask the server for the same.
const form = document.querySelector("[data-booking-form]");
if (form) {
  followPeriod(form);
  followVehicle(form);
}

function followPeriod(form) {
  const place = form.querySelector("[data-availability]");
  if (!place) return; // The period of a trip that is granted is not theirs to move.
  const { url, but } = place.dataset;
  const names = ["vehicle_id", "organisation_id", "starts_on", "leaves_at", "ends_on", "returns_at"];
  const exception = form.querySelector("[data-exception]");
  form.querySelector("[data-check]").hidden = true;
  let latest = 0;
  let shown = wanted(form, names, but).toString();
  const refresh = async () => {
    const asked = wanted(form, names, but);
    if (asked.toString() === shown) return;
    shown = asked.toString();
    const mine = (latest += 1);
    await new Promise((resolve) => setTimeout(resolve, 250)); // A time is typed digit by digit.
    if (mine !== latest) return;
    const answer = await ask(url, asked);
    if (mine !== latest) return;
    if (answer === null) {
      // The network is gone: what is shown may be about another slot.
      form.querySelector("[data-check]").hidden = false;
      place.replaceChildren();
      return;
    }
    place.replaceChildren(document.createRange().createContextualFragment(answer.html));
    if (exception) exception.hidden = !answer.may_be_waived && !exception.querySelector("textarea").value;
  };
  form.addEventListener("input", refresh);
  form.addEventListener("change", refresh);
  // The association is chosen in a list of suggestions, which fills a hidden field in silence.
  form.addEventListener("focusout", refresh);
}

function wanted(form, names, but) {
  const asked = new URLSearchParams();
  for (const name of names) {
    const value = form.elements[name]?.value ?? "";
    if (value) asked.set(name, value);
  }
  if (but) asked.set("but", but);
  return asked;
}

async function ask(url, asked) {
  try {
    const response = await fetch(`${url}?${asked}`, { headers: { Accept: "application/json" }, credentials: "same-origin" });
    return response.ok ? await response.json() : null;
  } catch {
    return null;
  }
}

// What is on board is the chosen vehicle's.
function followVehicle(form) {
  form.addEventListener("change", ({ target }) => {
    if (target.name !== "vehicle_id") return;
    for (const group of form.querySelectorAll("[data-equipment-of]")) {
      group.disabled = group.hidden = group.dataset.equipmentOf !== target.value;
    }
  });
}
