"""Records that may be of the same organisation: suggested to people, never merged by themselves."""

from collections.abc import Iterator
from dataclasses import dataclass

from zna_network.models.directory_work import DismissedDuplicate
from zna_network.models.organisation import Organisation, OrganisationKind
from zna_network.models.territory import Commune
from zna_network.queries import duplicates as queries
from zna_network.queries import organisations as organisation_queries
from zna_network.queries.listing import Page
from zna_network.services.context import Context
from zna_network.services.errors import InvalidError
from zna_network.services.folding import fold
from zna_network.services.likeness import Identity, LikenessIndex, Reason
from zna_network.services.organisation_values import OrganisationData
from zna_network.services.organisations import live_organisation
from zna_network.services.permissions import Permission

NEW = 0
PAIRS_PER_PAGE = 10


@dataclass(frozen=True)
class Pair:
    """Two live organisations that look alike; ``low_id`` < ``high_id``, the strongest reason
    first."""

    low_id: int
    high_id: int
    reasons: tuple[Reason, ...]

    @property
    def weight(self) -> int:
        return sum(self.reasons)


@dataclass(frozen=True)
class PairOfRecords:
    """A pair with its two records, to be compared on a page."""

    low: Organisation
    high: Organisation
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class LookAlike:
    """A live organisation that looks like one being typed or imported."""

    organisation_id: int
    name: str
    reasons: tuple[Reason, ...]


class DirectoryIndex:
    """The directory as it stands, asked about many new records without reading it again."""

    def __init__(self, ctx: Context) -> None:
        ctx.require(Permission.DIRECTORY_EDIT)
        self._session = ctx.session
        self._index = LikenessIndex(_identities(ctx))

    def look_alikes(self, data: OrganisationData, limit: int = 3) -> list[LookAlike]:
        """The records most like ``data`` (cleaned values)."""
        commune = self._session.get(Commune, data.commune_insee) if data.commune_insee else None
        new = _identity(
            NEW, data.name, data.acronym, data.siret, data.email, data.phone,
            data.commune_insee, data.city, data.kind, commune.name if commune else None,
        )  # fmt: skip
        found = self._index.like(new)[:limit]
        return [LookAlike(other.id, other.name, reasons) for other, reasons in found]


def look_alikes(ctx: Context, data: OrganisationData, limit: int = 3) -> list[LookAlike]:
    """As ``DirectoryIndex``, for one record."""
    return DirectoryIndex(ctx).look_alikes(data, limit)


def find_pairs(ctx: Context, *, dismissed: bool = False) -> list[Pair]:
    """The pairs that look alike, the most alike first: those that nobody has found to be
    different, or with ``dismissed`` those that somebody has."""
    ctx.require(Permission.DIRECTORY_EDIT)
    set_aside = {(low, high) for low, high in ctx.session.execute(queries.dismissed_pairs())}
    index = LikenessIndex(_identities(ctx))
    pairs = [
        Pair(low.id, high.id, reasons)
        for low, high, reasons in index.pairs()
        if ((low.id, high.id) in set_aside) is dismissed
    ]
    return sorted(pairs, key=lambda pair: (-pair.weight, pair.low_id, pair.high_id))


def page_of_pairs(ctx: Context, number: int, *, dismissed: bool = False) -> Page[PairOfRecords]:
    """One page of ``find_pairs`` with the records themselves; a page past the end is the last."""
    pairs = find_pairs(ctx, dismissed=dismissed)
    last = max(1, -(-len(pairs) // PAIRS_PER_PAGE))
    number = min(max(1, number), last)
    shown = pairs[(number - 1) * PAIRS_PER_PAGE : number * PAIRS_PER_PAGE]
    ids = {organisation_id for pair in shown for organisation_id in (pair.low_id, pair.high_id)}
    records = {o.id: o for o in ctx.session.scalars(organisation_queries.by_ids(ids))}
    items = [
        PairOfRecords(records[pair.low_id], records[pair.high_id], pair.reasons)
        for pair in shown
        if pair.low_id in records and pair.high_id in records
    ]
    return Page(items, len(pairs), number, PAIRS_PER_PAGE, sort="", descending=False)


def dismiss_pair(ctx: Context, one_id: int, other_id: int) -> None:
    """« Ce ne sont pas les mêmes »: not to be suggested again. Safe to repeat."""
    ctx.require(Permission.DIRECTORY_EDIT)
    low_id, high_id = _ordered(one_id, other_id)
    with ctx.unit_of_work():
        low = live_organisation(ctx, low_id, lock=True)
        live_organisation(ctx, high_id, lock=True)
        if ctx.session.get(DismissedDuplicate, (low_id, high_id)) is not None:
            return
        ctx.session.add(
            DismissedDuplicate(
                low_id=low_id,
                high_id=high_id,
                dismissed_by_id=ctx.actor_id,
                dismissed_at=ctx.now,
            )
        )
        ctx.record("duplicate.dismissed", low, other=high_id)


def reconsider_pair(ctx: Context, one_id: int, other_id: int) -> None:
    """Suggest a dismissed pair again. Safe to repeat."""
    ctx.require(Permission.DIRECTORY_EDIT)
    low_id, high_id = _ordered(one_id, other_id)
    with ctx.unit_of_work():
        low = live_organisation(ctx, low_id)
        dismissed = ctx.session.get(DismissedDuplicate, (low_id, high_id))
        if dismissed is not None:
            ctx.session.delete(dismissed)
            ctx.record("duplicate.reconsidered", low, other=high_id)


def _ordered(one_id: int, other_id: int) -> tuple[int, int]:
    if one_id == other_id:
        raise InvalidError("Choisissez deux fiches différentes.")
    return min(one_id, other_id), max(one_id, other_id)


def _identities(ctx: Context) -> Iterator[Identity]:
    for row in ctx.session.execute(queries.identities()):
        yield _identity(*row)


def _identity(
    id: int,
    name: str,
    acronym: str,
    siret: str,
    email: str,
    phone: str,
    insee: str | None,
    city: str,
    kind: OrganisationKind,
    commune_name: str | None,
) -> Identity:
    return Identity(
        id=id,
        name=name,
        acronym=acronym,
        siret=siret,
        email=email,
        phone=phone,
        place=insee or fold(city),
        place_words=frozenset(fold(commune_name or city).split()),
        kind=kind,
    )
