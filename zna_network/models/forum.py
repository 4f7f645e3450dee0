"""The forums, who prepares them and how: the day itself, its tasks and its shifts."""

from datetime import date, datetime, time
from enum import StrEnum

from sqlalchemy import CheckConstraint, Date, ForeignKey, LargeBinary, String, Text, Time
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from zna_network.models.base import Base, EnumText, Timestamped, UtcDateTime
from zna_network.models.organisation import Organisation
from zna_network.models.territory import Commune


class ForumState(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    CLOSED = "closed"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        return {
            ForumState.DRAFT: "En préparation",
            ForumState.PUBLISHED: "Publié",
            ForumState.CLOSED: "Clos",
            ForumState.CANCELLED: "Annulé",
        }[self]

    @property
    def is_final(self) -> bool:
        """Nothing is prepared nor asked any more."""
        return self in {ForumState.CLOSED, ForumState.CANCELLED}


FINAL_STATES = tuple(state for state in ForumState if state.is_final)


class Forum(Timestamped, Base):
    """A forum d'accès aux droits, one day in one hall.

    ``held_on`` none: « date à annoncer ». Opening hours are wall times in Arras. ``gauge`` is how
    many people may be in the hall at once. The plan is a grid of ``plan_columns`` × ``plan_rows``
    squares, drawn over ``plan_image`` where one was uploaded. ``uid`` and ``sequence`` are those
    of the day in calendars: ``sequence`` rises when the date, the hours or the place change.
    ``stands_answer_by`` is the day until which invited organisations may say whether they come;
    ``cancelled_reason`` is what everybody reads once it is cancelled."""

    __tablename__ = "forum"
    __table_args__ = (
        CheckConstraint("gauge > 0", name="gauge_positive"),
        CheckConstraint("closes_at > opens_at", name="closes_after_opening"),
        CheckConstraint(
            "plan_columns BETWEEN 4 AND 60 AND plan_rows BETWEEN 4 AND 60", name="plan_size"
        ),
        CheckConstraint("(state = 'cancelled') = (cancelled_reason <> '')", name="reason_given"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    title: Mapped[str] = mapped_column(String(160))
    state: Mapped[ForumState] = mapped_column(EnumText(ForumState), default=ForumState.DRAFT)
    held_on: Mapped[date | None] = mapped_column(Date, index=True)
    opens_at: Mapped[time] = mapped_column(Time, default=time(9, 30))
    closes_at: Mapped[time] = mapped_column(Time, default=time(17, 0))
    place: Mapped[str] = mapped_column(String(200), default="")
    address: Mapped[str] = mapped_column(String(300), default="")
    commune_insee: Mapped[str | None] = mapped_column(ForeignKey("commune.insee"))
    access: Mapped[str] = mapped_column(Text, default="")
    presentation: Mapped[str] = mapped_column(Text, default="")
    gauge: Mapped[int] = mapped_column(default=300)
    takes_registrations: Mapped[bool] = mapped_column(default=False)
    takes_stands: Mapped[bool] = mapped_column(default=False)
    stands_answer_by: Mapped[date | None] = mapped_column(Date)
    cancelled_reason: Mapped[str] = mapped_column(Text, default="")
    plan_columns: Mapped[int] = mapped_column(default=24)
    plan_rows: Mapped[int] = mapped_column(default=14)
    plan_image: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))
    plan_media_type: Mapped[str] = mapped_column(String(40), default="")
    uid: Mapped[str] = mapped_column(String(80), unique=True)
    sequence: Mapped[int] = mapped_column(default=0)
    revision: Mapped[int] = mapped_column(default=1)

    commune: Mapped[Commune | None] = relationship()

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012

    @property
    def is_public(self) -> bool:
        return self.state is not ForumState.DRAFT


class TaskState(StrEnum):
    TO_DO = "to_do"
    DOING = "doing"
    DONE = "done"
    DROPPED = "dropped"

    @property
    def label(self) -> str:
        return {
            TaskState.TO_DO: "À faire",
            TaskState.DOING: "En cours",
            TaskState.DONE: "Faite",
            TaskState.DROPPED: "Abandonnée",
        }[self]

    @property
    def is_open(self) -> bool:
        return self in {TaskState.TO_DO, TaskState.DOING}


class ForumTask(Timestamped, Base):
    """Something to do for the forum. ``organisation`` answers for it; ``owner`` is the person, in
    words, and ``owner_email`` where the reminders go. ``reminded_at``: the last one, never two
    for the same threshold."""

    __tablename__ = "forum_task"

    id: Mapped[int] = mapped_column(primary_key=True)
    forum_id: Mapped[int] = mapped_column(ForeignKey("forum.id", ondelete="CASCADE"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    note: Mapped[str] = mapped_column(Text, default="")
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    owner: Mapped[str] = mapped_column(String(160), default="")
    owner_email: Mapped[str] = mapped_column(String(254), default="")
    due_on: Mapped[date | None] = mapped_column(Date)
    state: Mapped[TaskState] = mapped_column(EnumText(TaskState), default=TaskState.TO_DO)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reminded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revision: Mapped[int] = mapped_column(default=1)

    forum: Mapped[Forum] = relationship()
    organisation: Mapped[Organisation | None] = relationship()

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012

    def is_late(self, today: date) -> bool:
        return self.state.is_open and self.due_on is not None and self.due_on < today


class Shift(Timestamped, Base):
    """A post to hold between two instants (« Accueil porte A »), by ``needed`` people."""

    __tablename__ = "forum_shift"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        CheckConstraint("needed BETWEEN 1 AND 50", name="needed"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    forum_id: Mapped[int] = mapped_column(ForeignKey("forum.id", ondelete="CASCADE"), index=True)
    post: Mapped[str] = mapped_column(String(120))
    place: Mapped[str] = mapped_column(String(120), default="")
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    needed: Mapped[int] = mapped_column(default=1)
    note: Mapped[str] = mapped_column(Text, default="")
    revision: Mapped[int] = mapped_column(default=1)

    forum: Mapped[Forum] = relationship()
    people: Mapped[list["ShiftPerson"]] = relationship(
        back_populates="shift", order_by="ShiftPerson.id", cascade="all, delete-orphan"
    )

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012

    @property
    def missing(self) -> int:
        """How many people are still to be found."""
        return max(0, self.needed - len(self.people))


class ShiftPerson(Base):
    """Somebody who holds a post. ``email`` is where the reminder of the day before goes."""

    __tablename__ = "forum_shift_person"

    id: Mapped[int] = mapped_column(primary_key=True)
    shift_id: Mapped[int] = mapped_column(
        ForeignKey("forum_shift.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str] = mapped_column(String(160))
    email: Mapped[str] = mapped_column(String(254), default="")
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    reminded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    shift: Mapped[Shift] = relationship(back_populates="people")
    organisation: Mapped[Organisation | None] = relationship()
