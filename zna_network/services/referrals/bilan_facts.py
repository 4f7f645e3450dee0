"""Reading what the bilan adds up: a constant number of statements, whatever the period."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import CursorResult

from zna_network.queries import bilan as queries
from zna_network.queries.bilan import Window
from zna_network.services import territory
from zna_network.services.context import Context
from zna_network.services.french_time import from_local, local_date
from zna_network.services.place_tables import Origin
from zna_network.services.referrals.bilan_tallies import Openings
from zna_network.services.territory import Territory


@dataclass(frozen=True)
class Facts:
    """``ids``, ``people``, ``causes``, ``senders``, ``receivers``, ``accepted`` (1 or 0) and
    ``ranks`` (of their month in ``months``) are columns of the referrals, in one order.

    By person, ``origin_of`` and ``group_of`` are those of their last referral: one person, one
    place. ``asked``: by right, the referrals about it. ``others``: origin, group and number of the
    people met who were not referred."""

    territory: Territory
    organisations: dict[int, str]
    months: Sequence[date]
    ids: Sequence[int]
    people: Sequence[int]
    causes: Sequence[str | None]
    senders: Sequence[int]
    receivers: Sequence[int]
    accepted: Sequence[int]
    ranks: Sequence[int]
    origin_of: dict[int, Origin]
    group_of: dict[int, str | None]
    asked: dict[str, list[int]]
    openings: Openings
    others: Sequence[tuple[Origin, str | None, int]]


def read_facts(ctx: Context, window: Window) -> Facts:
    read = ctx.session.connection().execute
    months = _months(ctx.session.scalar(queries.first_referral(window)), window.cut)
    bounds = [from_local(month, time(0)) for month in months[1:]]
    rows = _bare(read(queries.referrals(window, bounds)))
    ids, people, communes, qpvs, groups, *rest = zip(*rows, strict=True) if rows else [()] * 10
    causes, senders, receivers, accepted, ranks = rest
    elsewhere = set(read(queries.people_from_elsewhere()).scalars())
    whose = dict(zip(ids, people, strict=True))
    homes = dict(zip(people, zip(communes, qpvs, strict=True), strict=True))
    return Facts(
        territory=territory.load(ctx),
        organisations=dict(read(queries.organisations()).all()),
        months=months,
        ids=ids,
        people=people,
        causes=causes,
        senders=senders,
        receivers=receivers,
        accepted=accepted,
        ranks=ranks,
        origin_of={
            person: (commune, qpv, commune is None and person in elsewhere)
            for person, (commune, qpv) in homes.items()
        },
        group_of=dict(zip(people, groups, strict=True)),
        asked={
            right: [n for n in map(int, found.split(",")) if n in whose]
            for right, found in read(queries.rights_asked())
        },
        openings=_openings(_bare(read(queries.rights_won(window, bounds))), whose),
        others=[
            ((commune, qpv, commune is None and bool(is_elsewhere)), group, number)
            for commune, qpv, is_elsewhere, group, number in read(queries.others_met(window))
        ],
    )


def _bare(result: CursorResult[Any]) -> list[tuple[Any, ...]]:
    """The rows as the driver gives them: fifty thousand times, wrapping each costs more than
    reading it, and these hold numbers and plain words only."""
    rows = list(result.cursor.fetchall()) if result.cursor else []
    result.close()
    return rows


def _openings(rows: Sequence[Any], whose: dict[int, int]) -> Openings:
    """Those in force. One that corrects another counts from the first time."""
    kept = [row for row in rows if row[-1] and row[0] in whose]
    if len(kept) < len(rows):
        first: dict[tuple[int, str], tuple[int, int]] = {}
        for referral, right, _, _, days, rank, *_ in rows:
            known = first.get((referral, right))
            first[referral, right] = min(known, (days, rank)) if known else (days, rank)
        kept = [(*row[:4], *first[row[0], row[1]], *row[6:]) for row in kept]
    if not kept:
        return Openings(*[()] * 8)
    referrals, rights, monthly, one_off, days, ranks, renewed, _ = zip(*kept, strict=True)
    return Openings(
        referrals=referrals,
        people=list(map(whose.__getitem__, referrals)),
        rights=rights,
        monthly=monthly,
        one_off=one_off,
        delays=[max(0, number) for number in days],
        ranks=ranks,
        renewed=renewed,
    )


def _months(first: datetime | None, end: datetime) -> list[date]:
    """The first day of each month from the first referral to the cut: rights are opened after the
    period too."""
    if first is None:
        return []
    month, months = local_date(first).replace(day=1), []
    while from_local(month, time(0)) < end:
        months.append(month)
        month = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    return months
