"""The list of referrals as a file, one a line. Names only for those who may read them; the journal
says who took it and whose names it held."""

import csv
import io
from dataclasses import dataclass
from enum import StrEnum

from zna_network.models.person import Person
from zna_network.models.referral import Referral
from zna_network.ports.spreadsheets import XLSX_MEDIA_TYPE, SheetColumn
from zna_network.queries import referral_lists as queries
from zna_network.queries.referral_lists import ReferralFilter
from zna_network.services.context import Context
from zna_network.services.directory_import.neutral import neutralised
from zna_network.services.french_time import local_date
from zna_network.services.referrals.access import identity_of, may_see_situation
from zna_network.services.referrals.listing import mine, narrowed

_COLUMNS = (
    SheetColumn("Numéro", 10),
    SheetColumn("Dossier", 12),
    SheetColumn("Faite le", 12),
    SheetColumn("Qui oriente", 34),
    SheetColumn("Organisme destinataire", 34),
    SheetColumn("Droits", 30, wraps=True),
    SheetColumn("Cause de non-recours", 22),
    SheetColumn("Urgence", 14),
    SheetColumn("Origine", 16),
    SheetColumn("Commune", 24),
    SheetColumn("QPV", 24),
    SheetColumn("Lot", 6),
    SheetColumn("Âge", 18),
    SheetColumn("Public", 30),
    SheetColumn("État", 14),
    SheetColumn("Étape", 22),
    SheetColumn("Envoyée le", 12),
    SheetColumn("Reçue le", 12),
    SheetColumn("Décidée le", 12),
    SheetColumn("Dernier mouvement", 18),
    SheetColumn("Close le", 12),
    SheetColumn("Résultats", 40, wraps=True),
)
_NAMES = (SheetColumn("Nom", 28), SheetColumn("Téléphone", 16), SheetColumn("E-mail", 30))


class ListFormat(StrEnum):
    XLSX = "xlsx"
    CSV = "csv"


@dataclass(frozen=True)
class ListFile:
    filename: str
    media_type: str
    content: bytes


def export_list(ctx: Context, wanted: ReferralFilter, words: str, kind: ListFormat) -> ListFile:
    """What the list shows, whole. The staff's file names nobody."""
    own = mine(ctx)
    wanted = narrowed(ctx, own, wanted, words)
    with ctx.unit_of_work():
        rows, named = [], set()
        for referral in ctx.session.scalars(queries.exported(own, wanted)):
            row = _row(referral, with_situation=may_see_situation(ctx, referral))
            if not own.is_everybody:
                identity = identity_of(ctx, referral.person, referral)
                row += [identity.name, identity.phone, identity.email] if identity else [""] * 3
                named |= {referral.person_id} if identity else set()
            rows.append([neutralised(cell) for cell in row])
        ctx.record("referral.read", what="export", referrals=len(rows), format=kind.value)
        ctx.record_each("person.read", Person, sorted(named), what="export")
    columns = _COLUMNS if own.is_everybody else (*_COLUMNS, *_NAMES)
    name = f"orientations-{local_date(ctx.now)}.{kind.value}"
    if kind is ListFormat.XLSX:
        content = ctx.ports.sheet_writer.write("Orientations", columns, rows)
        return ListFile(name, XLSX_MEDIA_TYPE, content)
    return ListFile(name, "text/csv", _csv(columns, rows))


def _row(referral: Referral, *, with_situation: bool) -> list[str]:
    home = (
        referral.commune.name if referral.commune else "",
        referral.qpv.name if referral.qpv else "",
        str(referral.lot or ""),
    )
    group = referral.target_group.label if referral.target_group else ""
    return [
        referral.shown_number,
        referral.person.case_number,
        _day(referral.made_at),
        referral.sender.name,
        referral.receiver.name,
        " ; ".join(right.right.label for right in referral.rights),
        referral.cause.label if referral.cause else "",
        referral.urgency.label,
        referral.origin.label,
        *(home if with_situation else ("", "", "")),
        referral.age_band.label if referral.age_band else "",
        group if with_situation else "",
        referral.state.label,
        referral.step.label,
        *(
            _day(instant)
            for instant in (
                referral.sent_at,
                referral.seen_at,
                referral.decided_at,
                referral.moved_at,
                referral.closed_at,
            )
        ),
        _outcomes(referral),
    ]


def _outcomes(referral: Referral) -> str:
    """« RSA : Droit ouvert, 635,70 € par mois » for each right that has one in force."""
    told = []
    for outcome in referral.outcomes:
        if outcome.replaced_at is None:
            amount = ""
            if outcome.amount_cents is not None and outcome.period is not None:
                euros = f"{outcome.amount_cents / 100:.2f}".replace(".", ",")
                amount = f", {euros} € {outcome.period.label}"
            told.append(f"{outcome.right.short_label} : {outcome.result.label}{amount}")
    return " ; ".join(told)


def _day(instant: object) -> str:
    """ISO, which sheets sort."""
    return local_date(instant).isoformat() if instant else ""  # type: ignore[arg-type]


def _csv(columns: tuple[SheetColumn, ...], rows: list[list[str]]) -> bytes:
    """What French Excel opens with a double click: UTF-8 with its mark, semicolons, CRLF."""
    output = io.StringIO(newline="")
    writer = csv.writer(output, delimiter=";", lineterminator="\r\n")
    writer.writerow([column.heading for column in columns])
    writer.writerows(rows)
    return output.getvalue().encode("utf-8-sig")
