"""The stands of a forum and their place on its plan."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from zna_network.models.base import Base, EnumText, Timestamped, UtcDateTime
from zna_network.models.forum import Forum
from zna_network.models.organisation import Organisation
from zna_network.models.territory import Right


class StandState(StrEnum):
    APPLIED = "applied"
    INVITED = "invited"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        return {
            StandState.APPLIED: "Candidature",
            StandState.INVITED: "Invité",
            StandState.CONFIRMED: "Confirmé",
            StandState.DECLINED: "Décliné",
            StandState.WITHDRAWN: "Retiré",
        }[self]

    @property
    def is_live(self) -> bool:
        return self in {StandState.APPLIED, StandState.INVITED, StandState.CONFIRMED}


stand_rights = Table(
    "stand_rights",
    Base.metadata,
    Column("stand_id", ForeignKey("stand.id", ondelete="CASCADE"), primary_key=True),
    Column("right_code", ForeignKey("right.code"), primary_key=True, index=True),
)

_LIVE = Column("state", String).in_(["applied", "invited", "confirmed"])


class Stand(Timestamped, Base):
    """An organisation's table at a forum, one each. ``column``, ``row`` is its top-left square on
    the plan, counted from 0, and ``width`` × ``height`` its size in squares; none while it has no
    place. ``organisation_name`` is what an applicant typed that the directory does not have yet.

    The link of the person who answers for it is derived from ``link_salt`` as invitations' are.
    ``sent_sequence`` is the last calendar SEQUENCE that they were sent; ``reminded_at`` when they
    were reminded, once, that an answer is awaited."""

    __tablename__ = "stand"
    __table_args__ = (
        UniqueConstraint("forum_id", "number"),
        Index(
            "uq_stand_organisation_live",
            "forum_id",
            "organisation_id",
            unique=True,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
        CheckConstraint("width BETWEEN 1 AND 12 AND height BETWEEN 1 AND 12", name="size"),
        CheckConstraint('("column" IS NULL) = ("row" IS NULL)', name="whole_place"),
        CheckConstraint(
            "organisation_id IS NOT NULL OR state NOT IN ('invited', 'confirmed')",
            name="holder_known",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    forum_id: Mapped[int] = mapped_column(ForeignKey("forum.id", ondelete="CASCADE"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    organisation_name: Mapped[str] = mapped_column(String(200), default="")
    number: Mapped[int]
    state: Mapped[StandState] = mapped_column(EnumText(StandState))
    presentation: Mapped[str] = mapped_column(Text, default="")
    tables: Mapped[int] = mapped_column(default=1)
    chairs: Mapped[int] = mapped_column(default=2)
    sockets: Mapped[int] = mapped_column(default=0)
    needs_screen: Mapped[bool] = mapped_column(default=False)
    other_needs: Mapped[str] = mapped_column(Text, default="")
    contact_name: Mapped[str] = mapped_column(String(160), default="")
    contact_email: Mapped[str] = mapped_column(String(254), default="")
    contact_phone: Mapped[str] = mapped_column(String(40), default="")
    column: Mapped[int | None]
    row: Mapped[int | None]
    width: Mapped[int] = mapped_column(default=2)
    height: Mapped[int] = mapped_column(default=2)
    link_salt: Mapped[str] = mapped_column(String(32), unique=True)
    link_hash: Mapped[str] = mapped_column(String(64), unique=True)
    uid: Mapped[str] = mapped_column(String(80), unique=True)
    sent_sequence: Mapped[int | None]
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reminded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(Text, default="")
    revision: Mapped[int] = mapped_column(default=1)

    forum: Mapped[Forum] = relationship()
    organisation: Mapped[Organisation | None] = relationship()
    rights: Mapped[list[Right]] = relationship(secondary=stand_rights, order_by=Right.position)
    people: Mapped[list["StandPerson"]] = relationship(
        back_populates="stand", order_by="StandPerson.id", cascade="all, delete-orphan"
    )
    squares: Mapped[list["StandSquare"]] = relationship(
        cascade="all, delete-orphan", passive_deletes=True
    )

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012

    @property
    def name(self) -> str:
        """Who holds it, as the plan and the lists write it."""
        return self.organisation.name if self.organisation else self.organisation_name

    @property
    def short_name(self) -> str:
        return self.organisation.short_name if self.organisation else self.organisation_name

    @property
    def is_placed(self) -> bool:
        return self.column is not None


class StandPerson(Base):
    """Somebody who holds the stand that day."""

    __tablename__ = "stand_person"

    id: Mapped[int] = mapped_column(primary_key=True)
    stand_id: Mapped[int] = mapped_column(ForeignKey("stand.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(160))
    function: Mapped[str] = mapped_column(String(120), default="")

    stand: Mapped[Stand] = relationship(back_populates="people")


class StandSquare(Base):
    """One square of the plan taken by a stand: the primary key is what refuses two stands on one
    place, on either engine, whoever is first."""

    __tablename__ = "stand_square"

    forum_id: Mapped[int] = mapped_column(
        ForeignKey("forum.id", ondelete="CASCADE"), primary_key=True
    )
    column: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    row: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    stand_id: Mapped[int] = mapped_column(ForeignKey("stand.id", ondelete="CASCADE"), index=True)
