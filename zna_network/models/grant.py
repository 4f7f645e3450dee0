"""Grants: what each grantee was given, what it costs, what was paid, what is owed in papers.

Sums are whole cents."""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, Date, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from zna_network.models.base import Base, Timestamped, UtcDateTime
from zna_network.models.organisation import Organisation


class Grant(Timestamped, Base):
    """One convention: an organisation, a season of the call (« 2026-2027 »), its lots.

    ``ancillary_cents`` are the ancillary costs (frais annexes), counted in the total cost."""

    __tablename__ = "grant_agreement"
    __table_args__ = (
        UniqueConstraint("organisation_id", "season"),
        CheckConstraint("subsidy_cents BETWEEN 0 AND 10000000000", name="subsidy"),
        CheckConstraint("total_cost_cents BETWEEN 0 AND 10000000000", name="total_cost"),
        CheckConstraint("ancillary_cents BETWEEN 0 AND 10000000000", name="ancillary"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    season: Mapped[str] = mapped_column(String(20))
    lots: Mapped[list[int]] = mapped_column(JSON, default=list)
    subsidy_cents: Mapped[int] = mapped_column(default=0)
    total_cost_cents: Mapped[int] = mapped_column(default=0)
    ancillary_cents: Mapped[int] = mapped_column(default=0)
    signed_on: Mapped[date | None] = mapped_column(Date)
    note: Mapped[str] = mapped_column(Text, default="")
    revision: Mapped[int] = mapped_column(default=1)

    organisation: Mapped[Organisation] = relationship()
    fundings: Mapped[list["GrantFunding"]] = relationship(
        order_by="GrantFunding.id", cascade="all, delete-orphan"
    )
    payments: Mapped[list["GrantPayment"]] = relationship(
        order_by="GrantPayment.due_on, GrantPayment.id", cascade="all, delete-orphan"
    )
    documents: Mapped[list["GrantDocument"]] = relationship(
        order_by="GrantDocument.due_on, GrantDocument.id", cascade="all, delete-orphan"
    )

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012


class GrantFunding(Base):
    """What another funder, or the grantee itself, puts in (co-financing)."""

    __tablename__ = "grant_funding"
    __table_args__ = (CheckConstraint("amount_cents BETWEEN 0 AND 10000000000", name="amount"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    grant_id: Mapped[int] = mapped_column(
        ForeignKey("grant_agreement.id", ondelete="CASCADE"), index=True
    )
    funder: Mapped[str] = mapped_column(String(160))
    amount_cents: Mapped[int]
    is_obtained: Mapped[bool] = mapped_column(default=False)


class GrantPayment(Base):
    """A payment of the subsidy: the call pays one half at the start, the other after the accounts.
    ``due_on`` is the month's first day where the call gives a month only."""

    __tablename__ = "grant_payment"
    __table_args__ = (CheckConstraint("amount_cents BETWEEN 0 AND 10000000000", name="amount"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    grant_id: Mapped[int] = mapped_column(
        ForeignKey("grant_agreement.id", ondelete="CASCADE"), index=True
    )
    label: Mapped[str] = mapped_column(String(120))
    amount_cents: Mapped[int]
    due_on: Mapped[date] = mapped_column(Date)
    paid_on: Mapped[date | None] = mapped_column(Date)


class GrantDocument(Base):
    """A paper that the grantee owes; the fact that it came, never the paper itself."""

    __tablename__ = "grant_document"

    id: Mapped[int] = mapped_column(primary_key=True)
    grant_id: Mapped[int] = mapped_column(
        ForeignKey("grant_agreement.id", ondelete="CASCADE"), index=True
    )
    label: Mapped[str] = mapped_column(String(200))
    due_on: Mapped[date] = mapped_column(Date)
    section: Mapped[str] = mapped_column(String(120), default="")
    received_on: Mapped[date | None] = mapped_column(Date)
    reminded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    def is_late(self, on: date) -> bool:
        return self.received_on is None and self.due_on < on
