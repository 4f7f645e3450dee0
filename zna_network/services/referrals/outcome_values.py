"""What people type about an outcome, read or refused."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from zna_network.models.person import RightStatus
from zna_network.models.referral import Evidence, Outcome, OutcomeResult, Period
from zna_network.models.territory import Right
from zna_network.services.context import Context
from zna_network.services.errors import InvalidError
from zna_network.services.french_time import local_date

HIGHEST_CENTS = 100_000_000
_OLDEST = date(2015, 1, 1)
_AHEAD = timedelta(days=2 * 366)
_SPACES = re.compile(r"[\s\u00a0\u202f\u2009']+")
_AMOUNT = re.compile(r"(\d{1,9})(?:[.,](\d{1,2}))?(?:€|euros?|eur)?", re.IGNORECASE)


@dataclass(frozen=True)
class OutcomeData:
    """As typed: ``amount`` « 1 234,56 », ``period`` a ``Period``'s value. ``after`` is the state
    of the person's rights (code → ``RightStatus`` value); worked out when it is not given."""

    right_code: str
    result: OutcomeResult
    amount: str = ""
    period: str = ""
    effective_on: date | None = None
    evidence: Evidence = Evidence.ORGANISATION_SAYS
    after: Mapping[str, str] | None = None


@dataclass(frozen=True)
class CleanOutcome:
    right_code: str
    result: OutcomeResult
    amount_cents: int | None
    period: Period | None
    effective_on: date | None
    evidence: Evidence
    after: dict[str, str] | None

    def columns(self) -> dict[str, Any]:
        return {
            "right_code": self.right_code,
            "result": self.result,
            "amount_cents": self.amount_cents,
            "period": self.period,
            "effective_on": self.effective_on,
            "evidence": self.evidence,
        }

    def detail(self) -> dict[str, str]:
        """The same in words of code, for the history."""
        told = {
            "right": self.right_code,
            "result": self.result.value,
            "amount_cents": "" if self.amount_cents is None else str(self.amount_cents),
            "period": self.period.value if self.period else "",
            "effective_on": self.effective_on.isoformat() if self.effective_on else "",
            "evidence": self.evidence.value,
        }
        return {key: value for key, value in told.items() if value}

    def says_the_same_as(self, outcome: Outcome, after: dict[str, str]) -> bool:
        return outcome.after == after and all(
            getattr(outcome, column) == value for column, value in self.columns().items()
        )


def clean(ctx: Context, data: OutcomeData) -> CleanOutcome:
    """Raises InvalidError naming the field at fault."""
    if ctx.session.get(Right, data.right_code) is None:
        raise InvalidError("Choisissez un droit de la liste.", field="right_code")
    cents, period = _sum(data)
    return CleanOutcome(
        right_code=data.right_code,
        result=data.result,
        amount_cents=cents,
        period=period,
        effective_on=_effective(ctx, data.effective_on),
        evidence=data.evidence,
        after=_statuses(ctx, data.after),
    )


def read_cents(typed: str) -> int | None:
    """Euros as the French write them, in cents; None when nothing is typed."""
    compact = _SPACES.sub("", typed)
    if not compact:
        return None
    found = _AMOUNT.fullmatch(compact)
    if found is None or not compact.isprintable():
        raise InvalidError("Écrivez un montant en euros. Exemple : 635,70", field="amount")
    cents = int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0"))
    if cents > HIGHEST_CENTS:
        raise InvalidError("Ce montant dépasse un million d’euros : relisez-le.", field="amount")
    return cents


def _sum(data: OutcomeData) -> tuple[int | None, Period | None]:
    cents = read_cents(data.amount)
    if cents is None:
        return None, None
    if data.result is OutcomeResult.REFUSED:
        raise InvalidError("Un droit refusé n’a pas de montant.", field="amount")
    if data.period not in set(Period):
        raise InvalidError("Dites si c’est par mois ou en une fois.", field="period")
    return cents, Period(data.period)


def _effective(ctx: Context, day: date | None) -> date | None:
    if day is not None and not _OLDEST <= day <= local_date(ctx.now) + _AHEAD:
        raise InvalidError(
            "Relisez cette date d’effet : elle est trop lointaine.", field="effective_on"
        )
    return day


def _statuses(ctx: Context, after: Mapping[str, str] | None) -> dict[str, str] | None:
    if after is None:
        return None
    known = set(RightStatus)
    for code, status in after.items():
        if status not in known or ctx.session.get(Right, code) is None:
            raise InvalidError("Cet état des droits ne peut pas être lu.", field="after")
    return dict(after)
