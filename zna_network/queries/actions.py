"""The register of actions."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select, true
from sqlalchemy.orm import selectinload

from zna_network.models.action_reply import ActionReply, ReplyState
from zna_network.models.committee import Committee
from zna_network.models.meeting import Meeting
from zna_network.models.minutes import ActionItem, ActionState
from zna_network.queries.committees import Reach, within
from zna_network.queries.listing import SortKeys
from zna_network.queries.minutes import is_published

ACTION_SORTS: SortKeys = {
    "due": (ActionItem.due_on.is_(None), ActionItem.due_on, ActionItem.id),
    "owner": (ActionItem.owner, ActionItem.due_on, ActionItem.id),
    "committee": (Committee.name, ActionItem.due_on, ActionItem.id),
    "meeting": (Meeting.starts_at, ActionItem.id),
}


class Shown(StrEnum):
    """Which actions of the register to show."""

    OPEN = "ouvertes"
    LATE = "en-retard"
    ASKING = "a-repondre"
    CLOSED = "closes"
    ALL = "toutes"

    @property
    def label(self) -> str:
        return {
            Shown.OPEN: "Ouvertes",
            Shown.LATE: "En retard",
            Shown.ASKING: "À répondre",
            Shown.CLOSED: "Closes",
            Shown.ALL: "Toutes",
        }[self]


@dataclass(frozen=True)
class ActionFilter:
    """``today`` is the day in Arras against which an action is late."""

    today: date
    shown: Shown = Shown.OPEN
    committee_id: int | None = None
    owner: str = ""


def by_id(action_id: int, *, lock: bool = False) -> Select[ActionItem]:
    """``lock`` makes those who close or change an action follow one another."""
    statement = (
        select(ActionItem)
        .where(ActionItem.id == action_id)
        .options(
            selectinload(ActionItem.meeting).selectinload(Meeting.committee),
            selectinload(ActionItem.organisation),
        )
    )
    if lock:
        return statement.with_for_update().execution_options(populate_existing=True)
    return statement


def listed(reach: Reach, wanted: ActionFilter) -> Select[ActionItem]:
    """A list's actions, with their meeting, committee and organisation."""
    statement = (
        select(ActionItem)
        .join(Meeting, ActionItem.meeting_id == Meeting.id)
        .join(Committee, Meeting.committee_id == Committee.id)
        .where(seen_by(reach), _is_shown(wanted.shown, wanted.today))
        .options(
            selectinload(ActionItem.meeting).selectinload(Meeting.committee),
            selectinload(ActionItem.organisation),
        )
    )
    if wanted.committee_id is not None:
        statement = statement.where(Meeting.committee_id == wanted.committee_id)
    if wanted.owner:
        statement = statement.where(ActionItem.owner == wanted.owner)
    if wanted.shown is Shown.ASKING:
        statement = statement.where(led_within(reach))
    return statement


def counts(reach: Reach, today: date) -> Select[int, int, int]:
    """One row: the actions open, those of them that are late, and those closed."""
    number = func.count(ActionItem.id)
    return (
        select(
            number.filter(_is_shown(Shown.OPEN, today)),
            number.filter(_is_shown(Shown.LATE, today)),
            number.filter(_is_shown(Shown.CLOSED, today)),
        )
        .join(Meeting, ActionItem.meeting_id == Meeting.id)
        .join(Committee, Meeting.committee_id == Committee.id)
        .where(seen_by(reach))
    )


def owners(reach: Reach) -> Select[str]:
    """Everybody who has ever had something to do, for the filter."""
    return (
        select(ActionItem.owner)
        .join(Meeting, ActionItem.meeting_id == Meeting.id)
        .join(Committee, Meeting.committee_id == Committee.id)
        .where(seen_by(reach))
        .distinct()
        .order_by(ActionItem.owner)
    )


def committees(reach: Reach) -> Select[Committee]:
    """The committees that have given birth to actions, for the filter."""
    return (
        select(Committee)
        .join(Meeting, Meeting.committee_id == Committee.id)
        .join(ActionItem, ActionItem.meeting_id == Meeting.id)
        .where(seen_by(reach))
        .distinct()
        .order_by(Committee.name)
    )


def seen_by(reach: Reach) -> ColumnElement[bool]:
    """The actions that ``reach`` shows: to an organisation that only sits in the committee, those
    that validated minutes hold; a draft is for those who write it."""
    if reach.everything:
        return true()
    leads = Committee.led_by_id == reach.organisation_id
    return and_(within(reach), or_(leads, is_published()))


def led_within(reach: Reach) -> ColumnElement[bool]:
    """The committees whose actions the reader follows: what owners answer is for nobody else."""
    if reach.everything:
        return true()
    if reach.organisation_id is None:
        return false()
    return Committee.led_by_id == reach.organisation_id


def _is_shown(shown: Shown, today: date) -> ColumnElement[bool]:
    is_open = ActionItem.state == ActionState.OPEN
    conditions: dict[Shown, ColumnElement[bool]] = {
        Shown.OPEN: is_open,
        Shown.LATE: and_(is_open, ActionItem.due_on < today),
        Shown.ASKING: exists().where(
            ActionReply.action_id == ActionItem.id, ActionReply.state == ReplyState.WAITING
        ),
        Shown.CLOSED: ActionItem.state != ActionState.OPEN,
        Shown.ALL: true(),
    }
    return conditions[shown]
