"""The report of a forum: what it needs to know, and the values of its template.

Only what may leave the team comes here: see services/disclosure.py."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from zna_network.ports.documents import Picture
from zna_network.services.documents.common import Values, document_values, issuer_values
from zna_network.services.documents.values import Issuer

NOT_TOLD = "n.c."
NOTICE = (
    "n.c. : non communiqué. Les effectifs de 1 à 4 ne sont pas diffusés, ni ceux qui "
    "permettraient de les retrouver. La courbe des présents est arrondie à cinq personnes près."
)
LONGEST_BAR_MM = 74.0
BAR_HEIGHT_MM = 3.2


@dataclass(frozen=True)
class ForumFacts:
    """``held_on`` and ``hours`` in words, empty while they are not known."""

    title: str
    held_on: str
    hours: str
    place: str
    gauge: int


@dataclass(frozen=True)
class Count:
    """``count`` none: it is not told."""

    label: str
    count: int | None


@dataclass(frozen=True)
class CountTable:
    title: str
    unit: str
    rows: Sequence[Count]
    total: int | None = None
    note: str = ""


@dataclass(frozen=True)
class ReportHeadline:
    people: int | None
    badges: int | None
    companions: int | None
    by_hand: int | None
    registered: int | None
    registered_came: int | None
    peak: int | None
    peak_at: str = ""


@dataclass(frozen=True)
class ForumReportDocument:
    """``bar`` is an image of one petrol pixel: each bar is the same, stretched."""

    issuer: Issuer
    forum: ForumFacts
    produced_at: datetime
    headline: ReportHeadline
    tables: Sequence[CountTable]
    bar: bytes
    arrivals: Picture | None = None
    presence: Picture | None = None
    answers: int | None = 0
    average: float | None = None
    survey: Sequence[CountTable] = ()


def forum_report_values(report: ForumReportDocument) -> Values:
    forum, head = report.forum, report.headline
    title = f"Bilan du forum – {forum.title}"
    return {
        "document": document_values(title, report.issuer, report.produced_at),
        "organisateur": issuer_values(report.issuer),
        "forum": {
            "titre": forum.title,
            "date": forum.held_on,
            "horaires": forum.hours,
            "lieu": forum.place,
            "jauge": forum.gauge,
        },
        "chiffres": {
            "personnes": told(head.people),
            "badges": told(head.badges),
            "accompagnants": told(head.companions),
            "a_la_main": told(head.by_hand),
            "inscrits": told(head.registered),
            "inscrits_venus": told(head.registered_came),
            "presents_max": told(head.peak),
            "heure_max": head.peak_at,
        },
        "graphiques": {"arrivees": report.arrivals or "", "presents": report.presence or ""},
        "tableaux": [_table(table, report.bar) for table in report.tables],
        "questionnaire": {
            "reponses": told(report.answers) if report.answers != 0 else "",
            "moyenne": "" if report.average is None else f"{report.average}".replace(".", ","),
            "tableaux": [_table(table, report.bar) for table in report.survey],
        },
        "secret": NOTICE,
    }


def told(count: int | None) -> str:
    return NOT_TOLD if count is None else f"{count:,}".replace(",", "\u202f")


def _table(table: CountTable, bar: bytes) -> Values:
    longest = max((row.count or 0 for row in table.rows), default=0)
    return {
        "titre": table.title,
        "unite": table.unit,
        "note": table.note,
        "total": "" if table.total is None else told(table.total),
        "lignes": [
            {
                "nom": row.label,
                "nombre": told(row.count),
                "barre": _bar(row.count or 0, longest, bar),
            }
            for row in table.rows
        ],
    }


def _bar(count: int, longest: int, bar: bytes) -> Picture | str:
    if not count:
        return ""
    width = max(0.5, LONGEST_BAR_MM * count / longest)
    return Picture(f"barre de {count}", bar, round(width, 2), BAR_HEIGHT_MM)
