// Small tools for what the scripts draw. Words always go in as text.
export const part = (name) => document.querySelector(`[data-${name}]`);

export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "onclick") made.addEventListener("click", value);
    else made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== "" && child !== null));
  return made;
}

export function screen(name) {
  document.body.dataset.screen = name;
  for (const section of document.querySelectorAll("[data-on]")) section.hidden = !section.dataset.on.split(" ").includes(name);
}

// In Arras, wherever the phone thinks it is.
const PARIS = new Intl.DateTimeFormat("sv-SE", { timeZone: "Europe/Paris", dateStyle: "short", timeStyle: "short" });
const SAID = new Intl.DateTimeFormat("fr-FR", { timeZone: "Europe/Paris", day: "numeric", month: "long", hour: "2-digit", minute: "2-digit" });

export function localParts(instant) {
  const [day, hour] = PARIS.format(instant).split(" ");
  return { day, hour };
}

export const said = (iso) => SAID.format(new Date(iso));
