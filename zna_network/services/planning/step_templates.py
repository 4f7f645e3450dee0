"""Steps proposed from a date: so many days before or after it (``reference/plan_steps.csv``), kept
or changed by the grantee.

A day when nobody works gives way to the working day before it, so that nothing comes too late."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from zna_network.models.planning import PlanStep
from zna_network.queries import plan_steps as queries
from zna_network.services.context import Context
from zna_network.services.errors import InvalidError
from zna_network.services.folding import fold
from zna_network.services.french_holidays import why_closed
from zna_network.services.french_time import local_date
from zna_network.services.permissions import Permission
from zna_network.services.planning.step_values import (
    FIRST_YEAR,
    LAST_YEAR,
    StepData,
    describe,
    number_in,
)
from zna_network.services.planning.steps import grantee_of_plan
from zna_network.services.reference_files import rows
from zna_network.services.unit_of_work import take_turns

_SATURDAY = 5
NOTHING_CHOSEN = "Cochez au moins une étape."


class PlanTemplate(StrEnum):
    """``words`` are looked for in the label of a date, to propose the template that suits it."""

    FORUM = "forum"
    COMMITTEE = "comite"
    OUTREACH = "hors-les-murs"
    REPORT = "bilan"
    ANY = "autre"

    @property
    def label(self) -> str:
        return {
            PlanTemplate.FORUM: "Forum d’accès aux droits",
            PlanTemplate.COMMITTEE: "Comité technique ou COPIL",
            PlanTemplate.OUTREACH: "Action hors les murs avec CUA Mobile",
            PlanTemplate.REPORT: "Bilan et justification des dépenses",
            PlanTemplate.ANY: "Autre échéance",
        }[self]

    @property
    def words(self) -> tuple[str, ...]:
        return {
            PlanTemplate.FORUM: ("forum",),
            PlanTemplate.COMMITTEE: ("comite", "copil"),
            PlanTemplate.OUTREACH: ("hors les murs", "cua mobile", "aller vers"),
            PlanTemplate.REPORT: ("bilan", "justification", "versement"),
            PlanTemplate.ANY: (),
        }[self]


@dataclass(frozen=True)
class ProposedStep:
    """``offset`` is in days from the date prepared, « J−60 » in words; ``is_known`` when the plan
    has this step for that date already, ``is_past`` when its day is over."""

    label: str
    deliverable: str
    owner: str
    offset: int
    due_on: date
    is_known: bool = False
    is_past: bool = False

    @property
    def when(self) -> str:
        if not self.offset:
            return "Jour J"
        return f"J{'−' if self.offset < 0 else '+'}{abs(self.offset)}"

    @property
    def is_to_keep(self) -> bool:
        return not self.is_known and not self.is_past


def suited_to(label: str) -> PlanTemplate:
    """The template that a date's label calls for."""
    said = fold(label).replace("-", " ")
    return next(
        (one for one in PlanTemplate if any(word in said for word in one.words)), PlanTemplate.ANY
    )


def proposal(
    ctx: Context,
    organisation_id: int,
    template: PlanTemplate,
    target_on: date,
    entry_id: int | None = None,
) -> list[ProposedStep]:
    """The template's steps at their dates, in order; nothing is written."""
    ctx.require(Permission.PLAN_EDIT, organisation_id)
    if not FIRST_YEAR < target_on.year < LAST_YEAR:
        raise InvalidError("Relisez l’année de cette date.", field="jour")
    known = _known(ctx, organisation_id, entry_id)
    today = local_date(ctx.now)
    steps = []
    for row in rows("plan_steps.csv"):
        if row["template"] != template.value:
            continue
        label, offset = row["label"], int(row["days"])
        due_on = working_day(target_on + timedelta(days=offset))
        is_known, is_past = fold(label) in known, due_on < today
        steps.append(
            ProposedStep(label, row["deliverable"], row["owner"], offset, due_on, is_known, is_past)
        )
    return sorted(steps, key=lambda step: (step.due_on, step.offset))


def create_chosen(
    ctx: Context, organisation_id: int, entry_id: str, chosen: Sequence[StepData]
) -> list[PlanStep]:
    """Those that were kept, as changed, in one transaction; a step that the plan has already for
    that date is left out, so that what is sent twice is made once. Raises InvalidValuesError."""
    ctx.require(Permission.PLAN_EDIT, organisation_id)
    if not chosen:
        raise InvalidError(NOTHING_CHOSEN)
    made = []
    with ctx.unit_of_work():
        take_turns(ctx.session, f"plan:{organisation_id}")
        grantee_of_plan(ctx, organisation_id)
        known = _known(ctx, organisation_id, number_in(entry_id))
        for data in chosen:
            step = PlanStep(organisation_id=organisation_id, created_at=ctx.now, updated_at=ctx.now)
            with ctx.session.no_autoflush:
                describe(ctx, step, data)
            if fold(step.label) in known:
                continue
            known.add(fold(step.label))
            ctx.session.add(step)
            made.append(step)
        ctx.session.flush()
        ctx.record_each(
            "plan_step.created",
            PlanStep,
            [step.id for step in made],
            organisation=organisation_id,
        )
    return made


def working_day(day: date) -> date:
    """The day itself, or the working day before it."""
    while day.weekday() >= _SATURDAY or why_closed(day):
        day -= timedelta(days=1)
    return day


def _known(ctx: Context, organisation_id: int, entry_id: int | None) -> set[str]:
    return {fold(one) for one in ctx.session.scalars(queries.labels_for(organisation_id, entry_id))}
