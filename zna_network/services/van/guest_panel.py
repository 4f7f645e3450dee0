"""Who is invited to a trip, as the page of its booking shows it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from zna_network.models.booking import Booking
from zna_network.models.handover import BookingGuest, GuestAnswer, GuestRole
from zna_network.models.organisation import Contact
from zna_network.models.outbox import OutboxMessage, OutboxState
from zna_network.queries import van_guests as queries
from zna_network.services.context import Context
from zna_network.services.errors import ForbiddenError
from zna_network.services.french_time import short_datetime
from zna_network.services.permissions import Permission
from zna_network.services.van import trip_words
from zna_network.services.van.access import booking_to_read, may_see_details
from zna_network.services.van.guest_mails import TOLD, thread_of

_TONES = {
    GuestAnswer.ACCEPTED: "success",
    GuestAnswer.TENTATIVE: "warning",
    GuestAnswer.DECLINED: "danger",
}


@dataclass(frozen=True)
class GuestLine:
    """``answer`` and ``mail`` are ready to print; ``tone`` is a badge's."""

    id: int
    name: str
    organisation: str
    role: str
    is_driver: bool
    email: str
    answer: str
    tone: str
    answered_at: datetime | None
    words: str
    mail: str
    mail_failed: bool
    was_told: bool


@dataclass(frozen=True)
class GuestPanel:
    """``is_shown``: only to the association and the CUA. ``driver_note``: why the driver receives
    nothing. ``contacts``: people of the partners on board who may be invited."""

    is_shown: bool = False
    may_edit: bool = False
    lines: tuple[GuestLine, ...] = ()
    contacts: tuple[Contact, ...] = ()
    driver_note: str = ""
    when_told: str = ""
    summary: str = ""


@dataclass(frozen=True)
class GuestListPage:
    booking: Booking
    title: str
    period: str
    panel: GuestPanel


def read(ctx: Context, booking_id: int) -> GuestListPage:
    """The page of the list. Raises NotFoundError, ForbiddenError."""
    booking = booking_to_read(ctx, booking_id)
    panel = panel_of(ctx, booking)
    if not panel.is_shown:
        raise ForbiddenError
    return GuestListPage(
        booking, trip_words.title(booking), trip_words.told(booking)["period"], panel
    )


def panel_of(ctx: Context, booking: Booking) -> GuestPanel:
    """Four queries at the most, whatever the number of guests."""
    if booking.is_maintenance or not may_see_details(ctx, booking):
        return GuestPanel()
    guests = ctx.session.scalars(queries.live(booking.id)).all()
    lines = tuple(_line(guest, mails) for guest, mails in _with_mails(ctx, guests))
    may_edit = may_fill(ctx, booking)
    return GuestPanel(
        is_shown=True,
        may_edit=may_edit,
        lines=lines,
        contacts=_contacts(ctx, booking, guests) if may_edit else (),
        driver_note=_driver_note(booking),
        when_told=_when_told(ctx, booking, bool(lines)),
        summary=_summary(guests),
    )


def may_fill(ctx: Context, booking: Booking) -> bool:
    """Whether the list may still change, and by this reader."""
    is_alive = booking.state in TOLD or booking.state.awaits_decision
    return (
        is_alive
        and booking.ends_at > ctx.now
        and ctx.may(Permission.VAN_REQUEST, booking.organisation_id)
    )


def _with_mails(
    ctx: Context, guests: Sequence[BookingGuest]
) -> list[tuple[BookingGuest, list[OutboxMessage]]]:
    threads: dict[str, list[OutboxMessage]] = {thread_of(guest.id): [] for guest in guests}
    if threads:
        for message in ctx.session.scalars(queries.mails_of(threads)):
            threads[message.thread_key].append(message)
    return [(guest, threads[thread_of(guest.id)]) for guest in guests]


def _line(guest: BookingGuest, mails: list[OutboxMessage]) -> GuestLine:
    last = mails[-1] if mails else None
    return GuestLine(
        id=guest.id,
        name=guest.name or guest.email,
        organisation=guest.organisation.short_name if guest.organisation else "",
        role=guest.role.label,
        is_driver=guest.role is GuestRole.DRIVER,
        email=guest.email,
        answer=_answer(guest),
        tone=_TONES[guest.answer] if guest.answer else "neutral",
        answered_at=guest.answered_at if guest.answer else None,
        words=guest.words if guest.answer else "",
        mail=_mail(last),
        mail_failed=last is not None and last.state is OutboxState.FAILED,
        was_told=guest.told is not None,
    )


def _answer(guest: BookingGuest) -> str:
    if guest.answer:
        return guest.answer.label
    if guest.told is None:
        return "Pas encore invité"
    if guest.outdated_answer:
        return f"À reconfirmer (« {guest.outdated_answer.label} » avant le changement)"
    return "Pas de réponse"


def _mail(last: OutboxMessage | None) -> str:
    """What became of the last message to this person."""
    if last is None:
        return ""
    if last.state is OutboxState.SENT and last.sent_at is not None:
        return f"Message envoyé le {short_datetime(last.sent_at)}"
    return {
        OutboxState.PENDING: "Message prêt à partir",
        OutboxState.SENDING: "Message en train de partir",
        OutboxState.FAILED: "Message en échec\u00a0: vérifiez l’adresse",
    }.get(last.state, "")


def _contacts(
    ctx: Context, booking: Booking, guests: Sequence[BookingGuest]
) -> tuple[Contact, ...]:
    partners = [partner.id for partner in booking.partners]
    if not partners:
        return ()
    invited = {guest.email for guest in guests}
    found = ctx.session.scalars(queries.reachable_contacts(partners)).all()
    return tuple(contact for contact in found if contact.email not in invited)


def _driver_note(booking: Booking) -> str:
    if booking.driver is None:
        return "Aucun conducteur n’est désigné."
    if not booking.driver.email:
        return (
            f"{booking.driver.name} n’a pas d’adresse e-mail\u00a0: prévenez cette personne "
            "vous-même."
        )
    return ""


def _when_told(ctx: Context, booking: Booking, has_guests: bool) -> str:
    if booking.state.awaits_decision:
        return "Les invitations partiront quand la réservation sera accordée."
    if has_guests and booking.state in TOLD and booking.ends_at > ctx.now:
        return "Chaque invité est prévenu de ce qui change pour lui."
    return ""


def _summary(guests: Sequence[BookingGuest]) -> str:
    """« 2 seront là, 1 ne viendra pas, 1 sans réponse »."""
    told = [guest for guest in guests if guest.told is not None]
    count = Counter(guest.answer for guest in told)
    coming, doubtful = count[GuestAnswer.ACCEPTED], count[GuestAnswer.TENTATIVE]
    absent, silent = count[GuestAnswer.DECLINED], count[None]
    said = (
        (coming, "seront là" if coming > 1 else "sera là"),
        (doubtful, "peut-être"),
        (absent, "ne viendront pas" if absent > 1 else "ne viendra pas"),
        (silent, "sans réponse"),
    )
    return ", ".join(f"{number} {words}" for number, words in said if number)
