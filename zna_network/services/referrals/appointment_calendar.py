"""The calendar of an appointment, which names nobody: the number, the organisation, when, where."""

from dataclasses import dataclass, replace

from zna_network.models.outbox import OutboxMessage
from zna_network.models.referral import Appointment, Referral
from zna_network.ports.calendar import Address, CalendarEvent, PartStat
from zna_network.ports.messages import CalendarMethod, CalendarPart
from zna_network.queries.invitations import mails_of_threads
from zna_network.services import outbox
from zna_network.services.addresses import sender
from zna_network.services.context import Context
from zna_network.services.french_time import long_date, time_range
from zna_network.services.links import token_hash
from zna_network.services.mail_threads import has_reached, replace_unsent
from zna_network.services.outbox import Post
from zna_network.services.referrals.access import may_receiver_name


@dataclass(frozen=True)
class Desk:
    """The mails of one appointment to one person, held until the transaction ends."""

    address: Address
    key: str
    thread: list[OutboxMessage]

    @property
    def has_reached(self) -> bool:
        return has_reached(self.thread, self.address.email)


def open_desk(ctx: Context, appointment: Appointment, address: Address) -> Desk:
    key = f"appointment:{appointment.id}:{token_hash(address.email)[:12]}"
    return Desk(address, key, list(ctx.session.scalars(mails_of_threads([key])).all()))


def when_of(appointment: Appointment) -> str:
    """« jeudi 17 décembre 2026, de 14 h à 14 h 30 »."""
    hours = time_range(appointment.starts_at, appointment.ends_at)
    return f"{long_date(appointment.starts_at)}, {hours}"


def request_part(ctx: Context, appointment: Appointment, attendee: Address) -> CalendarPart:
    event = _event(ctx, appointment, attendee)
    return CalendarPart(CalendarMethod.REQUEST, ctx.ports.calendar.request(event))


def cancel_part(ctx: Context, appointment: Appointment, attendee: Address) -> CalendarPart:
    event = _event(ctx, appointment, attendee, cancelled=True)
    return CalendarPart(CalendarMethod.CANCEL, ctx.ports.calendar.cancel(event))


def file_of(ctx: Context, appointment: Appointment, *, with_place: bool) -> bytes:
    """The appointment to download: no attendee is named, and the place, which may be somebody's
    home, is for who reads the words."""
    name = f"Rendez-vous {appointment.referral.shown_number}"
    event = _event(ctx, appointment, None)
    if not with_place:
        event = replace(event, location="")
    return ctx.ports.calendar.publish([event], name=name)


def tell_person(ctx: Context, referral: Referral, appointment: Appointment) -> bool:
    """The appointment to the person's own address, if they agreed to be contacted and have one."""
    address = _person_address(referral)
    if address is None:
        return False
    desk = open_desk(ctx, appointment, address)
    replace_unsent(desk.thread, address.email)
    _post_person(ctx, desk, appointment, cancelled=False)
    return True


def untell_person(ctx: Context, referral: Referral, appointment: Appointment) -> bool:
    """Out of their calendar; who has received nothing is told nothing."""
    address = _person_address(referral)
    if address is None:
        return False
    desk = open_desk(ctx, appointment, address)
    reached = desk.has_reached
    replace_unsent(desk.thread, address.email)
    if reached:
        _post_person(ctx, desk, appointment, cancelled=True)
    return reached


def _person_address(referral: Referral) -> Address | None:
    person = referral.person
    if not (person.email and may_receiver_name(person, referral)):
        return None
    return Address(person.email)


def _post_person(ctx: Context, desk: Desk, appointment: Appointment, *, cancelled: bool) -> None:
    part = cancel_part if cancelled else request_part
    referral = appointment.referral
    outbox.post(
        ctx,
        Post(
            mail="referral_appointment_off" if cancelled else "referral_appointment",
            recipient=desk.address,
            values={
                "with_whom": referral.receiver.name,
                "phone": referral.receiver.phone,
                "when": when_of(appointment),
                "place": appointment.place,
                "is_moved": desk.has_reached,
                "organiser": ctx.settings.organiser_name,
            },
            calendar=part(ctx, appointment, desk.address),
            thread_key=desk.key,
            is_private=True,
        ),
    )


def _event(
    ctx: Context, appointment: Appointment, attendee: Address | None, *, cancelled: bool = False
) -> CalendarEvent:
    referral = appointment.referral
    return CalendarEvent(
        uid=appointment.uid,
        sequence=appointment.sequence,
        stamp=ctx.now,
        starts_at=appointment.starts_at,
        ends_at=appointment.ends_at,
        summary=f"Rendez-vous — {referral.receiver.short_name}",
        organizer=sender(ctx.settings),
        attendee=attendee,
        partstat=PartStat.NEEDS_ACTION,
        description="" if cancelled else f"Orientation {referral.shown_number}",
        location=appointment.place,
        cancelled=cancelled,
    )
