"""What somebody invited to a trip reads and answers: from their link, without an account, or told
on the telephone to who borrows. Reading writes nothing: mail scanners open links by themselves."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from zna_network.models.booking import Booking, BookingState
from zna_network.models.handover import BookingGuest, GuestAnswer, GuestRole
from zna_network.queries import van as van_queries
from zna_network.queries import van_guests as queries
from zna_network.services.clean_values import clean_text
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, InvalidError, LinkGoneError, NotFoundError
from zna_network.services.french_time import short_datetime
from zna_network.services.permissions import Permission
from zna_network.services.sensitive_text import refuse_sensitive
from zna_network.services.van import mails, trip_words
from zna_network.services.van.access import booking_to_change
from zna_network.services.van.guest_links import UNKNOWN, guest_of
from zna_network.services.van.guest_list import UNKNOWN as NOT_INVITED
from zna_network.services.van.guest_mails import event, open_desk, send_link

WORDS_LENGTH = 1000
MOVED = "La sortie vient de changer\u00a0: relisez la date et les étapes, puis répondez de nouveau."
TOO_LATE = "La sortie a commencé\u00a0: il est trop tard pour répondre en ligne."


class Stage(StrEnum):
    """How far it is, for the person who holds the link."""

    OPEN = "open"
    UNDER_WAY = "under_way"
    OVER = "over"
    CANCELLED = "cancelled"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class AnswerData:
    """``seen`` is the version of the trip on the page that the person read; none skips the check
    (they are on the telephone)."""

    answer: str
    words: str = ""
    seen: int | None = None


@dataclass(frozen=True)
class GuestPage:
    guest: BookingGuest
    booking: Booking
    stage: Stage
    stops: tuple[trip_words.StopWords, ...]
    title: str
    period: str

    @property
    def takes_answers(self) -> bool:
        return self.stage is Stage.OPEN

    @property
    def drives(self) -> bool:
        return self.guest.role is GuestRole.DRIVER


def read(ctx: Context, token: str) -> GuestPage:
    """Raises NotFoundError for an unknown link."""
    guest = guest_of(ctx, token)
    booking = guest.booking
    return GuestPage(
        guest,
        booking,
        stage_of(ctx, guest, booking),
        tuple(trip_words.stops(booking)),
        trip_words.title(booking),
        trip_words.told(booking)["period"],
    )


def answer(ctx: Context, token: str, data: AnswerData) -> BookingGuest:
    """Record what the link's holder answers. Raises LinkGoneError once it is too late,
    ConflictError when the trip changed under the person's eyes."""
    with ctx.unit_of_work():
        found = guest_of(ctx, token)
        booking = ctx.session.scalars(van_queries.booking(found.booking_id, lock=True)).one()
        guest = _locked(ctx, booking, found.id)
        if guest is None or guest.link_hash != found.link_hash:
            raise NotFoundError(UNKNOWN)
        if stage_of(ctx, guest, booking) is not Stage.OPEN:
            raise LinkGoneError(TOO_LATE)
        if data.seen is not None and data.seen != guest.sent_sequence:
            raise ConflictError(MOVED)
        _record(ctx, booking, guest, data, via="link")
    return guest


def enter_answer(ctx: Context, booking_id: int, guest_id: int, data: AnswerData) -> BookingGuest:
    """An answer given by voice to who borrows."""
    with ctx.unit_of_work():
        booking = booking_to_change(ctx, booking_id, Permission.VAN_REQUEST)
        guest = _locked(ctx, booking, guest_id)
        if guest is None or guest.removed_at is not None:
            raise NotFoundError(NOT_INVITED)
        if stage_of(ctx, guest, booking) is not Stage.OPEN:
            raise ConflictError("Cette sortie n’attend pas de réponse.")
        _record(ctx, booking, guest, data, via="account")
    return guest


def answer_by_calendar(
    ctx: Context, booking_id: int, guest_id: int, data: AnswerData, stamp: datetime
) -> BookingGuest:
    """Record what a calendar client said at ``stamp``, inside the transaction that reads the mail.
    Raises LinkGoneError once it is too late, ConflictError when the trip has changed since or a
    later answer is known."""
    booking = ctx.session.scalars(van_queries.booking(booking_id, lock=True)).one()
    guest = _locked(ctx, booking, guest_id)
    if guest is None or stage_of(ctx, guest, booking) is not Stage.OPEN:
        raise LinkGoneError("Cette sortie n’attend plus de réponse.")
    if data.seen is not None and data.seen < (guest.sent_sequence or 0):
        raise ConflictError("Répond à une version antérieure de la sortie, qui a changé depuis.")
    if guest.answer is not None and guest.answered_at and guest.answered_at >= stamp:
        raise ConflictError("Une réponse plus récente est déjà connue.")
    _record(ctx, booking, guest, data, via="calendar")
    guest.answered_at = stamp
    return guest


def calendar_file(ctx: Context, token: str) -> bytes:
    """The trip, to put in one's calendar by hand: METHOD:PUBLISH with the mail's UID, so that a
    later update or CANCEL reaches it."""
    guest = guest_of(ctx, token)
    if stage_of(ctx, guest, guest.booking) not in {Stage.OPEN, Stage.UNDER_WAY}:
        raise LinkGoneError("Il n’y a rien à mettre dans votre agenda.")
    entry = event(ctx, guest, guest.booking)
    return ctx.ports.calendar.publish([entry], name=entry.summary)


def stage_of(ctx: Context, guest: BookingGuest, booking: Booking) -> Stage:
    if guest.removed_at is not None:
        return Stage.WITHDRAWN
    if booking.state is BookingState.RETURNED:
        return Stage.OVER
    if booking.state not in {BookingState.APPROVED, BookingState.OUT}:
        return Stage.CANCELLED
    if booking.ends_at <= ctx.now:
        return Stage.OVER
    if booking.state is BookingState.OUT or booking.starts_at <= ctx.now:
        return Stage.UNDER_WAY
    return Stage.OPEN


def _locked(ctx: Context, booking: Booking, guest_id: int) -> BookingGuest | None:
    found = ctx.session.scalars(queries.locked(booking.id))
    return next((guest for guest in found if guest.id == guest_id), None)


def _record(
    ctx: Context, booking: Booking, guest: BookingGuest, data: AnswerData, *, via: str
) -> None:
    if data.answer not in set(GuestAnswer):
        raise InvalidError("Choisissez une des réponses proposées.", field="answer")
    words = clean_text(data.words, field="words", limit=WORDS_LENGTH)
    words = refuse_sensitive(words, field="words")
    was, now = guest.answer, GuestAnswer(data.answer)
    if (was, guest.words) == (now, words):
        return  # A button pressed twice.
    guest.answer, guest.outdated_answer, guest.words = now, None, words
    guest.answered_at = guest.updated_at = ctx.now
    if was is GuestAnswer.DECLINED and now is not was:
        # Their calendar may have dropped the trip when they declined.
        send_link(open_desk(ctx, booking, guest))
    if via != "account" and now is GuestAnswer.DECLINED and was is not now:
        _tell_borrower(ctx, booking, guest)
    ctx.record("guest.answered", guest, answer=now.value, via=via)


def _tell_borrower(ctx: Context, booking: Booking, guest: BookingGuest) -> None:
    mails.tell_borrower(
        ctx,
        booking,
        "van_guest_declined",
        automatic=True,
        name=guest.name or guest.email,
        drives=guest.role is GuestRole.DRIVER,
        trip=trip_words.title(booking),
        words=guest.words,
        answered=short_datetime(ctx.now),
    )
