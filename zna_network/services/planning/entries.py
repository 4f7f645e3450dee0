"""The dates that the CUA keeps in the calendar, beside what the rest of the site dates by itself.

Those of the call for projects may be corrected, since a call is amended; they are not removed."""

from dataclasses import dataclass
from datetime import date

from zna_network.models.planning import CalendarEntry, Precision
from zna_network.queries import planning as queries
from zna_network.services.clean_values import clean_line, clean_text
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, InvalidError, NotFoundError
from zna_network.services.french_time import FAR_AWAY, FIRST_YEAR, LAST_YEAR
from zna_network.services.organisation_values import Checks
from zna_network.services.permissions import Permission
from zna_network.services.sensitive_text import refuse_sensitive
from zna_network.services.unit_of_work import CHANGED_MEANWHILE

UNKNOWN = "Cette date n’est plus dans le calendrier."
OF_THE_CALL = "Cette date vient de l’appel à projets\u00a0: elle se corrige, elle ne se retire pas."
END_FIRST = "La fin ne peut pas venir avant le début."


@dataclass(frozen=True)
class EntryData:
    """``ends_on`` included, none for a single day. ``month_only``: the day is not known, the month
    of ``starts_on`` is; there is then no end."""

    label: str
    starts_on: date
    ends_on: date | None = None
    month_only: bool = False
    section: str = ""
    note: str = ""


def entry_to_edit(ctx: Context, entry_id: int) -> CalendarEntry:
    """Raises ForbiddenError, NotFoundError."""
    ctx.require(Permission.CALENDAR_EDIT)
    entry = ctx.session.scalar(queries.entry(entry_id))
    if entry is None:
        raise NotFoundError(UNKNOWN)
    return entry


def create(ctx: Context, data: EntryData) -> CalendarEntry:
    """Raises ForbiddenError, InvalidValuesError."""
    ctx.require(Permission.CALENDAR_EDIT)
    with ctx.unit_of_work():
        entry = CalendarEntry(created_at=ctx.now)
        _describe(ctx, entry, data)
        ctx.session.add(entry)
        ctx.session.flush()
        ctx.record("calendar.added", entry, label=entry.label)
    return entry


def update(ctx: Context, entry_id: int, data: EntryData, revision: int) -> CalendarEntry:
    """Raises ConflictError when somebody else has changed it, and as ``create`` does."""
    ctx.require(Permission.CALENDAR_EDIT)
    with ctx.unit_of_work():
        entry = _held(ctx, entry_id)
        if entry.revision != revision:
            raise ConflictError(CHANGED_MEANWHILE)
        _describe(ctx, entry, data)
        ctx.record("calendar.updated", entry, label=entry.label)
    return entry


def remove(ctx: Context, entry_id: int) -> None:
    """Raises NotFoundError, or ConflictError for a date of the call. The steps that prepared it
    stay."""
    ctx.require(Permission.CALENDAR_EDIT)
    with ctx.unit_of_work():
        entry = _held(ctx, entry_id)
        if entry.is_of_the_call:
            raise ConflictError(OF_THE_CALL)
        ctx.record("calendar.removed", entry, label=entry.label)
        ctx.session.delete(entry)


def _held(ctx: Context, entry_id: int) -> CalendarEntry:
    entry = ctx.session.scalar(queries.entry(entry_id, lock=True))
    if entry is None:
        raise NotFoundError(UNKNOWN)
    return entry


def _describe(ctx: Context, entry: CalendarEntry, data: EntryData) -> None:
    checks = Checks()
    label = checks.take(
        lambda: clean_line(
            data.label, field="label", limit=200, required="Dites ce qui a lieu ce jour-là."
        ),
        "",
    )
    checks.take(lambda: _check_days(data), None)
    section = checks.take(lambda: clean_line(data.section, field="section", limit=120), "")
    note = checks.take(lambda: clean_text(data.note, field="note", limit=2000), "")
    checks.take(lambda: refuse_sensitive(note, field="note"), "")
    checks.finish()
    entry.label, entry.section, entry.note = label, section, note
    entry.precision = Precision.MONTH if data.month_only else Precision.DAY
    entry.starts_on = data.starts_on.replace(day=1) if data.month_only else data.starts_on
    entry.ends_on = None if data.month_only or data.ends_on == data.starts_on else data.ends_on
    entry.updated_at = ctx.now


def _check_days(data: EntryData) -> None:
    for field, day in (("starts_on", data.starts_on), ("ends_on", data.ends_on)):
        if day is not None and not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise InvalidError(FAR_AWAY, field=field)
    if data.ends_on is not None and not data.month_only and data.ends_on < data.starts_on:
        raise InvalidError(END_FIRST, field="ends_on")
