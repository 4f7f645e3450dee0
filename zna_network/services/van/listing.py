"""The bookings as a list and as a file: the calendar's equivalent, whole. The file says of a trip
what its reader may know of it: purpose, publics and figures are the borrower's and the CUA's."""

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from zna_network.models.booking import BookingState
from zna_network.models.territory import TargetGroup
from zna_network.ports.spreadsheets import XLSX_MEDIA_TYPE, SheetColumn
from zna_network.queries import van_calendar as queries
from zna_network.queries.listing import Page, PageRequest, paginate
from zna_network.queries.van_calendar import BOOKING_SORTS, BookingFilter
from zna_network.services.context import Context
from zna_network.services.directory_import.neutral import neutralised
from zna_network.services.french_time import local_date, to_local
from zna_network.services.permissions import Permission
from zna_network.services.search_words import search_words
from zna_network.services.van.calendar_values import hour_words, short_day, short_weekday

_NUMBER = re.compile(r"(?:CM\s*-?\s*|n\s?°\s?|#)?0*(\d{1,8})", re.IGNORECASE)
NOTHING = -1

_COLUMNS = (
    SheetColumn("Référence", 12),
    SheetColumn("Véhicule", 20),
    SheetColumn("Organisme", 34),
    SheetColumn("État", 18),
    SheetColumn("Jour de départ", 14),
    SheetColumn("Heure de départ", 14),
    SheetColumn("Jour de retour", 14),
    SheetColumn("Heure de retour", 14),
    SheetColumn("Durée (heures)", 14),
    SheetColumn("Communes et quartiers", 40, wraps=True),
    SheetColumn("Demandée le", 12),
    SheetColumn("Décidée le", 12),
    SheetColumn("Objet", 50, wraps=True),
    SheetColumn("Lieux", 50, wraps=True),
    SheetColumn("Publics", 40, wraps=True),
    SheetColumn("Personnes attendues", 18),
    SheetColumn("Étapes faites", 14),
    SheetColumn("Personnes rencontrées", 20),
    SheetColumn("Orientations faites", 18),
)
DETAILS = 7  # the last columns, left blank for who may not know
Cell = str | int


class Span(StrEnum):
    """The stretches of time that the list is cut into; what is under way is still to come."""

    COMING = "a-venir"
    PAST = "passees"
    ALL = "toutes"

    @property
    def label(self) -> str:
        return {Span.COMING: "À venir", Span.PAST: "Passées", Span.ALL: "Toutes"}[self]


class ListFormat(StrEnum):
    XLSX = "xlsx"
    CSV = "csv"


@dataclass(frozen=True)
class ListFile:
    filename: str
    media_type: str
    content: bytes


@dataclass(frozen=True)
class BookingRow:
    """One line, in plain values: « mer. 25 nov. 2026 », « 8 h–11 h »."""

    id: int
    reference: str
    state: BookingState
    vehicle: str
    who: str
    is_own: bool
    day: str
    hours: str
    places: tuple[str, ...]


def read_list(
    ctx: Context, wanted: BookingFilter, request: PageRequest, words: str = ""
) -> Page[BookingRow]:
    """``words``: a number, or part of an organisation's name. Raises ForbiddenError."""
    ctx.require(Permission.VAN_READ)
    sort = request.sort if request.sort in BOOKING_SORTS else next(iter(BOOKING_SORTS))
    statement = queries.listed(narrowed(wanted, words), sort)
    page = paginate(ctx.session, statement, replace(request, sort=sort), BOOKING_SORTS)
    found = {row.id: row for row in ctx.session.execute(queries.rows_of(page.items))}
    places = _places(ctx, page.items)
    own = ctx.actor.organisation_id if ctx.actor else None
    rows = [_row(found[one], own, tuple(places.get(one, ()))) for one in page.items]
    return Page(rows, page.total, page.number, page.per_page, page.sort, page.descending)


