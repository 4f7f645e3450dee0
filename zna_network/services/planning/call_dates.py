"""The dates of the call for projects, put once in the calendar; staff may then correct them."""

from collections.abc import Iterable, Mapping
from datetime import date

from zna_network.models.planning import CalendarEntry, Precision
from zna_network.queries import planning as queries
from zna_network.services.context import Context
from zna_network.services.unit_of_work import take_turns


def load(ctx: Context, rows: Iterable[Mapping[str, str]]) -> int:
    """Add the dates that are missing: a date of the call is known by its day and its label. A row:
    ``date`` (« 2027-06-30 », or « 2027-06 » when only the month is known), ``date_end``, ``label``,
    ``section``, ``note``. Returns how many the call has."""
    number = 0
    with ctx.unit_of_work():
        take_turns(ctx.session, "calendar_entries")
        known = set(ctx.session.scalars(queries.entry_references()))
        for row in rows:
            number += 1
            reference = f"{row['date']} {row['label']}"[:160]
            if reference not in known:
                known.add(reference)
                ctx.session.add(_entry(ctx, reference, row))
    return number


def _entry(ctx: Context, reference: str, row: Mapping[str, str]) -> CalendarEntry:
    is_month = len(row["date"]) == len("2027-06")
    return CalendarEntry(
        reference=reference,
        label=row["label"].replace("'", "’"),
        starts_on=date.fromisoformat(f"{row['date']}-01" if is_month else row["date"]),
        ends_on=date.fromisoformat(row["date_end"]) if row["date_end"] else None,
        precision=Precision.MONTH if is_month else Precision.DAY,
        section=row["section"],
        note=row["note"],
        created_at=ctx.now,
        updated_at=ctx.now,
    )
