"""Reading what the bilan adds up: a constant number of statements, whatever the period."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import compress
from operator import not_
from typing import Any

from zna_network.queries import bilan as queries
from zna_network.queries.bilan import Window
from zna_network.services import territory
from zna_network.services.context import Context
from zna_network.services.french_time import from_local, local_date
from zna_network.services.place_tables import Origin
from zna_network.services.referrals.bilan_columns import Column, columns_of, ranked
from zna_network.services.referrals.bilan_tallies import Openings, Referrals
from zna_network.services.territory import Territory

# Where somebody comes from, and their target group.
Home = tuple[Origin, str | None]


@dataclass(frozen=True)
class Facts:
    """``causes``, ``senders``, ``receivers`` and ``made_in`` (the rank of their month in
    ``months``) are columns of the referrals, in their order.

    ``home_of``: by person referred, the place in ``homes`` of that of their last referral: one
    person, one place. ``asked``: by right, the places of the referrals about it. ``others``: homes
    and number of the people met who were not referred."""

    territory: Territory
    organisations: dict[int, str]
    months: Sequence[date]
    referrals: Referrals
    causes: Column
    senders: Column
    receivers: Column
    made_in: Sequence[int]
    homes: Sequence[Home]
    home_of: Mapping[int, int]
    asked: dict[str, list[int]]
    openings: Openings
    others: Sequence[tuple[Home, int]]


def read_facts(ctx: Context, window: Window) -> Facts:
    read = ctx.session.connection().execute
    months = _months(ctx.session.scalar(queries.first_referral(window)), window.cut)
    bounds = [from_local(month, time(0)) for month in months[1:]]
    ids, people, communes, qpvs, groups, causes, senders, receivers, accepted, made_in = columns_of(
        read(queries.referrals(window, bounds))
    )
    place_of = dict(zip(ids, range(len(ids)), strict=True))
    files = columns_of(read(queries.people(window)))
    homes, home_of = _homes(people, ranked(zip(communes, qpvs, groups, strict=True)), files)
    return Facts(
        territory=territory.load(ctx),
        organisations=dict(read(queries.organisations()).all()),
        months=months,
        referrals=Referrals(people, accepted),
        causes=ranked(causes),
        senders=ranked(senders),
        receivers=ranked(receivers),
        made_in=made_in,
        homes=homes,
        home_of=home_of,
        asked={
            right: [place_of[n] for n in map(int, found.split(",")) if n in place_of]
            for right, found in read(queries.rights_asked())
        },
        openings=_openings(columns_of(read(queries.rights_won(window, bounds))), place_of, people),
        others=_others(files, home_of),
    )


def _homes(
    people: Sequence[int], lived: Column, files: Sequence[Sequence[Any]]
) -> tuple[list[Home], dict[int, int]]:
    """``lived``: commune, neighbourhood and group of each referral. Whether somebody whose commune
    is not known comes from elsewhere is in their file."""
    home_of = dict(zip(people, lived.ranks, strict=True))
    homes: list[Home] = [((commune, qpv, False), group) for commune, qpv, group in lived.keys]
    ids, _, _, is_elsewhere, *_ = files
    abroad: dict[Home, int] = {}
    for person in compress(ids, is_elsewhere):
        if person not in home_of:
            continue
        (commune, qpv, _), group = homes[home_of[person]]
        if commune is None:
            home: Home = ((commune, qpv, True), group)
            home_of[person] = abroad.setdefault(home, len(homes) + len(abroad))
    return [*homes, *abroad], home_of


def _others(files: Sequence[Sequence[Any]], home_of: Mapping[int, int]) -> list[tuple[Home, int]]:
    ids, *facts, met = files
    counted = [is_met and person not in home_of for person, is_met in zip(ids, met, strict=True)]
    found = Counter(compress(zip(*facts, strict=True), counted))
    return [
        (((commune, qpv, commune is None and bool(is_elsewhere)), group), number)
        for (commune, qpv, is_elsewhere, group), number in found.items()
    ]


def _openings(
    columns: Sequence[Sequence[Any]], place_of: Mapping[int, int], people: Sequence[int]
) -> Openings:
    """Those in force of the referrals that count. One that corrects another counts from the first
    time."""
    first = _first_times(columns)
    *_, in_force = columns
    kept = [now and n in place_of for n, now in zip(columns[0], in_force, strict=True)]
    referrals, rights, monthly, one_off, days, ranks, renewed, _ = (
        list(compress(column, kept)) for column in columns
    )
    if first:
        for place, right in enumerate(zip(referrals, rights, strict=True)):
            if right in first:
                days[place], ranks[place] = min((days[place], ranks[place]), first[right])
    places = list(map(place_of.__getitem__, referrals))
    return Openings(
        places=places,
        people=list(map(people.__getitem__, places)),
        rights=ranked(rights),
        monthly=monthly,
        one_off=one_off,
        delays=[max(0, number) for number in days],
        ranks=ranks,
        renewed=renewed,
    )


def _first_times(columns: Sequence[Sequence[Any]]) -> dict[tuple[int, str], tuple[int, int]]:
    """Of the rights of referrals that have been corrected since: days and rank of the month."""
    referrals, rights, _, _, days, ranks, _, in_force = columns
    first: dict[tuple[int, str], tuple[int, int]] = {}
    times = zip(referrals, rights, days, ranks, strict=True)
    for referral, right, day, rank in compress(times, map(not_, in_force)):
        first[referral, right] = min((day, rank), first.get((referral, right), (day, rank)))
    return first


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
