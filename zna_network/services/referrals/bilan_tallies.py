"""Adding the bilan up: by any key, how many people came how far, and what was opened for them.

Fifty thousand referrals are read at once, so whole columns go through the sums at a time: nothing
here is done row by row that the standard library does by column."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import compress, repeat
from operator import add, is_not, mul
from statistics import median
from typing import Any

from zna_network.services.referrals.bilan_values import Level, Measure

Key = Hashable


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


# By keys that each caller knows the kind of.
Tallies = dict[Any, Tally]


@dataclass(frozen=True)
class Openings:
    """Columns of the rights opened or renewed, in force: of which referral, whose, which right,
    what they bring in cents (none: not known, or of the other kind), days since the referral, the
    rank of the month, 1 if renewed."""

    referrals: Sequence[int]
    people: Sequence[int]
    rights: Sequence[str]
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


def by_person(key_of: Mapping[int, Key], people: Sequence[int], accepted: Sequence[int]) -> Tallies:
    """Of the referrals' people and acceptances, by something that each person has one of."""
    tallies: Tallies = defaultdict(Tally)
    taken = list(compress(people, accepted))
    _set_referrals(
        tallies, Counter(map(key_of.__getitem__, people)), Counter(map(key_of.__getitem__, taken))
    )
    _set_people(tallies, Level.REFERRED, Counter(key_of.values()))
    _set_people(tallies, Level.MET, Counter(key_of.values()))
    _set_people(tallies, Level.ACCEPTED, Counter(map(key_of.__getitem__, set(taken))))
    return tallies


def by_referral(keys: Sequence[Key], people: Sequence[int], accepted: Sequence[int]) -> Tallies:
    """By something that each referral has; a person may then be at several keys."""
    tallies: Tallies = defaultdict(Tally)
    taken = list(compress(keys, accepted))
    _set_referrals(tallies, Counter(keys), Counter(taken))
    _set_people(tallies, Level.REFERRED, people_by(keys, people))
    _set_people(tallies, Level.ACCEPTED, people_by(taken, list(compress(people, accepted))))
    return tallies


def add_openings_of_people(tallies: Tallies, key_of: Mapping[int, Key], openings: Openings) -> None:
    """By something that each person has one of."""
    _add_amounts(tallies, list(map(key_of.__getitem__, openings.people)), openings)
    for level, people in openings.people_at.items():
        _set_people(tallies, level, Counter(map(key_of.__getitem__, set(people))))


def add_openings(tallies: Tallies, keys: Sequence[Key], openings: Openings) -> None:
    """``keys`` are those of the openings, in their order; a person may be at several."""
    _add_amounts(tallies, keys, openings)
    for level, people in openings.people_at.items():
        mask = openings.masks.get(level)
        _set_people(tallies, level, people_by(list(compress(keys, mask)) if mask else keys, people))


def _add_amounts(tallies: Tallies, keys: Sequence[Key], openings: Openings) -> None:
    cents = {key: [0, 0] for key in dict.fromkeys(keys)}
    delays: dict[Key, list[int]] = {key: [] for key in cents}
    for key, days in zip(keys, openings.delays, strict=True):
        delays[key].append(days)
    for place, column in enumerate((openings.monthly, openings.one_off)):
        for key, amount in zip(keys, column, strict=True):
            if amount:
                cents[key][place] += amount
    for key, (monthly, one_off) in cents.items():
        tally = tallies[key]
        tally.monthly, tally.one_off = monthly, one_off
        tally.delays = delays[key]
        tally.opened = len(delays[key])


def people_by(keys: Sequence[Key], people: Iterable[int]) -> dict[Key, int]:
    """How many different people each key has. A pair is one number, which is quicker to tell apart
    than two."""
    ranks = {key: rank for rank, key in enumerate(dict.fromkeys(keys))}
    size = len(ranks)
    pairs = set(map(add, map(mul, people, repeat(size)), map(ranks.__getitem__, keys)))
    counts = Counter(map(size.__rmod__, pairs))
    return {key: counts[rank] for key, rank in ranks.items()}


def _set_referrals(tallies: Tallies, made: Mapping[Key, int], taken: Mapping[Key, int]) -> None:
    for key, count in made.items():
        tallies[key].referrals = count
    for key, count in taken.items():
        tallies[key].accepted = count


def _set_people(tallies: Tallies, level: Level, counts: Mapping[Key, int]) -> None:
    for key, count in counts.items():
        tallies[key].people[level] = count


def _euros(cents: int) -> int:
    return (cents + 50) // 100
