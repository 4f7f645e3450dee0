// The stands as shapes of the plan's drawing. A square is UNIT wide; places are counted from 0.
export const UNIT = 40;
const SVG = "http://www.w3.org/2000/svg";

function shape(name, attributes, text) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  if (text !== undefined) element.textContent = text;
  return element;
}

export function whereInWords(place) {
  return `colonne ${place.column + 1}, rangée ${place.row + 1}, ${place.width} sur ${place.height}`;
}

// Draw the stand where `place` says, in a group made at the first call.
export function draw(sheet, stand, place) {
  stand.shape ??= sheet.querySelector(`[data-stand="${stand.number}"]`) ?? sheet.appendChild(shape("g", { "data-stand": stand.number }));
  const group = stand.shape;
  const [width, height] = [place.width * UNIT, place.height * UNIT];
  const isRoomy = place.width > 1 && place.height > 1;
  group.setAttribute("class", `plan-stand${stand.isConfirmed ? "" : " is-waiting"}`);
  group.setAttribute("transform", `translate(${place.column * UNIT} ${place.row * UNIT})`);
  group.setAttribute("tabindex", "0");
  group.setAttribute("role", "button");
  group.setAttribute("aria-label", `${stand.number} ${stand.shortName}, ${stand.name}, ${whereInWords(place)}`);
  const parts = [
    shape("rect", { x: 2, y: 2, width: width - 4, height: height - 4, rx: 6 }),
    shape("text", { class: `plan-number${isRoomy ? " over-name" : ""}`, "aria-hidden": "true", x: width / 2, y: height / 2 }, `${stand.number} `),
  ];
  if (isRoomy) parts.push(name(stand.shortName, width, height));
  parts.push(shape("rect", { class: "plan-corner", x: width - 14, y: height - 14, width: 12, height: 12, rx: 4 }));
  group.replaceChildren(...parts);
}

export function erase(stand) {
  stand.shape?.remove();
  stand.shape = null;
}

function name(text, width, height) {
  const box = shape("foreignObject", { class: "plan-name", "aria-hidden": "true", x: 4, y: height / 2 + 1, width: width - 8, height: height / 2 - 5 });
  const line = document.createElement("p");
  line.textContent = text;
  box.append(line);
  return box;
}

// Which point of the grid, in squares, lies under the pointer.
export function gridPoint(sheet, event) {
  const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(sheet.getScreenCTM().inverse());
  return { x: point.x / UNIT, y: point.y / UNIT };
}
