"""The coverage of the territory as pages and files show it: a line for each commune and QPV."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from zna_network.models.territory import Commune, Lot, Qpv


class Visited(StrEnum):
    """What CUA Mobile has been to a place. A visit is old after twelve months."""

    RECENTLY = "recently"
    LONG_AGO = "long_ago"
    PLANNED = "planned"
    NEVER = "never"

    @property
    def label(self) -> str:
        return {
            Visited.RECENTLY: "Visité depuis moins d’un an",
            Visited.LONG_AGO: "Visité il y a plus d’un an",
            Visited.PLANNED: "Premier passage prévu",
            Visited.NEVER: "Jamais visité, rien de prévu",
        }[self]

    @property
    def short(self) -> str:
        """For a table, whose dates say the rest."""
        return {
            Visited.RECENTLY: "Visité",
            Visited.LONG_AGO: "Plus d’un an",
            Visited.PLANNED: "Prévu",
            Visited.NEVER: "Jamais",
        }[self]


@dataclass(frozen=True)
class Tally:
    """What was done at a place. ``last`` and ``next`` are the starts of stops, UTC; ``people`` by
    target group, empty for those of none."""

    stops: int = 0
    last: datetime | None = None
    planned: int = 0
    next: datetime | None = None
    people: int = 0
    groups: Mapping[str, int] = field(default_factory=dict)

    def plus(self, other: "Tally") -> "Tally":
        groups = dict(self.groups)
        for group, people in other.groups.items():
            groups[group] = groups.get(group, 0) + people
        return Tally(
            stops=self.stops + other.stops,
            last=max(filter(None, (self.last, other.last)), default=None),
            planned=self.planned + other.planned,
            next=min(filter(None, (self.next, other.next)), default=None),
            people=self.people + other.people,
            groups=groups,
        )


@dataclass(frozen=True)
class PlaceLine:
    """``number`` is what stands for a commune on the map of a phone, and for a QPV everywhere; it
    is its rank by name. ``ever`` says what was done since the beginning, whatever the period of
    ``tally``."""

    number: int
    place: Commune | Qpv
    visited: Visited
    tally: Tally
    ever: Tally

    @property
    def name(self) -> str:
        return self.place.name

    @property
    def population(self) -> int:
        return self.place.population

    @property
    def key(self) -> str:
        """Its anchor on the page."""
        if isinstance(self.place, Commune):
            return f"commune-{self.place.insee}"
        return f"qpv-{self.place.id}"


@dataclass(frozen=True)
class LotLine:
    """How much of a lot was ever visited. A stop in a QPV is of lot 3, whatever its commune."""

    lot: Lot
    places: int
    visited: int
    planned: int
    people: int

    @property
    def label(self) -> str:
        return self.lot.label


@dataclass(frozen=True)
class Period:
    """``key`` is in addresses; ``since`` and ``until`` are local dates, both included; none: no
    limit."""

    key: str
    label: str
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class Coverage:
    """``communes`` and ``qpvs`` by name; a stop in a QPV counts for the QPV and for the commune
    that it was made in. ``periods`` are those to choose from."""

    period: Period
    periods: Sequence[Period]
    communes: Sequence[PlaceLine]
    qpvs: Sequence[PlaceLine]
    lots: Sequence[LotLine]
    whole: Tally
    inhabitants: int
    today: date

    def count(self, *states: Visited) -> int:
        """How many communes are in one of these states."""
        return sum(1 for line in self.communes if line.visited in states)

    @property
    def visited(self) -> int:
        return self.count(Visited.RECENTLY, Visited.LONG_AGO)

    @property
    def qpvs_visited(self) -> int:
        return sum(1 for line in self.qpvs if line.ever.stops)

    @property
    def inhabitants_visited(self) -> int:
        """The population of the communes that were ever visited."""
        return sum(line.population for line in self.communes if line.ever.stops)
