export function part(name, root = document) {
  return root.querySelector(`[data-${name}]`);
}

export function show(element, isShown) {
  element.hidden = !isShown;
}

// Written only when it differs: a live region says again what is written again.
export function write(element, words) {
  if (element.textContent !== words) element.textContent = words;
}

export function made(tag, { text, ...attributes } = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value === true ? "" : value);
  }
  if (text) element.textContent = text;
  element.append(...children);
  return element;
}

export function counted(number, one, many = `${one}s`) {
  return `${number} ${number > 1 ? many : one}`;
}
