"""Whom to refer to: the organisations of the directory that offer help with the rights spoken of,
near where the person lives, for what they are."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from zna_network.models.organisation import Organisation
from zna_network.models.territory import TargetGroup
from zna_network.queries import coverage
from zna_network.queries import organisations as organisation_queries
from zna_network.queries import receivers as queries
from zna_network.queries import territory as territory_queries
from zna_network.queries.receivers import Sought
from zna_network.services import territory
from zna_network.services.context import Context
from zna_network.services.errors import InvalidError
from zna_network.services.registration_values import ELSEWHERE

MOST = 6
PER_RIGHT, NEAR, MEANT = 4, 2, 1
NO_RECEIVER = "Choisissez l’organisme qui peut aider."
GONE = "Cet organisme n’est plus dans l’annuaire. Choisissez-en un autre."


@dataclass(frozen=True)
class Suggestion:
    """``reasons`` are said to who refers; ``offer_id`` is the offer that answers best. ``hint``
    tells two organisations of a name apart."""

    organisation_id: int
    name: str
    reasons: tuple[str, ...]
    offer_id: int
    score: int
    hint: str = ""


@dataclass
class _Found:
    """What one organisation's offers bring together; the best of them is kept."""

    covered: dict[str, None] = field(default_factory=dict)
    by_offer: dict[int, int] = field(default_factory=dict)
    near: bool = False
    meant: bool = False

    def add(self, offer_id: int, code: str, *, near: bool, meant: bool) -> None:
        self.covered[code] = None
        own = NEAR * near + MEANT * meant
        self.by_offer[offer_id] = self.by_offer.get(offer_id, own) + PER_RIGHT
        self.near |= near
        self.meant |= meant

    @property
    def offer_id(self) -> int:
        return max(self.by_offer, key=lambda offer_id: (self.by_offer[offer_id], -offer_id))

    @property
    def score(self) -> int:
        return PER_RIGHT * len(self.covered) + NEAR * self.near + MEANT * self.meant


def suggest(
    ctx: Context,
    rights: Sequence[str],
    insee: str | None,
    qpv_id: int | None,
    target_group: TargetGroup | None,
) -> list[Suggestion]:
    """The best first, at most ``MOST``; none without a right. Any other organisation of the
    directory may be referred to as well."""
    if not rights:
        return []
    sought = Sought(tuple(rights), _place(ctx, insee, qpv_id), target_group)
    found: dict[int, _Found] = {}
    for offer_id, organisation_id, code, near, meant in ctx.session.execute(queries.offers(sought)):
        one = found.setdefault(organisation_id, _Found())
        one.add(offer_id, code, near=bool(near), meant=bool(meant))
    labels = _short_labels(ctx, rights)
    return [
        _suggestion(organisation, found[organisation.id], labels, target_group)
        for organisation in _shortlist(ctx, found)
    ]


def suggest_for(
    ctx: Context, rights: Sequence[str], place: str, target_group: str
) -> list[Suggestion]:
    """The same, from what a form says; what it says wrong counts for nothing."""
    insee, _, qpv = place.partition(":")
    known = insee if place != ELSEWHERE and len(insee) == 5 and insee.isdigit() else None
    qpv_id = int(qpv) if known and qpv.isascii() and qpv.isdigit() and len(qpv) < 9 else None
    group = TargetGroup(target_group) if target_group in set(TargetGroup) else None
    return suggest(ctx, [code for code in rights if len(code) <= 30][:40], known, qpv_id, group)


def reachable(ctx: Context, organisation_id: int | None) -> Organisation:
    """The live organisation of this number: the one that it was merged into, where it was. Raises
    InvalidError (``receiver``)."""
    if organisation_id is None:
        raise InvalidError(NO_RECEIVER, field="receiver")
    organisation = ctx.session.scalar(organisation_queries.by_id(organisation_id))
    while organisation is not None and organisation.merged_into_id is not None:
        organisation = ctx.session.scalar(organisation_queries.by_id(organisation.merged_into_id))
    if organisation is None or organisation.is_archived:
        raise InvalidError(GONE, field="receiver")
    return organisation


def _place(ctx: Context, insee: str | None, qpv_id: int | None) -> coverage.Place | None:
    """A neighbourhood says more than its commune; who lives elsewhere lives nowhere here."""
    if qpv_id is not None:
        return coverage.neighbourhood(qpv_id)
    known = territory.load(ctx)
    commune = known.commune(insee or "")
    return coverage.commune(commune.insee, known.lots_in(commune)) if commune else None


def _shortlist(ctx: Context, found: dict[int, _Found]) -> list[Organisation]:
    """Those that may come out first, by score and then by name: the names of these alone are read,
    enough of them for names to decide between equals."""
    ranked = sorted(found, key=lambda number: (-found[number].score, number))[: 10 * MOST]
    known = ctx.session.scalars(queries.among(ranked))
    return sorted(known, key=lambda one: (-found[one.id].score, one.sort_key, one.id))[:MOST]


def _short_labels(ctx: Context, rights: Sequence[str]) -> dict[str, str]:
    known = ctx.session.scalars(territory_queries.rights_among(rights))
    return {right.code: right.short_label for right in known}


def _suggestion(
    organisation: Organisation,
    found: _Found,
    labels: dict[str, str],
    target_group: TargetGroup | None,
) -> Suggestion:
    reasons = [", ".join(label for code, label in labels.items() if code in found.covered)]
    if found.near:
        reasons.append("près de chez la personne")
    if found.meant and target_group is not None:
        reasons.append("pour ce public")
    return Suggestion(
        organisation_id=organisation.id,
        name=organisation.name,
        reasons=tuple(reasons),
        offer_id=found.offer_id,
        score=found.score,
        hint=organisation.place_name,
    )
