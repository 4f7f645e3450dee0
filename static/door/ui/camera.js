// The camera's place on the screen: turned on, off, lit, and what to do when there is none.
import { Scanner } from "../scanner.js";
import { part, show, write } from "./dom.js";

const ASK = "Visez le QR du badge.";
const TROUBLES = {
  NotAllowedError: "La caméra est refusée à cette page : autorisez-la dans les réglages du navigateur, ou tapez le numéro du badge.",
  NotFoundError: "Pas de caméra trouvée : tapez le numéro du badge, ou branchez une douchette.",
  NotReadableError: "La caméra est prise par une autre application : fermez-la, puis réessayez.",
};

export class Camera {
  constructor({ onCode, onTorn }) {
    this.stage = part("stage");
    this.hint = part("hint");
    this.scanner = new Scanner(part("video"));
    this.scanner.addEventListener("code", ({ detail }) => onCode(detail));
    this.scanner.addEventListener("torn", onTorn);
    this.scanner.addEventListener("nothing", () => write(this.hint, "Rien de lisible ? Rapprochez le badge, éclairez-le, ou tapez son numéro."));
    this.scanner.addEventListener("code", () => write(this.hint, ASK));
    this.scanner.addEventListener("asleep", () => this.render("La caméra s’est éteinte pour ménager la batterie."));
    part("camera-on").addEventListener("click", () => this.start());
    part("camera-off").addEventListener("click", () => this.stop());
    part("torch").addEventListener("click", (event) => this.light(event.currentTarget));
    // A phone put away gives its camera back; taken out again, it goes on.
    document.addEventListener("visibilitychange", () => this.follow());
    this.render("");
  }

  async start() {
    this.isWanted = true;
    try {
      await this.scanner.start();
      this.render(ASK);
    } catch (error) {
      this.scanner.stop();
      this.render(TROUBLES[error.name] || "La caméra ne démarre pas : tapez le numéro du badge.");
    }
  }

  stop(words = "") {
    this.isWanted = false;
    this.scanner.stop();
    this.render(words);
  }

  // Without a question of the browser's: only where the camera was allowed before.
  async startIfAllowed() {
    const query = navigator.permissions && navigator.permissions.query({ name: "camera" });
    const permission = await Promise.resolve(query).catch(() => null);
    if (permission && permission.state === "granted") await this.start();
  }

  follow() {
    if (document.hidden) this.scanner.stop();
    else if (this.isWanted) this.start();
  }

  async light(button) {
    const isOn = button.getAttribute("aria-pressed") !== "true";
    await this.scanner.light(isOn).catch(() => {});
    button.setAttribute("aria-pressed", String(isOn));
  }

  render(words) {
    const { isOn } = this.scanner;
    this.stage.dataset.camera = isOn ? "on" : "off";
    show(part("camera-on"), !isOn);
    show(part("camera-off"), isOn);
    show(part("torch"), isOn && this.scanner.hasTorch);
    part("torch").setAttribute("aria-pressed", "false");
    write(this.hint, words);
  }
}
