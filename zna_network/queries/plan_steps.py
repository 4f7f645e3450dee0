"""The steps of the grantees' retro-planning: lists, what is due when, what awaits a reminder."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, true
from sqlalchemy.orm import selectinload

from zna_network.models.account import Role, User
from zna_network.models.organisation import Organisation
from zna_network.models.planning import (
    CalendarEntry,
    PlanStep,
    PlanStepReminder,
    StepState,
)
from zna_network.queries.listing import SortKeys

OPEN_STATES = tuple(state for state in StepState if state.is_open)
STEP_SORTS: SortKeys = {
    "due": (PlanStep.due_on, PlanStep.id),
    "grantee": (Organisation.sort_key, PlanStep.due_on, PlanStep.id),
    "label": (PlanStep.label, PlanStep.due_on, PlanStep.id),
    "owner": (PlanStep.owner, PlanStep.due_on, PlanStep.id),
    "state": (
        case({state.value: rank for rank, state in enumerate(StepState)}, value=PlanStep.state),
        PlanStep.due_on,
        PlanStep.id,
    ),
}


class Shown(StrEnum):
    """Which steps a list shows."""

    OPEN = "ouvertes"
    LATE = "en-retard"
    DONE = "faites"
    ALL = "toutes"

    @property
    def label(self) -> str:
        return {
            Shown.OPEN: "À venir",
            Shown.LATE: "En retard",
            Shown.DONE: "Faites",
            Shown.ALL: "Toutes",
        }[self]


@dataclass(frozen=True)
class StepFilter:
    """``today`` is the day in Arras against which a step is late; ``organisation_id`` none means
    every grantee; ``owner_id`` keeps the steps of one account."""

    today: date
    shown: Shown = Shown.OPEN
    organisation_id: int | None = None
    owner_id: int | None = None


def between(start: date, end: date, organisation_id: int | None) -> Select[PlanStep]:
    """The steps due from ``start`` to ``end``, both included, whatever their state but given up,
    with their grantee and the date that they prepare; of one organisation unless it is none."""
    statement = (
        select(PlanStep)
        .where(
            PlanStep.due_on >= start,
            PlanStep.due_on <= end,
            PlanStep.state != StepState.DROPPED,
        )
        .options(selectinload(PlanStep.organisation), selectinload(PlanStep.entry))
        .order_by(PlanStep.due_on, PlanStep.id)
    )
    if organisation_id is not None:
        statement = statement.where(PlanStep.organisation_id == organisation_id)
    return statement


def by_id(step_id: int, *, lock: bool = False) -> Select[PlanStep]:
    """``lock`` makes those who change a step follow one another."""
    statement = (
        select(PlanStep)
        .where(PlanStep.id == step_id)
        .options(
            selectinload(PlanStep.organisation),
            selectinload(PlanStep.entry),
            selectinload(PlanStep.owner_account),
        )
    )
    if lock:
        return statement.with_for_update().execution_options(populate_existing=True)
    return statement


def listed(wanted: StepFilter) -> Select[PlanStep]:
    """A list's steps, to be paginated by ``STEP_SORTS``."""
    statement = (
        select(PlanStep)
        .join(Organisation, Organisation.id == PlanStep.organisation_id)
        .where(is_shown(wanted.shown, wanted.today))
        .options(
            selectinload(PlanStep.organisation),
            selectinload(PlanStep.entry),
            selectinload(PlanStep.owner_account),
        )
    )
    if wanted.organisation_id is not None:
        statement = statement.where(PlanStep.organisation_id == wanted.organisation_id)
    if wanted.owner_id is not None:
        statement = statement.where(PlanStep.owner_id == wanted.owner_id)
    return statement


def counts(wanted: StepFilter) -> Select[int, int, int, int]:
    """One row: the steps of each of ``Shown``, in their order, whatever the filter shows."""
    number = func.count(PlanStep.id)
    statement = select(
        number.filter(is_shown(Shown.OPEN, wanted.today)),
        number.filter(is_shown(Shown.LATE, wanted.today)),
        number.filter(is_shown(Shown.DONE, wanted.today)),
        number.filter(is_shown(Shown.ALL, wanted.today)),
    )
    if wanted.organisation_id is not None:
        statement = statement.where(PlanStep.organisation_id == wanted.organisation_id)
    if wanted.owner_id is not None:
        statement = statement.where(PlanStep.owner_id == wanted.owner_id)
    return statement


