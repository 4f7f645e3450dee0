// A signature as strokes on a sheet of 600 by 200 points, whatever the screen: what the server keeps
// is the drawing itself. Fingers, pens and mice alike.
export const WIDTH = 600;
export const HEIGHT = 200;
const NEAR = 4; // points closer than that add nothing to the line
const MOST_POINTS = 3000;

export class SignaturePad {
  // `field` is the hidden control that holds the strokes as JSON.
  constructor(place, field) {
    this.place = place;
    this.field = field;
    this.canvas = place.querySelector("canvas");
    this.pen = null;
    place.hidden = false;
    place.querySelector("[data-signature-clear]").addEventListener("click", () => this.clear());
    this.canvas.addEventListener("pointerdown", (event) => this.begin(event));
    this.canvas.addEventListener("pointermove", (event) => this.go(event));
    for (const end of ["pointerup", "pointercancel"]) this.canvas.addEventListener(end, (event) => this.end(event));
    this.show(field.value);
  }

  // What was drawn before, given back by the page or by the phone.
  show(text) {
    this.strokes = read(text);
    this.field.value = this.strokes.length ? text : "";
    this.draw();
  }

  clear() {
    this.strokes = [];
    this.keep();
    this.draw();
  }

  begin(event) {
    if (this.pen !== null || event.button > 0) return;
    event.preventDefault();
    this.pen = event.pointerId;
    this.canvas.setPointerCapture(event.pointerId);
    this.strokes.push([this.point(event)]);
    this.draw();
  }

  go(event) {
    if (event.pointerId !== this.pen) return;
    const stroke = this.strokes.at(-1);
    for (const each of event.getCoalescedEvents?.() || [event]) {
      const point = this.point(each);
      const [x, y] = stroke.at(-1);
      if (Math.hypot(point[0] - x, point[1] - y) >= NEAR && this.length() < MOST_POINTS) stroke.push(point);
    }
    this.draw();
  }

  end(event) {
    if (event.pointerId !== this.pen) return;
    this.pen = null;
    this.keep();
  }

  keep() {
    this.field.value = this.strokes.length ? JSON.stringify(this.strokes) : "";
    this.field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  length() {
    return this.strokes.reduce((sum, stroke) => sum + stroke.length, 0);
  }

  point(event) {
    const box = this.canvas.getBoundingClientRect();
    const on = (value, size) => Math.round(Math.min(size, Math.max(0, value)));
    return [on(((event.clientX - box.left) * WIDTH) / box.width, WIDTH), on(((event.clientY - box.top) * HEIGHT) / box.height, HEIGHT)];
  }

  draw() {
    const pen = this.canvas.getContext("2d");
    pen.clearRect(0, 0, WIDTH, HEIGHT);
    Object.assign(pen, { lineWidth: 4, lineCap: "round", lineJoin: "round", strokeStyle: "#20282b" });
    for (const [first, ...others] of this.strokes) {
      pen.beginPath();
      pen.moveTo(...first);
      for (const point of others.length ? others : [first]) pen.lineTo(...point);
      pen.stroke();
    }
  }
}

function read(text) {
  try {
    const strokes = JSON.parse(text);
    return Array.isArray(strokes) ? strokes.filter((stroke) => Array.isArray(stroke) && stroke.length) : [];
  } catch {
    return [];
  }
}
