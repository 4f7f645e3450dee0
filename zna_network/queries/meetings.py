"""Meetings and their agenda, as the services and pages read them."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Select, func, or_, select
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
    return _at(first.c.committee_id, first.c.at)


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
    return _at(last.c.committee_id, last.c.at)
