"""What the demonstration's governance looks up to be safe to repeat."""

from sqlalchemy import Select, func, select

from zna_network.models.grant import Grant
from zna_network.models.planning import PlanStep
from zna_network.models.poll import DatePoll


def granted_in(season: str) -> Select[int]:
    return select(Grant.organisation_id).where(Grant.season == season)


def organisations_with_steps() -> Select[int]:
    return select(PlanStep.organisation_id).distinct()


def poll_of(committee_id: int) -> Select[int]:
    return select(DatePoll.id).where(DatePoll.committee_id == committee_id).limit(1)


def counts() -> tuple[Select[int], ...]:
    """How many grants, steps and polls there are."""
    return tuple(select(func.count(model.id)) for model in (Grant, PlanStep, DatePoll))
