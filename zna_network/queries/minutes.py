"""Minutes, their sections and versions, and the actions that come back from earlier meetings."""

from datetime import datetime

from sqlalchemy import ColumnElement, Select, Update, and_, exists, func, or_, select, update
from sqlalchemy.orm import selectinload, undefer

from zna_network.models.committee import Committee
from zna_network.models.meeting import Meeting, MeetingState
from zna_network.models.minutes import (
    ActionItem,
    ActionState,
    Decision,
    Minutes,
    MinutesSection,
    MinutesSectionRevision,
    MinutesVersion,
)
from zna_network.models.outbox import OutboxMessage

MAIL = "minutes_sent"


def open_actions_before(meeting: Meeting, *, with_drafts: bool) -> Select[ActionItem]:
    """The actions still open that earlier meetings of the committee gave birth to, the most
    pressing first; their meeting and organisation are loaded. ``with_drafts`` is for those who
    write the minutes: to the others, an action exists once it is published."""
    statement = _actions_before(meeting, ActionItem.state == ActionState.OPEN)
    return statement if with_drafts else statement.where(is_published())


def is_published() -> ColumnElement[bool]:
    """The condition on ActionItem that keeps those that validated minutes hold."""
    return exists().where(
        Minutes.meeting_id == ActionItem.meeting_id,
        MinutesVersion.minutes_id == Minutes.id,
        MinutesVersion.created_at >= ActionItem.created_at,
    )


def carried_over(meeting: Meeting, since: datetime) -> Select[ActionItem]:
    """The actions of earlier meetings that were still open at ``since``: those that the minutes
    of this meeting speak of, closed in the meantime or not."""
    still_open = ActionItem.state == ActionState.OPEN
    return _actions_before(meeting, or_(still_open, ActionItem.closed_at >= since))


def _actions_before(meeting: Meeting, condition: ColumnElement[bool]) -> Select[ActionItem]:
    earlier = or_(
        Meeting.starts_at < meeting.starts_at,
        and_(Meeting.starts_at == meeting.starts_at, Meeting.id < meeting.id),
    )
    return (
        select(ActionItem)
        .join(Meeting, ActionItem.meeting_id == Meeting.id)
        .where(Meeting.committee_id == meeting.committee_id, earlier, condition)
        .options(selectinload(ActionItem.meeting), selectinload(ActionItem.organisation))
        .order_by(ActionItem.due_on.is_(None), ActionItem.due_on, ActionItem.id)
    )


def of_meeting(meeting_id: int, *, lock: bool = False) -> Select[Minutes]:
    """``lock`` makes the transactions that write in the minutes follow one another."""
    statement = select(Minutes).where(Minutes.meeting_id == meeting_id)
    if lock:
        return statement.with_for_update().execution_options(populate_existing=True)
    return statement


def held_meeting(meeting_id: int) -> Select[Meeting]:
    """The meeting, shared with whoever else writes in its minutes, kept from whoever changes it."""
    return (
        select(Meeting)
        .where(Meeting.id == meeting_id)
        .options(selectinload(Meeting.committee).selectinload(Committee.led_by))
        .with_for_update(read=True, key_share=True)
        .execution_options(populate_existing=True)
    )


def with_everything(meeting_id: int) -> Select[Minutes]:
    """The minutes as their page shows them, without the documents of the versions."""
    committee = selectinload(Minutes.meeting).selectinload(Meeting.committee)
    return of_meeting(meeting_id).options(
        committee.selectinload(Committee.led_by),
        selectinload(Minutes.sections).options(
            selectinload(MinutesSection.agenda_item), selectinload(MinutesSection.updated_by)
        ),
        selectinload(Minutes.versions).options(
            selectinload(MinutesVersion.created_by), selectinload(MinutesVersion.reopened_by)
        ),
        selectinload(Minutes.validated_by),
    )


def section(meeting_id: int, section_id: int) -> Select[MinutesSection]:
    return (
        select(MinutesSection)
        .join(Minutes, MinutesSection.minutes_id == Minutes.id)
        .where(Minutes.meeting_id == meeting_id, MinutesSection.id == section_id)
        .options(selectinload(MinutesSection.updated_by))
        .execution_options(populate_existing=True)
    )


