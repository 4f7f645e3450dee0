// The page of a handover, where there is network: its signatures.
import { SignaturePad } from "./signature.js";

for (const place of document.querySelectorAll("[data-signature]")) {
  new SignaturePad(place, document.getElementById(place.dataset.signature));
}
