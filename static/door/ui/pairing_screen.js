// Before a phone is one of the forum's, or once it no longer is.
import { RefusedError, UnreachableError } from "../api.js";
import { pair } from "../pairing.js";
import { readTypedCode } from "../ticket.js";
import { counted, part, show, write } from "./dom.js";

const GONE = {
  ended: "La journée est finie : la liste des badges est effacée de ce téléphone.",
  dismissed: "Ce téléphone n’est plus autorisé : la liste des badges en est effacée.",
};

export class PairingScreen {
  constructor(door, { onPaired, onGivenUp }) {
    this.door = door;
    this.onPaired = onPaired;
    part("give-up").addEventListener("click", onGivenUp);
    this.field = part("code-field");
    part("code-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.tryCode(readTypedCode(this.field.value));
    });
  }

  render(isRepairing) {
    show(part("give-up"), isRepairing);
    const { gone, pending } = this.door;
    const left = pending.waiting(gone && gone.forum ? gone.forum.slug : "") || pending.stranded("");
    const words = gone ? [GONE[gone.reason]] : [];
    if (left) words.push(`${counted(left, "lecture")} n’${left > 1 ? "ont" : "a"} pas encore été envoyée${left > 1 ? "s" : ""} : gardez cette page, remettez le téléphone à un agent, qui l’appairera de nouveau pour les recevoir.`);
    else if (gone) words.push("Tout ce qui a été lu est envoyé. Merci !");
    write(part("gone"), words.join(" "));
    show(part("gone"), words.length > 0);
  }

  // A code is good once, and tedious to type.
  get isUnderWay() {
    return Boolean(this.isBusy || this.field.value);
  }

  async tryCode(code) {
    if (!code) return this.refuse("Ce code n’a pas la forme attendue : recopiez celui de l’écran de l’agent.");
    if (this.isBusy) return undefined;
    this.isBusy = true;
    this.refuse("");
    write(part("pairing-said"), "Appairage…");
    try {
      await pair(this.door, code);
      this.field.value = "";
      this.onPaired();
    } catch (error) {
      this.refuse(trouble(error));
    } finally {
      this.isBusy = false;
      write(part("pairing-said"), "");
    }
    return undefined;
  }

  refuse(words) {
    write(part("code-error"), words);
    show(part("code-error"), Boolean(words));
    this.field.setAttribute("aria-invalid", String(Boolean(words)));
  }
}

function trouble(error) {
  if (error instanceof RefusedError) return error.message;
  if (error instanceof UnreachableError && error.status === 429) return "Trop d’essais : attendez une minute, puis demandez un nouveau code.";
  if (error instanceof UnreachableError) return "Pas de réponse du serveur : l’appairage a besoin du réseau. Rapprochez-vous du Wi-Fi et réessayez.";
  return "Le téléphone n’a pas pu garder l’appairage : libérez de la mémoire et réessayez.";
}
