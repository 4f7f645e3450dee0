"""The tables of who came, with what each of them must not tell: see services/disclosure.py."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from zna_network.models.attendee import AgeBand, Need, RegistrationChannel, VisitReason
from zna_network.models.territory import TargetGroup
from zna_network.services.disclosure import (
    Cell,
    Hidden,
    hidden_in_linked_tables,
    hidden_in_table,
    small_cells,
)
from zna_network.services.forum_figure_values import Figure, Row
from zna_network.services.french_time import to_local
from zna_network.services.place_tables import UNKNOWN, Origin, Places, cells_of
from zna_network.services.territory import Territory

NOBODY = "Badge vierge, sans fiche"
BADGES = "badges"
_SEVERAL = "Plusieurs réponses possibles : il n’y a pas de total."


def figure_of(
    key: str,
    title: str,
    unit: str,
    cells: Sequence[Cell],
    hidden: Hidden,
    *,
    total: int | None = None,
    note: str = "",
) -> Figure:
    rows = [Row(cell.label, cell.count, place in hidden) for place, cell in enumerate(cells)]
    return Figure(key, title, unit, rows, total, note)


def places_figures(visitors: Sequence[Any], territory: Territory) -> list[Figure]:
    """Commune, neighbourhood and lot: three sums of the same origins, hidden together."""
    origins = Counter(_origin(visitor) for visitor in visitors)
    places = Places(territory)
    tables = [
        cells_of(origins, places.communes, places.commune),
        cells_of(origins, places.qpvs, places.qpv),
        cells_of(origins, places.lots, places.lot),
    ]
    hidden = hidden_in_linked_tables(tables)
    names = (
        ("communes", "Par commune"),
        ("qpvs", "Par quartier prioritaire"),
        ("lots", "Par lot"),
    )
    return [
        figure_of(key, title, BADGES, cells, places_hidden, total=origins.total())
        for (key, title), cells, places_hidden in zip(names, tables, hidden, strict=True)
    ]


def described_figures(visitors: Sequence[Any]) -> list[Figure]:
    """Target group, age, hour, channel; then needs and reasons, of which one may have several."""
    parted = [
        ("groups", "Par public cible", _enumerated(visitors, "target_group", TargetGroup)),
        ("ages", "Par âge", _enumerated(visitors, "age_band", AgeBand)),
        ("hours", "Par heure d’arrivée", _hours(visitors)),
        ("channels", "Par mode d’inscription", _channels(visitors)),
    ]
    several = [
        ("reasons", "Motifs de venue", _several(visitors, "reasons", VisitReason, _reason)),
        ("needs", "Besoins d’accueil", _several(visitors, "needs", Need, str)),
    ]
    return [
        figure_of(key, title, BADGES, cells, hidden_in_table(cells), total=len(visitors))
        for key, title, cells in parted
    ] + [
        figure_of(key, title, BADGES, cells, small_cells(cells), note=_SEVERAL)
        for key, title, cells in several
    ]


def _origin(visitor: Any) -> Origin:
    return visitor.commune_insee, visitor.qpv_id, bool(visitor.is_from_elsewhere)


def _enumerated(
    visitors: Sequence[Any], attribute: str, members: type[TargetGroup] | type[AgeBand]
) -> list[Cell]:
    counts = Counter(getattr(visitor, attribute) for visitor in visitors)
    cells = [Cell(member.label, counts[member]) for member in members]
    return [*cells, Cell(UNKNOWN, counts[None])]


def _hours(visitors: Sequence[Any]) -> list[Cell]:
    counts = Counter(to_local(visitor.entered_at).hour for visitor in visitors)
    if not counts:
        return []
    hours = range(min(counts), max(counts) + 1)
    return [Cell(f"{hour}\u00a0h à {hour + 1}\u00a0h", counts[hour]) for hour in hours]


def _channels(visitors: Sequence[Any]) -> list[Cell]:
    counts = Counter(visitor.channel for visitor in visitors)
    cells = [Cell(f"Inscrit {channel.label}", counts[channel]) for channel in RegistrationChannel]
    return [*cells, Cell(NOBODY, counts[None])]


def _several(
    visitors: Sequence[Any],
    attribute: str,
    members: type[VisitReason] | type[Need],
    value_of: Callable[[str], str],
) -> list[Cell]:
    counts = Counter(
        value
        for visitor in visitors
        for value in {value_of(code) for code in getattr(visitor, attribute) or ()}
    )
    return [Cell(member.label, counts[member.value]) for member in members]


def _reason(code: str) -> str:
    """The reason, or that which a right belongs to; anything else is « autre chose »."""
    if code in set(VisitReason):
        return code
    return next((r.value for r in VisitReason if code in r.rights), VisitReason.OTHER.value)
