// What the phone can tell at once, while whoever signs is still there. The site judges all of it again.
const SURPRISING_KM = 1000;

export function problemsOf(fields, lastMileage) {
  const problems = [];
  const refuse = (field, message) => problems.push({ field, message });
  if (!Number.isInteger(fields.mileage)) refuse("mileage", "Écrivez le kilométrage lu au compteur, en chiffres.");
  else if (lastMileage !== null && fields.mileage < lastMileage) refuse("mileage", `Le compteur ne peut pas reculer : il était à ${kilometres(lastMileage)}. Relisez-le.`);
  else if (isSurprising(fields.mileage, lastMileage) && !fields.is_sure) refuse("mileage", `C’est plus de ${kilometres(SURPRISING_KM)} depuis la dernière lecture (${kilometres(lastMileage)}). Relisez le compteur ; si c’est juste, confirmez-le.`);
  if (!Number.isInteger(fields.energy_percent) || fields.energy_percent < 0 || fields.energy_percent > 100) refuse("energy_percent", "Dites ce qui reste d’énergie, de 0 à 100 %.");
  fields.checklist.forEach(({ label, is_fine, remark }, n) => {
    if (is_fine === null) refuse(`checklist-${n}-is_fine`, `${label} : dites si c’est en ordre.`);
    else if (!is_fine && !remark.trim()) refuse(`checklist-${n}-remark`, `${label} : dites ce qui ne va pas.`);
  });
  if (!fields.giver.trim()) refuse("giver", "Écrivez le nom de qui remet le véhicule.");
  if (!fields.receiver.trim()) refuse("receiver", "Écrivez le nom de qui le reçoit.");
  return problems;
}

export const kilometres = (number) => `${number.toLocaleString("fr-FR")} km`;

export function isSurprising(mileage, lastMileage) {
  return Number.isInteger(mileage) && lastMileage !== null && mileage - lastMileage > SURPRISING_KM;
}
