"""What a grant and its lines are made of, checked as one: all that is wrong, at once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Generic, TypeVar

from zna_network.models.grant import Grant, GrantDocument, GrantFunding, GrantPayment
from zna_network.models.territory import Lot
from zna_network.services.clean_values import clean_line, clean_text
from zna_network.services.grants.money import read_cents
from zna_network.services.organisation_values import Checks
from zna_network.services.sensitive_text import refuse_sensitive

FIRST_YEAR, LAST_YEAR = 2000, 2100
MOST_LINES = 40


@dataclass(frozen=True)
class GrantData:
    """As typed: sums are euros in words (« 28 000,50 »)."""

    lots: Sequence[int] = ()
    subsidy: str = ""
    total_cost: str = ""
    ancillary: str = ""
    signed_on: date | None = None
    note: str = ""


@dataclass(frozen=True)
class FundingLine:
    """``id`` is none for a new line; one without a name and without a sum is nothing."""

    id: int | None = None
    funder: str = ""
    amount: str = ""
    is_obtained: bool = False

    @property
    def is_empty(self) -> bool:
        return not (self.funder.strip() or self.amount.strip())


@dataclass(frozen=True)
class PaymentLine:
    id: int | None = None
    label: str = ""
    amount: str = ""
    due_on: date | None = None
    paid_on: date | None = None

    @property
    def is_empty(self) -> bool:
        return not (self.label.strip() or self.amount.strip() or self.due_on or self.paid_on)


@dataclass(frozen=True)
class DocumentLine:
    id: int | None = None
    label: str = ""
    due_on: date | None = None
    section: str = ""
    received_on: date | None = None

    @property
    def is_empty(self) -> bool:
        return not (self.label.strip() or self.due_on or self.received_on)


Line = TypeVar("Line", FundingLine, PaymentLine, DocumentLine)


@dataclass
class LineChecks(Generic[Line]):
    """The checks of one line of a form; its fields are named « lines-2-amount »."""

    rank: int
    line: Line
    checks: Checks = field(default_factory=Checks)

    def name(self, column: str) -> str:
        return f"lines-{self.rank}-{column}"

    def text(self, column: str, limit: int, required: str = "") -> str:
        typed: str = getattr(self.line, column)
        name = self.name(column)
        return self.checks.take(
            lambda: refuse_sensitive(
                clean_line(typed, field=name, limit=limit, required=required), field=name
            ),
            "",
        )

    def cents(self, column: str) -> int:
        typed: str = getattr(self.line, column)
        return self.checks.take(
            lambda: read_cents(typed, field=self.name(column), required="Indiquez le montant."), 0
        )

    def day(self, column: str, required: str = "") -> date | None:
        value: date | None = getattr(self.line, column)
        check_day(self.checks, value, self.name(column))
        if value is None and required:
            self.checks.refuse(required, self.name(column))
        return value

    def past(self, column: str, today: date) -> date | None:
        value = self.day(column)
        if value is not None and value > today:
            self.checks.refuse("Cette date est dans l’avenir.", self.name(column))
        return value


def describe(grant: Grant, data: GrantData) -> None:
    """Write what was typed. Raises InvalidValuesError with everything that is wrong."""
    checks = Checks()
    sums = {
        f"{name}_cents": checks.take(_amount(getattr(data, name), name), 0)
        for name in ("subsidy", "total_cost", "ancillary")
    }
    lots = sorted(set(data.lots))
    if not lots or not set(lots) <= set(Lot):
        checks.refuse("Cochez au moins un lot.", "lots")
    check_day(checks, data.signed_on, "signed_on")
    note = checks.take(
        lambda: refuse_sensitive(clean_text(data.note, field="note"), field="note"), ""
    )
    if sums["ancillary_cents"] > sums["total_cost_cents"] > 0:
        checks.refuse("Les frais annexes sont compris dans le coût total.", "ancillary")
    if not data.subsidy.strip():
        checks.refuse("Indiquez la subvention accordée.", "subsidy")
    checks.finish()
    for name, cents in sums.items():
        setattr(grant, name, cents)
    grant.lots, grant.signed_on, grant.note = lots, data.signed_on, note


def _amount(typed: str, name: str) -> Callable[[], int]:
    return lambda: read_cents(typed, field=name)


def check_day(checks: Checks, value: date | None, name: str) -> None:
    if value is not None and not FIRST_YEAR <= value.year <= LAST_YEAR:
        checks.refuse("Relisez l’année de cette date.", name)


def describe_funding(row: GrantFunding, found: LineChecks[FundingLine], _today: date) -> None:
    row.funder = found.text("funder", 160, "Indiquez qui finance.")
    row.amount_cents = found.cents("amount")
    row.is_obtained = found.line.is_obtained


def describe_payment(row: GrantPayment, found: LineChecks[PaymentLine], today: date) -> None:
    row.label = found.text("label", 120, "Nommez ce versement.")
    row.amount_cents = found.cents("amount")
    row.due_on = found.day("due_on", "Indiquez quand il est prévu.") or today
    row.paid_on = found.past("paid_on", today)


def describe_document(row: GrantDocument, found: LineChecks[DocumentLine], today: date) -> None:
    row.label = found.text("label", 200, "Nommez cette pièce.")
    row.section = found.text("section", 120)
    row.due_on = found.day("due_on", "Indiquez pour quand.") or today
    row.received_on = found.past("received_on", today)
