"""Handovers as their pages show them: what was found at the departure beside what was found at the
return, and who has each vehicle now."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from zna_network.models.booking import Booking, BookingState
from zna_network.models.handover import Direction, Handover, HandoverPhoto
from zna_network.models.van import Driver, Vehicle
from zna_network.queries import van as van_queries
from zna_network.queries import van_handovers as queries
from zna_network.services.context import Context
from zna_network.services.french_time import long_datetime
from zna_network.services.permissions import Permission
from zna_network.services.van import access, late_returns, signatures
from zna_network.services.van.mileage import km
from zna_network.services.van.signatures import Drawing

# A phone without network for longer than this: both times are told.
TOLD_LATE = timedelta(minutes=15)


@dataclass(frozen=True)
class Item:
    """A line of the checklist; ``is_new``: it was fine at the departure."""

    label: str
    is_fine: bool
    remark: str
    is_new: bool = False


@dataclass(frozen=True)
class Signatory:
    role: str
    name: str
    signature: Drawing | None


@dataclass(frozen=True)
class HandoverLine:
    """One handover, ready to print. ``gap`` is empty when nothing is to be explained."""

    id: int
    label: str
    when: str
    received: str
    mileage: str
    mileage_km: int
    energy_percent: int
    gap: str
    items: tuple[Item, ...]
    remarks: str
    signatories: tuple[Signatory, ...]
    photos: tuple[HandoverPhoto, ...]
    recorded_by: str
    revision: int

    @property
    def troubles(self) -> tuple[Item, ...]:
        return tuple(item for item in self.items if not item.is_fine)


@dataclass(frozen=True)
class Handovers:
    """``lines``: the departure, then the return. ``way`` is what can be recorded now (« depart »,
    « retour »), empty when nothing can or not by this reader. ``run``: « 84 km », once back.
    ``ways``: what can be done while the vehicle is not back from the trip before, if it is late."""

    lines: tuple[HandoverLine, ...]
    way: str
    way_label: str
    run: str
    energy_used: int | None
    may_correct: bool
    is_late: bool
    ways: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.lines or self.way or self.ways)


@dataclass(frozen=True)
class Holder:
    """A vehicle in service and who has it, as anybody with an account may read it. ``booking`` is
    none when it is at home; ``driver`` is for who may see the details. ``mileage`` is the last
    one read; ``is_blocked``: nobody may have it now (repairs, inspection)."""

    vehicle: Vehicle
    booking: Booking | None
    who: str
    driver: str
    since: datetime | None
    due: datetime | None
    is_late: bool
    late_words: str
    mileage: int | None
    next_booking: Booking | None
    may_take_back: bool
    is_blocked: bool = False


WAYS = {Direction.OUT: "depart", Direction.BACK: "retour"}
DIRECTIONS = {way: direction for direction, way in WAYS.items()}


def of(ctx: Context, booking: Booking) -> Handovers:
    """For whoever may see the details of the booking; empty for the others."""
    if booking.is_maintenance or not access.may_see_details(ctx, booking):
        return Handovers((), "", "", "", None, may_correct=False, is_late=False)
    found = ctx.session.scalars(queries.of_booking(booking.id)).all()
    by_direction = {handover.direction: handover for handover in found}
    out, back = by_direction.get(Direction.OUT), by_direction.get(Direction.BACK)
    fine = {str(i.get("label")) for i in out.checklist if i.get("is_fine")} if out else set()
    lines = [_line(out, set())] if out else []
    if back is not None:
        lines.append(_line(back, fine))
    way = next_way(ctx, booking)
    both = out is not None and back is not None
    return Handovers(
        lines=tuple(lines),
        way=way,
        way_label={"depart": "Remettre le véhicule", "retour": "Rendre le véhicule"}.get(way, ""),
        run=km(back.mileage - out.mileage) if both and out and back else "",
        energy_used=out.energy_percent - back.energy_percent if out and back else None,
        may_correct=ctx.may(Permission.VAN_MANAGE),
        is_late=late_returns.is_late(booking, ctx.now),
        ways=tuple(late_returns.ways_of(ctx, booking)),
    )


def next_way(ctx: Context, booking: Booking) -> str:
    """What this reader may record of the booking now: « depart », « retour » or nothing."""
    if not ctx.may(Permission.VAN_HANDOVER, booking.organisation_id):
        return ""
    if booking.state is BookingState.APPROVED and ctx.now < booking.ends_at:
        return WAYS[Direction.OUT]
    return WAYS[Direction.BACK] if booking.state is BookingState.OUT else ""


def current(ctx: Context) -> list[Holder]:
    """Each vehicle in service, by its name, and who has it now; one that is retired too while it
    is out. Five queries whatever their number."""
    ctx.require(Permission.VAN_READ)
    out = {booking.vehicle_id: booking for booking in ctx.session.scalars(queries.out())}
    coming = {b.vehicle_id: b for b in ctx.session.scalars(queries.next_of_vehicles(ctx.now))}
    mileages = {row[0]: row[1] for row in ctx.session.execute(queries.last_mileages())}
    blocked = set(ctx.session.scalars(queries.blocked_vehicles(ctx.now)))
    vehicles = ctx.session.scalars(van_queries.vehicles(lent=False)).all()
    return [
        replace(
            _holder(ctx, one, out.get(one.id), coming.get(one.id), mileages.get(one.id)),
            is_blocked=one.id in blocked,
        )
        for one in vehicles
        if one.is_lent or one.id in out
    ]


def _holder(
    ctx: Context,
    vehicle: Vehicle,
    booking: Booking | None,
    coming: Booking | None,
    mileage: int | None,
) -> Holder:
    late = booking is not None and late_returns.is_late(booking, ctx.now)
    return Holder(
        vehicle=vehicle,
        booking=booking,
        who=booking.organisation.short_name if booking and booking.organisation else "",
        driver=_driver_name(ctx, booking),
        since=booking.left_at if booking else None,
        due=booking.ends_at if booking else None,
        is_late=late,
        late_words=lateness(ctx.now - booking.ends_at) if booking and late else "",
        mileage=mileage,
        next_booking=coming,
        may_take_back=booking is not None
        and ctx.may(Permission.VAN_HANDOVER, booking.organisation_id),
    )


def _driver_name(ctx: Context, booking: Booking | None) -> str:
    driver: Driver | None = booking.driver if booking else None
    if booking is None or driver is None or not access.may_see_details(ctx, booking):
        return ""
    return driver.name


def lateness(late: timedelta) -> str:
    """« 45 min », « 3 h », « 2 jours »."""
    minutes = late // timedelta(minutes=1)
    if minutes < 60:
        return f"{minutes}\u00a0min"
    if minutes < 48 * 60:
        return f"{minutes // 60}\u00a0h"
    return f"{minutes // (24 * 60)}\u00a0jours"


def _line(handover: Handover, fine_before: set[str]) -> HandoverLine:
    return HandoverLine(
        id=handover.id,
        label=handover.direction.label,
        when=long_datetime(handover.at),
        received=_received(handover),
        mileage=km(handover.mileage),
        mileage_km=handover.mileage,
        energy_percent=handover.energy_percent,
        gap=km(handover.gap_km) if handover.gap_km is not None else "",
        items=tuple(_item(item, fine_before) for item in handover.checklist),
        remarks=handover.remarks,
        signatories=(
            Signatory("Remis par", handover.giver, signatures.drawing(handover.giver_signature)),
            Signatory(
                "Reçu par", handover.receiver, signatures.drawing(handover.receiver_signature)
            ),
        ),
        photos=tuple(handover.photos),
        recorded_by=handover.recorded_by,
        revision=handover.revision,
    )


def _received(handover: Handover) -> str:
    if handover.received_at - handover.at <= TOLD_LATE:
        return ""
    return f"{long_datetime(handover.received_at)}"


def _item(item: dict[str, object], fine_before: set[str]) -> Item:
    label, is_fine = str(item.get("label", "")), item.get("is_fine") is True
    return Item(label, is_fine, str(item.get("remark") or ""), not is_fine and label in fine_before)
