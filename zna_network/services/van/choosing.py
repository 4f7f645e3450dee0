"""What speaks for one request rather than another, in the order of the call: where nobody has been,
the priority neighbourhoods, whom nobody has met, then whose turn it is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from zna_network.models.booking import Booking
from zna_network.models.territory import TargetGroup
from zna_network.services.van.fair_share import Share
from zna_network.services.van.occupancy import Taken

Rank = tuple[float, ...]


@dataclass(frozen=True)
class Candidate:
    """One request. ``first_visits`` are communes where nobody has been, and nobody is to go before
    it; ``quarters`` the priority neighbourhoods that it serves, ``new_quarters`` those of them
    where nobody has been. ``new_groups`` are its target groups of whom the association has met
    nobody yet, ``unreached_groups`` those of whom the whole network has not. ``in_the_way`` has the
    vehicle already. ``suggestion`` is said of the first one, empty where there is no choice."""

    booking: Booking
    share: Share
    first_visits: tuple[str, ...] = ()
    quarters: tuple[str, ...] = ()
    new_quarters: tuple[str, ...] = ()
    new_groups: tuple[TargetGroup, ...] = ()
    unreached_groups: tuple[TargetGroup, ...] = ()
    in_the_way: tuple[Taken, ...] = ()
    suggestion: str = ""

    @property
    def is_over_quota(self) -> bool:
        return self.share.remaining is not None and self.share.remaining < 0

    @property
    def days(self) -> int:
        """Had in twelve months, and promised."""
        return self.share.used + self.share.to_come

    @property
    def reasons(self) -> tuple[str, ...]:
        """What speaks for it by itself, for a list."""
        return tuple(filter(None, (criterion.words(self) for criterion in CRITERIA)))


@dataclass(frozen=True)
class Criterion:
    """``weight``: the least comes first. ``words`` are what it has to say of one by itself, and
    ``against`` of one before another."""

    weight: Callable[[Candidate], float]
    words: Callable[[Candidate], str] = lambda _: ""
    against: Callable[[Candidate, Candidate], str] = lambda _, __: ""

    def told(self, first: Candidate, second: Candidate) -> str:
        return self.words(first) or self.against(first, second)


def _listed(names: Sequence[str]) -> str:
    """« Achicourt, Beaurains et Dainville »."""
    return " et ".join(filter(None, (", ".join(names[:-1]), names[-1]))) if names else ""


def _first_visits(one: Candidate) -> str:
    return f"première visite à {_listed(one.first_visits)}" if one.first_visits else ""


def _new_quarters(one: Candidate) -> str:
    if not one.new_quarters:
        return ""
    return f"quartier prioritaire jamais desservi\u00a0: {_listed(one.new_quarters)}"


def _quarters(one: Candidate) -> str:
    """Those that are new are told already."""
    return _quarters_told(one) if one.quarters and not one.new_quarters else ""


def _quarters_told(one: Candidate) -> str:
    return f"quartier prioritaire\u00a0: {_listed(one.quarters)}"


def _unreached(one: Candidate) -> str:
    if not one.unreached_groups:
        return ""
    return f"public pas encore rencontré\u00a0: {_groups(one.unreached_groups)}"


def _new_groups(one: Candidate) -> str:
    new = [group for group in one.new_groups if group not in one.unreached_groups]
    return f"public nouveau pour l’association\u00a0: {_groups(new)}" if new else ""


def _groups(groups: Sequence[TargetGroup]) -> str:
    return "\u00a0; ".join(group.label for group in groups)


def _fewer_days(one: Candidate, other: Candidate) -> str:
    return f"moins de jours utilisés ({one.days}, contre {other.days} pour {_who(other)})"


def _who(one: Candidate) -> str:
    organisation = one.booking.organisation
    return organisation.short_name if organisation else ""


CRITERIA: tuple[Criterion, ...] = (
    Criterion(
        lambda one: bool(one.in_the_way),
        against=lambda _, other: f"pour {_who(other)}, le véhicule n’est pas libre",
    ),
    Criterion(
        lambda one: one.is_over_quota,
        against=lambda _, other: f"{_who(other)} dépasserait sa part",
    ),
    Criterion(lambda one: -len(one.first_visits), _first_visits),
    Criterion(lambda one: -len(one.new_quarters), _new_quarters),
    Criterion(lambda one: -len(one.quarters), _quarters, lambda one, _: _quarters_told(one)),
    Criterion(lambda one: -len(one.unreached_groups), _unreached),
    Criterion(lambda one: -len(one.new_groups), _new_groups),
    Criterion(lambda one: one.days, against=_fewer_days),
    Criterion(
        lambda one: one.booking.requested_at.timestamp(),
        against=lambda *_: "demandée la première",
    ),
)


def rank(one: Candidate) -> Rank:
    return (*(criterion.weight(one) for criterion in CRITERIA), one.booking.id)


def suggestion(ranked: Sequence[Candidate]) -> str:
    """« Priorité : première visite à Achicourt », what puts the first before the second."""
    if len(ranked) < 2:
        return ""
    first, second = ranked[0], ranked[1]
    for criterion in CRITERIA:
        if criterion.weight(first) < criterion.weight(second):
            return f"Priorité\u00a0: {criterion.told(first, second)}"
    return ""
