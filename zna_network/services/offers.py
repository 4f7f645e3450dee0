"""What the organisations offer: rights, publics, territory, hours."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from zna_network.models.organisation import Offer, OfferKind, OfferTargetGroup
from zna_network.models.territory import Commune, Lot, Qpv, Right, TargetGroup
from zna_network.queries import offers as queries
from zna_network.queries import territory
from zna_network.services.clean_values import clean_line, clean_text
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, NotFoundError
from zna_network.services.organisation_values import Checks
from zna_network.services.organisations import live_organisation, refresh_search_text
from zna_network.services.permissions import Permission
from zna_network.services.unit_of_work import CHANGED_MEANWHILE


@dataclass(frozen=True)
class OfferData:
    """An offer as typed or imported. Its territory is the whole EPCI, or else some communes
    (INSEE codes), QPV (ids) and lots (1 to 3): one or the other, never both, never neither.
    ``rights`` are codes; no target group means everybody."""

    title: str
    kind: OfferKind = OfferKind.RECEPTION
    description: str = ""
    place: str = ""
    opening_hours: str = ""
    covers_whole_epci: bool = True
    communes: tuple[str, ...] = ()
    qpvs: tuple[int, ...] = ()
    lots: tuple[int, ...] = ()
    rights: tuple[str, ...] = ()
    target_groups: tuple[TargetGroup, ...] = ()


@dataclass(frozen=True)
class NamedRows:
    """The rows that an offer's codes stand for."""

    communes: Sequence[Commune]
    qpvs: Sequence[Qpv]
    rights: Sequence[Right]


def create_offer(ctx: Context, organisation_id: int, data: OfferData) -> Offer:
    """A new offer of a live organisation. Raises InvalidValuesError; ConflictError when the same
    one (kind, title, territory, rights) is already there."""
    ctx.require(Permission.DIRECTORY_EDIT)
    with ctx.unit_of_work():
        organisation = live_organisation(ctx, organisation_id, lock=True)
        clean, named = _cleaned(ctx, data)
        if any(data_of(offer) == clean for offer in organisation.offers):
            raise ConflictError("Cette offre existe déjà sur la fiche.", field="title")
        offer = Offer(
            organisation=organisation, created_at=ctx.now, updated_at=ctx.now, target_groups=[]
        )
        write_offer(offer, clean, named)
        ctx.session.add(offer)
        ctx.session.flush()
        refresh_search_text(organisation)
        ctx.record("offer.created", organisation, offer=offer.id)
    return offer


def update_offer(ctx: Context, offer_id: int, data: OfferData, revision: int) -> Offer:
    """Write the offer anew; ConflictError if somebody has written since ``revision``."""
    ctx.require(Permission.DIRECTORY_EDIT)
    with ctx.unit_of_work():
        offer = offer_by_id(ctx, offer_id)
        organisation = live_organisation(ctx, offer.organisation_id, lock=True)
        if offer.revision != revision:
            raise ConflictError(CHANGED_MEANWHILE)
        clean, named = _cleaned(ctx, data)
        if data_of(offer) == clean:
            return offer
        write_offer(offer, clean, named)
        # Also when only the lists of rights or communes change: the lock is on the whole offer.
        offer.revision = offer.revision + 1
        offer.updated_at = ctx.now
        ctx.session.flush()
        refresh_search_text(organisation)
        ctx.record("offer.updated", organisation, offer=offer.id)
    return offer


def remove_offer(ctx: Context, offer_id: int) -> None:
    ctx.require(Permission.DIRECTORY_EDIT)
    with ctx.unit_of_work():
        offer = offer_by_id(ctx, offer_id)
        organisation = live_organisation(ctx, offer.organisation_id, lock=True)
        organisation.offers.remove(offer)
        ctx.session.flush()
        refresh_search_text(organisation)
        ctx.record("offer.removed", organisation, offer=offer_id)


def offer_by_id(ctx: Context, offer_id: int) -> Offer:
    """The offer, with its organisation and lists. Raises NotFoundError."""
    offer = ctx.session.scalar(queries.by_id(offer_id))
    if offer is None:
        raise NotFoundError("Cette offre n’existe pas, ou plus.")
    return offer


