"""The door: devices, points, what they scanned, and who is inside."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from zna_network.models.attendee import Badge
from zna_network.models.base import Base, EncryptedText, EnumText, UtcDateTime
from zna_network.models.forum import Forum
from zna_network.models.stand import Stand
from zna_network.models.workshop import Session


class PointKind(StrEnum):
    ENTRY = "entry"
    EXIT = "exit"
    STAND = "stand"
    SESSION = "session"

    @property
    def label(self) -> str:
        return {
            PointKind.ENTRY: "Entrée",
            PointKind.EXIT: "Sortie",
            PointKind.STAND: "Stand",
            PointKind.SESSION: "Atelier",
        }[self]


class Point(Base):
    """Where scans are made. ``code`` names it in the door API, unique in its forum."""

    __tablename__ = "point"
    __table_args__ = (
        UniqueConstraint("forum_id", "code"),
        UniqueConstraint("stand_id"),
        UniqueConstraint("session_id"),
        CheckConstraint("(kind = 'stand') = (stand_id IS NOT NULL)", name="stand"),
        CheckConstraint("(kind = 'session') = (session_id IS NOT NULL)", name="session"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    forum_id: Mapped[int] = mapped_column(ForeignKey("forum.id", ondelete="CASCADE"))
    code: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[PointKind] = mapped_column(EnumText(PointKind))
    stand_id: Mapped[int | None] = mapped_column(ForeignKey("stand.id", ondelete="CASCADE"))
    session_id: Mapped[int | None] = mapped_column(
        ForeignKey("workshop_session.id", ondelete="CASCADE")
    )

    forum: Mapped[Forum] = relationship()
    stand: Mapped[Stand | None] = relationship()
    session: Mapped[Session | None] = relationship()


class Device(Base):
    """A volunteer's phone, or another client of the door API. Its token is kept as a hash, works
    for one forum only, and not after ``expires_at``. It is first a pairing: ``pairing_hash`` is
    the hash of the one-use code that the QR shows, good until ``pairing_expires_at``.
    ``waiting`` is how many scans it said it had not sent yet, when last heard. ``put_away_at`` is
    when somebody said that it is closed on purpose: that holds until it is heard again."""

    __tablename__ = "device"

    id: Mapped[int] = mapped_column(primary_key=True)
    forum_id: Mapped[int] = mapped_column(ForeignKey("forum.id"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    point_id: Mapped[int | None] = mapped_column(ForeignKey("point.id", ondelete="SET NULL"))
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    pairing_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    pairing_expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    paired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    put_away_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_skew_s: Mapped[int] = mapped_column(default=0)
    waiting: Mapped[int] = mapped_column(default=0)

    forum: Mapped[Forum] = relationship()
    point: Mapped[Point | None] = relationship()


class Verdict(StrEnum):
    ADMITTED = "admitted"
    ALREADY_ADMITTED = "already_admitted"
    UNKNOWN = "unknown"
    REVOKED = "revoked"
    NOT_TODAY = "not_today"

    @property
    def label(self) -> str:
        return {
            Verdict.ADMITTED: "Entrée acceptée",
            Verdict.ALREADY_ADMITTED: "Déjà entré",
            Verdict.UNKNOWN: "Badge inconnu",
            Verdict.REVOKED: "Badge annulé",
            Verdict.NOT_TODAY: "Pas pour aujourd’hui",
        }[self]


class ScanKind(StrEnum):
    """What a scan means, after the kind of the point where it was made."""

    ENTRY = "entry"
    EXIT = "exit"
    VISIT = "visit"

    @classmethod
    def at(cls, kind: PointKind | None) -> "ScanKind":
        """At a point of this kind; at none in particular, a scan lets somebody in."""
        if kind in {PointKind.STAND, PointKind.SESSION}:
            return cls.VISIT
        return cls.EXIT if kind is PointKind.EXIT else cls.ENTRY


class CheckIn(Base):
    """One entry per badge and forum, however many scans made it. ``is_inside`` follows exits and
    returns; ``moved_at`` is when it last changed, by the corrected device time, so that a scan
    that comes late does not undo what happened after it. ``people`` counts the companions too.
    ``point_id`` and ``device_id`` are the first entry's."""

    __tablename__ = "check_in"

    badge_id: Mapped[int] = mapped_column(ForeignKey("badge.id"), primary_key=True)
    forum_id: Mapped[int] = mapped_column(ForeignKey("forum.id"), index=True)
    people: Mapped[int] = mapped_column(default=1)
    is_inside: Mapped[bool] = mapped_column(default=True)
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    moved_at: Mapped[datetime] = mapped_column(UtcDateTime)
    entries: Mapped[int] = mapped_column(default=1)
    first_scan_id: Mapped[str] = mapped_column(String(36))
    last_scan_id: Mapped[str] = mapped_column(String(36))
    device_id: Mapped[int] = mapped_column(ForeignKey("device.id"))
    point_id: Mapped[int | None] = mapped_column(ForeignKey("point.id", ondelete="SET NULL"))

    badge: Mapped[Badge] = relationship()
    device: Mapped[Device] = relationship()
    point: Mapped[Point | None] = relationship()


