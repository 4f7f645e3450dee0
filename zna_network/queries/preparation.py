"""The tasks of a forum and its shift plan."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, and_, func, select, true
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from zna_network.models.forum import FINAL_STATES, Forum, ForumTask, Shift, ShiftPerson, TaskState
from zna_network.models.organisation import Organisation
from zna_network.queries.listing import SortKeys

TASK_SORTS: SortKeys = {
    "due": (ForumTask.due_on.is_(None), ForumTask.due_on, ForumTask.id),
    "title": (ForumTask.title, ForumTask.id),
    "organisation": (Organisation.sort_key.is_(None), Organisation.sort_key, ForumTask.id),
    "owner": (ForumTask.owner, ForumTask.due_on, ForumTask.id),
}
_OPEN = (TaskState.TO_DO, TaskState.DOING)


class Shown(StrEnum):
    """Which tasks to show."""

    OPEN = "ouvertes"
    LATE = "en-retard"
    CLOSED = "closes"
    ALL = "toutes"

    @property
    def label(self) -> str:
        return {
            Shown.OPEN: "À faire",
            Shown.LATE: "En retard",
            Shown.CLOSED: "Closes",
            Shown.ALL: "Toutes",
        }[self]


@dataclass(frozen=True)
class TaskFilter:
    """``today`` is the day in Arras against which a task is late."""

    today: date
    shown: Shown = Shown.OPEN
    organisation_id: int | None = None


def tasks(forum_id: int, wanted: TaskFilter) -> Select[ForumTask]:
    statement = (
        select(ForumTask)
        .outerjoin(Organisation, ForumTask.organisation_id == Organisation.id)
        .where(ForumTask.forum_id == forum_id, _is_shown(wanted.shown, wanted.today))
        .options(contains_eager(ForumTask.organisation))
    )
    if wanted.organisation_id is not None:
        statement = statement.where(ForumTask.organisation_id == wanted.organisation_id)
    return statement


def task_counts(forum_id: int, today: date) -> Select[int, int, int]:
    """One row: the tasks open, those of them that are late, and those closed."""
    number = func.count(ForumTask.id)
    return select(
        number.filter(_is_shown(Shown.OPEN, today)),
        number.filter(_is_shown(Shown.LATE, today)),
        number.filter(_is_shown(Shown.CLOSED, today)),
    ).where(ForumTask.forum_id == forum_id)


def task_organisations(forum_id: int) -> Select[Organisation]:
    """Those that answer for something, for the filter."""
    return (
        select(Organisation)
        .where(Organisation.id.in_(_organisations_with_tasks(forum_id)))
        .order_by(Organisation.sort_key)
    )


def task(forum_id: int, task_id: int, *, lock: bool = False) -> Select[ForumTask]:
    statement = (
        select(ForumTask)
        .where(ForumTask.id == task_id, ForumTask.forum_id == forum_id)
        .options(selectinload(ForumTask.organisation))
    )
    if lock:
        return statement.with_for_update().execution_options(populate_existing=True)
    return statement


def tasks_to_remind(first: date, last: date) -> Select[int]:
    """The open tasks that somebody can be reminded of, due between these days, of forums that are
    not closed."""
    return (
        select(ForumTask.id)
        .join(Forum, ForumTask.forum_id == Forum.id)
        .where(
            ForumTask.state.in_(_OPEN),
            ForumTask.owner_email != "",
            ForumTask.due_on.between(first, last),
            Forum.state.not_in(FINAL_STATES),
        )
        .order_by(ForumTask.due_on, ForumTask.id)
    )


def task_to_remind(task_id: int) -> Select[ForumTask]:
    """One task with its forum, held until the transaction ends."""
    return (
        select(ForumTask)
        .where(ForumTask.id == task_id)
        .options(joinedload(ForumTask.forum))
        .with_for_update(of=ForumTask)
        .execution_options(populate_existing=True)
    )


def shifts(forum_id: int) -> Select[Shift]:
    """The whole plan with its people and their organisations, in the order of the day."""
    return (
        select(Shift)
        .where(Shift.forum_id == forum_id)
        .order_by(Shift.starts_at, Shift.post, Shift.id)
        .options(selectinload(Shift.people).joinedload(ShiftPerson.organisation))
        .execution_options(populate_existing=True)
    )


def shift(forum_id: int, shift_id: int, *, lock: bool = False) -> Select[Shift]:
    statement = (
        select(Shift)
        .where(Shift.id == shift_id, Shift.forum_id == forum_id)
        .options(selectinload(Shift.people).joinedload(ShiftPerson.organisation))
    )
    if lock:
        return statement.with_for_update().execution_options(populate_existing=True)
    return statement


def people_meanwhile(
    forum_id: int, starts_at: datetime, ends_at: datetime, *, but: int | None = None
) -> Select[ShiftPerson]:
    """Who holds a post of the forum at some moment between these instants."""
    statement = (
        select(ShiftPerson)
        .join(Shift, ShiftPerson.shift_id == Shift.id)
        .where(Shift.forum_id == forum_id, Shift.starts_at < ends_at, Shift.ends_at > starts_at)
        .options(contains_eager(ShiftPerson.shift))
        .order_by(Shift.starts_at, ShiftPerson.id)
    )
    return statement if but is None else statement.where(Shift.id != but)


def posts(forum_id: int) -> Select[str]:
    """The names of the posts already in the plan, to type the same one again."""
    return select(Shift.post).where(Shift.forum_id == forum_id).distinct().order_by(Shift.post)


def forums_with_shifts(but: int) -> Select[Forum]:
    """The forums whose plan can be copied, the latest first."""
    return (
        select(Forum)
        .where(Forum.id != but, Forum.id.in_(select(Shift.forum_id)))
        .order_by(Forum.held_on.is_(None), Forum.held_on.desc(), Forum.id.desc())
    )


def people_to_remind(after: datetime, before: datetime) -> Select[int, str]:
    """Forum and e-mail of those who hold a post that begins between these instants, and whom
    nobody has reminded of it yet."""
    return (
        select(Shift.forum_id, ShiftPerson.email)
        .join(Shift, ShiftPerson.shift_id == Shift.id)
        .join(Forum, Shift.forum_id == Forum.id)
        .where(
            ShiftPerson.email != "",
            ShiftPerson.reminded_at.is_(None),
            Shift.starts_at > after,
            Shift.starts_at < before,
            Forum.state.not_in(FINAL_STATES),
            Forum.held_on.is_not(None),
        )
        .distinct()
        .order_by(Shift.forum_id, ShiftPerson.email)
    )


def posts_of_person(
    forum_id: int, email: str, after: datetime, before: datetime
) -> Select[ShiftPerson]:
    """What this person is still to be reminded of, held until the transaction ends."""
    return (
        select(ShiftPerson)
        .join(Shift, ShiftPerson.shift_id == Shift.id)
        .where(
            Shift.forum_id == forum_id,
            ShiftPerson.email == email,
            ShiftPerson.reminded_at.is_(None),
            Shift.starts_at > after,
            Shift.starts_at < before,
        )
        .order_by(ShiftPerson.id)
        .options(joinedload(ShiftPerson.shift).joinedload(Shift.forum))
        .with_for_update(of=ShiftPerson)
        .execution_options(populate_existing=True)
    )


def _organisations_with_tasks(forum_id: int) -> Select[int | None]:
    return select(ForumTask.organisation_id).where(ForumTask.forum_id == forum_id)


def _is_shown(shown: Shown, today: date) -> ColumnElement[bool]:
    is_open = ForumTask.state.in_(_OPEN)
    conditions: dict[Shown, ColumnElement[bool]] = {
        Shown.OPEN: is_open,
        Shown.LATE: and_(is_open, ForumTask.due_on < today),
        Shown.CLOSED: ~is_open,
        Shown.ALL: true(),
    }
    return conditions[shown]
