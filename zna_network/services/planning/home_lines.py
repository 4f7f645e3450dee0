"""What the retro-planning and the grants ask of the person who signs in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from zna_network.models.grant import Grant, GrantDocument
from zna_network.models.planning import PlanStep
from zna_network.queries import grants as grant_queries
from zna_network.queries import plan_steps as queries
from zna_network.queries.plan_steps import Shown, StepFilter
from zna_network.services.context import Context
from zna_network.services.french_time import local_date
from zna_network.services.permissions import Permission

STEPS = 3
SOON = timedelta(days=30)


@dataclass(frozen=True)
class PaperLine:
    paper: GrantDocument
    grant: Grant
    is_late: bool


@dataclass(frozen=True)
class PlanLines:
    """``steps`` are the next ones of a grantee, late ones first, and ``organisation_id`` is its
    own; none for the staff, who see numbers. ``papers`` are those that have not come: due within
    thirty days or late for a grantee, late for the staff."""

    late_steps: int
    papers: Sequence[PaperLine]
    steps: Sequence[PlanStep] = ()
    organisation_id: int | None = None

    @property
    def late_papers(self) -> int:
        return sum(line.is_late for line in self.papers)


def plan_lines(ctx: Context) -> PlanLines | None:
    """None for an account that has no plan to follow."""
    today = local_date(ctx.now)
    if ctx.may(Permission.PLAN_EDIT):
        return PlanLines(
            late_steps=_late(ctx, today, None),
            papers=_papers(ctx, today - timedelta(days=1), today, None),
        )
    own = ctx.actor.organisation_id if ctx.actor else None
    if own is None or not ctx.may(Permission.PLAN_EDIT, own):
        return None
    return PlanLines(
        late_steps=_late(ctx, today, own),
        papers=_papers(ctx, today + SOON, today, own),
        steps=ctx.session.scalars(queries.next_steps(own, today, STEPS)).all(),
        organisation_id=own,
    )


def _late(ctx: Context, today: date, organisation_id: int | None) -> int:
    counted = ctx.session.execute(
        queries.counts(StepFilter(today, organisation_id=organisation_id))
    ).one()
    numbers = dict(zip(Shown, counted, strict=True))
    return numbers[Shown.LATE]


def _papers(ctx: Context, until: date, today: date, organisation_id: int | None) -> list[PaperLine]:
    found = ctx.session.execute(grant_queries.papers_missing(until, organisation_id)).all()
    return [PaperLine(paper, grant, paper.is_late(today)) for paper, grant in found]