def sections(minutes_id: int) -> Select[MinutesSection]:
    """The sections in their order, read afresh."""
    return (
        select(MinutesSection)
        .where(MinutesSection.minutes_id == minutes_id)
        .options(selectinload(MinutesSection.updated_by))
        .order_by(MinutesSection.position, MinutesSection.id)
        .execution_options(populate_existing=True)
    )


def place_section(section_id: int, position: int, title: str) -> Update:
    """Follows the agenda without counting as a change of the text (``revision`` stays)."""
    return (
        update(MinutesSection)
        .where(MinutesSection.id == section_id)
        .values(position=position, title=title)
    )


def latest_revision(section_id: int) -> Select[MinutesSectionRevision]:
    return (
        select(MinutesSectionRevision)
        .where(MinutesSectionRevision.section_id == section_id)
        .order_by(MinutesSectionRevision.revision.desc())
        .limit(1)
    )


def section_history(section_id: int) -> Select[MinutesSectionRevision]:
    """Every text of a section, latest first, with its author."""
    return (
        select(MinutesSectionRevision)
        .where(MinutesSectionRevision.section_id == section_id)
        .options(selectinload(MinutesSectionRevision.author))
        .order_by(MinutesSectionRevision.revision.desc())
    )


def section_revision(section_id: int, revision_id: int) -> Select[MinutesSectionRevision]:
    return select(MinutesSectionRevision).where(
        MinutesSectionRevision.section_id == section_id, MinutesSectionRevision.id == revision_id
    )


def written_sections(minutes_id: int) -> Select[int]:
    """The ids of the sections that have ever held a text, a decision or an action."""
    written = (MinutesSectionRevision, Decision, ActionItem)
    return select(MinutesSection.id).where(
        MinutesSection.minutes_id == minutes_id,
        or_(*(MinutesSection.id.in_(select(model.section_id)) for model in written)),
    )


def version(meeting_id: int, number: int) -> Select[MinutesVersion]:
    """A version handed out, with its document."""
    return (
        select(MinutesVersion)
        .join(Minutes, MinutesVersion.minutes_id == Minutes.id)
        .where(Minutes.meeting_id == meeting_id, MinutesVersion.number == number)
        .options(undefer(MinutesVersion.document))
    )


def latest_version(minutes_id: int) -> Select[MinutesVersion]:
    """The version in force, or set aside by the draft; with its document."""
    return (
        select(MinutesVersion)
        .where(MinutesVersion.minutes_id == minutes_id)
        .options(undefer(MinutesVersion.document))
        .order_by(MinutesVersion.number.desc())
        .limit(1)
    )


def latest_version_number(minutes_id: int) -> Select[int | None]:
    return select(func.max(MinutesVersion.number)).where(MinutesVersion.minutes_id == minutes_id)


def decisions_of(meeting_id: int) -> Select[Decision]:
    return select(Decision).where(Decision.meeting_id == meeting_id).order_by(Decision.id)


def decision(meeting_id: int, decision_id: int) -> Select[Decision]:
    return (
        select(Decision)
        .where(Decision.meeting_id == meeting_id, Decision.id == decision_id)
        .execution_options(populate_existing=True)
    )


def actions_of(meeting_id: int) -> Select[ActionItem]:
    """The actions decided at this meeting."""
    return (
        select(ActionItem)
        .where(ActionItem.meeting_id == meeting_id)
        .options(selectinload(ActionItem.meeting), selectinload(ActionItem.organisation))
        .order_by(ActionItem.id)
    )


def next_meeting(meeting: Meeting) -> Select[Meeting]:
    """The committee's next sitting after this one."""
    return (
        select(Meeting)
        .where(
            Meeting.committee_id == meeting.committee_id,
            Meeting.state == MeetingState.PLANNED,
            Meeting.starts_at > meeting.starts_at,
        )
        .order_by(Meeting.starts_at, Meeting.id)
        .limit(1)
    )


def mails_of(meeting_id: int) -> Select[OutboxMessage]:
    """The mails that carried these minutes, one a person and a version."""
    return (
        select(OutboxMessage)
        .where(OutboxMessage.kind == MAIL, OutboxMessage.meeting_id == meeting_id)
        .order_by(OutboxMessage.id)
    )
