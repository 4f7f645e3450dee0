"""The visitors as the staff see them: the list, one person, and what is done for them at the desk.
Each reading of names is in the journal, which names nobody."""

import re
from dataclasses import dataclass, field, replace

from zna_network.models.attendee import Attendee
from zna_network.models.forum import Forum
from zna_network.queries import attendees as queries
from zna_network.queries.attendees import ATTENDEE_SORTS, AttendeeFilter
from zna_network.queries.blind_index import Wanted
from zna_network.queries.listing import Page, PageRequest, paginate
from zna_network.services import badges, blind_index, registrations, retention
from zna_network.services.clean_values import clean_phone
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, InvalidError, NotFoundError
from zna_network.services.permissions import Permission

CANCELLED_BY_STAFF = "inscription annulée par un agent"
UNKNOWN = "Ce visiteur n’existe pas."
ERASED = "Les informations de ce visiteur ont été effacées."
_NUMBER = re.compile(r"(?:n\s?°\s?|#)?(\d{1,5})")
_PHONE = re.compile(r"\+?[\d\s.\-/()]{8,20}")


@dataclass(frozen=True)
class VisitorSearch:
    """``words``: a badge number, an e-mail address, a telephone number, or part of a name."""

    words: str = ""
    wanted: AttendeeFilter = field(default_factory=AttendeeFilter)


def read_list(
    ctx: Context, forum: Forum, search: VisitorSearch, request: PageRequest
) -> Page[Attendee]:
    ctx.require(Permission.ATTENDEES_READ)
    with ctx.unit_of_work():
        ctx.record("attendee.read", forum, what="list", page=request.number)
    wanted = _narrowed(ctx, search)
    return paginate(ctx.session, queries.filtered(forum.id, wanted), request, ATTENDEE_SORTS)


def read_one(ctx: Context, forum: Forum, attendee_id: int) -> Attendee:
    ctx.require(Permission.ATTENDEES_READ)
    with ctx.unit_of_work():
        ctx.record("attendee.read", _found(ctx, forum.id, attendee_id), what="person")
    return _found(ctx, forum.id, attendee_id)


def cancel(ctx: Context, forum_id: int, attendee_id: int) -> Attendee:
    ctx.require(Permission.ATTENDEES_READ)
    with ctx.unit_of_work():
        attendee = _found(ctx, forum_id, attendee_id, lock=True)
        registrations.cancel_locked(ctx, attendee, CANCELLED_BY_STAFF)
    return attendee


def erase(ctx: Context, forum_id: int, attendee_id: int) -> Attendee:
    """Erase the personal part. Erased already, nothing happens."""
    ctx.require(Permission.ATTENDEES_READ)
    with ctx.unit_of_work():
        attendee = _found(ctx, forum_id, attendee_id, lock=True)
        if attendee.erased_at is None:
            retention.erase(ctx, attendee)
    return attendee


def attach_blank(ctx: Context, forum_id: int, attendee_id: int, number: int | None) -> Attendee:
    """Give a blank badge to somebody who is registered; theirs, if any, no longer opens."""
    ctx.require(Permission.ATTENDEES_READ)
    if number is None:
        raise InvalidError("Écrivez le numéro du badge vierge, par exemple 0042.", field="number")
    with ctx.unit_of_work():
        attendee = _found(ctx, forum_id, attendee_id, lock=True)
        if attendee.cancelled_at is not None:
            raise ConflictError("Cette inscription est annulée : inscrivez la personne à nouveau.")
        blank = badges.numbered(ctx, forum_id, number)
        before = [badge for badge in attendee.badges if badge.revoked_at is None]
        badges.attach(ctx, blank, attendee)
        for badge in before:
            badges.withdraw(ctx, badge, badges.REPLACED)
    return attendee


def _found(ctx: Context, forum_id: int, attendee_id: int, *, lock: bool = False) -> Attendee:
    attendee = ctx.session.scalar(queries.by_id(forum_id, attendee_id, lock=lock))
    if attendee is None:
        raise NotFoundError(UNKNOWN)
    return attendee


def _narrowed(ctx: Context, search: VisitorSearch) -> AttendeeFilter:
    """What the words mean: names and contacts are encrypted, and found by the index beside them."""
    words = " ".join(search.words.split())
    if not words:
        return search.wanted
    number = _NUMBER.fullmatch(words)
    if number:
        return replace(search.wanted, number=int(number[1]))
    return replace(search.wanted, found_by=tuple(_wanted(ctx, words)))


def _wanted(ctx: Context, words: str) -> list[Wanted]:
    index = blind_index.ATTENDEES
    if "@" in words:
        return [blind_index.wanted_email(ctx.settings, index, words)]
    if phone := _phone(words):
        return [blind_index.wanted_phone(ctx.settings, index, phone)]
    return blind_index.wanted_name(ctx.settings, index, words)


def _phone(words: str) -> str:
    if not _PHONE.fullmatch(words):
        return ""
    try:
        return clean_phone(words)
    except InvalidError:
        return ""
