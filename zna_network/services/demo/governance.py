"""The demonstration's year of governance: a grant and a retro-planning for each grantee, and a poll
that looks for a date. Sums and people are invented; one grant breaks two of the call's rules, so
that the checks have something to say."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta

from zna_network.models.committee import Committee
from zna_network.models.grant import Grant
from zna_network.models.organisation import Organisation
from zna_network.models.planning import StepState
from zna_network.models.poll import Choice, DatePoll
from zna_network.queries import demo_governance as queries
from zna_network.services.context import Context
from zna_network.services.demo.partners import GRANTEES
from zna_network.services.demo.past import at
from zna_network.services.french_time import from_local, local_date
from zna_network.services.grants import grants, settling
from zna_network.services.grants.call_rules import season_of, years_of
from zna_network.services.grants.grant_values import FundingLine, GrantData
from zna_network.services.meeting_times import Slot
from zna_network.services.planning import closed_periods, step_templates, steps
from zna_network.services.planning.step_templates import PlanTemplate
from zna_network.services.planning.step_values import StepData
from zna_network.services.polls import answers, invitees, polls
from zna_network.services.polls.answers import VotesData
from zna_network.services.polls.poll_values import PollData

LOT_3 = "Comité technique — lot 3"
# Subsidy, total cost, ancillary costs, and what others put in, in euros.
_SUMS = (
    ("48 000", "60 000", "5 200", (("Département", "8 000"), ("Fonds propres", "4 000"))),
    ("34 000", "44 000", "4 100", (("Caf du Pas-de-Calais", "6 000"), ("Fonds propres", "4 000"))),
    ("30 000", "36 000", "3 900", (("Fonds propres", "6 000"),)),
)  # fmt: skip
_CHOICES = (Choice.YES, Choice.YES, Choice.IF_NEEDED, Choice.NO, Choice.YES)
_SILENT, _ESSENTIAL = 3, 2


@dataclass(frozen=True)
class GovernanceSummary:
    grants: int
    steps: int
    polls: int


def build(
    ctx: Context, organisations: Mapping[str, Organisation], committees: Mapping[str, Committee]
) -> GovernanceSummary:
    """What is missing; each is made once."""
    season = season_of(local_date(ctx.now))
    granted = set(ctx.session.scalars(queries.granted_in(season)))
    planned = set(ctx.session.scalars(queries.organisations_with_steps()))
    for (partner, lots), sums in zip(GRANTEES, _SUMS, strict=True):
        organisation = organisations[partner.name]
        if organisation.id not in granted:
            _grant(ctx, organisation, season, lots, sums)
        if organisation.id not in planned:
            _plan(ctx, organisation)
    committee = committees[LOT_3]
    if ctx.session.scalar(queries.poll_of(committee.id)) is None:
        _poll(ctx, committee)
    found = [ctx.session.scalar(count) or 0 for count in queries.counts()]
    return GovernanceSummary(*found)


def _grant(
    ctx: Context,
    organisation: Organisation,
    season: str,
    lots: tuple[int, ...],
    sums: tuple[str, str, str, tuple[tuple[str, str], ...]],
) -> Grant:
    """Signed at the season's beginning, its first half paid."""
    signed = date(years_of(season)[0], 6, 26)
    subsidy, total, ancillary, others = sums
    grant = grants.create_grant(
        ctx,
        organisation.id,
        season,
        GrantData(
            lots=lots,
            subsidy=subsidy,
            total_cost=total,
            ancillary=ancillary,
            signed_on=signed if signed <= local_date(ctx.now) else None,
            note="Montants inventés pour la démonstration.",
        ),
    )
    lines = [FundingLine(funder=name, amount=amount, is_obtained=True) for name, amount in others]
    grants.replace_fundings(ctx, grant.id, lines, grant.revision)
    paid = signed + timedelta(days=4)
    if paid <= local_date(ctx.now):
        settling.mark_paid(ctx, grant.payments[0].id, paid)
    return grant


def _plan(ctx: Context, organisation: Organisation) -> None:
    """The steps of a forum that is three weeks away, as the template has them: what is over is
    done, but for one."""
    target = step_templates.working_day(local_date(ctx.now) + timedelta(days=21))
    proposed = step_templates.proposal(ctx, organisation.id, PlanTemplate.FORUM, target)
    chosen = [
        StepData(one.label, due_on=one.due_on, owner=one.owner, deliverable=one.deliverable)
        for one in proposed
    ]
    made = step_templates.create_chosen(ctx, organisation.id, "", chosen)
    over = [step for step in made if step.due_on < local_date(ctx.now)]
    for step in over[:-1]:
        steps.change_state(ctx, step.id, StepState.DONE, step.revision)


def _poll(ctx: Context, committee: Committee) -> DatePoll:
    """Opened four days ago; all but a few have answered."""
    today = local_date(ctx.now)
    before = at(ctx, from_local(today - timedelta(days=4), time(9, 30)))
    poll = polls.create_poll(
        before,
        committee.id,
        PollData(
            deadline_day=today + timedelta(days=5),
            deadline_hour=time(18, 0),
            title="Comité technique du premier trimestre",
            place="Maison de quartier, salle de démonstration, Arras",
        ),
        [Slot(day, time(hour), time(hour + 2)) for day, hour in _dates(ctx)],
    )
    members = [member.id for member in invitees.proposals(before, poll)]
    invitees.add_members(before, poll.id, members, members[:_ESSENTIAL])
    polls.open_poll(before, poll.id)
    options = [option.id for option in poll.options]
    for rank, invitee in enumerate(poll.invitees[:-_SILENT]):
        choices = {
            option: _CHOICES[(rank * 2 + place) % len(_CHOICES)]
            for place, option in enumerate(options)
        }
        answers.enter_answer(ctx, poll.id, invitee.id, VotesData(choices))
    return poll


def _dates(ctx: Context) -> list[tuple[date, int]]:
    """Four half-days that nothing speaks against, four weeks from now at the earliest."""
    day = local_date(ctx.now) + timedelta(days=28)
    found: list[tuple[date, int]] = []
    closed = closed_periods.between(ctx, day, day + timedelta(days=120))
    while len(found) < 4:
        if day.weekday() in {1, 3} and not closed.reasons(day):
            found.append((day, 10 if len(found) % 2 else 14))
        day += timedelta(days=1)
    return found
