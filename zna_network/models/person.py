"""The people who are helped, and what they agreed to. Names and contacts are encrypted; they are
found by keyed hashes of their words (``PersonKey``), which the database alone cannot turn back."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from zna_network.models.account import User
from zna_network.models.attendee import AgeBand
from zna_network.models.base import Base, EncryptedText, EnumText, Timestamped, UtcDateTime
from zna_network.models.organisation import Organisation
from zna_network.models.territory import Commune, Qpv, TargetGroup


class Person(Timestamped, Base):
    """Somebody's file. ``case_number`` (« D-7K3QF2 ») is what stands for the name everywhere but
    in the hands of those who help: drawn at random, so that it tells neither who nor when.

    ``owner`` is the organisation that follows the person: it reads the file whole; whom the
    referrals go to reads what the person agreed to. ``last_contact_on`` starts the two years after
    which the file is anonymised: the figures stay on the referrals, the rest goes."""

    __tablename__ = "person"
    __table_args__ = (
        CheckConstraint("birth_year IS NULL OR birth_year BETWEEN 1900 AND 2100", name="birth"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_number: Mapped[str] = mapped_column(String(12), unique=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    name: Mapped[str] = mapped_column(EncryptedText, default="")
    email: Mapped[str] = mapped_column(EncryptedText, default="")
    phone: Mapped[str] = mapped_column(EncryptedText, default="")
    note: Mapped[str] = mapped_column(EncryptedText, default="")
    birth_year: Mapped[int | None]
    commune_insee: Mapped[str | None] = mapped_column(ForeignKey("commune.insee"), index=True)
    qpv_id: Mapped[int | None] = mapped_column(ForeignKey("qpv.id"))
    is_from_elsewhere: Mapped[bool] = mapped_column(default=False)
    age_band: Mapped[AgeBand | None] = mapped_column(EnumText(AgeBand))
    target_group: Mapped[TargetGroup | None] = mapped_column(EnumText(TargetGroup))
    language: Mapped[str] = mapped_column(String(10), default="fr")
    last_contact_on: Mapped[date] = mapped_column(index=True)
    anonymised_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    revision: Mapped[int] = mapped_column(default=1)

    owner: Mapped[Organisation] = relationship()
    commune: Mapped[Commune | None] = relationship()
    qpv: Mapped[Qpv | None] = relationship()
    consents: Mapped[list["Consent"]] = relationship(
        back_populates="person", cascade="all, delete-orphan", passive_deletes=True
    )

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012

    def consent(self, purpose: "Purpose") -> "Consent | None":
        return next((consent for consent in self.consents if consent.purpose is purpose), None)

    def agrees_to(self, purpose: "Purpose") -> bool:
        """Given, and neither refused nor withdrawn since; never asked is not agreed."""
        consent = self.consent(purpose)
        return consent is not None and consent.answer is ConsentAnswer.GIVEN


class KeyKind(StrEnum):
    """What a person's keyed hash stands for: the beginning of a word of the name, the whole of it
    (by which duplicates are found), an address, a number."""

    NAME = "name"
    WHOLE_NAME = "whole_name"
    EMAIL = "email"
    PHONE = "phone"


class PersonKey(Base):
    """A blind index: the keyed hash of something by which the person is looked for. Not unique:
    two people may share an address, and many share a first name."""

    __tablename__ = "person_key"
    __table_args__ = (Index("ix_person_key_key", "key", "person_id"),)

    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True
    )
    kind: Mapped[KeyKind] = mapped_column(EnumText(KeyKind), primary_key=True)
    key: Mapped[str] = mapped_column(String(32), primary_key=True)


class AttendeeKey(Base):
    """The same for the visitors of a forum."""

    __tablename__ = "attendee_key"
    __table_args__ = (Index("ix_attendee_key_key", "key", "attendee_id"),)

    attendee_id: Mapped[int] = mapped_column(
        ForeignKey("attendee.id", ondelete="CASCADE"), primary_key=True
    )
    kind: Mapped[KeyKind] = mapped_column(EnumText(KeyKind), primary_key=True)
    key: Mapped[str] = mapped_column(String(32), primary_key=True)


class PersonBadge(Base):
    """A badge of a forum that this person wore. One badge may be shown by a whole family: each has
    a file, and whoever scans it chooses whose."""

    __tablename__ = "person_badge"

    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True
    )
    badge_id: Mapped[int] = mapped_column(
        ForeignKey("badge.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class DistinctPeople(Base):
    """Two files that look alike and that somebody has found to be two people's: not to be
    suggested again. ``low_id`` < ``high_id``."""

    __tablename__ = "distinct_people"
    __table_args__ = (CheckConstraint("low_id < high_id", name="ordered"),)

    low_id: Mapped[int] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True
    )
    high_id: Mapped[int] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    found_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    found_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Purpose(StrEnum):
    """What a person is asked to agree to, each on its own."""

    CONTACT = "contact"
    EVALUATION = "evaluation"

    @property
    def label(self) -> str:
        return {
            Purpose.CONTACT: "Être contacté par l’organisme",
            Purpose.EVALUATION: "Transmission à l’évaluation nationale (DGCS)",
        }[self]


class ConsentAnswer(StrEnum):
    GIVEN = "given"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    NOT_ASKED = "not_asked"

    @property
    def label(self) -> str:
        return {
            ConsentAnswer.GIVEN: "Donné",
            ConsentAnswer.REFUSED: "Refusé",
            ConsentAnswer.WITHDRAWN: "Retiré",
            ConsentAnswer.NOT_ASKED: "Non demandé",
        }[self]


class ConsentChannel(StrEnum):
    ORAL = "oral"
    PAPER = "paper"
    PHONE = "phone"
    ONLINE = "online"

    @property
    def label(self) -> str:
        return {
            ConsentChannel.ORAL: "De vive voix",
            ConsentChannel.PAPER: "Formulaire signé",
            ConsentChannel.PHONE: "Par téléphone",
            ConsentChannel.ONLINE: "En ligne",
        }[self]


class Consent(Base):
    """What a person said to one purpose, last; every answer before it is in ``ConsentEvent``.
    ``notice_version`` and ``language`` are those of the notice that was read or shown."""

    __tablename__ = "consent"
    __table_args__ = (UniqueConstraint("person_id", "purpose"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    purpose: Mapped[Purpose] = mapped_column(EnumText(Purpose))
    answer: Mapped[ConsentAnswer] = mapped_column(EnumText(ConsentAnswer))
    notice_version: Mapped[str] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(10))
    channel: Mapped[ConsentChannel] = mapped_column(EnumText(ConsentChannel))
    answered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by: Mapped[str] = mapped_column(String(200))

    person: Mapped[Person] = relationship(back_populates="consents")


class ConsentEvent(Base):
    """One answer, kept for good (the database refuses to change it). It outlives the file: it says
    that somebody agreed and to what, not who."""

    __tablename__ = "consent_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    purpose: Mapped[Purpose] = mapped_column(EnumText(Purpose))
    answer: Mapped[ConsentAnswer] = mapped_column(EnumText(ConsentAnswer))
    notice_version: Mapped[str] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(10))
    channel: Mapped[ConsentChannel] = mapped_column(EnumText(ConsentChannel))
    answered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by: Mapped[str] = mapped_column(String(200))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))


class FileOpening(Base):
    """An agent who needs a name says why; the file then stays open to them until ``closes_at``."""

    __tablename__ = "file_opening"
    __table_args__ = (Index("ix_file_opening_user", "user_id", "person_id", "closes_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    reason: Mapped[str] = mapped_column(EncryptedText)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closes_at: Mapped[datetime] = mapped_column(UtcDateTime)

    user: Mapped[User] = relationship()


class RightStatus(StrEnum):
    """What the guided conversation finds about one right."""

    HAS = "has"
    TO_CHECK = "to_check"
    NOT_CONCERNED = "not_concerned"
    DECLINES = "declines"

    @property
    def label(self) -> str:
        return {
            RightStatus.HAS: "L’a déjà",
            RightStatus.TO_CHECK: "À vérifier",
            RightStatus.NOT_CONCERNED: "Pas concerné",
            RightStatus.DECLINES: "N’en veut pas",
        }[self]


class Diagnostic(Base):
    """A « diagnostic 360° des droits »: the state of each right (code → ``RightStatus``) at one
    moment. The one before a referral and the one after its outcome are compared: a snapshot is
    never changed, another one follows. ``client_id`` is drawn by the form that sends it, so that
    it counts once."""

    __tablename__ = "diagnostic"
    __table_args__ = (Index("ix_diagnostic_person", "person_id", "made_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    client_id: Mapped[str] = mapped_column(String(36), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    made_by: Mapped[str] = mapped_column(String(200))
    statuses: Mapped[dict[str, str]] = mapped_column(JSON)
    note: Mapped[str] = mapped_column(EncryptedText, default="")

    person: Mapped[Person] = relationship()
