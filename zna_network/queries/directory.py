"""The list of the directory: what narrows it, what sorts it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_, select
from sqlalchemy.orm import joinedload, load_only, raiseload, selectinload

from zna_network.models.organisation import (
    Offer,
    OfferTargetGroup,
    Organisation,
    OrganisationKind,
    offer_rights,
)
from zna_network.models.territory import Commune, Lot, TargetGroup
from zna_network.queries import coverage
from zna_network.queries.listing import SortKeys


@dataclass(frozen=True)
class DirectoryFilter:
    """What a list of organisations is narrowed to; each part left out narrows nothing.

    ``words`` are folded. ``commune_lots`` are the lots that have a part of ``commune``.
    ``stale_before``: last verified before that day, or never. ``archived`` shows those that were
    taken out of the directory instead of those in it."""

    words: tuple[str, ...] = ()
    kind: OrganisationKind | None = None
    right_code: str = ""
    commune_insee: str = ""
    commune_lots: tuple[int, ...] = ()
    qpv_id: int | None = None
    lot: Lot | None = None
    target_group: TargetGroup | None = None
    stale_before: date | None = None
    archived: bool = False

    @property
    def is_searching(self) -> bool:
        """Whether every text or every offer has to be looked at to know who answers."""
        return bool(
            self.words
            or self.right_code
            or self.commune_insee
            or self.qpv_id is not None
            or self.lot
            or self.target_group
        )


_SHOWN = (
    Organisation.slug,
    Organisation.name,
    Organisation.acronym,
    Organisation.kind,
    Organisation.city,
    Organisation.commune_insee,
    Organisation.last_verified_on,
    Organisation.archived_at,
    Organisation.merged_into_id,
)


def listed(wanted: DirectoryFilter) -> Select[Organisation]:
    """The organisations of a list, with their commune and the rights that they offer: the columns
    that a row shows, and no more, since the texts of a record weigh on the sorting."""
    statement = select(Organisation).where(and_(*_conditions(wanted)))
    return statement.options(
        load_only(*_SHOWN),
        selectinload(Organisation.commune).load_only(Commune.name),
        selectinload(Organisation.offers).options(
            load_only(Offer.organisation_id),
            selectinload(Offer.rights),
            raiseload(Offer.target_groups),
        ),
    )


def sorts(wanted: DirectoryFilter) -> SortKeys:
    """What the list may be sorted by. « relevance » comes first where there is something to be
    relevant to: those found by their name, those of the commune, before the others."""
    by_name = (Organisation.sort_key, Organisation.id)
    verified = Organisation.last_verified_on
    keys: dict[str, Sequence[Any]] = {
        "name": by_name,
        "kind": (Organisation.kind, *by_name),
        "commune": (_place_name(), *by_name),
        "verified": (case((verified.is_(None), 0), else_=1), verified, *by_name),
    }
    ranks = _ranks(wanted)
    return {"relevance": (*ranks, *by_name), **keys} if ranks else keys


def suggestions(words: Sequence[str], limit: int) -> Select[Organisation]:
    """The organisations that a few letters may mean, best first."""
    wanted = DirectoryFilter(words=tuple(words))
    return (
        select(Organisation)
        .where(and_(*_conditions(wanted)))
        .options(joinedload(Organisation.commune))
        .order_by(*_ranks(wanted), Organisation.sort_key, Organisation.id)
        .limit(limit)
    )


def _conditions(wanted: DirectoryFilter) -> list[ColumnElement[bool]]:
    archived = Organisation.archived_at
    conditions: list[ColumnElement[bool]] = [
        archived.is_not(None) if wanted.archived else archived.is_(None)
    ]
    conditions += [Organisation.search_text.contains(word) for word in wanted.words]
    if wanted.kind:
        conditions.append(Organisation.kind == wanted.kind)
    if wanted.stale_before:
        verified = Organisation.last_verified_on
        conditions.append(or_(verified.is_(None), verified < wanted.stale_before))
    return [*conditions, *_offer_conditions(wanted)]


def _offer_conditions(wanted: DirectoryFilter) -> list[ColumnElement[bool]]:
    """One and the same offer is for the right, for the public and for the place: RSA in Agny is no
    answer for RSA in Arras. An organisation of the place itself serves it with all its offers, and
    when neither right nor public is asked for, without any."""
    # Each list of offers is read once and looked up in, on both engines. Asked about offer by
    # offer, PostgreSQL expects so much work that it compiles the query, which takes longer.
    places = _places(wanted)
    for_whom: list[ColumnElement[bool]] = []
    if wanted.right_code:
        naming = select(offer_rights.c.offer_id)
        for_whom.append(Offer.id.in_(naming.where(offer_rights.c.right_code == wanted.right_code)))
    if wanted.target_group:
        for_whom.append(_welcomes(wanted.target_group))
    if not places and not for_whom:
        return []
    there = [or_(_of_organisations(place.located), place.served) for place in places]
    answers = Organisation.id.in_(select(Offer.organisation_id).where(*for_whom, *there))
    if for_whom:
        return [answers]
    return [or_(and_(*(place.located for place in places)), answers)]


def _of_organisations(located: ColumnElement[bool]) -> ColumnElement[bool]:
    return Offer.organisation_id.in_(select(Organisation.id).where(located).correlate(None))


def _places(wanted: DirectoryFilter) -> list[coverage.Place]:
    places = []
    if wanted.commune_insee:
        places.append(coverage.commune(wanted.commune_insee, wanted.commune_lots))
    if wanted.qpv_id is not None:
        places.append(coverage.neighbourhood(wanted.qpv_id))
    if wanted.lot:
        places.append(coverage.lot(wanted.lot))
    return places


def _welcomes(group: TargetGroup) -> ColumnElement[bool]:
    """Offers for this public, or for everybody."""
    for_somebody = select(OfferTargetGroup.offer_id)
    for_group = for_somebody.where(OfferTargetGroup.target_group == group)
    return or_(Offer.id.in_(for_group), Offer.id.not_in(for_somebody))


def _place_name() -> ColumnElement[str]:
    commune = (
        select(Commune.sort_key)
        .where(Commune.insee == Organisation.commune_insee)
        .scalar_subquery()
    )
    return func.coalesce(commune, func.lower(Organisation.city))


def _ranks(wanted: DirectoryFilter) -> tuple[ColumnElement[int], ...]:
    """Numbers to sort by, the best being the smallest."""
    ranks: list[ColumnElement[int]] = []
    if wanted.commune_insee:
        ranks.append(
            case(
                (Organisation.commune_insee == wanted.commune_insee, 0),
                (coverage.names_commune(wanted.commune_insee), 1),
                else_=2,
            )
        )
    if wanted.words:
        total: ColumnElement[int] = literal(0)
        for word in wanted.words:
            total = total + _word_rank(word)
        ranks.append(total)
    return tuple(ranks)


def _word_rank(word: str) -> ColumnElement[int]:
    return case(
        (func.lower(Organisation.acronym) == word, 0),
        ((literal(" ") + Organisation.sort_key).contains(f" {word}"), 1),
        (Organisation.search_text.contains(f" {word}"), 2),
        else_=3,
    )
