"""The report of the referrals: what it needs to know, and the values of its template. Figures come
in words, and only those that may leave the team."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from zna_network.ports.documents import Picture
from zna_network.services.documents.common import Values, document_values, issuer_values
from zna_network.services.documents.values import Issuer


@dataclass(frozen=True)
class BilanLine:
    """The figures of a line, in words."""

    label: str
    met: str
    referred: str
    referrals: str
    accepted: str
    opened: str
    monthly: str
    yearly: str
    median: str
    p90: str


@dataclass(frozen=True)
class BilanTableFacts:
    """``has_met``: whether the people met are told by this table."""

    title: str
    lines: Sequence[BilanLine]
    note: str = ""
    has_met: bool = True


@dataclass(frozen=True)
class BilanDocument:
    """``period`` and ``state`` in words; ``renewed`` of the rights opened were renewed."""

    issuer: Issuer
    produced_at: datetime
    state: str
    total: BilanLine
    renewed: str
    tables: Sequence[BilanTableFacts]
    legend: str
    how: str
    made: Picture | None = None
    opened: Picture | None = None


def bilan_values(bilan: BilanDocument) -> Values:
    return {
        "document": document_values("Bilan des orientations", bilan.issuer, bilan.produced_at),
        "organisateur": issuer_values(bilan.issuer),
        "etat": bilan.state,
        "ensemble": {**_figures(bilan.total), "maintenus": bilan.renewed},
        "graphiques": {"orientations": bilan.made or "", "ouvertures": bilan.opened or ""},
        "tableaux": [
            {
                "titre": table.title,
                "note": table.note,
                "avec_rencontrees": table.has_met,
                "lignes": [_line(line) for line in table.lines],
            }
            for table in bilan.tables
        ],
        "secret": bilan.legend,
        "lecture": bilan.how,
    }


def _line(line: BilanLine) -> Values:
    return {"nom": line.label, **_figures(line)}


def _figures(line: BilanLine) -> Values:
    return {
        "rencontrees": line.met,
        "orientees": line.referred,
        "orientations": line.referrals,
        "acceptees": line.accepted,
        "ouverts": line.opened,
        "par_mois": line.monthly,
        "par_an": line.yearly,
        "delai_median": line.median,
        "delai_long": line.p90,
    }
