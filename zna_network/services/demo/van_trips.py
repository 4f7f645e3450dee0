"""The trips of the demonstration: where they go, for whom, and what they bring. Invented."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from uuid import NAMESPACE_URL, uuid5

from zna_network.models.booking import Booking, Stop
from zna_network.models.handover import Direction
from zna_network.models.organisation import Organisation
from zna_network.models.territory import Commune, Qpv, Right, TargetGroup
from zna_network.models.van import Driver, Vehicle
from zna_network.queries import territory as territory_queries
from zna_network.services.context import Context
from zna_network.services.demo.van_days import LEAVES, RETURNS, instant
from zna_network.services.van.handover_values import CheckedItem, HandoverData
from zna_network.services.van.report_values import OTHERS, ReportData, StopReport
from zna_network.services.van.request_values import (
    RequestData,
    RequestValues,
    StopData,
    StopValues,
)

# The rest of the territory has never been visited: what the map of coverage is there to show.
_LEFT_OUT = 17
_QUARTERS, _NEW = 4, 6
_PLACES = ("Place de la mairie", "Salle des fêtes", "Parking de l’école", "Place de l’église")
_QUARTER_PLACES = ("Pied d’immeuble", "Centre social", "Parvis de l’école")
_HOURS = ((time(9, 30), time(12)), (time(14), time(16, 30)))
_PURPOSES = (
    "Permanence d’accès aux droits au plus près des habitants.",
    "Aller vers les habitants éloignés des permanences, sans rendez-vous.",
    "Diagnostic des droits avec les seniors de la commune.",
    "Porte-à-porte puis entretiens dans le véhicule, avec le CCAS.",
)
_AIMS = (
    ((TargetGroup.SENIORS,), ("ASPA", "C2S")),
    ((TargetGroup.LOW_INCOME,), ("RSA", "PPA")),
    ((TargetGroup.SINGLE_PARENTS, TargetGroup.LOW_INCOME), ("ASF", "APL")),
    ((TargetGroup.YOUTH,), ("PPA", "C2S")),
)
_BY_THE_AGENT = "Bastien Bruyère"


@dataclass(frozen=True)
class Target:
    commune: Commune
    qpv: Qpv | None
    place: str


@dataclass(frozen=True)
class Plan:
    """One day, one or two stops."""

    day: date
    targets: Sequence[Target]
    groups: tuple[TargetGroup, ...]
    rights: tuple[str, ...]
    purpose: str

    @property
    def starts_at(self) -> datetime:
        return instant(self.day, LEAVES)

    @property
    def ends_at(self) -> datetime:
        return instant(self.day, RETURNS)

    def request(
        self, vehicle: Vehicle, organisation: Organisation, driver: Driver, name: str
    ) -> RequestData:
        """As somebody would type it."""
        return RequestData(
            client_id=client_id(name, 0),
            vehicle_id=vehicle.id,
            organisation_id=organisation.id,
            starts_on=self.day,
            leaves_at=LEAVES,
            ends_on=self.day,
            returns_at=RETURNS,
            purpose=self.purpose,
            stops=tuple(
                StopData(self.day, *hours, target.commune.insee, _id(target.qpv), target.place)
                for target, hours in zip(self.targets, _HOURS, strict=False)
            ),
            target_groups=tuple(group.value for group in self.groups),
            rights=self.rights,
            expected_people=25,
            driver_id=driver.id,
            equipment=tuple(vehicle.equipment[:2]),
        )

    def values(self, ctx: Context, vehicle: Vehicle, driver: Driver) -> RequestValues:
        """As it is written."""
        rights: list[Right] = list(
            ctx.session.scalars(territory_queries.rights_among(set(self.rights)))
        )
        return RequestValues(
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            purpose=self.purpose,
            needs="",
            stops=tuple(
                StopValues(
                    instant(self.day, hours[0]),
                    instant(self.day, hours[1]),
                    target.commune.insee,
                    _id(target.qpv),
                    target.place,
                    is_public=True,
                )
                for target, hours in zip(self.targets, _HOURS, strict=False)
            ),
            target_groups=[group.value for group in self.groups],
            rights=rights,
            partners=[],
            expected_people=25,
            driver=driver,
            equipment=list(vehicle.equipment[:2]),
            exception="",
        )

    def report(self, stops: Sequence[Stop], random: Random) -> ReportData:
        """What it brought; one stop in twelve did not take place."""
        told = []
        for stop in stops:
            was_done = random.randrange(12) > 0
            people = {group.value: random.randint(3, 11) for group in self.groups}
            people[OTHERS] = random.randint(0, 5)
            told.append(StopReport(stop.id, was_done, people if was_done else {}))
        return ReportData(tuple(told), referrals_made=random.randint(1, 6))


class Places:
    """Where the trips go, one after the other, and again once all have been seen; ``with_new``: to
    some communes that nobody has visited yet, too."""

    def __init__(self, ctx: Context, random: Random, *, with_new: bool = False) -> None:
        communes = list(ctx.session.scalars(territory_queries.communes()))
        quarters = list(ctx.session.scalars(territory_queries.qpvs()))[:_QUARTERS]
        seen = [one for one in communes if one.lot == 1][_LEFT_OUT:]
        seen += [one for one in communes if one.lot == 2][:2]
        if with_new:
            seen = [one for one in communes if one.lot == 1][:_NEW] * 2 + seen[:_NEW]
        targets = [Target(one, None, random.choice(_PLACES)) for one in seen]
        targets += [
            Target(one.communes[0], one, random.choice(_QUARTER_PLACES)) for one in quarters * 2
        ]
        random.shuffle(targets)
        self._targets, self._random, self._next = targets, random, 0

    def plan(self, day: date) -> Plan:
        targets = [self._take() for _ in range(self._random.choice((1, 2, 2)))]
        groups, rights = self._random.choice(_AIMS)
        return Plan(day, targets, groups, rights, self._random.choice(_PURPOSES))

    def _take(self) -> Target:
        self._next += 1
        return self._targets[self._next % len(self._targets)]


def handovers_of(
    vehicle: Vehicle, booking: Booking, plan: Plan, mileage: int
) -> tuple[HandoverData, HandoverData]:
    """Out and back, ``mileage`` km being what the counter says when it leaves."""
    driver = booking.driver.name if booking.driver else _BY_THE_AGENT
    items = tuple(CheckedItem(label, is_fine=True) for label in vehicle.checklist)
    out = HandoverData(
        client_id("out", booking.number),
        Direction.OUT,
        plan.starts_at,
        mileage,
        95,
        items,
        giver=_BY_THE_AGENT,
        receiver=driver,
    )
    back = HandoverData(
        client_id("back", booking.number),
        Direction.BACK,
        plan.ends_at - timedelta(minutes=10),
        mileage + 30 + 7 * len(plan.targets) + booking.number % 11,
        52,
        items,
        giver=driver,
        receiver=_BY_THE_AGENT,
    )
    return out, back


def client_id(name: str, rank: int) -> str:
    return str(uuid5(NAMESPACE_URL, f"demo-van:{name}:{rank}"))


def _id(quarter: Qpv | None) -> int | None:
    return quarter.id if quarter else None