def data_of(offer: Offer) -> OfferData:
    """The offer as it stands, its lists in one order."""
    return in_one_order(
        OfferData(
            title=offer.title,
            kind=offer.kind,
            description=offer.description,
            place=offer.place,
            opening_hours=offer.opening_hours,
            covers_whole_epci=offer.covers_whole_epci,
            communes=tuple(commune.insee for commune in offer.communes),
            qpvs=tuple(qpv.id for qpv in offer.qpvs),
            lots=tuple(offer.lots),
            rights=tuple(right.code for right in offer.rights),
            target_groups=tuple(row.target_group for row in offer.target_groups),
        )
    )


def in_one_order(data: OfferData) -> OfferData:
    """The same offer, each list sorted and without repeats, so that two can be compared."""
    return replace(
        data,
        communes=tuple(sorted(set(data.communes))),
        qpvs=tuple(sorted(set(data.qpvs))),
        lots=tuple(sorted(set(data.lots))),
        rights=tuple(sorted(set(data.rights))),
        target_groups=tuple(sorted(set(data.target_groups))),
    )


def cleaned(data: OfferData) -> OfferData:
    """The offer in the form that is stored, for imports, whose codes come from the lists
    themselves and are not looked up. Raises InvalidValuesError with all that is wrong."""
    checks = Checks()
    clean = _clean_fields(checks, data)
    checks.finish()
    return clean


def _cleaned(ctx: Context, data: OfferData) -> tuple[OfferData, NamedRows]:
    checks = Checks()
    clean = _clean_fields(checks, data)
    named = NamedRows(
        communes=ctx.session.scalars(territory.communes_among(clean.communes)).all(),
        qpvs=ctx.session.scalars(territory.qpvs_among(clean.qpvs)).all(),
        rights=ctx.session.scalars(territory.rights_among(clean.rights)).all(),
    )
    _check_known(checks, clean, named)
    checks.finish()
    return clean, named


def _clean_fields(checks: Checks, data: OfferData) -> OfferData:
    clean = replace(
        data,
        title=checks.take(
            lambda: clean_line(
                data.title, field="title", limit=160, required="Donnez un titre à cette offre."
            ),
            "",
        ),
        description=checks.take(lambda: clean_text(data.description, field="description"), ""),
        place=checks.take(lambda: clean_line(data.place, field="place", limit=200), ""),
        opening_hours=checks.take(
            lambda: clean_text(data.opening_hours, field="opening_hours"), ""
        ),
    )
    clean = in_one_order(clean)
    _check_territory(checks, clean)
    return clean


def _check_territory(checks: Checks, data: OfferData) -> None:
    parts = bool(data.communes or data.qpvs or data.lots)
    if data.covers_whole_epci and parts:
        checks.refuse(
            "Choisissez toute la Communauté urbaine, ou bien des communes, quartiers ou lots : pas "
            "les deux.",
            "covers_whole_epci",
        )
    if not data.covers_whole_epci and not parts:
        checks.refuse(
            "Choisissez au moins une commune, un quartier ou un lot, ou bien toute la Communauté "
            "urbaine.",
            "covers_whole_epci",
        )


def _check_known(checks: Checks, data: OfferData, named: NamedRows) -> None:
    if len(named.communes) != len(data.communes):
        checks.refuse("L’une des communes n’est pas du territoire.", "communes")
    if len(named.qpvs) != len(data.qpvs):
        checks.refuse("L’un des quartiers n’est pas du territoire.", "qpvs")
    if not set(data.lots) <= set(Lot):
        checks.refuse("Un lot a le numéro 1, 2 ou 3.", "lots")
    if len(named.rights) != len(data.rights):
        checks.refuse("L’un des droits n’est pas dans la liste.", "rights")


def column_values(clean: OfferData) -> dict[str, Any]:
    """What the row itself holds of the offer; its lists are rows of other tables."""
    return {
        "title": clean.title,
        "kind": clean.kind,
        "description": clean.description,
        "place": clean.place,
        "opening_hours": clean.opening_hours,
        "covers_whole_epci": clean.covers_whole_epci,
        "lots": list(clean.lots),
    }


def write_offer(offer: Offer, clean: OfferData, named: NamedRows) -> None:
    """Put cleaned values in the row; nothing is checked nor recorded here."""
    for name, value in column_values(clean).items():
        setattr(offer, name, value)
    offer.communes = list(named.communes)
    offer.qpvs = list(named.qpvs)
    offer.rights = list(named.rights)
    kept = {row.target_group: row for row in offer.target_groups}
    offer.target_groups = [
        kept.get(group) or OfferTargetGroup(target_group=group) for group in clean.target_groups
    ]
