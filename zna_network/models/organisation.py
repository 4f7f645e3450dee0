"""The directory: organisations, their contacts, what they offer."""

from calendar import monthrange
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from zna_network.models.base import Base, EnumText, Timestamped, UtcDateTime
from zna_network.models.territory import Commune, Qpv, Right, TargetGroup


class OrganisationKind(StrEnum):
    """Kinds of organisations. Values are those of data·inclusion's ``reseaux_porteurs`` where it
    has one; ``bailleur-social`` and ``carsat`` are ours, it lacks them."""

    CAF = "caf"
    CPAM = "cpam"
    MSA = "mutualite-sociale-agricole"
    CARSAT = "carsat"
    FRANCE_TRAVAIL = "france-travail"
    DEPARTEMENT = "departements"
    MDS = "maisons-des-solidarites"
    MDPH = "mdph"
    CCAS = "ccas-cias"
    COMMUNE = "communes"
    EPCI = "intercommunalites"
    REGION = "regions"
    STATE = "services-de-letat"
    MISSION_LOCALE = "mission-locale"
    FRANCE_SERVICES = "france-service"
    SOCIAL_LANDLORD = "bailleur-social"
    ASSOCIATION = "association"
    OTHER = "autre"

    @property
    def label(self) -> str:
        return _KIND_LABELS[self]


_KIND_LABELS = {
    OrganisationKind.CAF: "CAF",
    OrganisationKind.CPAM: "CPAM",
    OrganisationKind.MSA: "MSA",
    OrganisationKind.CARSAT: "CARSAT",
    OrganisationKind.FRANCE_TRAVAIL: "France Travail",
    OrganisationKind.DEPARTEMENT: "Département",
    OrganisationKind.MDS: "Maison des solidarités",
    OrganisationKind.MDPH: "MDPH",
    OrganisationKind.CCAS: "CCAS, CIAS",
    OrganisationKind.COMMUNE: "Commune",
    OrganisationKind.EPCI: "Intercommunalité",
    OrganisationKind.REGION: "Région",
    OrganisationKind.STATE: "Service de l’État",
    OrganisationKind.MISSION_LOCALE: "Mission locale",
    OrganisationKind.FRANCE_SERVICES: "France services",
    OrganisationKind.SOCIAL_LANDLORD: "Bailleur social",
    OrganisationKind.ASSOCIATION: "Association",
    OrganisationKind.OTHER: "Autre",
}


STALE_AFTER_MONTHS = 6


def stale_limit(today: date) -> date:
    """Records last verified before this day are to be verified again."""
    year, month = divmod(today.year * 12 + today.month - 1 - STALE_AFTER_MONTHS, 12)
    return date(year, month + 1, min(today.day, monthrange(year, month + 1)[1]))


class Civility(StrEnum):
    MADAM = "Mme"
    SIR = "M."


