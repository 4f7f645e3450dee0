"""Adding the bilan up: by any key, how many people came how far, and what was opened for them.

Fifty thousand referrals are read at once, so whole columns go through the sums at a time: nothing
here is done row by row that the standard library does by column. Keys are ranks (bilan_columns),
and a list of tallies has one a rank."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import compress, repeat
from operator import is_not
from statistics import median

from zna_network.services.referrals.bilan_columns import Column
from zna_network.services.referrals.bilan_values import Level, Measure


@dataclass
class Tally:
    """``delays`` are days from the referral to the opening; amounts are cents."""

    people: Counter[Level] = field(default_factory=Counter)
    referrals: int = 0
    accepted: int = 0
    opened: int = 0
    monthly: int = 0
    one_off: int = 0
    delays: list[int] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        """That of other people: nobody may be in both."""
        self.people.update(other.people)
        self.referrals += other.referrals
        self.accepted += other.accepted
        self.opened += other.opened
        self.monthly += other.monthly
        self.one_off += other.one_off
        self.delays += other.delays

    def values(self) -> dict[Measure, int]:
        found = {
            Measure.MET: self.people[Level.MET],
            Measure.REFERRED: self.people[Level.REFERRED],
            Measure.REFERRALS: self.referrals,
            Measure.ACCEPTED: self.accepted,
            Measure.OPENED: self.opened,
            Measure.MONTHLY: _euros(self.monthly),
            Measure.YEARLY: _euros(12 * self.monthly + self.one_off),
        }
        if self.delays:
            delays = sorted(self.delays)
            found[Measure.MEDIAN] = int(median(delays) + 0.5)
            found[Measure.P90] = delays[-(-9 * len(delays) // 10) - 1]
        return found


@dataclass(frozen=True)
class Referrals:
    """Columns: whose each is, 1 when accepted."""

    people: Sequence[int]
    accepted: Sequence[int]

    @cached_property
    def people_accepted(self) -> list[int]:
        return list(compress(self.people, self.accepted))


@dataclass(frozen=True)
class Openings:
    """Columns of the rights opened or renewed, in force: the place of the referral in its columns,
    whose, which right, what they bring in cents (none: not known, or of the other kind), days since
    the referral, the rank of the month, 1 if renewed."""

    places: Sequence[int]
    people: Sequence[int]
    rights: Column
    monthly: Sequence[int | None]
    one_off: Sequence[int | None]
    delays: Sequence[int]
    ranks: Sequence[int]
    renewed: Sequence[int]

    @cached_property
    def masks(self) -> dict[Level, list[bool]]:
        """Which of them count at the levels where an amount is known."""
        columns = {Level.MONTHLY: self.monthly, Level.ONE_OFF: self.one_off}
        return {n: list(map(is_not, column, repeat(None))) for n, column in columns.items()}

    @cached_property
    def people_at(self) -> dict[Level, Sequence[int]]:
        return {
            Level.OPENED: self.people,
            **{level: list(compress(self.people, mask)) for level, mask in self.masks.items()},
        }


def by_person(
    size: int, rank_of: Mapping[int, int], referrals: Referrals, openings: Openings
) -> list[Tally]:
    """By something that each person has one of."""
    rank = rank_of.__getitem__
    taken = referrals.people_accepted
    tallies = _tallies(size, map(rank, referrals.people), map(rank, taken))
    _set_people(tallies, Level.MET, Counter(rank_of.values()))
    _set_people(tallies, Level.REFERRED, Counter(rank_of.values()))
    _set_people(tallies, Level.ACCEPTED, Counter(map(rank, set(taken))))
    _add_amounts(tallies, list(map(rank, openings.people)), openings)
    for level, people in openings.people_at.items():
        _set_people(tallies, level, Counter(map(rank, set(people))))
    return tallies


def by_referral(size: int, ranks: Sequence[int], referrals: Referrals) -> list[Tally]:
    """By something that each referral has; a person may then be at several keys."""
    taken = list(compress(ranks, referrals.accepted))
    tallies = _tallies(size, ranks, taken)
    _set_people(tallies, Level.REFERRED, people_by(size, ranks, referrals.people))
    _set_people(tallies, Level.ACCEPTED, people_by(size, taken, referrals.people_accepted))
    return tallies


def add_openings(tallies: Sequence[Tally], ranks: Sequence[int], openings: Openings) -> None:
    """``ranks`` are those of the openings, in their order; a person may be at several."""
    _add_amounts(tallies, ranks, openings)
    for level, people in openings.people_at.items():
        mask = openings.masks.get(level)
        kept = list(compress(ranks, mask)) if mask else ranks
        _set_people(tallies, level, people_by(len(tallies), kept, people))


def people_by(size: int, ranks: Iterable[int], people: Iterable[int]) -> dict[int, int]:
    """How many different people each rank below ``size`` has."""
    found: list[set[int]] = [set() for _ in range(size)]
    note = [people_there.add for people_there in found]
    for rank, person in zip(ranks, people, strict=True):
        note[rank](person)
    return {rank: len(people_there) for rank, people_there in enumerate(found) if people_there}


def _tallies(size: int, made: Iterable[int], taken: Iterable[int]) -> list[Tally]:
    tallies = [Tally() for _ in range(size)]
    for rank, number in Counter(made).items():
        tallies[rank].referrals = number
    for rank, number in Counter(taken).items():
        tallies[rank].accepted = number
    return tallies


def _add_amounts(tallies: Sequence[Tally], ranks: Sequence[int], openings: Openings) -> None:
    delays = [tally.delays.append for tally in tallies]
    monthly, one_off = [0] * len(tallies), [0] * len(tallies)
    for rank, days, by_month, once in zip(
        ranks, openings.delays, openings.monthly, openings.one_off, strict=True
    ):
        delays[rank](days)
        if by_month:
            monthly[rank] += by_month
        elif once:
            one_off[rank] += once
    for tally, by_month, once in zip(tallies, monthly, one_off, strict=True):
        tally.monthly, tally.one_off = by_month, once
        tally.opened = len(tally.delays)


def _set_people(tallies: Sequence[Tally], level: Level, counts: Mapping[int, int]) -> None:
    for rank, number in counts.items():
        tallies[rank].people[level] = number


def _euros(cents: int) -> int:
    return (cents + 50) // 100
