"""Finding organisations: by words, by filters, and by the places and rights that the words mean."""

from dataclasses import dataclass, replace

from zna_network.models.organisation import Contact, Organisation
from zna_network.models.territory import Commune, Right
from zna_network.queries import contacts as contact_queries
from zna_network.queries import directory as queries
from zna_network.queries.directory import DirectoryFilter
from zna_network.queries.listing import Page, PageRequest, paginate
from zna_network.services.context import Context
from zna_network.services.permissions import Permission
from zna_network.services.search_words import search_words
from zna_network.services.territory import Territory

SUGGESTIONS = 8


@dataclass(frozen=True)
class Found:
    """A page of organisations. ``communes`` and ``rights`` are those that the words name.
    ``instead`` is the commune whose organisations are shown, no record having the words."""

    page: Page[Organisation]
    communes: list[Commune]
    rights: list[Right]
    instead: Commune | None = None


def find(
    ctx: Context, wanted: DirectoryFilter, request: PageRequest, territory: Territory
) -> Found:
    """The organisations that answer. Archived ones are for staff."""
    ctx.require(Permission.DIRECTORY_EDIT if wanted.archived else Permission.DIRECTORY_READ)
    communes = territory.communes_named(list(wanted.words))
    rights = territory.rights_named(list(wanted.words))
    page = _page(ctx, wanted, request)
    if page.total or len(communes) != 1 or wanted.commune_insee or wanted.qpv_id:
        return Found(page, communes, rights)
    there = communes[0]
    by_place = replace(
        wanted, words=(), commune_insee=there.insee, commune_lots=territory.lots_in(there)
    )
    return Found(_page(ctx, by_place, request), communes, rights, instead=there)


def suggest_organisations(ctx: Context, typed: str) -> list[Organisation]:
    """What a few letters may mean, best first; nothing for fewer than two."""
    ctx.require(Permission.DIRECTORY_READ)
    words = _enough(typed)
    return list(ctx.session.scalars(queries.suggestions(words, SUGGESTIONS))) if words else []


def suggest_contacts(ctx: Context, typed: str) -> list[Contact]:
    """People in the directory, by their name or that of their organisation."""
    ctx.require(Permission.CONTACT_ADD)
    words = _enough(typed)
    if not words:
        return []
    return list(ctx.session.scalars(contact_queries.suggestions(words, SUGGESTIONS)))


def suggest_communes(ctx: Context, typed: str, territory: Territory) -> list[Commune]:
    ctx.require(Permission.DIRECTORY_READ)
    return territory.communes_named(_enough(typed), limit=len(territory.communes))[:SUGGESTIONS]


def _page(ctx: Context, wanted: DirectoryFilter, request: PageRequest) -> Page[Organisation]:
    statement, sorts = queries.listed(wanted), queries.sorts(wanted)
    return paginate(ctx.session, statement, request, sorts, count_beside=wanted.is_searching)


def _enough(typed: str) -> list[str]:
    words = search_words(typed)
    return words if sum(map(len, words)) > 1 else []
