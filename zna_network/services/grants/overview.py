"""The grants as their pages show them: judged, with what was paid and what is missing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from zna_network.models.grant import Grant, GrantDocument, GrantPayment
from zna_network.queries import grants as queries
from zna_network.services.context import Context
from zna_network.services.french_time import local_date
from zna_network.services.grants import call_rules, checks, reminders
from zna_network.services.grants.grants import grant_to_read, is_settled
from zna_network.services.grants.verdicts import Check, Facts, Verdict, worst
from zna_network.services.permissions import Permission


@dataclass(frozen=True)
class GrantLine:
    """One grant; ``next_payment`` and ``late_papers`` as they stand on ``today``."""

    grant: Grant
    checks: Sequence[Check]
    today: date

    @property
    def verdict(self) -> Verdict:
        return worst(self.checks)

    @property
    def broken(self) -> int:
        return sum(check.verdict is Verdict.NOT_MET for check in self.checks)

    @property
    def paid_cents(self) -> int:
        return sum(one.amount_cents for one in self.grant.payments if one.paid_on)

    @property
    def cofinancing_cents(self) -> int:
        return sum(one.amount_cents for one in self.grant.fundings)

    @property
    def next_payment(self) -> GrantPayment | None:
        return next((one for one in self.grant.payments if one.paid_on is None), None)

    @property
    def missing_papers(self) -> list[GrantDocument]:
        return reminders.missing_papers(self.grant)

    @property
    def late_papers(self) -> int:
        return sum(paper.is_late(self.today) for paper in self.grant.documents)


@dataclass(frozen=True)
class GrantsPage:
    """The grants of a season; ``envelope`` is for the staff, who alone see them all."""

    season: str
    seasons: Sequence[str]
    lines: Sequence[GrantLine]
    envelope: Check | None

    @property
    def subsidy_cents(self) -> int:
        return sum(line.grant.subsidy_cents for line in self.lines)

    @property
    def paid_cents(self) -> int:
        return sum(line.paid_cents for line in self.lines)

    @property
    def total_cost_cents(self) -> int:
        return sum(line.grant.total_cost_cents for line in self.lines)

    @property
    def late_papers(self) -> int:
        return sum(line.late_papers for line in self.lines)

    @property
    def missing_papers(self) -> int:
        return sum(len(line.missing_papers) for line in self.lines)


@dataclass(frozen=True)
class GrantPage:
    """One grant. ``reaches`` are those to whom a reminder goes, ``was_reminded`` today already,
    and ``may_remove`` when nothing was paid or received: all three are the staff's."""

    line: GrantLine
    reaches: Sequence[str] = ()
    was_reminded: bool = False
    may_remove: bool = False


def read_season(ctx: Context, wanted: str = "") -> GrantsPage:
    """Every grant of a season for the staff, a grantee's own for it; a constant number of queries.
    An unknown season gives way to the latest that has a grant, or to the one under way."""
    own = _own(ctx)
    seasons = list(ctx.session.scalars(queries.seasons(own)))
    today = local_date(ctx.now)
    current = seasons[0] if seasons else call_rules.season_of(today)
    season = wanted if wanted in seasons else current
    total, count = ctx.session.execute(queries.season_total(season)).one()
    lines = []
    for grant in ctx.session.scalars(queries.in_season(season, own)):
        facts = Facts(grant, today)
        lines.append(GrantLine(grant, checks.judged(facts), today))
    envelope = checks.envelope_of(total, count) if own is None else None
    return GrantsPage(season, seasons or [season], lines, envelope)


def read_grant(ctx: Context, grant_id: int) -> GrantPage:
    """Raises NotFoundError, or ForbiddenError when it is another grantee's."""
    grant = grant_to_read(ctx, grant_id)
    today = local_date(ctx.now)
    total, count = ctx.session.execute(queries.season_total(grant.season)).one()
    found = checks.judged(Facts(grant, today))
    if not ctx.may(Permission.GRANT_EDIT):
        return GrantPage(GrantLine(grant, found, today))
    return GrantPage(
        GrantLine(grant, [*found, checks.envelope_of(total, count)], today),
        [address.email for address in reminders.addresses(ctx, grant)],
        reminders.reminded_today(ctx, grant),
        not is_settled(grant),
    )


def _own(ctx: Context) -> int | None:
    """None for who reads every grant. Raises ForbiddenError for who reads none."""
    if ctx.may(Permission.GRANT_READ):
        return None
    organisation_id = ctx.actor.organisation_id if ctx.actor else None
    ctx.require(Permission.GRANT_READ, organisation_id)
    return organisation_id
