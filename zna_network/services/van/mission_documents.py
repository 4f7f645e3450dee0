"""The Word documents of a trip: the mission order (the booking's record until it is granted), and
the trip sheet to take along. For the association and the CUA: they hold telephones."""

from collections.abc import Sequence

from zna_network.models.booking import Booking, BookingState
from zna_network.models.document import DocumentKind
from zna_network.models.handover import BookingGuest, GuestRole
from zna_network.models.organisation import Organisation
from zna_network.queries import van_guests as queries
from zna_network.services.context import Context
from zna_network.services.document_rendering import WordFile, render
from zna_network.services.documents.common import plain_date
from zna_network.services.documents.facts import issuer
from zna_network.services.documents.trip import (
    ContactFacts,
    Decision,
    DriverFacts,
    OnBoard,
    StopFacts,
    TripDocument,
    VehicleFacts,
    mission_order_values,
    trip_sheet_values,
)
from zna_network.services.errors import ForbiddenError, NotFoundError
from zna_network.services.van import trip_words
from zna_network.services.van.access import booking_to_read, may_see_details

GRANTED = frozenset({BookingState.APPROVED, BookingState.OUT, BookingState.RETURNED})


def mission_order(ctx: Context, booking_id: int) -> WordFile:
    """Raises ForbiddenError for another association, NotFoundError for maintenance."""
    booking = _booking(ctx, booking_id)
    values = mission_order_values(_document(ctx, booking))
    name = "ordre-de-mission" if booking.state in GRANTED else "fiche-de-reservation"
    content = render(ctx, DocumentKind.MISSION_ORDER, values)
    return WordFile(f"{name}-{booking.reference}.docx", content)


def trip_sheet(ctx: Context, booking_id: int) -> WordFile:
    booking = _booking(ctx, booking_id)
    content = render(ctx, DocumentKind.TRIP_SHEET, trip_sheet_values(_document(ctx, booking)))
    return WordFile(f"feuille-de-route-{booking.reference}.docx", content)


def _booking(ctx: Context, booking_id: int) -> Booking:
    booking = booking_to_read(ctx, booking_id)
    if booking.is_maintenance:
        raise NotFoundError("Une indisponibilité du véhicule n’a pas de document.")
    if not may_see_details(ctx, booking):
        raise ForbiddenError
    return booking


def _document(ctx: Context, booking: Booking) -> TripDocument:
    guests = ctx.session.scalars(queries.live(booking.id)).all()
    vehicle, driver, organisation = booking.vehicle, booking.driver, booking.organisation
    return TripDocument(
        issuer=issuer(ctx.settings),
        produced_at=ctx.now,
        reference=booking.reference,
        title=trip_words.title(booking),
        organisation=organisation.name if organisation else "",
        starts_at=booking.starts_at,
        ends_at=booking.ends_at,
        vehicle=VehicleFacts(
            vehicle.name,
            plate=vehicle.plate,
            seats=vehicle.seats,
            energy=vehicle.energy.label,
            home=vehicle.home,
            note=vehicle.note,
            insurance_until=vehicle.insurance_until,
            inspection_until=vehicle.inspection_until,
            checklist=tuple(vehicle.checklist),
        ),
        decision=_decision(booking),
        driver=DriverFacts(driver.name, driver.phone, driver.licence_until, driver.insured_until)
        if driver
        else DriverFacts(),
        stops=tuple(
            StopFacts(
                stop.commune.name,
                stop.starts_at,
                stop.ends_at,
                place=stop.place,
                qpv=stop.qpv.name if stop.qpv else "",
                is_public=stop.is_public,
            )
            for stop in booking.stops
        ),
        purpose=booking.purpose,
        target_groups=tuple(group.label for group in booking.publics),
        rights=tuple(right.label for right in booking.rights),
        partners=tuple(partner.name for partner in booking.partners),
        equipment=tuple(booking.equipment),
        needs=booking.needs,
        expected_people=booking.expected_people,
        on_board=_on_board(guests),
        contacts=_contacts(ctx, booking, organisation),
        requested_by=booking.requested_by.name if booking.requested_by else "",
        requested_at=booking.requested_at,
    )


def _decision(booking: Booking) -> Decision:
    if booking.state in GRANTED:
        by = f" par {booking.decided_by}" if booking.decided_by else ""
        when = f" le {plain_date(booking.decided_at)}" if booking.decided_at else ""
        return Decision(
            True, f"Accordée{when}{by}", booking.decided_by, booking.decided_at, booking.reason
        )
    standing = (
        "Demande en attente de décision"
        if booking.state.awaits_decision
        else f"Réservation {booking.state.label.lower()}"
    )
    return Decision(False, f"{standing}\u00a0: ce document ne vaut pas ordre de mission.")


def _on_board(guests: Sequence[BookingGuest]) -> tuple[OnBoard, ...]:
    """The partners: the driver has a line of their own."""
    return tuple(
        OnBoard(
            guest.name or guest.email,
            guest.organisation.short_name if guest.organisation else "",
            guest.role.label,
            guest.answer.label if guest.answer else "Sans réponse",
        )
        for guest in guests
        if guest.role is GuestRole.PARTNER
    )


def _contacts(
    ctx: Context, booking: Booking, organisation: Organisation | None
) -> tuple[ContactFacts, ...]:
    """Those who can be called from the road: only with a number."""
    ours = issuer(ctx.settings)
    found = [ContactFacts(ours.department or "La CUA", ours.name, ours.phone)]
    if organisation:
        found.append(ContactFacts("L’organisme", organisation.name, organisation.phone))
    if booking.driver:
        found.append(ContactFacts("Le conducteur", booking.driver.name, booking.driver.phone))
    found += [
        ContactFacts("Partenaire à bord", partner.name, partner.phone)
        for partner in booking.partners
    ]
    found.append(ContactFacts("Urgences", "Samu, pompiers, police", "112"))
    return tuple(contact for contact in found if contact.phone)
