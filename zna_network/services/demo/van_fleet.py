"""The demonstration's vehicle, and who drives it: invented people."""

from datetime import date, time, timedelta

from zna_network.models.organisation import Organisation
from zna_network.models.van import Driver, Energy, Vehicle
from zna_network.services.context import Context
from zna_network.services.folding import fold
from zna_network.services.french_time import local_date
from zna_network.services.van import drivers as driver_services
from zna_network.services.van.vehicle_values import VehicleData
from zna_network.services.van.vehicles import create_vehicle

NAME = "CUA Mobile"
# Two an association, in the order of the associations.
_NAMES = (
    ("Armelle Aubépine", "Hugo Noisetier"),
    ("Solène Campanule", "Idris Tilleul"),
    ("Margot Pervenche", "Yanis Cormier"),
)


def vehicle(ctx: Context) -> Vehicle:
    return create_vehicle(
        ctx,
        VehicleData(
            name=NAME,
            opens_at=time(7),
            closes_at=time(21),
            opening_days=range(6),
            plate="EX-001-EX",
            seats=3,
            energy=Energy.ELECTRIC.value,
            home="Hôtel communautaire, dépôt des véhicules (adresse d’exemple), Arras",
            note="Auvent, marche d’accès et rampe. Autonomie : 220 km environ.",
            equipment=["Barnum 3 × 3 m", "Table et quatre chaises", "Ordinateur et imprimante",
                       "Routeur 4G", "Kakémonos"],
            checklist=["Carrosserie et vitres", "Pneus", "Feux", "Rampe d’accès", "Propreté",
                       "Trousse de secours", "Câble de recharge"],
            turnround_minutes=60,
            notice_days=5,
            quota_days=40,
            insurance_until=_in_a_year(ctx),
            inspection_until=_in_a_year(ctx),
        ),
    )  # fmt: skip


def drivers(ctx: Context, organisation: Organisation, rank: int) -> list[Driver]:
    """``rank`` is the association's."""
    made = []
    for name in _NAMES[rank % len(_NAMES)]:
        email = f"{fold(name).replace(' ', '.')}@laureats.example"
        driver = driver_services.create_driver(
            ctx,
            driver_services.DriverData(
                name, email, "03 53 01 00 10", str(organisation.id), organisation.name
            ),
        )
        until = _in_a_year(ctx)
        made.append(driver_services.check_licence(ctx, driver.id, until, until, driver.revision))
    return made


def _in_a_year(ctx: Context) -> date:
    """More than one from now: the fleet was entered months ago."""
    return local_date(ctx.now) + timedelta(days=900)
