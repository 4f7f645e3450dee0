"""The day of a meeting: where its screen is, the time that points took, what is typed on it."""

from datetime import datetime

from sqlalchemy import Delete, Select, delete, func, select
from sqlalchemy.orm import selectinload

from zna_network.models.committee import Committee
from zna_network.models.meeting import AgendaItem, Meeting, MeetingState
from zna_network.models.meeting_day import ItemTiming, MeetingDay
from zna_network.models.minutes import ActionItem, Attendance, Decision, MinutesSection


def of_meeting(meeting_id: int, *, lock: bool = False) -> Select[MeetingDay]:
    """``lock`` makes those who run the meeting from several screens follow one another."""
    statement = select(MeetingDay).where(MeetingDay.meeting_id == meeting_id)
    if lock:
        return statement.with_for_update().execution_options(populate_existing=True)
    return statement


def by_link(link_hash: str) -> Select[MeetingDay]:
    """Whose room's code this is, with the meeting and its committee."""
    return (
        select(MeetingDay)
        .where(MeetingDay.link_hash == link_hash)
        .options(selectinload(MeetingDay.meeting).selectinload(Meeting.committee))
    )


def _items_of(meeting_id: int) -> Select[int]:
    return select(AgendaItem.id).where(AgendaItem.meeting_id == meeting_id)


def timings(meeting_id: int) -> Select[ItemTiming]:
    return (
        select(ItemTiming)
        .where(ItemTiming.agenda_item_id.in_(_items_of(meeting_id)))
        .execution_options(populate_existing=True)
    )


def forget_timings(meeting_id: int) -> Delete:
    return delete(ItemTiming).where(ItemTiming.agenda_item_id.in_(_items_of(meeting_id)))


def section_of_item(minutes_id: int, item_id: int) -> Select[MinutesSection]:
    return select(MinutesSection).where(
        MinutesSection.minutes_id == minutes_id, MinutesSection.agenda_item_id == item_id
    )


def decision_typed(meeting_id: int, client_id: str) -> Select[Decision]:
    return select(Decision).where(
        Decision.meeting_id == meeting_id, Decision.client_id == client_id
    )


def action_typed(meeting_id: int, client_id: str) -> Select[ActionItem]:
    return select(ActionItem).where(
        ActionItem.meeting_id == meeting_id, ActionItem.client_id == client_id
    )


def waiting_newcomers(meeting_id: int) -> Select[int]:
    """How many people said that they were there without being on the list, nobody having looked
    at their names yet."""
    return select(func.count(Attendance.id)).where(
        Attendance.meeting_id == meeting_id, Attendance.to_confirm
    )


def attendance_of_invitation(invitation_id: int) -> Select[Attendance]:
    return select(Attendance).where(Attendance.invitation_id == invitation_id)


def upcoming(committee_id: int, after: datetime, limit: int) -> Select[Meeting]:
    """The committee's next sittings that begin after this instant."""
    return (
        select(Meeting)
        .where(
            Meeting.committee_id == committee_id,
            Meeting.state == MeetingState.PLANNED,
            Meeting.starts_at > after,
        )
        .options(selectinload(Meeting.committee).selectinload(Committee.led_by))
        .order_by(Meeting.starts_at, Meeting.id)
        .limit(limit)
    )
