"""Where people come from, as tables that are linked: commune, neighbourhood and lot are three sums
of the same origins, so that what one hides another must not give back (services/disclosure.py)."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping

from zna_network.models.territory import Commune, Lot, Qpv, lot_of
from zna_network.services.disclosure import Cell
from zna_network.services.territory import Territory

UNKNOWN = "Non renseigné"
ELSEWHERE = "Hors de la Communauté urbaine"
OUTSIDE = "Hors quartier prioritaire"
# Where somebody comes from: their commune (none where unknown), their neighbourhood, and whether
# the commune is outside the territory.
Origin = tuple[str | None, int | None, bool]
# In a commune of fewer inhabitants, age and situation may be enough to know who it is.
SMALL_COMMUNE = 2000


class Places:
    """The labels of an origin in each table, and all those that a table has."""

    def __init__(self, territory: Territory) -> None:
        self._communes = {commune.insee: commune for commune in territory.communes}
        self._qpvs = {qpv.id: qpv for qpv in territory.qpvs}

    @property
    def communes(self) -> list[str]:
        return [*(commune.name for commune in self._communes.values()), ELSEWHERE, UNKNOWN]

    def commune(self, origin: Origin) -> str:
        found = self._commune(origin)
        return found.name if found else _nowhere(origin)

    @property
    def qpvs(self) -> list[str]:
        return [*(qpv.name for qpv in self._qpvs.values()), OUTSIDE, ELSEWHERE, UNKNOWN]

    def qpv(self, origin: Origin) -> str:
        qpv = self._qpvs.get(origin[1] or 0)
        if qpv:
            return qpv.name
        return OUTSIDE if self._commune(origin) else _nowhere(origin)

    @property
    def lots(self) -> list[str]:
        return [*(lot.label for lot in Lot), ELSEWHERE, UNKNOWN]

    def lot(self, origin: Origin) -> str:
        """A neighbourhood is of lot 3 whatever the commune, known or not; otherwise the commune
        tells."""
        commune, qpv = self._commune(origin), self._qpvs.get(origin[1] or 0)
        if commune:
            return lot_of(commune, qpv).label
        return Lot.PRIORITY_NEIGHBOURHOODS.label if qpv else _nowhere(origin)

    def barometer_class(self, origin: Origin) -> int | None:
        """A neighbourhood has its own, whatever that of its commune."""
        place = self._qpvs.get(origin[1] or 0) or self._commune(origin)
        return place.barometer_class if place else None

    def _commune(self, origin: Origin) -> Commune | None:
        return self._communes.get(origin[0] or "")


def cells_of(
    origins: Mapping[Origin, int], labels: Iterable[str], label_of: Callable[[Origin], str]
) -> list[Cell]:
    """One table of these people, whose cells know the origins that they count."""
    groups: dict[str, set[Hashable]] = {label: set() for label in labels}
    counts: Counter[str] = Counter()
    for origin, people in origins.items():
        label = label_of(origin)
        groups[label].add(origin)
        counts[label] += people
    return [
        Cell(label, counts[label], frozenset(found or {label})) for label, found in groups.items()
    ]


def discreet_place(commune: Commune | None, qpv: Qpv | None) -> str:
    """Where somebody lives, as closely as it may be said outside of those who help them."""
    if qpv is not None:
        return "Quartier prioritaire"
    if commune is None:
        return ""
    if commune.population >= SMALL_COMMUNE:
        return commune.name
    rural = commune.lot == Lot.RURAL_AND_SUBURBAN
    return "Secteur rural" if rural else "Secteur urbain"


def _nowhere(origin: Origin) -> str:
    return ELSEWHERE if origin[2] else UNKNOWN
