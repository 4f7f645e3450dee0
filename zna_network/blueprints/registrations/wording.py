"""The words of the public's choices: plainer than those of the staff, and in the catalogues."""

from zna_network.models.attendee import AgeBand, Need, VisitReason
from zna_network.models.territory import TargetGroup
from zna_network.services.languages import to_translate

AGE_BANDS = {
    AgeBand.UNDER_18: to_translate("Moins de 18 ans"),
    AgeBand.FROM_18: to_translate("De 18 à 25 ans"),
    AgeBand.FROM_26: to_translate("De 26 à 39 ans"),
    AgeBand.FROM_40: to_translate("De 40 à 59 ans"),
    AgeBand.FROM_60: to_translate("De 60 à 74 ans"),
    AgeBand.FROM_75: to_translate("75 ans ou plus"),
}
TARGET_GROUPS = {
    TargetGroup.YOUTH: to_translate("Je suis jeune"),
    TargetGroup.SINGLE_PARENTS: to_translate("J’élève mes enfants sans conjoint"),
    TargetGroup.LOW_INCOME: to_translate(
        "Je touche le RSA ou la prime d’activité, ou je cherche un emploi"
    ),
    TargetGroup.SENIORS: to_translate("Je suis retraité, ou bientôt"),
}
REASONS = {
    VisitReason.INCOME: to_translate("Mes revenus\u00a0: RSA, prime d’activité"),
    VisitReason.WORK: to_translate("Le travail, le chômage"),
    VisitReason.HOUSING: to_translate("Mon logement, mon loyer"),
    VisitReason.ENERGY: to_translate("L’énergie, mes factures"),
    VisitReason.HEALTH: to_translate("Ma santé, une mutuelle"),
    VisitReason.FAMILY: to_translate("Ma famille, mes enfants"),
    VisitReason.RETIREMENT: to_translate("Ma retraite"),
    VisitReason.DISABILITY: to_translate("Un handicap"),
    VisitReason.AUTONOMY: to_translate("Une aide à la maison"),
    VisitReason.TRANSPORT: to_translate("Les transports"),
    VisitReason.FOOD: to_translate("Se nourrir"),
    VisitReason.LOCAL: to_translate("Les aides de ma commune"),
    VisitReason.OTHER: to_translate("Autre chose, ou je ne sais pas"),
}
NEEDS = {
    Need.STEP_FREE: to_translate("Entrer sans marche (fauteuil, poussette)"),
    Need.SEAT: to_translate("M’asseoir"),
    Need.HEARING: to_translate("J’entends mal"),
    Need.SIGN_LANGUAGE: to_translate("La langue des signes"),
    Need.SIGHT: to_translate("Je vois mal"),
    Need.READING: to_translate("De l’aide pour lire ou écrire"),
    Need.INTERPRETER: to_translate("Un interprète"),
    Need.CALM: to_translate("Un endroit calme"),
}
