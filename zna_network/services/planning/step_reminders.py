"""Reminders of the retro-planning, that the worker writes by itself at 9:00 in Arras: seven days
before a step is due, on the day, and seven days after while it is still open.

To the account of who does it while it is active, else to the grantee's accounts: one mail a person,
with all that is due. The row of each reminder is written in the transaction of the mail, and its
unique key is what makes it happen once, whatever the number of workers. One that was stopped at
that time catches up, until the next reminder is due. A step written down after that time is not
reminded of: who has just typed it knows. A step that is moved is reminded of at its new date."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import partial
from typing import Any

from zna_network.models.account import User
from zna_network.models.planning import PlanStep, PlanStepReminder
from zna_network.ports.calendar import Address
from zna_network.queries import plan_steps as queries
from zna_network.services import outbox
from zna_network.services.context import Context
from zna_network.services.french_time import from_local, local_date, long_date
from zna_network.services.links import token_hash
from zna_network.services.one_by_one import safely
from zna_network.services.outbox import Post

AT = time(9, 0)
LATE_FOR = 30  # days: beyond, the page alone says that it is late
FAILURE = "a reminder of a retro-planning was not written"


class ReminderKind(StrEnum):
    """``days`` from the day when the step is due; the latest last."""

    SEVEN_DAYS = "j-7"
    TODAY = "j"
    LATE = "j+7"

    @property
    def days(self) -> int:
        return {ReminderKind.SEVEN_DAYS: -7, ReminderKind.TODAY: 0, ReminderKind.LATE: 7}[self]


@dataclass(frozen=True)
class Due:
    """What is to be said to one address about one step."""

    step: PlanStep
    kind: ReminderKind


def run(ctx: Context, should_stop: Callable[[], bool] = lambda: False) -> int:
    """The worker's turn: how many mails were written, each in a transaction of its own. One that
    fails is logged, and holds back no other."""
    today = local_date(ctx.now)
    first, last = today - timedelta(days=LATE_FOR), today + timedelta(days=7)
    steps = ctx.session.scalars(queries.to_remind(first, last)).all()
    waiting: dict[str, list[int]] = defaultdict(list)
    for email, due in _by_address(ctx, steps).items():
        waiting[email] = [one.step.id for one in due]
    ctx.session.rollback()
    written = 0
    for email, step_ids in waiting.items():
        if should_stop():
            break
        written += safely(ctx, partial(_remind, ctx, email, step_ids), FAILURE)
    return written


def due_kind(step: PlanStep, now: datetime) -> ReminderKind | None:
    """The reminder whose time it is, the latest one first; none when none is due, or when the step
    was written down after that time."""
    if not step.state.is_open or step.due_on < local_date(now) - timedelta(days=LATE_FOR):
        return None
    for kind in reversed(ReminderKind):
        at = due_at(step.due_on, kind)
        if now >= at:
            return kind if step.created_at <= at else None
    return None


def due_at(due_on: date, kind: ReminderKind) -> datetime:
    return from_local(due_on + timedelta(days=kind.days), AT)


def _by_address(ctx: Context, steps: Sequence[PlanStep]) -> dict[str, list[Due]]:
    """What awaits each address, that it was not told yet."""
    due = [Due(step, kind) for step in steps if (kind := due_kind(step, ctx.now))]
    told = {
        (one.step_id, one.kind, one.counted_on, one.email)
        for one in ctx.session.scalars(queries.reminders_of([one.step.id for one in due]))
    }
    accounts = _accounts(ctx, due)
    found: dict[str, list[Due]] = defaultdict(list)
    for one in due:
        for account in accounts[one.step.id]:
            if (one.step.id, one.kind.value, one.step.due_on, account.email) not in told:
                found[account.email].append(one)
    return found


def _accounts(ctx: Context, due: Sequence[Due]) -> dict[int, list[User]]:
    """Whom to remind of each step."""
    grantees = {one.step.organisation_id for one in due}
    of_grantee: dict[int, list[User]] = defaultdict(list)
    for user in ctx.session.scalars(queries.grantee_accounts(grantees)):
        if user.organisation_id is not None:
            of_grantee[user.organisation_id].append(user)
    return {one.step.id: _reminded(one.step, of_grantee[one.step.organisation_id]) for one in due}


def _reminded(step: PlanStep, of_grantee: list[User]) -> list[User]:
    owner = step.owner_account
    return [owner] if owner is not None and owner.is_active else of_grantee


def _remind(ctx: Context, email: str, step_ids: list[int]) -> int:
    """The steps are held: a second worker finds their reminders written."""
    with ctx.unit_of_work():
        steps = ctx.session.scalars(queries.some_locked(step_ids)).all()
        due = _by_address(ctx, steps).get(email, [])
        if not due:
            return 0
        for one in due:
            ctx.session.add(
                PlanStepReminder(
                    step_id=one.step.id,
                    kind=one.kind.value,
                    counted_on=one.step.due_on,
                    email=email,
                    at=ctx.now,
                )
            )
        outbox.post(ctx, _mail(ctx, email, due))
        ctx.record_each("plan_step.reminded", PlanStep, [one.step.id for one in due])
    return 1


def _mail(ctx: Context, email: str, due: Sequence[Due]) -> Post:
    today = local_date(ctx.now)
    ordered = sorted(due, key=lambda one: (one.step.due_on, one.step.id))
    told = ";".join(f"{one.step.id}:{one.kind.value}:{one.step.due_on}" for one in ordered)
    return Post(
        mail="plan_step_reminder",
        recipient=Address(email, ""),
        values={
            "steps": [_told(one.step, today) for one in ordered],
            "late": sum(one.step.due_on < today for one in ordered),
            "link": _page(ctx, ordered),
            "organiser": ctx.settings.organiser_name,
        },
        thread_key=f"plan:{token_hash(email)[:12]}",
        dedup_key=f"plan-step:{token_hash(f'{email};{told}')}",
        auto_submitted=True,
    )


def _told(step: PlanStep, today: date) -> dict[str, Any]:
    return {
        "label": step.label,
        "due": long_date(step.due_on),
        "when": when_words(step.due_on, today),
        "is_late": step.due_on < today,
        "deliverable": step.deliverable,
        "grantee": step.organisation.short_name,
        "prepares": step.entry.label if step.entry else "",
    }


def when_words(due_on: date, today: date) -> str:
    """« dans 7 jours », « aujourd’hui », « en retard de 7 jours »."""
    days = (due_on - today).days
    if not days:
        return "aujourd’hui"
    counted = f"{abs(days)}\u00a0jour{'s' if abs(days) > 1 else ''}"
    return f"dans {counted}" if days > 0 else f"en retard de {counted}"


def _page(ctx: Context, due: Iterable[Due]) -> str:
    """The plan of the one grantee concerned, or every plan."""
    grantees = {one.step.organisation_id for one in due}
    page = f"{ctx.settings.base_url}/instances/retroplannings"
    return f"{page}/{grantees.pop()}" if len(grantees) == 1 else page