_CONFLICTS = Column("conflicts_with", String).is_not(None)


class Scan(Base):
    """What a device sent, kept as it came, with the answer that it got: ``answer`` is the JSON
    text given again to whoever sends the same ``scan_id``, encrypted since it holds a first name.

    ``kind`` outlives the point: an exit stays one. ``scanned_at`` is the device's time,
    ``received_at`` the server's, ``happened_at`` the device's corrected by what its clock was off
    by (``skew_s``, seconds, positive when it is ahead).
    ``effect`` is the number of people that it brought in (negative: out; 0: nobody).
    ``decided`` is what the device told the person while it was offline."""

    __tablename__ = "scan"
    __table_args__ = (
        # The board reads the day from these two, without the rows.
        Index(
            "ix_scan_forum_happened",
            "forum_id",
            "happened_at",
            "effect",
            "undone_at",
            "badge_id",
        ),
        Index(
            "ix_scan_conflict",
            "forum_id",
            "happened_at",
            sqlite_where=_CONFLICTS,
            postgresql_where=_CONFLICTS,
        ),
        Index("ix_scan_forum_received", "forum_id", "received_at"),
        Index("ix_scan_badge", "badge_id", "happened_at"),
    )

    scan_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    forum_id: Mapped[int] = mapped_column(ForeignKey("forum.id"))
    device_id: Mapped[int] = mapped_column(ForeignKey("device.id"), index=True)
    point_id: Mapped[int | None] = mapped_column(
        ForeignKey("point.id", ondelete="SET NULL"), index=True
    )
    badge_id: Mapped[int | None] = mapped_column(ForeignKey("badge.id"))
    kind: Mapped[ScanKind] = mapped_column(EnumText(ScanKind), default=ScanKind.ENTRY)
    ticket_hash: Mapped[str] = mapped_column(String(64))
    scanned_at: Mapped[datetime] = mapped_column(UtcDateTime)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    happened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    skew_s: Mapped[int] = mapped_column(default=0)
    is_skewed: Mapped[bool] = mapped_column(default=False)
    decided: Mapped[Verdict | None] = mapped_column(EnumText(Verdict))
    verdict: Mapped[Verdict] = mapped_column(EnumText(Verdict))
    conflicts_with: Mapped[str | None] = mapped_column(String(36), index=True)
    effect: Mapped[int] = mapped_column(default=0)
    answer: Mapped[str] = mapped_column(EncryptedText)
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    badge: Mapped[Badge | None] = relationship()
    device: Mapped[Device] = relationship()
    point: Mapped[Point | None] = relationship()


class Visit(Base):
    """A badge's passage at a stand or a workshop: one per badge and point."""

    __tablename__ = "visit"
    __table_args__ = (
        Index("ix_visit_forum_point", "forum_id", "point_id", "happened_at", "badge_id"),
    )

    badge_id: Mapped[int] = mapped_column(ForeignKey("badge.id"), primary_key=True)
    point_id: Mapped[int] = mapped_column(
        ForeignKey("point.id", ondelete="CASCADE"), primary_key=True
    )
    forum_id: Mapped[int] = mapped_column(ForeignKey("forum.id"))
    scan_id: Mapped[str] = mapped_column(String(36))
    happened_at: Mapped[datetime] = mapped_column(UtcDateTime)

    badge: Mapped[Badge] = relationship()
    point: Mapped[Point] = relationship()


class HeadCount(Base):
    """People counted by hand, without any badge: positive in, negative out."""

    __tablename__ = "head_count"
    __table_args__ = (CheckConstraint("people BETWEEN -500 AND 500", name="people"),)

    count_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    forum_id: Mapped[int] = mapped_column(ForeignKey("forum.id"), index=True)
    device_id: Mapped[int] = mapped_column(ForeignKey("device.id"))
    point_id: Mapped[int | None] = mapped_column(ForeignKey("point.id", ondelete="SET NULL"))
    people: Mapped[int]
    counted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    device: Mapped[Device] = relationship()


class SurveyAnswer(Base):
    """Three questions on leaving: satisfied (1 to 5), found what they came for (yes, partly, no),
    would tell somebody about it (yes, no), and a few words. Linked to nobody: ``sending`` is drawn
    at random when the page is shown, so that a form sent twice counts once, and ``answered_on`` is
    the midnight of the day."""

    __tablename__ = "survey_answer"
    __table_args__ = (
        CheckConstraint("satisfaction BETWEEN 1 AND 5", name="satisfaction"),
        CheckConstraint("found IN ('yes', 'partly', 'no')", name="found"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    forum_id: Mapped[int] = mapped_column(ForeignKey("forum.id", ondelete="CASCADE"), index=True)
    satisfaction: Mapped[int]
    found: Mapped[str] = mapped_column(String(10))
    recommends: Mapped[bool]
    words: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str] = mapped_column(String(10), default="fr")
    answered_on: Mapped[datetime] = mapped_column(UtcDateTime)
    sending: Mapped[str | None] = mapped_column(String(32), unique=True)
