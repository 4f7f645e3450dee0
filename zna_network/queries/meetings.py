"""Meetings and their agenda, as the services and pages read them."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Select, Subquery, and_, func, or_, select
from sqlalchemy.orm import selectinload, undefer

from zna_network.models.committee import Committee, Membership, MembershipState
from zna_network.models.invitation import Answer, Invitation
from zna_network.models.meeting import AgendaItem, Attachment, Meeting, MeetingState
from zna_network.models.minutes import Attendance, Minutes, MinutesState
from zna_network.queries.committees import Reach, within
from zna_network.queries.listing import SortKeys

MEETING_SORTS: SortKeys = {
    "date": (Meeting.starts_at, Meeting.id),
    "title": (Meeting.title, Meeting.id),
    "committee": (Committee.name, Meeting.starts_at, Meeting.id),
}


class Period(StrEnum):
    """Which meetings of a list to show."""

    UPCOMING = "a-venir"
    PAST = "passees"
    CANCELLED = "annulees"

    @property
    def label(self) -> str:
        return {
            Period.UPCOMING: "À venir",
            Period.PAST: "Passées",
            Period.CANCELLED: "Annulées",
        }[self]


def by_id(meeting_id: int, *, lock: bool = False) -> Select[Meeting]:
    """``lock`` makes the transactions that change a meeting or its agenda follow one another."""
    statement = (
        select(Meeting)
        .where(Meeting.id == meeting_id)
        .options(selectinload(Meeting.committee).selectinload(Committee.led_by))
    )
    if lock:
        return statement.with_for_update().execution_options(populate_existing=True)
    return statement


def with_agenda(meeting_id: int) -> Select[Meeting]:
    return by_id(meeting_id).options(
        selectinload(Meeting.agenda).selectinload(AgendaItem.attachments)
    )


def next_of(committee_ids: Sequence[int], now: datetime) -> Select[Meeting]:
    """The next meeting of each of these committees, one that goes on included."""
    first = (
        select(Meeting.committee_id, func.min(Meeting.starts_at).label("at"))
        .where(
            Meeting.committee_id.in_(committee_ids),
            Meeting.state == MeetingState.PLANNED,
            Meeting.ends_at > now,
        )
        .group_by(Meeting.committee_id)
        .subquery()
    )
    return _at(first)


def last_of(committee_ids: Sequence[int], now: datetime) -> Select[Meeting]:
    """The last meeting that each of these committees has held."""
    last = (
        select(Meeting.committee_id, func.max(Meeting.starts_at).label("at"))
        .where(
            Meeting.committee_id.in_(committee_ids),
            Meeting.state == MeetingState.PLANNED,
            Meeting.ends_at <= now,
        )
        .group_by(Meeting.committee_id)
        .subquery()
    )
    return _at(last)


def _at(bounds: Subquery) -> Select[Meeting]:
    """The meetings that begin at the instants of ``bounds`` (committee_id, at)."""
    same = and_(Meeting.committee_id == bounds.c.committee_id, Meeting.starts_at == bounds.c.at)
    return (
        select(Meeting)
        .join(bounds, same)
        .where(Meeting.state == MeetingState.PLANNED)
        .order_by(Meeting.id)
    )


def listed(
    reach: Reach, period: Period, now: datetime, committee_id: int | None = None
) -> Select[Meeting]:
    """The meetings of a list page, with their committee."""
    held = {
        Period.UPCOMING: (Meeting.state == MeetingState.PLANNED, Meeting.ends_at > now),
        Period.PAST: (Meeting.state == MeetingState.PLANNED, Meeting.ends_at <= now),
        Period.CANCELLED: (Meeting.state == MeetingState.CANCELLED,),
    }[period]
    statement = (
        select(Meeting)
        .join(Committee, Meeting.committee_id == Committee.id)
        .where(within(reach), *held)
        .options(selectinload(Meeting.committee))
    )
    if committee_id is not None:
        statement = statement.where(Meeting.committee_id == committee_id)
    return statement


def upcoming(reach: Reach, now: datetime, limit: int) -> Select[Meeting]:
    """The next meetings that somebody may read, soonest first, for the home page."""
    return listed(reach, Period.UPCOMING, now).order_by(Meeting.starts_at, Meeting.id).limit(limit)


def clashing(
    committee_id: int, starts_at: datetime, ends_at: datetime, but: int | None = None
) -> Select[Meeting]:
    """Other meetings on this slot whose committee shares a member with this one."""
    members = select(Membership.contact_id).where(
        Membership.committee_id == committee_id, Membership.state == MembershipState.VALIDATED
    )
    sharing = select(Membership.committee_id).where(
        Membership.contact_id.in_(members), Membership.state == MembershipState.VALIDATED
    )
    statement = (
        select(Meeting)
        .where(
            Meeting.state == MeetingState.PLANNED,
            Meeting.starts_at < ends_at,
            Meeting.ends_at > starts_at,
            or_(Meeting.committee_id == committee_id, Meeting.committee_id.in_(sharing)),
        )
        .options(selectinload(Meeting.committee))
        .order_by(Meeting.starts_at, Meeting.id)
    )
    return statement if but is None else statement.where(Meeting.id != but)


def convened(meeting_id: int) -> Select[int]:
    """How many people have been sent an invitation that still holds."""
    return select(func.count(Invitation.id)).where(
        Invitation.meeting_id == meeting_id,
        Invitation.removed_at.is_(None),
        Invitation.sent_sequence.is_not(None),
    )


def answer_counts(meeting_id: int) -> Select[Answer | None, int]:
    """How many of the invited have given each answer; none stands for no answer."""
    return (
        select(Invitation.answer, func.count(Invitation.id))
        .where(Invitation.meeting_id == meeting_id, Invitation.removed_at.is_(None))
        .group_by(Invitation.answer)
    )


def progress(meeting_id: int) -> Select[int, int, int, MinutesState | None]:
    """One row: points on the agenda, people convened, people on the attendance list, and how
    far the minutes are."""
    points = select(func.count(AgendaItem.id)).where(AgendaItem.meeting_id == meeting_id)
    present = select(func.count(Attendance.id)).where(Attendance.meeting_id == meeting_id)
    minutes = select(Minutes.state).where(Minutes.meeting_id == meeting_id)
    return select(
        points.scalar_subquery(),
        convened(meeting_id).scalar_subquery(),
        present.scalar_subquery(),
        minutes.scalar_subquery(),
    )


def agenda_item(meeting_id: int, item_id: int) -> Select[AgendaItem]:
    return (
        select(AgendaItem)
        .where(AgendaItem.meeting_id == meeting_id, AgendaItem.id == item_id)
        .options(selectinload(AgendaItem.attachments))
    )


def agenda_order(meeting_id: int) -> Select[AgendaItem]:
    """The points in their order, read afresh."""
    return (
        select(AgendaItem)
        .where(AgendaItem.meeting_id == meeting_id)
        .order_by(AgendaItem.position, AgendaItem.id)
        .execution_options(populate_existing=True)
    )


def attachment(meeting_id: int, attachment_id: int) -> Select[Attachment]:
    """A file of this meeting's agenda, with its content."""
    return (
        select(Attachment)
        .join(AgendaItem, Attachment.agenda_item_id == AgendaItem.id)
        .where(AgendaItem.meeting_id == meeting_id, Attachment.id == attachment_id)
        .options(undefer(Attachment.content))
    )
