"""A year of governance: series of meetings, days to avoid, dates of the call, retro-planning."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Date, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from zna_network.models.account import User
from zna_network.models.base import Base, EnumText, Timestamped, UtcDateTime
from zna_network.models.organisation import Organisation


class ClosedPeriod(Base):
    """Days that no meeting should fall on: school holidays of zone B, from the reference data, and
    what the staff add. Both ends are included. Public holidays are computed, not stored."""

    __tablename__ = "closed_period"
    __table_args__ = (
        CheckConstraint("ends_on >= starts_on", name="ends_after_start"),
        UniqueConstraint("label", "starts_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    label: Mapped[str] = mapped_column(String(120))
    starts_on: Mapped[date] = mapped_column(Date, index=True)
    ends_on: Mapped[date] = mapped_column(Date)
    source: Mapped[str] = mapped_column(String(200), default="")
    is_school_holiday: Mapped[bool] = mapped_column(default=False)


class Precision(StrEnum):
    """How much of ``starts_on`` is known: the call gives some dates as a month only."""

    DAY = "day"
    MONTH = "month"


class CalendarEntry(Timestamped, Base):
    """A date of the governance calendar: the call's own (``section`` is where it is written), or
    one that the CUA adds. ``reference`` names a date of the call, so that it is loaded once."""

    __tablename__ = "calendar_entry"
    __table_args__ = (
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="ends_after_start"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str | None] = mapped_column(String(160), unique=True)
    label: Mapped[str] = mapped_column(String(200))
    starts_on: Mapped[date] = mapped_column(Date, index=True)
    ends_on: Mapped[date | None] = mapped_column(Date)
    precision: Mapped[Precision] = mapped_column(EnumText(Precision), default=Precision.DAY)
    section: Mapped[str] = mapped_column(String(120), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    revision: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012

    @property
    def is_of_the_call(self) -> bool:
        return self.reference is not None


class StepState(StrEnum):
    TO_DO = "to_do"
    IN_PROGRESS = "in_progress"
    DONE = "done"
    DROPPED = "dropped"

    @property
    def label(self) -> str:
        return {
            StepState.TO_DO: "À faire",
            StepState.IN_PROGRESS: "En cours",
            StepState.DONE: "Faite",
            StepState.DROPPED: "Abandonnée",
        }[self]

    @property
    def is_open(self) -> bool:
        return self in {StepState.TO_DO, StepState.IN_PROGRESS}


class PlanStep(Timestamped, Base):
    """A step of a grantee's retro-planning: what, who, for when, and the deliverable that it ends
    in. ``owner`` is in words; ``owner_id`` is their account when they have one, which reminders and
    their calendar feed follow. ``entry`` is the date that it prepares."""

    __tablename__ = "plan_step"
    __table_args__ = (
        CheckConstraint("(state IN ('done', 'dropped')) = (closed_at IS NOT NULL)", name="closed"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    entry_id: Mapped[int | None] = mapped_column(
        ForeignKey("calendar_entry.id", ondelete="SET NULL"), index=True
    )
    label: Mapped[str] = mapped_column(String(200))
    owner: Mapped[str] = mapped_column(String(170), default="")
    owner_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="SET NULL"), index=True
    )
    due_on: Mapped[date] = mapped_column(Date, index=True)
    deliverable: Mapped[str] = mapped_column(String(200), default="")
    state: Mapped[StepState] = mapped_column(EnumText(StepState), default=StepState.TO_DO)
    note: Mapped[str] = mapped_column(Text, default="")
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revision: Mapped[int] = mapped_column(default=1)

    organisation: Mapped[Organisation] = relationship()
    entry: Mapped[CalendarEntry | None] = relationship()
    owner_account: Mapped[User | None] = relationship()

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012

    def is_late(self, on: date) -> bool:
        return self.state.is_open and self.due_on < on


class PlanStepReminder(Base):
    """A reminder put in the outbox, once for each due date, kind and recipient."""

    __tablename__ = "plan_step_reminder"
    __table_args__ = (UniqueConstraint("step_id", "kind", "counted_on", "email"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    step_id: Mapped[int] = mapped_column(ForeignKey("plan_step.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(20))
    counted_on: Mapped[date] = mapped_column(Date)
    email: Mapped[str] = mapped_column(String(254))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class PersonalFeed(Base):
    """The secret address where one account's calendar is read: derived from ``link_salt``, revoked
    or replaced by its owner, and by the end of the account."""

    __tablename__ = "personal_feed"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    link_salt: Mapped[str] = mapped_column(String(32))
    link_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    user: Mapped[User] = relationship()
