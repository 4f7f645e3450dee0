"""The guided conversation over the rights: in which order, asked how, and of whom first.

The questions are put so that « oui » makes the right worth checking; they decide nothing, and the
organisation that pays alone says whether the right is due. Questions and publics are ours."""

from collections.abc import Sequence
from dataclasses import dataclass

from zna_network.models.attendee import VisitReason
from zna_network.models.territory import Right, TargetGroup
from zna_network.queries import territory as queries
from zna_network.services.context import Context

_YOUTH, _ALONE, _LOW, _OLD = (
    TargetGroup.YOUTH,
    TargetGroup.SINGLE_PARENTS,
    TargetGroup.LOW_INCOME,
    TargetGroup.SENIORS,
)
_EVERYBODY = frozenset(TargetGroup)
# A right's code: what to ask, and the publics that it concerns most.
_QUESTIONS: dict[str, tuple[str, frozenset[TargetGroup]]] = {
    "RSA": ("Vivez-vous avec peu de revenus, ou aucun ?", frozenset({_ALONE, _LOW})),
    "PPA": (
        "Travaillez-vous en gagnant peu, même à temps partiel ?",
        frozenset({_YOUTH, _ALONE, _LOW}),
    ),
    "ARE": ("Avez-vous perdu un emploi ces deux dernières années ?", frozenset({_YOUTH, _LOW})),
    "ASS": ("Êtes-vous arrivé en fin de droits au chômage ?", frozenset({_LOW, _OLD})),
    "AAH": ("Un handicap ou une maladie vous gêne-t-il au quotidien ?", _EVERYBODY),
    "ASPA": ("Avez-vous 65 ans ou plus, avec une petite retraite ?", frozenset({_OLD})),
    "APL": ("Payez-vous un loyer ou une chambre ?", _EVERYBODY),
    "ALF": ("Payez-vous un logement avec des enfants ou des proches à charge ?", _EVERYBODY),
    "ASF": (
        "Élevez-vous seul un enfant, sans pension ou avec une petite pension ?",
        frozenset({_ALONE}),
    ),
    "APA": (
        "Avez-vous 60 ans ou plus, et besoin d’aide pour la toilette, les repas, les sorties ?",
        frozenset({_OLD}),
    ),
    "FSL": ("Avez-vous du mal à payer le loyer, l’eau ou l’énergie ?", _EVERYBODY),
    "CHEQUE_ENERGIE": ("Avez-vous reçu votre chèque énergie cette année ?", _EVERYBODY),
    "TRANSPORT": ("Le prix des transports vous empêche-t-il de sortir ?", _EVERYBODY),
    "C2S": ("Êtes-vous sans mutuelle, avec peu de revenus ?", _EVERYBODY),
    "C2S_PART": ("Votre mutuelle vous coûte-t-elle trop cher ?", _EVERYBODY),
    "AIDE_ALIMENTAIRE": ("Avez-vous du mal à manger à votre faim en fin de mois ?", _EVERYBODY),
    "AIDE_REGION": (
        "Avez-vous un projet de formation, de permis ou d’emploi ?",
        frozenset({_YOUTH, _LOW}),
    ),
    "AIDE_DEPARTEMENT": ("Êtes-vous suivi par une Maison des solidarités ?", _EVERYBODY),
    "AIDE_CUA": ("Connaissez-vous les aides de la Communauté urbaine ?", _EVERYBODY),
    "AIDE_COMMUNE": ("Connaissez-vous les aides de votre mairie ou du CCAS ?", _EVERYBODY),
}


@dataclass(frozen=True)
class Question:
    """``is_first``: it concerns the public that was chosen more than others."""

    right: Right
    text: str
    is_first: bool


@dataclass(frozen=True)
class Theme:
    """Rights that are spoken of together, under what people come for."""

    label: str
    questions: Sequence[Question]


def guide(ctx: Context, target_group: TargetGroup | None = None) -> list[Theme]:
    """Every right in use, once; one that staff have added comes last, under « Autre chose »."""
    rights = {r.code: r for r in ctx.session.scalars(queries.rights(active_only=True))}
    themes = []
    for reason in VisitReason:
        codes = [code for code in reason.rights if code in rights]
        asked = [_question(rights.pop(code), target_group) for code in codes]
        if reason is VisitReason.OTHER:
            asked += [_question(right, target_group) for right in rights.values()]
        if asked:
            themes.append(Theme(reason.label, asked))
    return themes


def _question(right: Right, target_group: TargetGroup | None) -> Question:
    text, publics = _QUESTIONS.get(
        right.code, (f"Avez-vous demandé « {right.label} » ?", frozenset[TargetGroup]())
    )
    is_first = publics != _EVERYBODY and target_group in publics
    return Question(right, text, is_first)
