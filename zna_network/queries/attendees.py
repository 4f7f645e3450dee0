"""The visitors of a forum: lists, one person's page, and those whose time to be erased has come."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, String, cast, func, select
from sqlalchemy.orm import joinedload, selectinload

from zna_network.models.attendee import Attendee, Badge, RegistrationChannel
from zna_network.models.door import CheckIn
from zna_network.models.forum import Forum
from zna_network.models.territory import TargetGroup
from zna_network.queries.blind_index import Wanted, attendees_with
from zna_network.queries.listing import SortKeys

_FIRST_NUMBER = (
    select(func.min(Badge.number))
    .where(Badge.attendee_id == Attendee.id)
    .correlate(Attendee)
    .scalar_subquery()
)
ATTENDEE_SORTS: SortKeys = {
    "recent": (Attendee.id.desc(),),
    "number": (_FIRST_NUMBER, Attendee.id),
}


@dataclass(frozen=True)
class AttendeeFilter:
    """What narrows the list; ``found_by``: what a search by words looks for. ``state`` is
    ``expected``, ``came``, ``cancelled`` or ``erased``."""

    commune_insee: str = ""
    target_group: TargetGroup | None = None
    channel: RegistrationChannel | None = None
    state: str = ""
    with_needs: bool = False
    number: int | None = None
    found_by: tuple[Wanted, ...] = ()


def filtered(forum_id: int, wanted: AttendeeFilter) -> Select[Attendee]:
    """With their badges and home. Never more statements for more people."""
    statement = (
        select(Attendee)
        .where(Attendee.forum_id == forum_id)
        .options(
            selectinload(Attendee.badges),
            joinedload(Attendee.commune),
            joinedload(Attendee.qpv),
        )
    )
    if wanted.commune_insee:
        statement = statement.where(Attendee.commune_insee == wanted.commune_insee)
    if wanted.target_group is not None:
        statement = statement.where(Attendee.target_group == wanted.target_group)
    if wanted.channel is not None:
        statement = statement.where(Attendee.channel == wanted.channel)
    if wanted.number is not None:
        numbered = select(Badge.attendee_id).where(
            Badge.forum_id == forum_id, Badge.number == wanted.number
        )
        statement = statement.where(Attendee.id.in_(numbered))
    if wanted.found_by:
        statement = statement.where(attendees_with(Attendee.id, wanted.found_by))
    if wanted.with_needs:
        statement = statement.where(cast(Attendee.needs, String) != "[]")
    return _in_state(statement, forum_id, wanted.state)


def _in_state(statement: Select[Attendee], forum_id: int, state: str) -> Select[Attendee]:
    came = (
        select(Badge.attendee_id)
        .join(CheckIn, CheckIn.badge_id == Badge.id)
        .where(Badge.forum_id == forum_id, Badge.attendee_id.is_not(None))
    )
    if state == "came":
        return statement.where(Attendee.id.in_(came))
    if state == "expected":
        return statement.where(Attendee.cancelled_at.is_(None), Attendee.id.not_in(came))
    if state == "cancelled":
        return statement.where(Attendee.cancelled_at.is_not(None))
    if state == "erased":
        return statement.where(Attendee.erased_at.is_not(None))
    return statement


def by_id(forum_id: int, attendee_id: int, *, lock: bool = False) -> Select[Attendee]:
    return _held(
        select(Attendee).where(Attendee.forum_id == forum_id, Attendee.id == attendee_id), lock
    )


def by_link(link_hash: str, *, lock: bool = False) -> Select[Attendee]:
    return _held(select(Attendee).where(Attendee.link_hash == link_hash), lock)


def by_salt(link_salt: str) -> Select[Attendee]:
    return select(Attendee).where(Attendee.link_salt == link_salt)


def _held(statement: Select[Attendee], lock: bool) -> Select[Attendee]:
    """With the badges, the forum and the home; ``lock`` until the transaction ends."""
    statement = statement.options(
        selectinload(Attendee.badges), selectinload(Attendee.forum), selectinload(Attendee.commune)
    )
    if not lock:
        return statement
    return statement.with_for_update(of=Attendee).execution_options(populate_existing=True)


def expected_with_email(forum_id: int) -> Select[Attendee]:
    """Those to write to when the day changes."""
    return (
        select(Attendee)
        .where(
            Attendee.forum_id == forum_id,
            Attendee.cancelled_at.is_(None),
            Attendee.erased_at.is_(None),
            Attendee.contact_key != "",
        )
        .options(selectinload(Attendee.badges))
        .order_by(Attendee.id)
    )


def to_erase(held_before: date, limit: int) -> Select[Attendee]:
    """Visitors of forums held before that day whose personal part is still there."""
    return (
        select(Attendee)
        .join(Forum, Forum.id == Attendee.forum_id)
        .where(Forum.held_on < held_before, Attendee.erased_at.is_(None))
        .options(selectinload(Attendee.badges))
        .order_by(Attendee.id)
        .limit(limit)
        .with_for_update(of=Attendee, skip_locked=True)
    )


def count_to_erase(held_before: date) -> Select[int]:
    return (
        select(func.count())
        .select_from(Attendee)
        .join(Forum, Forum.id == Attendee.forum_id)
        .where(Forum.held_on < held_before, Attendee.erased_at.is_(None))
    )
