"""The people who come to a forum, and the badges that let them in."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from zna_network.models.base import Base, EncryptedText, EnumText, Timestamped, UtcDateTime
from zna_network.models.forum import Forum
from zna_network.models.territory import Commune, Qpv, TargetGroup


class AgeBand(StrEnum):
    UNDER_18 = "under_18"
    FROM_18 = "18_25"
    FROM_26 = "26_39"
    FROM_40 = "40_59"
    FROM_60 = "60_74"
    FROM_75 = "75_plus"

    @property
    def label(self) -> str:
        return {
            AgeBand.UNDER_18: "Moins de 18 ans",
            AgeBand.FROM_18: "18 à 25 ans",
            AgeBand.FROM_26: "26 à 39 ans",
            AgeBand.FROM_40: "40 à 59 ans",
            AgeBand.FROM_60: "60 à 74 ans",
            AgeBand.FROM_75: "75 ans et plus",
        }[self]


class RegistrationChannel(StrEnum):
    ONLINE = "online"
    DESK = "desk"
    DOOR = "door"

    @property
    def label(self) -> str:
        return {
            RegistrationChannel.ONLINE: "en ligne",
            RegistrationChannel.DESK: "par un agent",
            RegistrationChannel.DOOR: "à l’entrée",
        }[self]


class VisitReason(StrEnum):
    """What people come for, in their own words rather than in the names of the rights. A right
    belongs to one of them or to none."""

    INCOME = "income"
    WORK = "work"
    HOUSING = "housing"
    ENERGY = "energy"
    HEALTH = "health"
    FAMILY = "family"
    RETIREMENT = "retirement"
    DISABILITY = "disability"
    AUTONOMY = "autonomy"
    TRANSPORT = "transport"
    FOOD = "food"
    LOCAL = "local"
    OTHER = "other"

    @property
    def label(self) -> str:
        return {
            VisitReason.INCOME: "Revenu, RSA, prime d’activité",
            VisitReason.WORK: "Emploi, chômage",
            VisitReason.HOUSING: "Logement, loyer",
            VisitReason.ENERGY: "Énergie, factures",
            VisitReason.HEALTH: "Santé, mutuelle",
            VisitReason.FAMILY: "Famille, enfants",
            VisitReason.RETIREMENT: "Retraite",
            VisitReason.DISABILITY: "Handicap",
            VisitReason.AUTONOMY: "Aide à domicile, perte d’autonomie",
            VisitReason.TRANSPORT: "Transports",
            VisitReason.FOOD: "Aide alimentaire",
            VisitReason.LOCAL: "Aides locales",
            VisitReason.OTHER: "Autre chose",
        }[self]

    @property
    def rights(self) -> tuple[str, ...]:
        """The codes of the rights that answer it."""
        return {
            VisitReason.INCOME: ("RSA", "PPA"),
            VisitReason.WORK: ("ARE", "ASS"),
            VisitReason.HOUSING: ("APL", "ALF"),
            VisitReason.ENERGY: ("FSL", "CHEQUE_ENERGIE"),
            VisitReason.HEALTH: ("C2S", "C2S_PART"),
            VisitReason.FAMILY: ("ASF",),
            VisitReason.RETIREMENT: ("ASPA",),
            VisitReason.DISABILITY: ("AAH",),
            VisitReason.AUTONOMY: ("APA",),
            VisitReason.TRANSPORT: ("TRANSPORT",),
            VisitReason.FOOD: ("AIDE_ALIMENTAIRE",),
            VisitReason.LOCAL: ("AIDE_REGION", "AIDE_DEPARTEMENT", "AIDE_CUA", "AIDE_COMMUNE"),
            VisitReason.OTHER: (),
        }[self]


class Need(StrEnum):
    """What somebody needs to be received well."""

    STEP_FREE = "step_free"
    SEAT = "seat"
    HEARING = "hearing"
    SIGN_LANGUAGE = "sign_language"
    SIGHT = "sight"
    READING = "reading"
    INTERPRETER = "interpreter"
    CALM = "calm"

    @property
    def label(self) -> str:
        return {
            Need.STEP_FREE: "Accès sans marche",
            Need.SEAT: "S’asseoir",
            Need.HEARING: "Mal ou non-entendant",
            Need.SIGN_LANGUAGE: "Langue des signes",
            Need.SIGHT: "Mal ou non-voyant",
            Need.READING: "Aide pour lire et écrire",
            Need.INTERPRETER: "Interprète",
            Need.CALM: "Endroit calme",
        }[self]


class Attendee(Timestamped, Base):
    """Somebody registered for a forum. Only ``name`` is ever asked for, and it may be a pseudonym;
    an anonymous walk-in has none. What identifies a person is encrypted; ``contact_key`` is a
    keyed hash of the e-mail or phone, to find it again, and is not unique: people share them.

    ``companions`` counts the people who come in on the same badge. ``reasons`` are what they come
    for (values of ``VisitReason``), ``needs`` what they need (values of ``Need``);
    ``notice_version`` is the notice that they were shown. The link to one's own badge is derived
    from ``link_salt``. ``erased_at``: the personal part is gone, the figures stay."""

    __tablename__ = "attendee"
    __table_args__ = (CheckConstraint("companions BETWEEN 0 AND 20", name="companions"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    forum_id: Mapped[int] = mapped_column(ForeignKey("forum.id"), index=True)
    name: Mapped[str] = mapped_column(EncryptedText, default="")
    email: Mapped[str] = mapped_column(EncryptedText, default="")
    phone: Mapped[str] = mapped_column(EncryptedText, default="")
    note: Mapped[str] = mapped_column(EncryptedText, default="")
    contact_key: Mapped[str] = mapped_column(String(64), default="", index=True)
    commune_insee: Mapped[str | None] = mapped_column(ForeignKey("commune.insee"), index=True)
    qpv_id: Mapped[int | None] = mapped_column(ForeignKey("qpv.id"))
    is_from_elsewhere: Mapped[bool] = mapped_column(default=False)
    age_band: Mapped[AgeBand | None] = mapped_column(EnumText(AgeBand))
    target_group: Mapped[TargetGroup | None] = mapped_column(EnumText(TargetGroup))
    reasons: Mapped[list[str]] = mapped_column(JSON, default=list)
    needs: Mapped[list[str]] = mapped_column(JSON, default=list)
    companions: Mapped[int] = mapped_column(default=0)
    language: Mapped[str] = mapped_column(String(10), default="fr")
    channel: Mapped[RegistrationChannel] = mapped_column(EnumText(RegistrationChannel))
    notice_version: Mapped[str] = mapped_column(String(20), default="")
    link_salt: Mapped[str] = mapped_column(String(32), unique=True)
    link_hash: Mapped[str] = mapped_column(String(64), unique=True)
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revision: Mapped[int] = mapped_column(default=1)

    forum: Mapped[Forum] = relationship()
    commune: Mapped[Commune | None] = relationship()
    qpv: Mapped[Qpv | None] = relationship()
    badges: Mapped[list["Badge"]] = relationship(back_populates="attendee", order_by="Badge.number")

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012

    @property
    def badge(self) -> "Badge | None":
        """The badge in force: the last one issued and not revoked."""
        return next((badge for badge in reversed(self.badges) if badge.revoked_at is None), None)


class Badge(Base):
    """A QR code that opens the door of one forum. ``ticket_hash`` is the SHA-256 of its payload,
    which a server key derives from ``public_id``: a badge can be printed again, and the database
    alone gives none away. Without attendee it is a blank badge, prepared in advance.

    ``is_rehearsal``: for practising; it is admitted like another and counts nowhere."""

    __tablename__ = "badge"
    __table_args__ = (
        UniqueConstraint("forum_id", "number"),
        Index("ix_badge_forum_changed", "forum_id", "changed_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    forum_id: Mapped[int] = mapped_column(ForeignKey("forum.id"))
    number: Mapped[int] = mapped_column(Integer)
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    ticket_hash: Mapped[str] = mapped_column(String(64), unique=True)
    attendee_id: Mapped[int | None] = mapped_column(
        ForeignKey("attendee.id", ondelete="SET NULL"), index=True
    )
    label: Mapped[str] = mapped_column(EncryptedText, default="")
    is_rehearsal: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    printed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_reason: Mapped[str] = mapped_column(String(200), default="")

    attendee: Mapped[Attendee | None] = relationship(back_populates="badges")
    forum: Mapped[Forum] = relationship()

    @property
    def shown_number(self) -> str:
        """As it is printed and said: « 0042 »."""
        return f"{self.number:04d}"

    @property
    def is_blank(self) -> bool:
        return self.attendee_id is None and self.attendee is None
