"""Reading badges."""

from sqlalchemy import Select, Update, case, func, select, update
from sqlalchemy.orm import joinedload, selectinload

from zna_network.models.attendee import Badge
from zna_network.models.door import CheckIn, Scan, Visit


def by_id(badge_id: int, *, lock: bool = False) -> Select[Badge]:
    return _held(select(Badge).where(Badge.id == badge_id), lock)


def by_number(forum_id: int, number: int, *, lock: bool = False) -> Select[Badge]:
    return _held(select(Badge).where(Badge.forum_id == forum_id, Badge.number == number), lock)


def _held(statement: Select[Badge], lock: bool) -> Select[Badge]:
    if not lock:
        return statement
    return statement.with_for_update(of=Badge).execution_options(populate_existing=True)


def by_ticket(ticket_hash: str) -> Select[Badge]:
    return select(Badge).where(Badge.ticket_hash == ticket_hash)


def numbered(forum_id: int, first: int, last: int) -> Select[Badge]:
    return (
        select(Badge)
        .where(Badge.forum_id == forum_id, Badge.number.between(first, last))
        .order_by(Badge.number)
    )


def handing_over(badge_id: int, other_id: int) -> tuple[Update, ...]:
    """What brings everything that happened to a badge over to another, on which nothing has."""
    return tuple(
        update(model).where(model.badge_id == badge_id).values(badge_id=other_id)
        for model in (Scan, CheckIn, Visit)
    )


def last_number(forum_id: int) -> Select[int | None]:
    return select(func.max(Badge.number)).where(Badge.forum_id == forum_id)


def printable(
    forum_id: int,
    *,
    named: bool,
    rehearsal: bool,
    only_new: bool,
    first: int | None,
    last: int | None,
    limit: int,
) -> Select[Badge]:
    """The badges in force to put on sheets, by number, with their holder."""
    statement = (
        select(Badge)
        .where(
            Badge.forum_id == forum_id,
            Badge.revoked_at.is_(None),
            Badge.attendee_id.is_not(None) if named else Badge.attendee_id.is_(None),
            Badge.is_rehearsal.is_(rehearsal),
        )
        .options(selectinload(Badge.attendee))
        .order_by(Badge.number)
        .limit(limit)
    )
    if only_new:
        statement = statement.where(Badge.printed_at.is_(None))
    if first is not None:
        statement = statement.where(Badge.number >= first)
    if last is not None:
        statement = statement.where(Badge.number <= last)
    return statement


def tally(forum_id: int) -> Select[str, int, int, int, int]:
    """By kind (``named``, ``blank``, ``rehearsal``, ``revoked``): how many badges, how many never
    printed, the first number and the last."""
    kind = case(
        (Badge.revoked_at.is_not(None), "revoked"),
        (Badge.is_rehearsal, "rehearsal"),
        (Badge.attendee_id.is_(None), "blank"),
        else_="named",
    )
    unprinted = func.sum(case((Badge.printed_at.is_(None), 1), else_=0))
    return (
        select(kind, func.count(), unprinted, func.min(Badge.number), func.max(Badge.number))
        .where(Badge.forum_id == forum_id)
        .group_by(kind)
    )


def with_forum(badge_id: int) -> Select[Badge]:
    return (
        select(Badge)
        .where(Badge.id == badge_id)
        .options(joinedload(Badge.forum), joinedload(Badge.attendee))
    )
