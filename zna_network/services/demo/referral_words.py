"""What is said in the demonstration's referrals: rights, who can help with them, needs, amounts."""

from random import Random

from zna_network.models.person import ConsentAnswer
from zna_network.models.referral import RefusalReason
from zna_network.models.territory import Commune, TargetGroup
from zna_network.services.demo.partners import of_communes

CAF, CPAM, MSA, MDS = (
    "CAF du Pas-de-Calais",
    "CPAM de l’Artois",
    "MSA Nord-Pas de Calais",
    "Maison du Département Solidarité de l’Arrageois",
)
CARSAT, FRANCE_TRAVAIL = "CARSAT Hauts-de-France", "France Travail Arras"
DEPARTEMENT = "Département du Pas-de-Calais"
MDPH = "Maison départementale des personnes handicapées du Pas-de-Calais"
CUA = "Communauté urbaine d’Arras — service Cohésion sociale"
FRANCE_SERVICES = "Espace France services d’Arras"
PANTRY = "Épicerie solidaire Le Panier (association fictive)"
# Who helps with each right, the likeliest first; None: the commune's CCAS or town hall.
HELPERS: dict[str, tuple[str | None, ...]] = {
    "RSA": (MDS, CAF, CAF, MSA),
    "PPA": (CAF, CAF, MSA),
    "ARE": (FRANCE_TRAVAIL,),
    "ASS": (FRANCE_TRAVAIL,),
    "AAH": (MDPH,),
    "ASPA": (CARSAT, CARSAT, MSA),
    "APL": (CAF,),
    "ASF": (CAF,),
    "APA": (DEPARTEMENT,),
    "FSL": (MDS,),
    "CHEQUE_ENERGIE": (FRANCE_SERVICES,),
    "TRANSPORT": (CUA,),
    "C2S": (CPAM,),
    "C2S_PART": (CPAM,),
    "AIDE_ALIMENTAIRE": (None, PANTRY),
    "AIDE_COMMUNE": (None,),
}
RIGHTS_OF = {
    TargetGroup.YOUTH: ("C2S", "APL", "PPA", "TRANSPORT", "C2S", "APL"),
    TargetGroup.SINGLE_PARENTS: ("ASF", "APL", "PPA", "RSA", "AIDE_ALIMENTAIRE", "ASF"),
    TargetGroup.LOW_INCOME: (
        "RSA", "RSA", "PPA", "PPA", "C2S", "CHEQUE_ENERGIE", "FSL", "ASS", "ARE", "AAH", "C2S",
    ),
    TargetGroup.SENIORS: (
        "ASPA", "ASPA", "APA", "C2S_PART", "CHEQUE_ENERGIE", "APL", "AIDE_COMMUNE",
    ),
    None: ("C2S", "CHEQUE_ENERGIE", "AIDE_COMMUNE", "TRANSPORT", "AIDE_ALIMENTAIRE"),
}  # fmt: skip
# Euros from and to, and whether they are monthly; nothing: the right has no amount.
AMOUNTS: dict[str, tuple[int, int, bool]] = {
    "RSA": (310, 646, True),
    "PPA": (85, 265, True),
    "ARE": (640, 1080, True),
    "ASS": (560, 590, True),
    "AAH": (620, 1033, True),
    "ASPA": (120, 480, True),
    "APL": (115, 305, True),
    "ASF": (199, 398, True),
    "APA": (260, 790, True),
    "FSL": (150, 620, False),
    "CHEQUE_ENERGIE": (48, 277, False),
    "TRANSPORT": (18, 32, True),
    "AIDE_ALIMENTAIRE": (40, 120, False),
    "AIDE_COMMUNE": (60, 250, False),
}
# Days between the file and the decision, and days before the organisation answers.
WAITS: dict[str, tuple[int, int]] = {
    "RSA": (18, 45), "PPA": (14, 32), "ARE": (12, 28), "ASS": (20, 40), "AAH": (75, 130),
    "ASPA": (35, 75), "APL": (14, 38), "ASF": (18, 42), "APA": (30, 60), "FSL": (12, 35),
    "CHEQUE_ENERGIE": (4, 14), "TRANSPORT": (2, 9), "C2S": (10, 30), "C2S_PART": (10, 30),
    "AIDE_ALIMENTAIRE": (1, 6), "AIDE_COMMUNE": (5, 18),
}  # fmt: skip
ANSWERS_WITHIN = {CAF: 4, CPAM: 4, MDS: 7, MDPH: 12, FRANCE_TRAVAIL: 6}
_NEEDS: dict[str, tuple[str, ...]] = {
    "RSA": (
        "N’a plus de ressources depuis la fin de son contrat.",
        "Vit chez un proche, sans aucun revenu.",
    ),
    "PPA": (
        "Travaille à temps partiel et ne connaît pas la prime d’activité.",
        "Salaire d’apprenti ; n’a jamais fait la demande.",
    ),
    "ARE": ("Fin de contrat le mois dernier, pas encore inscrite.",),
    "ASS": ("Arrive en fin de droits, ne sait pas à quoi elle peut prétendre.",),
    "AAH": ("Ne peut plus travailler, suivi médical en cours.",),
    "ASPA": (
        "Petite retraite ; craint la récupération sur succession.",
        "Ne savait pas que sa retraite pouvait être complétée.",
    ),
    "APL": (
        "Nouveau logement, aucune demande d’aide faite.",
        "L’aide a cessé après un déménagement.",
    ),
    "ASF": (
        "Élève seule ses enfants, pension non versée.",
        "Séparation récente, ne touche rien pour les enfants.",
    ),
    "APA": ("A besoin d’aide pour la toilette et les courses.",),
    "FSL": ("Deux factures d’énergie impayées, crainte de coupure.",),
    "CHEQUE_ENERGIE": ("N’a pas reçu le chèque cette année.",),
    "TRANSPORT": ("Ne se déplace plus, faute de pouvoir payer le bus.",),
    "C2S": (
        "Renonce à des soins dentaires, sans complémentaire.",
        "Complémentaire trop chère, résiliée.",
    ),
    "C2S_PART": ("Mutuelle de 96 euros par mois, à revoir.",),
    "AIDE_ALIMENTAIRE": ("Ne mange pas à sa faim en fin de mois.",),
    "AIDE_COMMUNE": ("Facture imprévue, demande un coup de pouce de la commune.",),
}
QUESTIONS = (
    (
        "A-t-elle déjà un numéro d’allocataire ?",
        "Oui, mais elle ne le retrouve pas : à chercher ensemble au rendez-vous.",
    ),
    ("Peut-elle se déplacer jusqu’à notre accueil ?", "Oui, en bus, plutôt le matin."),
    ("Faut-il prévoir un interprète ?", "Quelqu’un de la famille peut traduire."),
    (
        "A-t-elle déclaré ses revenus cette année ?",
        "Oui, l’avis d’imposition est dans son dossier.",
    ),
)
# What some people say some weeks after.
LATER = {
    ConsentAnswer.GIVEN: ConsentAnswer.WITHDRAWN,
    ConsentAnswer.NOT_ASKED: ConsentAnswer.GIVEN,
}
NOTES = (
    "Dossier complet, en cours d’instruction.",
    "Pièce manquante demandée : justificatif de domicile.",
    "Relance faite, réponse attendue sous quinze jours.",
)
STEP_WORDS = ("", "", "Joint au téléphone.", "Message laissé, rappelé ensuite.", "")
CALL_WHEN = ("", "", "Plutôt l’après-midi.", "Avant 10 h.", "Le mercredi.", "Jamais le vendredi.")
REFUSALS = (
    (RefusalReason.OUT_OF_TERRITORY, ""),
    (RefusalReason.NOT_OUR_RIGHT, ""),
    (RefusalReason.NOT_ELIGIBLE, "Ressources au-dessus du plafond, calculées avec la personne."),
    (RefusalReason.ALREADY_FOLLOWED, ""),
    (RefusalReason.NO_CAPACITY, ""),
    (RefusalReason.UNREACHABLE, "Trois appels et un SMS sans réponse."),
    (RefusalReason.OTHER, "Déménagement en cours hors du département."),
)


def need_of(chance: Random, right: str) -> str:
    return chance.choice(_NEEDS[right]) if chance.random() < 0.8 else ""


def town_halls(communes: list[Commune]) -> dict[str, str]:
    """The name of the CCAS or of the town hall, by commune."""
    return {partner.commune: partner.name for partner in of_communes(communes)}


def amount_of(chance: Random, right: str) -> tuple[str, str]:
    """As somebody would type it, and its period; empty where the right has none."""
    if right not in AMOUNTS or chance.random() < 0.08:
        return "", ""
    low, high, is_monthly = AMOUNTS[right]
    cents = chance.choice((0, 0, 12, 38, 52, 70, 94))
    return f"{chance.randint(low, high)},{cents:02d}", "monthly" if is_monthly else "one_off"
