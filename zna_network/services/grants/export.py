"""The grants of a season as a workbook: the sums can be added up, the rules are told in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from zna_network.ports.spreadsheets import XLSX_MEDIA_TYPE, SheetColumn
from zna_network.services.context import Context
from zna_network.services.french_time import local_date
from zna_network.services.grants.overview import GrantLine, read_season
from zna_network.services.grants.verdicts import Check

_COLUMNS = (
    SheetColumn("Lauréat", 34),
    SheetColumn("Période", 12),
    SheetColumn("Lots", 8),
    SheetColumn("Signée le", 12),
    SheetColumn("Subvention (€)", 16),
    SheetColumn("Coût total (€)", 16),
    SheetColumn("Frais annexes (€)", 16),
    SheetColumn("Cofinancements (€)", 18),
    SheetColumn("dont obtenus (€)", 16),
    SheetColumn("Cofinanceurs", 40, wraps=True),
    SheetColumn("Versé (€)", 14),
    SheetColumn("Reste à verser (€)", 18),
    SheetColumn("Versements", 44, wraps=True),
    SheetColumn("Pièces reçues", 14),
    SheetColumn("Pièces attendues", 50, wraps=True),
    SheetColumn("Règles de l’appel à projets", 80, wraps=True),
)
Cell = str | int | Decimal


@dataclass(frozen=True)
class GrantsFile:
    filename: str
    content: bytes
    media_type: str = XLSX_MEDIA_TYPE


def export_season(ctx: Context, wanted: str) -> GrantsFile:
    """What the list shows. Raises ForbiddenError."""
    with ctx.unit_of_work():
        page = read_season(ctx, wanted)
        rows = [_row(line) for line in page.lines]
        content = ctx.ports.sheet_writer.write("Conventions", _COLUMNS, rows)
        ctx.record("grant.exported", season=page.season, grants=len(rows))
    return GrantsFile(f"conventions-{page.season}-{local_date(ctx.now)}.xlsx", content)


def _row(line: GrantLine) -> Sequence[Cell]:
    grant = line.grant
    obtained = sum(one.amount_cents for one in grant.fundings if one.is_obtained)
    return (
        grant.organisation.name,
        grant.season,
        ", ".join(str(lot) for lot in grant.lots),
        _day(grant.signed_on),
        _sum(grant.subsidy_cents),
        _sum(grant.total_cost_cents),
        _sum(grant.ancillary_cents),
        _sum(line.cofinancing_cents),
        _sum(obtained),
        " ; ".join(
            f"{one.funder}\u00a0: {_words(one.amount_cents)}"
            f" ({'obtenu' if one.is_obtained else 'demandé'})"
            for one in grant.fundings
        ),
        _sum(line.paid_cents),
        _sum(grant.subsidy_cents - line.paid_cents),
        " ; ".join(
            f"{one.label}\u00a0: {_words(one.amount_cents)}, "
            f"{'versé le ' + _day(one.paid_on) if one.paid_on else 'à verser'}"
            for one in grant.payments
        ),
        len(grant.documents) - len(line.missing_papers),
        " ; ".join(f"{one.label} ({_day(one.due_on)})" for one in line.missing_papers),
        "\n".join(_told(check) for check in line.checks),
    )


def _told(check: Check) -> str:
    words = f" {check.words}" if check.words else ""
    return (
        f"{check.verdict.label}\u00a0: {check.rule} ({check.source}). {check.figure}, "
        f"{check.limit}.{words}"
    )


def _sum(cents: int) -> Decimal:
    return Decimal(cents) / 100


def _words(cents: int) -> str:
    return f"{cents // 100},{cents % 100:02d}\u00a0€"


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
