"""Date polls, as the services and pages read them.

Locks are taken in one order: the poll, then the meeting that it becomes, then the mails."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, delete, false, func, or_, select, true
from sqlalchemy.orm import selectinload
from sqlalchemy.sql.dml import Delete

from zna_network.models.committee import Committee
from zna_network.models.meeting import Meeting, MeetingState
from zna_network.models.organisation import Contact
from zna_network.models.outbox import OutboxMessage
from zna_network.models.poll import (
    DatePoll,
    PollInvitee,
    PollOption,
    PollReminder,
    PollState,
    PollVote,
)
from zna_network.queries.committees import Reach
from zna_network.queries.listing import SortKeys

POLL_SORTS: SortKeys = {
    "deadline": (DatePoll.deadline, DatePoll.id),
    "title": (func.lower(DatePoll.title), DatePoll.id),
    "committee": (Committee.name, DatePoll.deadline, DatePoll.id),
}
_PERSON = (
    selectinload(PollInvitee.contact).selectinload(Contact.organisation),
    selectinload(PollInvitee.organisation),
)
_PARTS = (
    selectinload(DatePoll.committee).selectinload(Committee.led_by),
    selectinload(DatePoll.created_by),
    selectinload(DatePoll.closed_by),
    selectinload(DatePoll.meeting),
    selectinload(DatePoll.options),
    selectinload(DatePoll.invitees).options(*_PERSON),
)


def by_id(poll_id: int) -> Select[DatePoll]:
    """The poll with its options and invitees, those taken off included."""
    return select(DatePoll).where(DatePoll.id == poll_id).options(*_PARTS)


def with_votes(poll_id: int) -> Select[DatePoll]:
    return by_id(poll_id).options(selectinload(DatePoll.invitees).selectinload(PollInvitee.votes))


def locked(poll_id: int) -> Select[DatePoll]:
    """The same, held until the transaction ends: whatever changes a poll, answers included, follows
    one another, so that the last to answer is seen to be the last."""
    return (
        with_votes(poll_id).with_for_update(of=DatePoll).execution_options(populate_existing=True)
    )


def by_link(link_hash: str) -> Select[PollInvitee]:
    return select(PollInvitee).where(PollInvitee.link_hash == link_hash)


def _led_within(reach: Reach) -> ColumnElement[bool]:
    if reach.everything:
        return true()
    if reach.organisation_id is None:
        return false()
    return Committee.led_by_id == reach.organisation_id


def _is_current(current: bool) -> ColumnElement[bool]:
    states = (PollState.DRAFT, PollState.OPEN)
    return DatePoll.state.in_(states) if current else DatePoll.state.not_in(states)


def listed(reach: Reach, *, current: bool, committee_id: int | None = None) -> Select[DatePoll]:
    """The polls of a list page, with their committee and meeting; ``current`` are those being
    prepared and those open."""
    statement = (
        select(DatePoll)
        .join(Committee, DatePoll.committee_id == Committee.id)
        .where(_led_within(reach), _is_current(current))
        .options(selectinload(DatePoll.committee), selectinload(DatePoll.meeting))
    )
    return (
        statement
        if committee_id is None
        else statement.where(DatePoll.committee_id == committee_id)
    )


def progress(poll_ids: Collection[int]) -> Select[int, int, int]:
    """Of each of these polls: how many are asked, how many have answered."""
    return (
        select(PollInvitee.poll_id, func.count(PollInvitee.id), func.count(PollInvitee.answered_at))
        .where(PollInvitee.poll_id.in_(poll_ids), PollInvitee.removed_at.is_(None))
        .group_by(PollInvitee.poll_id)
    )


def option_counts(poll_ids: Collection[int]) -> Select[int, int]:
    return (
        select(PollOption.poll_id, func.count(PollOption.id))
        .where(PollOption.poll_id.in_(poll_ids), PollOption.removed_at.is_(None))
        .group_by(PollOption.poll_id)
    )


def awaiting_answers(now: datetime, until: datetime) -> Select[DatePoll]:
    """The open polls whose deadline falls between two instants."""
    return (
        select(DatePoll)
        .where(
            DatePoll.state == PollState.OPEN, DatePoll.deadline > now, DatePoll.deadline <= until
        )
        .order_by(DatePoll.id)
    )


def silent(poll_id: int) -> Select[int]:
    """Who was sent the poll and lacks an answer about one of its dates at least."""
    said = (
        select(PollVote.id)
        .where(PollVote.option_id == PollOption.id, PollVote.invitee_id == PollInvitee.id)
        .correlate(PollOption, PollInvitee)
    )
    lacking = (
        select(PollOption.id)
        .where(PollOption.poll_id == poll_id, PollOption.removed_at.is_(None), ~said.exists())
        .correlate(PollInvitee)
    )
    return (
        select(PollInvitee.id)
        .where(
            PollInvitee.poll_id == poll_id,
            PollInvitee.removed_at.is_(None),
            PollInvitee.sent_at.is_not(None),
            PollInvitee.email != "",
            lacking.exists(),
        )
        .order_by(PollInvitee.id)
    )


def just_ended(since: datetime, now: datetime) -> Select[int]:
    """The open polls whose deadline has passed lately."""
    return (
        select(DatePoll.id)
        .where(
            DatePoll.state == PollState.OPEN, DatePoll.deadline <= now, DatePoll.deadline > since
        )
        .order_by(DatePoll.id)
    )


def reminders_of(invitee_ids: Collection[int]) -> Select[PollReminder]:
    return (
        select(PollReminder)
        .where(PollReminder.invitee_id.in_(invitee_ids))
        .order_by(PollReminder.id)
    )


def mail_of_cause(dedup_key: str) -> Select[int]:
    """The mail already written for this cause, whatever became of it."""
    return select(OutboxMessage.id).where(OutboxMessage.dedup_key == dedup_key)


def _forgettable(limit: datetime) -> ColumnElement[bool]:
    """Over since before ``limit``, or left open or unsent as long after its deadline; with people
    still named in it."""
    is_over = and_(DatePoll.closed_at.is_not(None), DatePoll.closed_at < limit)
    is_stale = and_(DatePoll.closed_at.is_(None), DatePoll.deadline < limit)
    named = select(PollInvitee.id).where(PollInvitee.poll_id == DatePoll.id).exists()
    return and_(or_(is_over, is_stale), named)


def count_to_forget(limit: datetime) -> Select[int]:
    return select(func.count(DatePoll.id)).where(_forgettable(limit))


def to_forget(limit: datetime, number: int) -> Select[DatePoll]:
    return (
        select(DatePoll)
        .where(_forgettable(limit))
        .order_by(DatePoll.id)
        .limit(number)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )


def people_of(poll_id: int) -> Select[int]:
    return select(PollInvitee.id).where(PollInvitee.poll_id == poll_id)


def option_ids(poll_id: int) -> Select[int]:
    return select(PollOption.id).where(PollOption.poll_id == poll_id)


def erase_people(poll_id: int) -> list[Delete]:
    """Votes and reminders first: not every database removes what hangs on a row by itself."""
    people = people_of(poll_id).scalar_subquery()
    return [
        delete(PollVote).where(PollVote.invitee_id.in_(people)),
        delete(PollReminder).where(PollReminder.invitee_id.in_(people)),
        delete(PollInvitee).where(PollInvitee.poll_id == poll_id),
    ]


def committees_led(reach: Reach) -> Select[Committee]:
    """The committees at work in which one may look for a date."""
    return select(Committee).where(_led_within(reach), Committee.archived_at.is_(None))


def with_orphan_hold() -> Select[int]:
    """The polls whose meeting was called off while its hold still stands."""
    return (
        select(DatePoll.id)
        .join(Meeting, DatePoll.meeting_id == Meeting.id)
        .join(PollOption, PollOption.uid == Meeting.uid)
        .where(
            DatePoll.with_holds,
            Meeting.state == MeetingState.CANCELLED,
            PollOption.removed_at.is_(None),
        )
        .order_by(DatePoll.id)
    )
