"""What a column of the export to the DGCS may hold. Nothing here names anybody: the name, the
contacts, the words and the case number are not in the list, so that no mapping can send them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from zna_network.config import Settings
from zna_network.models.attendee import AgeBand
from zna_network.models.organisation import OrganisationKind
from zna_network.models.person import RightStatus
from zna_network.models.referral import (
    Evidence,
    NonTakeUpCause,
    OutcomeResult,
    Period,
    ReferralOrigin,
    ReferralState,
    RefusalReason,
    Step,
    Urgency,
)
from zna_network.models.territory import RightKind, TargetGroup
from zna_network.services.french_time import local_date
from zna_network.services.links import keyed_hash
from zna_network.services.place_tables import Places, discreet_place
from zna_network.services.territory import Territory

CONSTANT = "constante"
Codes = Mapping[str, str]


@dataclass(frozen=True)
class Line:
    """A right of a referral as queries/evaluation.py reads it, and what is needed to tell it."""

    row: Any
    settings: Settings
    territory: Territory
    places: Places


@dataclass(frozen=True)
class Field:
    """``codes`` are what a list's values may be, with their words: those are written unless the
    mapping has others."""

    key: str
    meaning: str
    read: Callable[[Line], str]
    codes: Codes | None = None


def _listed(key: str, meaning: str, members: type[StrEnum], column: str) -> Field:
    codes = {member.value: str(getattr(member, "label")) for member in members}  # noqa: B009

    def read(line: Line) -> str:
        value = getattr(line.row, column)
        return "" if value is None else str(value.value)

    return Field(key, meaning, read, codes)


def _plain(key: str, meaning: str, column: str) -> Field:
    return Field(key, meaning, lambda line: str(getattr(line.row, column) or ""))


def _identifier(line: Line) -> str:
    """The same for a person in every export, and nothing that anybody else could compute."""
    return keyed_hash(line.settings, "dgcs", line.row.case_number)[:16]


def _place(line: Line) -> str:
    return discreet_place(
        line.territory.commune(line.row.commune_insee or ""),
        line.territory.qpv(str(line.row.qpv_id)),
    )


def _neighbourhood(line: Line) -> str:
    qpv = line.territory.qpv(str(line.row.qpv_id))
    return qpv.name if qpv else ""


def _class(line: Line) -> str:
    found = line.places.barometer_class((line.row.commune_insee, line.row.qpv_id, False))
    return "" if found is None else str(found)


def _day(column: str) -> Callable[[Line], str]:
    def read(line: Line) -> str:
        value = getattr(line.row, column)
        if value is None:
            return ""
        return (value if type(value) is date else local_date(value)).isoformat()

    return read


def _amount(*periods: Period, yearly: bool = False) -> Callable[[Line], str]:
    def read(line: Line) -> str:
        if line.row.amount_cents is None or line.row.period not in periods:
            return ""
        times = 12 if yearly and line.row.period is Period.MONTHLY else 1
        return f"{line.row.amount_cents * times / 100:.2f}".replace(".", ",")

    return read


def _delay(line: Line) -> str:
    if line.row.result not in {OutcomeResult.OPENED, OutcomeResult.RENEWED}:
        return ""
    return str(max(0, (line.row.recorded_at - line.row.made_at).days))


def _held(column: str) -> Callable[[Line], str]:
    def read(line: Line) -> str:
        statuses = getattr(line.row, column) or {}
        return " ".join(sorted(c for c, status in statuses.items() if status == RightStatus.HAS))

    return read


FIELDS: Sequence[Field] = (
    Field("identifiant", "identifiant de la personne, propre à l’export", _identifier),
    Field("orientation", "numéro de l’orientation", lambda line: f"O-{line.row.number:05d}"),
    Field("date_orientation", "jour de l’orientation", _day("made_at")),
    _plain("lot", "lot de l’appel à projets", "lot"),
    Field("lieu", "commune, ou « secteur rural / urbain » sous 2 000 habitants", _place),
    Field("quartier_prioritaire", "nom du quartier prioritaire", _neighbourhood),
    Field("classe_barometre", "classe du baromètre, de 1 à 5", _class),
    _listed("tranche_age", "tranche d’âge", AgeBand, "age_band"),
    _listed("public", "public cible", TargetGroup, "target_group"),
    _listed("origine", "d’où vient l’orientation", ReferralOrigin, "origin"),
    _listed("cause", "cause de non-recours", NonTakeUpCause, "cause"),
    _listed("urgence", "urgence", Urgency, "urgency"),
    _plain("qui_oriente", "organisme qui oriente", "sender"),
    _listed("type_qui_oriente", "type d’organisme qui oriente", OrganisationKind, "sender_kind"),
    _plain("destinataire", "organisme destinataire", "receiver"),
    _listed(
        "type_destinataire", "type d’organisme destinataire", OrganisationKind, "receiver_kind"
    ),
    _listed("etat", "réponse de l’organisme", ReferralState, "state"),
    _listed("etape", "étape atteinte", Step, "step"),
    _listed("motif_refus", "motif de refus de l’organisme", RefusalReason, "refusal"),
    Field("date_decision", "jour de la réponse de l’organisme", _day("decided_at")),
    _plain("code_droit", "code du droit", "right_code"),
    _plain("droit", "nom du droit", "right_label"),
    _listed("nature_droit", "légale ou extra-légale", RightKind, "right_kind"),
    _listed("resultat", "résultat pour ce droit", OutcomeResult, "result"),
    Field("montant_mensuel", "euros par mois", _amount(Period.MONTHLY)),
    Field("montant_unique", "euros versés en une fois", _amount(Period.ONE_OFF)),
    Field("montant_annualise", "euros sur un an", _amount(*Period, yearly=True)),
    Field("date_effet", "jour d’effet du droit", _day("effective_on")),
    Field("delai_jours", "jours de l’orientation à l’ouverture", _delay),
    _listed("preuve", "d’où l’on tient le résultat", Evidence, "evidence"),
    Field("droits_avant", "codes des droits que la personne avait avant", _held("before")),
    Field("droits_apres", "codes des droits qu’elle a ensuite", _held("after")),
    Field("date_consentement", "jour du consentement", _day("answered_at")),
    _plain("version_notice", "version de la notice lue", "notice_version"),
)
BY_KEY = {field.key: field for field in FIELDS}
