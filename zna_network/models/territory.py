"""The territory and the rights of the call: reference data, loaded by ``zna init``."""

from enum import IntEnum, StrEnum

from sqlalchemy import Column, ForeignKey, String, Table, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from zna_network.models.base import Base, EnumText


class Lot(IntEnum):
    """The three lots of the call. Derived from commune + QPV, never from the commune alone."""

    RURAL_AND_SUBURBAN = 1
    URBAN_CENTRE = 2
    PRIORITY_NEIGHBOURHOODS = 3

    @property
    def label(self) -> str:
        return {
            Lot.RURAL_AND_SUBURBAN: "Lot 1 — 43 communes",
            Lot.URBAN_CENTRE: "Lot 2 — Arras, Anzin-Saint-Aubin, Sainte-Catherine",
            Lot.PRIORITY_NEIGHBOURHOODS: "Lot 3 — six quartiers prioritaires",
        }[self]


class TargetGroup(StrEnum):
    """The four publics of the call."""

    YOUTH = "youth"
    SINGLE_PARENTS = "single_parents"
    LOW_INCOME = "low_income"
    SENIORS = "seniors"

    @property
    def label(self) -> str:
        return {
            TargetGroup.YOUTH: "Jeunes",
            TargetGroup.SINGLE_PARENTS: "Familles monoparentales",
            TargetGroup.LOW_INCOME: "Allocataires RSA, prime d’activité, demandeurs d’emploi",
            TargetGroup.SENIORS: "Seniors",
        }[self]


class RightKind(StrEnum):
    LEGAL = "legale"
    EXTRA_LEGAL = "extra-legale"

    @property
    def label(self) -> str:
        return {RightKind.LEGAL: "Légale", RightKind.EXTRA_LEGAL: "Extra-légale"}[self]


qpv_communes = Table(
    "qpv_communes",
    Base.metadata,
    Column("qpv_id", ForeignKey("qpv.id", ondelete="CASCADE"), primary_key=True),
    Column("insee", ForeignKey("commune.insee"), primary_key=True),
)


class Commune(Base):
    """One of the 46 communes. ``aliases`` are other spellings, one a line (the call's own).
    ``barometer_class`` (1 to 5) is the call's barometer of fragility, which staff fill in: it is
    not published with the call. A neighbourhood has its own."""

    __tablename__ = "commune"

    insee: Mapped[str] = mapped_column(String(5), primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    sort_key: Mapped[str] = mapped_column(String(80), index=True)
    postcodes: Mapped[str] = mapped_column(String(40))
    population: Mapped[int]
    lot: Mapped[int]
    latitude: Mapped[float]
    longitude: Mapped[float]
    aliases: Mapped[str] = mapped_column(Text, default="")
    search_text: Mapped[str] = mapped_column(Text)
    barometer_class: Mapped[int | None]


class Qpv(Base):
    """A priority neighbourhood (quartier prioritaire de la politique de la ville)."""

    __tablename__ = "qpv"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    population: Mapped[int]
    note: Mapped[str] = mapped_column(Text, default="")
    search_text: Mapped[str] = mapped_column(Text)
    barometer_class: Mapped[int | None]

    communes: Mapped[list[Commune]] = relationship(
        secondary=qpv_communes, order_by=Commune.sort_key
    )


class Right(Base):
    """A right (prestation) that the network works on. Staff can add to the list."""

    __tablename__ = "right"

    code: Mapped[str] = mapped_column(String(30), primary_key=True)
    label: Mapped[str] = mapped_column(String(120))
    acronym: Mapped[str] = mapped_column(String(20), default="")
    operators: Mapped[str] = mapped_column(Text, default="")
    kind: Mapped[RightKind] = mapped_column(EnumText(RightKind))
    position: Mapped[int]
    is_active: Mapped[bool] = mapped_column(default=True)
    revision: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012

    @property
    def short_label(self) -> str:
        return self.acronym or self.label


def lot_of(commune: Commune, qpv: Qpv | None) -> Lot:
    """The lot that a place belongs to: a QPV is always lot 3, whatever its commune."""
    return Lot.PRIORITY_NEIGHBOURHOODS if qpv is not None else Lot(commune.lot)
