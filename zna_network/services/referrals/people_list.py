"""The list of files, and the search in it. Whoever does not follow a person has to say why they
look for a name; each reading is in the journal."""

import re
from dataclasses import dataclass

from zna_network.models.person import Person
from zna_network.queries import people as queries
from zna_network.queries.blind_index import Wanted
from zna_network.queries.listing import Page, PageRequest, paginate
from zna_network.queries.people import PERSON_SORTS, PeopleFilter
from zna_network.services import blind_index
from zna_network.services.clean_values import clean_phone
from zna_network.services.context import Context
from zna_network.services.errors import ForbiddenError, InvalidError
from zna_network.services.permissions import Permission, Scope, scope_of
from zna_network.services.referrals.access import Identity, identity_of
from zna_network.services.referrals.openings import reason_of

SAY_WHY = "Choisissez pourquoi vous cherchez cette personne : la recherche est notée au journal."
_CASE = re.compile(r"(?:D\s*-?\s*)?([2-9BCDFGHJKMNPQRTVWXYZ]{6})", re.IGNORECASE)
_BADGE = re.compile(r"(?:badge\s*)?(?:n\s?°\s?|#)?(\d{1,5})", re.IGNORECASE)
_PHONE = re.compile(r"\+?[\d\s.\-/()]{8,20}")


@dataclass(frozen=True)
class PersonRow:
    """One line of the list; ``identity`` when the reader may know it."""

    person: Person
    identity: Identity | None
    referrals: int


@dataclass(frozen=True)
class PeopleSearch:
    """``words``: a case number, a badge's, an e-mail, a telephone, or the beginnings of the words
    of a name. ``reason`` (an ``OpeningReason``) is asked of who does not follow the people."""

    words: str = ""
    reason: str = ""


def read_list(ctx: Context, search: PeopleSearch, request: PageRequest) -> Page[PersonRow]:
    """The files that the actor's organisation follows; for the staff everybody's, by case number.
    Raises InvalidError (field ``motif``) when a reason is missing."""
    with ctx.unit_of_work():
        owner_id = _owner(ctx)
        words = " ".join(search.words.split())
        wanted = _wanted(ctx, owner_id, words)
        # A badge's number stands for its visitor's name.
        names_somebody = wanted.found_by or wanted.badge_number is not None
        if names_somebody and owner_id is None and not ctx.is_system:
            if not search.reason:
                raise InvalidError(SAY_WHY, field="motif")
            why = reason_of(search.reason, field="motif")
            ctx.record("person.searched", reason=why.value)
        ctx.record("person.read", what="list", page=request.number)
        if owner_id is not None:
            shown = paginate(ctx.session, queries.listed(wanted), request, PERSON_SORTS)
            named = sorted(person.id for person in shown.items)
            ctx.record_each("person.read", Person, named, what="list")
    # Committed, and expired by it: read again as the templates will.
    page = paginate(ctx.session, queries.listed(wanted), request, PERSON_SORTS)
    ids = [person.id for person in page.items]
    counted = ctx.session.execute(queries.referral_counts(ids)).all() if ids else []
    counts = {row[0]: row[1] for row in counted}
    return Page(
        items=[_row(ctx, owner_id, person, counts) for person in page.items],
        total=page.total,
        number=page.number,
        per_page=page.per_page,
        sort=page.sort,
        descending=page.descending,
    )


def _row(ctx: Context, owner_id: int | None, person: Person, counts: dict[int, int]) -> PersonRow:
    """Of everybody's files, the list names nobody, even those that are open."""
    identity = identity_of(ctx, person) if owner_id is not None else None
    return PersonRow(person, identity, counts.get(person.id, 0))


def _owner(ctx: Context) -> int | None:
    """Whose files: none for everybody's."""
    if ctx.is_system or scope_of(ctx.actor, Permission.PERSON_READ) is Scope.ALL:
        return None
    if ctx.actor is None or ctx.actor.organisation_id is None:
        raise ForbiddenError
    return ctx.actor.organisation_id


def _wanted(ctx: Context, owner_id: int | None, words: str) -> PeopleFilter:
    if not words:
        return PeopleFilter(owner_id)
    if case := _CASE.fullmatch(words):
        number = f"D-{case[1].upper()}"
        if "-" in words or ctx.session.scalar(queries.with_case_number(number)) is not None:
            return PeopleFilter(owner_id, case_number=number)
    if badge := _BADGE.fullmatch(words):
        return PeopleFilter(owner_id, badge_number=int(badge[1]))
    return PeopleFilter(owner_id, found_by=tuple(_found_by(ctx, words)))


def _found_by(ctx: Context, words: str) -> list[Wanted]:
    index = blind_index.PEOPLE
    if "@" in words:
        return [blind_index.wanted_email(ctx.settings, index, words)]
    if phone := _phone(words):
        return [blind_index.wanted_phone(ctx.settings, index, phone)]
    return blind_index.wanted_name(ctx.settings, index, words)


def _phone(words: str) -> str:
    try:
        return clean_phone(words) if _PHONE.fullmatch(words) else ""
    except InvalidError:
        return ""
