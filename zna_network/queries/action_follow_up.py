"""Actions as their owners follow them: their links, what they answered, whom to tell and remind."""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import (
    ColumnElement,
    Delete,
    Select,
    Update,
    delete,
    exists,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.orm import selectinload

from zna_network.models.action_reply import ActionReply, ReplyState
from zna_network.models.committee import Committee
from zna_network.models.meeting import Meeting
from zna_network.models.minutes import ActionItem, ActionState
from zna_network.models.minutes_review import ActionReminder
from zna_network.queries.actions import by_id, led_within
from zna_network.queries.committees import Reach
from zna_network.queries.minutes import is_published as in_validated_minutes

_BATCH = 500
_REACHABLE = (ActionItem.state == ActionState.OPEN, ActionItem.owner_email != "")


def by_link(link_hash: str) -> Select[ActionItem]:
    return (
        select(ActionItem)
        .where(ActionItem.link_hash == link_hash)
        .options(
            selectinload(ActionItem.meeting)
            .selectinload(Meeting.committee)
            .selectinload(Committee.led_by)
        )
    )


def locked(action_id: int) -> Select[ActionItem]:
    """Held, with the committee that it comes from: those who answer, close or follow it wait."""
    return by_id(action_id, lock=True)


def to_tell(meeting_id: int) -> Select[ActionItem]:
    """The open actions of a meeting whose owner has not been told of them as they stand; held."""
    return (
        select(ActionItem)
        .where(ActionItem.meeting_id == meeting_id, *_REACHABLE, ActionItem.told_at.is_(None))
        .order_by(ActionItem.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def count_to_tell(meeting_id: int) -> Select[int]:
    """How many people would be told if the minutes were validated now."""
    return select(func.count(func.distinct(ActionItem.owner_email))).where(
        ActionItem.meeting_id == meeting_id, *_REACHABLE, ActionItem.told_at.is_(None)
    )


def replies(action_id: int) -> Select[ActionReply]:
    """What the owner has said, the latest first."""
    return (
        select(ActionReply)
        .where(ActionReply.action_id == action_id)
        .options(selectinload(ActionReply.settled_by))
        .order_by(ActionReply.id.desc())
    )


def count_replies(action_id: int, since: datetime) -> Select[int]:
    return select(func.count(ActionReply.id)).where(
        ActionReply.action_id == action_id, ActionReply.at > since
    )


def waiting_reply(action_id: int) -> Select[ActionReply]:
    """The answer that awaits those who follow the action, if there is one."""
    return select(ActionReply).where(
        ActionReply.action_id == action_id, ActionReply.state == ReplyState.WAITING
    )


def waiting_among(action_ids: Collection[int]) -> Select[ActionReply]:
    """The same, for the actions of a page."""
    return select(ActionReply).where(
        ActionReply.action_id.in_(action_ids), ActionReply.state == ReplyState.WAITING
    )


def count_waiting(reach: Reach) -> Select[int]:
    """How many answers await the CUA, or the association that leads the committees."""
    return (
        select(func.count(ActionReply.id))
        .join(ActionItem, ActionReply.action_id == ActionItem.id)
        .join(Meeting, ActionItem.meeting_id == Meeting.id)
        .join(Committee, Meeting.committee_id == Committee.id)
        .where(ActionReply.state == ReplyState.WAITING, led_within(reach))
    )


def reminders(action_id: int) -> Select[ActionReminder]:
    """Those sent, the latest first."""
    return (
        select(ActionReminder)
        .where(ActionReminder.action_id == action_id)
        .order_by(ActionReminder.at.desc(), ActionReminder.id.desc())
    )


def to_look_at(since: date, until: date) -> Select[int, str, date, datetime]:
    """The id, the owner's address, the day and when they were told, of the open actions due between
    these days and whose owner has asked nothing that awaits an answer."""
    columns = (ActionItem.id, ActionItem.owner_email, ActionItem.due_on, ActionItem.told_at)
    return select(*columns).where(*_told(since, until))  # type: ignore[return-value]


def to_remind(email: str, since: date, until: date) -> Select[ActionItem]:
    """That owner's actions among them, held."""
    return (
        select(ActionItem)
        .where(ActionItem.owner_email == email, *_told(since, until))
        .options(selectinload(ActionItem.meeting).selectinload(Meeting.committee))
        .order_by(ActionItem.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def reminded(action_ids: Collection[int]) -> Select[ActionReminder]:
    return select(ActionReminder).where(ActionReminder.action_id.in_(action_ids))


def count_to_forget(before: datetime) -> Select[int]:
    return select(func.count(ActionItem.id)).where(*_long_closed(before))


def to_forget(before: datetime) -> Select[int]:
    """The ids of the actions closed before then that still say where their owner is or what they
    said; held."""
    return (
        select(ActionItem.id)
        .where(*_long_closed(before))
        .order_by(ActionItem.id)
        .limit(_BATCH)
        .with_for_update()
    )


def forget_replies(action_ids: Collection[int]) -> Delete:
    return delete(ActionReply).where(ActionReply.action_id.in_(action_ids))


def forget_addresses(action_ids: Collection[int]) -> Update:
    return update(ActionItem).where(ActionItem.id.in_(action_ids)).values(owner_email="")


def is_published(action_id: int) -> Select[int]:
    """Its id, once validated minutes hold it."""
    return select(ActionItem.id).where(ActionItem.id == action_id, in_validated_minutes())


def _long_closed(before: datetime) -> tuple[ColumnElement[bool], ...]:
    has_spoken = exists().where(ActionReply.action_id == ActionItem.id)
    return ActionItem.closed_at < before, or_(ActionItem.owner_email != "", has_spoken)


def _told(since: date, until: date) -> tuple[ColumnElement[bool], ...]:
    awaits = exists().where(
        ActionReply.action_id == ActionItem.id, ActionReply.state == ReplyState.WAITING
    )
    is_due = ActionItem.due_on.between(since, until)
    return (*_REACHABLE, ActionItem.told_at.is_not(None), is_due, ~awaits)