class Organisation(Timestamped, Base):
    """A body of the network. ``search_text`` and ``sort_key`` are folded copies kept by the
    services; ``revision`` is the optimistic lock of the edit form."""

    __tablename__ = "organisation"
    __table_args__ = (
        CheckConstraint("merged_into_id IS NULL OR merged_into_id <> id", name="not_into_itself"),
        Index(
            "uq_organisation_siret_live",
            "siret",
            unique=True,
            sqlite_where=Column("archived_at", Integer).is_(None) & (Column("siret", String) != ""),
            postgresql_where=Column("archived_at", Integer).is_(None)
            & (Column("siret", String) != ""),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(120), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    acronym: Mapped[str] = mapped_column(String(40), default="")
    kind: Mapped[OrganisationKind] = mapped_column(EnumText(OrganisationKind), index=True)
    description: Mapped[str] = mapped_column(Text, default="")
    siret: Mapped[str] = mapped_column(String(14), default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    phone: Mapped[str] = mapped_column(String(30), default="")
    website: Mapped[str] = mapped_column(String(300), default="")
    address: Mapped[str] = mapped_column(String(300), default="")
    postcode: Mapped[str] = mapped_column(String(5), default="")
    commune_insee: Mapped[str | None] = mapped_column(ForeignKey("commune.insee"), index=True)
    city: Mapped[str] = mapped_column(String(80), default="")
    opening_hours: Mapped[str] = mapped_column(Text, default="")
    accessibility_url: Mapped[str] = mapped_column(String(300), default="")
    notes: Mapped[str] = mapped_column(Text, default="")
    last_verified_on: Mapped[date | None] = mapped_column(Date, index=True)
    sort_key: Mapped[str] = mapped_column(String(200), index=True)
    search_text: Mapped[str] = mapped_column(Text, default="")
    archived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    revision: Mapped[int] = mapped_column(default=1)

    commune: Mapped[Commune | None] = relationship()
    merged_into: Mapped["Organisation | None"] = relationship(remote_side=[id])
    contacts: Mapped[list["Contact"]] = relationship(
        back_populates="organisation", order_by="Contact.sort_key", cascade="all, delete-orphan"
    )
    offers: Mapped[list["Offer"]] = relationship(
        back_populates="organisation", order_by="Offer.id", cascade="all, delete-orphan"
    )

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 - SQLAlchemy's own protocol

    @property
    def short_name(self) -> str:
        return self.acronym or self.name

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None

    @property
    def place_name(self) -> str:
        """The commune, or the town outside the territory."""
        return self.commune.name if self.commune else self.city

    @property
    def rights(self) -> list[Right]:
        """The rights that its offers cover, each once, in the list's order."""
        named = {right.code: right for offer in self.offers for right in offer.rights}
        return sorted(named.values(), key=lambda right: right.position)

    def is_stale(self, today: date) -> bool:
        """Never verified, or not for six months."""
        return self.last_verified_on is None or self.last_verified_on < stale_limit(today)


class Contact(Timestamped, Base):
    """A person at an organisation. ``salutation`` opens a letter to an elected member, for
    instance « Madame la Vice-Présidente »; ``is_fictitious`` marks the demonstration's people."""

    __tablename__ = "contact"

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE"), index=True
    )
    civility: Mapped[Civility | None] = mapped_column(EnumText(Civility))
    first_name: Mapped[str] = mapped_column(String(80), default="")
    last_name: Mapped[str] = mapped_column(String(80))
    function: Mapped[str] = mapped_column(String(160), default="")
    is_elected: Mapped[bool] = mapped_column(default=False)
    salutation: Mapped[str] = mapped_column(String(120), default="")
    email: Mapped[str] = mapped_column(String(254), default="", index=True)
    phone: Mapped[str] = mapped_column(String(30), default="")
    is_referent: Mapped[bool] = mapped_column(default=False)
    is_fictitious: Mapped[bool] = mapped_column(default=False)
    sort_key: Mapped[str] = mapped_column(String(170), index=True)
    archived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revision: Mapped[int] = mapped_column(default=1)

    organisation: Mapped[Organisation] = relationship(back_populates="contacts")

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012

    @property
    def full_name(self) -> str:
        """First name and name, without the civility."""
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def formal_name(self) -> str:
        """With the civility, as a document writes it."""
        return f"{self.civility.value if self.civility else ''} {self.full_name}".strip()


offer_rights = Table(
    "offer_rights",
    Base.metadata,
    Column("offer_id", ForeignKey("offer.id", ondelete="CASCADE"), primary_key=True),
    Column("right_code", ForeignKey("right.code"), primary_key=True, index=True),
)
offer_communes = Table(
    "offer_communes",
    Base.metadata,
    Column("offer_id", ForeignKey("offer.id", ondelete="CASCADE"), primary_key=True),
    Column("insee", ForeignKey("commune.insee"), primary_key=True, index=True),
)
offer_qpv = Table(
    "offer_qpv",
    Base.metadata,
    Column("offer_id", ForeignKey("offer.id", ondelete="CASCADE"), primary_key=True),
    Column("qpv_id", ForeignKey("qpv.id"), primary_key=True, index=True),
)


class OfferKind(StrEnum):
    RECEPTION = "accueil"
    DROP_IN = "permanence"
    SERVICE = "service"

    @property
    def label(self) -> str:
        return {
            OfferKind.RECEPTION: "Accueil",
            OfferKind.DROP_IN: "Permanence",
            OfferKind.SERVICE: "Service proposé",
        }[self]


class Offer(Timestamped, Base):
    """What an organisation offers, to whom, where and when.

    Its territory is the whole EPCI, or the union of communes, QPV and lots (``lots``: sorted
    list of lot numbers). An offer that names none of them is taken to serve the whole EPCI.
    ``target_groups`` empty means everybody."""

    __tablename__ = "offer"

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[OfferKind] = mapped_column(EnumText(OfferKind), default=OfferKind.RECEPTION)
    title: Mapped[str] = mapped_column(String(160))
    description: Mapped[str] = mapped_column(Text, default="")
    place: Mapped[str] = mapped_column(String(200), default="")
    opening_hours: Mapped[str] = mapped_column(Text, default="")
    covers_whole_epci: Mapped[bool] = mapped_column(default=True)
    lots: Mapped[list[int]] = mapped_column(JSON, default=list)
    target_groups: Mapped[list["OfferTargetGroup"]] = relationship(
        cascade="all, delete-orphan", lazy="selectin"
    )
    revision: Mapped[int] = mapped_column(default=1)

    organisation: Mapped[Organisation] = relationship(back_populates="offers")
    rights: Mapped[list[Right]] = relationship(secondary=offer_rights, order_by=Right.position)
    communes: Mapped[list[Commune]] = relationship(
        secondary=offer_communes, order_by=Commune.sort_key
    )
    qpvs: Mapped[list[Qpv]] = relationship(secondary=offer_qpv, order_by=Qpv.name)

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012


class OfferTargetGroup(Base):
    __tablename__ = "offer_target_group"

    offer_id: Mapped[int] = mapped_column(
        ForeignKey("offer.id", ondelete="CASCADE"), primary_key=True
    )
    target_group: Mapped[TargetGroup] = mapped_column(
        EnumText(TargetGroup), primary_key=True, index=True
    )


class Grantee(Base):
    """An organisation retained by the call (lauréat), with its lots."""

    __tablename__ = "grantee"

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), unique=True)
    call_year: Mapped[int]
    lots: Mapped[list[int]] = mapped_column(JSON, default=list)

    organisation: Mapped[Organisation] = relationship()
