"""The retro-planning of each grantee: its steps, written and followed by the grantee and the CUA.

Each change holds the row and compares its revision: of two people, the second is told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from zna_network.models.organisation import Organisation
from zna_network.models.planning import CalendarEntry, PlanStep, StepState
from zna_network.queries import organisations
from zna_network.queries import plan_steps as queries
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, NotFoundError
from zna_network.services.french_time import local_date
from zna_network.services.permissions import Permission
from zna_network.services.planning.step_values import StepData, describe, enter
from zna_network.services.unit_of_work import CHANGED_MEANWHILE

GONE = "Cette étape n’existe plus : quelqu’un d’autre l’a peut-être retirée."
NOT_A_GRANTEE = "Ce lauréat n’existe pas."


@dataclass(frozen=True)
class StepGroup:
    """The steps that prepare one date, by date; ``entry`` is none for the others."""

    entry: CalendarEntry | None
    steps: Sequence[PlanStep]

    @property
    def open_count(self) -> int:
        return sum(step.state.is_open for step in self.steps)


@dataclass(frozen=True)
class GranteeLine:
    """How far one grantee is; ``next_on`` is the day of its next open step."""

    organisation: Organisation
    still_open: int = 0
    late: int = 0
    done: int = 0
    next_on: date | None = None

    @property
    def total(self) -> int:
        return self.still_open + self.done


def create_step(ctx: Context, organisation_id: int, data: StepData) -> PlanStep:
    ctx.require(Permission.PLAN_EDIT, organisation_id)
    with ctx.unit_of_work():
        grantee_of_plan(ctx, organisation_id)
        step = PlanStep(organisation_id=organisation_id, created_at=ctx.now, updated_at=ctx.now)
        with ctx.session.no_autoflush:
            describe(ctx, step, data)
        ctx.session.add(step)
        ctx.session.flush()
        ctx.record("plan_step.created", step, organisation=organisation_id)
    return step


def update_step(ctx: Context, step_id: int, data: StepData, revision: int) -> PlanStep:
    with ctx.unit_of_work():
        step = _to_change(ctx, step_id, revision)
        with ctx.session.no_autoflush:
            describe(ctx, step, data)
        step.updated_at = ctx.now
        ctx.record("plan_step.updated", step, state=step.state.value)
    return step


def change_state(ctx: Context, step_id: int, state: StepState, revision: int) -> PlanStep:
    """In that state already, it stays as it is, whatever the revision: a click sent twice."""
    with ctx.unit_of_work():
        step = _to_change(ctx, step_id)
        if step.state is state:
            return step
        if step.revision != revision:
            raise ConflictError(CHANGED_MEANWHILE)
        enter(ctx, step, state)
        step.updated_at = ctx.now
        ctx.record("plan_step.state_changed", step, state=state.value)
    return step


def remove_step(ctx: Context, step_id: int, revision: int) -> PlanStep:
    """Take off a step as it was read: changed meanwhile, it stays."""
    with ctx.unit_of_work():
        step = _to_change(ctx, step_id, revision)
        ctx.record("plan_step.removed", step, organisation=step.organisation_id)
        ctx.session.delete(step)
    return step


def step_to_read(ctx: Context, step_id: int) -> PlanStep:
    """Raises NotFoundError, or ForbiddenError when it is another grantee's."""
    step = ctx.session.scalar(queries.by_id(step_id))
    if step is None:
        raise NotFoundError(GONE)
    ctx.require(Permission.PLAN_READ, step.organisation_id)
    return step


def grantee_of_plan(ctx: Context, organisation_id: int) -> Organisation:
    """The grantee whose plan it is. Raises ForbiddenError, or NotFoundError."""
    ctx.require(Permission.PLAN_READ, organisation_id)
    retained = organisations.grantees().where(Organisation.id == organisation_id)
    found = ctx.session.scalar(retained)
    if found is None:
        raise NotFoundError(NOT_A_GRANTEE)
    return found


def plan(ctx: Context, organisation_id: int) -> list[StepGroup]:
    """The steps of one grantee by the date that they prepare, the nearest date first, and last
    those that prepare none; what was given up at the end of its group."""
    ctx.require(Permission.PLAN_READ, organisation_id)
    grouped: dict[CalendarEntry | None, list[PlanStep]] = {}
    for step in ctx.session.scalars(queries.plan_of(organisation_id)):
        grouped.setdefault(step.entry, []).append(step)
    groups = [
        StepGroup(entry, sorted(steps, key=lambda one: one.state is StepState.DROPPED))
        for entry, steps in grouped.items()
    ]
    return sorted(groups, key=lambda one: one.entry.starts_on if one.entry else date.max)


def overview(ctx: Context) -> list[GranteeLine]:
    """Every grantee, whether its plan has begun or not; two queries."""
    ctx.require(Permission.PLAN_READ)
    counted = {row[0]: row[1:] for row in ctx.session.execute(queries.of_grantees(_today(ctx)))}
    return [
        GranteeLine(grantee, *counted.get(grantee.id, ()))
        for grantee in ctx.session.scalars(organisations.grantees())
    ]


def _to_change(ctx: Context, step_id: int, revision: int | None = None) -> PlanStep:
    step = ctx.session.scalar(queries.by_id(step_id, lock=True))
    if step is None:
        raise NotFoundError(GONE)
    ctx.require(Permission.PLAN_EDIT, step.organisation_id)
    if revision is not None and step.revision != revision:
        raise ConflictError(CHANGED_MEANWHILE)
    return step


def _today(ctx: Context) -> date:
    return local_date(ctx.now)