def export_list(ctx: Context, wanted: BookingFilter, words: str, kind: ListFormat) -> ListFile:
    """What the list shows, whole and by date. Raises ForbiddenError."""
    ctx.require(Permission.VAN_READ)
    wanted = narrowed(wanted, words)
    with ctx.unit_of_work():
        stops: dict[int, list[Any]] = {}
        for stop in ctx.session.execute(queries.exported_stops(wanted)):
            stops.setdefault(stop[0], []).append(stop)
        found = ctx.session.execute(queries.exported(wanted))
        rows = [_line(ctx, row, stops.get(row.id, [])) for row in found]
        ctx.record("booking.exported", bookings=len(rows), format=kind.value)
    name = f"reservations-{local_date(ctx.now)}.{kind.value}"
    if kind is ListFormat.XLSX:
        content = ctx.ports.sheet_writer.write("Réservations", _COLUMNS, rows)
        return ListFile(name, XLSX_MEDIA_TYPE, content)
    return ListFile(name, "text/csv", _csv(rows))


def span_of(span: Span, now: datetime) -> tuple[datetime | None, datetime | None]:
    """From when, and until when."""
    return (now if span is Span.COMING else None), (now if span is Span.PAST else None)


def narrowed(wanted: BookingFilter, words: str) -> BookingFilter:
    """What the words mean; those that mean nothing find nothing."""
    typed = " ".join(words.split())
    if not typed:
        return wanted
    if number := _NUMBER.fullmatch(typed):
        return replace(wanted, number=int(number[1]))
    named = tuple(search_words(typed))
    return replace(wanted, words=named) if named else replace(wanted, number=NOTHING)


def _places(ctx: Context, booking_ids: list[int]) -> dict[int, dict[str, None]]:
    places: dict[int, dict[str, None]] = {}
    for booking_id, commune, qpv in ctx.session.execute(queries.places_of(booking_ids)):
        places.setdefault(booking_id, {})[qpv or commune] = None
    return places


def _row(row: Any, own: int | None, places: tuple[str, ...]) -> BookingRow:
    starts, ends = to_local(row.starts_at), to_local(row.ends_at)
    until = "" if starts.date() == ends.date() else f"{_day_words(ends)}, "
    return BookingRow(
        id=row.id,
        reference=f"CM-{row.number:04d}",
        state=row.state,
        vehicle=row.vehicle,
        who=row.organisation or "",
        is_own=own is not None and row.organisation_id == own,
        day=_day_words(starts),
        hours=f"{hour_words(starts.time())}–{until}{hour_words(ends.time())}",
        places=places,
    )


def _day_words(at: datetime) -> str:
    return f"{short_weekday(at)} {short_day(at)} {at.year}"


def _line(ctx: Context, row: Any, stops: list[Any]) -> list[Cell]:
    starts, ends = to_local(row.starts_at), to_local(row.ends_at)
    areas = dict.fromkeys(qpv or commune for _, commune, qpv, *_ in stops)
    # Instants: the night when the clocks change, a trip lasts what it lasts.
    hours = (row.ends_at - row.starts_at).total_seconds() / 3600
    cells: list[Cell] = [
        f"CM-{row.number:04d}",
        row.vehicle,
        row.organisation or "",
        row.state.label,
        starts.date().isoformat(),
        f"{starts:%H:%M}",
        ends.date().isoformat(),
        f"{ends:%H:%M}",
        f"{hours:.2f}".rstrip("0").rstrip(".").replace(".", ","),
        " ; ".join(areas),
        local_date(row.requested_at).isoformat(),
        local_date(row.decided_at).isoformat() if row.decided_at else "",
    ]
    knows = ctx.may(Permission.VAN_REQUEST, row.organisation_id)
    cells += _details(row, stops) if knows else [""] * DETAILS
    return [neutralised(cell) if isinstance(cell, str) else cell for cell in cells]


def _details(row: Any, stops: list[Any]) -> Iterable[Cell]:
    was_told = any(done is not None for *_, done, _met in stops)
    return (
        row.purpose,
        " ; ".join(place for _, _, _, place, _, _ in stops if place),
        " ; ".join(TargetGroup(value).label for value in row.target_groups),
        "" if row.expected_people is None else row.expected_people,
        sum(bool(done) for *_, done, _met in stops) if was_told else "",
        sum(int(met or 0) for *_, met in stops) if was_told else "",
        "" if row.referrals_made is None else row.referrals_made,
    )


def _csv(rows: list[list[Cell]]) -> bytes:
    """What French Excel opens with a double click: UTF-8 with its mark, semicolons, CRLF."""
    output = io.StringIO(newline="")
    writer = csv.writer(output, delimiter=";", lineterminator="\r\n")
    writer.writerow([column.heading for column in _COLUMNS])
    writer.writerows(rows)
    return output.getvalue().encode("utf-8-sig")