def of_grantees(today: date) -> Select[int, int, int, int, date | None]:
    """(organisation, open, late, done, next date) of those that have steps. The next date is that
    of the first open step that is not late."""
    number = func.count(PlanStep.id)
    coming = and_(is_shown(Shown.OPEN, today), PlanStep.due_on >= today)
    return select(
        PlanStep.organisation_id,
        number.filter(is_shown(Shown.OPEN, today)),
        number.filter(is_shown(Shown.LATE, today)),
        number.filter(is_shown(Shown.DONE, today)),
        func.min(PlanStep.due_on).filter(coming),
    ).group_by(PlanStep.organisation_id)


def plan_of(organisation_id: int) -> Select[PlanStep]:
    """Every step of one grantee, by date."""
    return (
        select(PlanStep)
        .where(PlanStep.organisation_id == organisation_id)
        .options(selectinload(PlanStep.entry), selectinload(PlanStep.owner_account))
        .order_by(PlanStep.due_on, PlanStep.id)
    )


def next_steps(organisation_id: int, today: date, limit: int) -> Select[PlanStep]:
    """The open steps that come first, late ones included."""
    return (
        select(PlanStep)
        .where(PlanStep.organisation_id == organisation_id, is_shown(Shown.OPEN, today))
        .order_by(PlanStep.due_on, PlanStep.id)
        .limit(limit)
    )


def labels_for(organisation_id: int, entry_id: int | None) -> Select[str]:
    """What the plan holds already for that date, what was given up included."""
    same = PlanStep.entry_id.is_(None) if entry_id is None else PlanStep.entry_id == entry_id
    return select(PlanStep.label).where(PlanStep.organisation_id == organisation_id, same)


def entry(entry_id: int) -> Select[CalendarEntry]:
    return select(CalendarEntry).where(CalendarEntry.id == entry_id)


def entries(since: date) -> Select[CalendarEntry]:
    """The dates of the governance calendar that are not over, by date."""
    last = func.coalesce(CalendarEntry.ends_on, CalendarEntry.starts_on)
    return (
        select(CalendarEntry)
        .where(last >= since)
        .order_by(CalendarEntry.starts_on, CalendarEntry.id)
    )


def accounts_for(organisation_id: int, current_id: int | None) -> Select[User]:
    """Who may answer for a step: the grantee's active accounts and the CUA's; whoever does now."""
    of_grantee = and_(User.organisation_id == organisation_id, User.role == Role.GRANTEE)
    of_cua = User.role.in_((Role.ADMIN, Role.AGENT))
    able = and_(User.is_active, or_(of_grantee, of_cua))
    return (
        select(User)
        .where(or_(able, User.id == (current_id or 0)))
        .order_by(case((of_grantee, 0), else_=1), User.name, User.id)
    )


def to_remind(first: date, last: date) -> Select[PlanStep]:
    """The open steps of live organisations due between these days."""
    return (
        select(PlanStep)
        .join(Organisation, Organisation.id == PlanStep.organisation_id)
        .where(
            Organisation.archived_at.is_(None),
            PlanStep.state.in_(OPEN_STATES),
            PlanStep.due_on >= first,
            PlanStep.due_on <= last,
        )
        .options(selectinload(PlanStep.owner_account), selectinload(PlanStep.organisation))
        .order_by(PlanStep.due_on, PlanStep.id)
    )


def some_locked(ids: list[int]) -> Select[PlanStep]:
    """These steps, held in one order until the end of the transaction."""
    return (
        select(PlanStep)
        .where(PlanStep.id.in_(ids))
        .options(
            selectinload(PlanStep.owner_account),
            selectinload(PlanStep.organisation),
            selectinload(PlanStep.entry),
        )
        .order_by(PlanStep.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def grantee_accounts(organisation_ids: Iterable[int]) -> Select[User]:
    """The active accounts of these grantees."""
    return (
        select(User)
        .where(
            User.organisation_id.in_(list(organisation_ids)),
            User.role == Role.GRANTEE,
            User.is_active,
        )
        .order_by(User.email)
    )


def reminders_of(step_ids: list[int]) -> Select[PlanStepReminder]:
    return select(PlanStepReminder).where(PlanStepReminder.step_id.in_(step_ids))


def is_shown(shown: Shown, today: date) -> ColumnElement[bool]:
    is_open = PlanStep.state.in_(OPEN_STATES)
    conditions: dict[Shown, ColumnElement[bool]] = {
        Shown.OPEN: is_open,
        Shown.LATE: and_(is_open, PlanStep.due_on < today),
        Shown.DONE: PlanStep.state == StepState.DONE,
        Shown.ALL: true(),
    }
    return conditions[shown]
