"""The bilan of the referrals: who was met and referred, and which rights were opened.

The team sees exact figures of any period, as they are now. Whoever is not of the team sees one
bilan, since the beginning and as it stood at the end of last month: of two that differ by a day or
by a bound, the difference would be somebody. Files leave the team, and are made like that for
everybody; the team may choose their period."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from zna_network.queries.bilan import Window
from zna_network.services.context import Context
from zna_network.services.disclosure import is_total_hidden
from zna_network.services.errors import InvalidError
from zna_network.services.french_time import from_local, local_date
from zna_network.services.permissions import Permission
from zna_network.services.referrals.bilan_facts import Facts, read_facts
from zna_network.services.referrals.bilan_tables import tables_of
from zna_network.services.referrals.bilan_tallies import people_by
from zna_network.services.referrals.bilan_values import Bilan, published

UPSIDE_DOWN = "La fin de la période précède son début."


@dataclass(frozen=True)
class BilanPeriod:
    """First and last day on which a referral was made; none: no bound."""

    since: date | None = None
    until: date | None = None

    def __post_init__(self) -> None:
        if self.since and self.until and self.until < self.since:
            raise InvalidError(UPSIDE_DOWN, field="until")

    @property
    def is_whole(self) -> bool:
        return self.since is None and self.until is None


WHOLE = BilanPeriod()


def bilan_for_reader(ctx: Context, period: BilanPeriod = WHOLE) -> Bilan:
    """Exact for the team; for anybody else what has been published. Raises ForbiddenError."""
    ctx.require(Permission.BILAN_READ)
    if not is_of_the_team(ctx):
        return published_bilan(ctx)
    exact, _ = _read(ctx, period, end_of_today(ctx.now))
    return exact


def published_bilan(ctx: Context, period: BilanPeriod = WHOLE) -> Bilan:
    """What may leave the team, whoever asks; only the team chooses a period, and a period of their
    own is told as it is now. Raises ForbiddenError."""
    ctx.require(Permission.BILAN_READ)
    if not is_of_the_team(ctx) or period.is_whole:
        exact, facts = _read(ctx, WHOLE, end_of_last_month(ctx.now))
    else:
        exact, facts = _read(ctx, period, end_of_today(ctx.now))
    return published(exact, _tells_of_few(facts))


def is_of_the_team(ctx: Context) -> bool:
    return ctx.may(Permission.EVALUATION_EXPORT)


def end_of_today(now: datetime) -> datetime:
    """The first instant of tomorrow in Arras: what devices whose clock is a little fast send
    counts."""
    return from_local(local_date(now) + timedelta(days=1), time(0))


def end_of_last_month(now: datetime) -> datetime:
    """The first instant of this month in Arras."""
    return from_local(local_date(now).replace(day=1), time(0))


def window_of(period: BilanPeriod, cut: datetime) -> Window:
    return Window(
        cut=cut,
        since=from_local(period.since, time(0)) if period.since else None,
        until=from_local(period.until + timedelta(days=1), time(0)) if period.until else None,
    )


def _read(ctx: Context, period: BilanPeriod, cut: datetime) -> tuple[Bilan, Facts]:
    facts = read_facts(ctx, window_of(period, cut))
    made = tables_of(facts)
    return (
        Bilan(
            known_on=local_date(cut - timedelta(seconds=1)),
            since=period.since,
            until=period.until,
            total=made.total,
            renewed=sum(facts.openings.renewed),
            tables=made.tables,
        ),
        facts,
    )


def _tells_of_few(facts: Facts) -> bool:
    """Whether the rights renewed, or those that were not, are those of a few people."""
    found = people_by(2, facts.openings.renewed, facts.openings.people)
    return any(is_total_hidden(number) for number in found.values())
