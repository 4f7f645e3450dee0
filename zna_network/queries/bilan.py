"""What the bilan counts. Rows come bare, without enumerations: there are tens of thousands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    String,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from zna_network.models.organisation import Organisation
from zna_network.models.person import Diagnostic, Person
from zna_network.models.referral import (
    Outcome,
    OutcomeResult,
    Period,
    Referral,
    ReferralRight,
    ReferralState,
)

_WON = (OutcomeResult.OPENED, OutcomeResult.RENEWED)


class days_between(FunctionElement[int]):  # noqa: N801 - written like SQL's own functions
    """Whole days from one instant to another; of two columns, in the words of each engine."""

    type = Integer()
    inherit_cache = True


@compiles(days_between, "sqlite")
def _on_sqlite(element: days_between, compiler: SQLCompiler, **options: Any) -> str:
    first, last = (compiler.process(part, **options) for part in element.clauses)
    # A tenth of a second is added: days are floating numbers there, 2 may be 1.9999999999.
    return f"CAST(julianday({last}) - julianday({first}) + 1e-6 AS INTEGER)"


@compiles(days_between, "postgresql")
def _on_postgresql(element: days_between, compiler: SQLCompiler, **options: Any) -> str:
    first, last = (compiler.process(part, **options) for part in element.clauses)
    return f"CAST(floor(extract(epoch FROM {last} - {first}) / 86400) AS INTEGER)"


@dataclass(frozen=True)
class Window:
    """Referrals made from ``since`` on and before ``until`` (none: no bound), as the network knew
    them at the instant ``cut``."""

    cut: datetime
    since: datetime | None = None
    until: datetime | None = None

    def holds(self, *instants: InstrumentedAttribute[datetime]) -> tuple[ColumnElement[bool], ...]:
        """The first instant lies in the period, and all of them before the cut."""
        first = instants[0]
        bounds = [instant < self.cut for instant in instants]
        if self.since is not None:
            bounds.append(first >= self.since)
        if self.until is not None:
            bounds.append(first < self.until)
        return tuple(bounds)

    @property
    def referrals(self) -> tuple[ColumnElement[bool], ...]:
        return self.holds(Referral.made_at, Referral.received_at)


def first_referral(window: Window) -> Select[datetime | None]:
    return select(func.min(Referral.made_at)).where(*window.referrals)


def referrals(window: Window, bounds: Sequence[datetime]) -> Select[Any]:
    """Id, person, commune, neighbourhood, target group, cause, sender, receiver, 1 when accepted,
    and the rank of the slice of time between two of ``bounds`` (in order) that it was made in."""
    accepted = and_(Referral.state == ReferralState.ACCEPTED, Referral.decided_at < window.cut)
    return (
        select(
            Referral.id,
            Referral.person_id,
            Referral.commune_insee,
            Referral.qpv_id,
            type_coerce(Referral.target_group, String),
            type_coerce(Referral.cause, String),
            Referral.sender_id,
            Referral.receiver_id,
            case((accepted, 1), else_=0),
            _rank(Referral.made_at, bounds),
        )
        .where(*window.referrals)
        .order_by(Referral.id)
    )


def rights_asked() -> Select[str, str]:
    """By right, the ids of the referrals about it, with commas between: one long word a right is
    read much faster than its thousands of rows. Whoever calls keeps those that count."""
    return select(
        ReferralRight.right_code,
        func.aggregate_strings(cast(ReferralRight.referral_id, String), ","),
    ).group_by(ReferralRight.right_code)


def people(window: Window) -> Select[Any]:
    """Everybody with a file: id, commune, neighbourhood, whether from elsewhere, target group, and
    1 when the file or a diagnostic was made in the window. Whoever calls knows who was referred:
    leaving them out here costs a search for each."""
    talked = exists().where(Diagnostic.person_id == Person.id, *window.holds(Diagnostic.made_at))
    made = and_(*window.holds(Person.created_at))
    met = and_(Person.merged_into_id.is_(None), or_(made, talked))
    return select(
        Person.id,
        Person.commune_insee,
        Person.qpv_id,
        Person.is_from_elsewhere,
        type_coerce(Person.target_group, String),
        case((met, 1), else_=0),
    )


def rights_won(window: Window, bounds: Sequence[datetime]) -> Select[Any]:
    """One row for each time that a right was written down as opened or renewed, corrections
    included: referral, right, amount in cents per month, amount paid once, days
    since the referral, rank of the month, whether renewed, whether it is in force at the cut.

    Of any referral: whoever calls keeps those that count. Bounds on them would have SQLite begin
    with the referrals, and take five times as long."""
    amount = Outcome.amount_cents
    return (
        select(
            Outcome.referral_id,
            Outcome.right_code,
            case((Outcome.period == Period.MONTHLY, amount)),
            case((Outcome.period == Period.ONE_OFF, amount)),
            days_between(Referral.made_at, Outcome.recorded_at),
            _rank(Outcome.recorded_at, bounds),
            case((Outcome.result == OutcomeResult.RENEWED, 1), else_=0),
            case(
                (or_(Outcome.replaced_at.is_(None), Outcome.replaced_at >= window.cut), 1), else_=0
            ),
        )
        .join(Referral, Referral.id == Outcome.referral_id)
        .where(Outcome.result.in_(_WON), Outcome.recorded_at < window.cut)
    )


def organisations() -> Select[int, str]:
    return select(Organisation.id, Organisation.name).order_by(Organisation.sort_key)


def _rank(
    instant: InstrumentedAttribute[datetime], bounds: Sequence[datetime]
) -> ColumnElement[int]:
    if not bounds:
        return literal(0)
    return case(
        *((instant < bound, literal(rank)) for rank, bound in enumerate(bounds)),
        else_=literal(len(bounds), Integer),
    )
