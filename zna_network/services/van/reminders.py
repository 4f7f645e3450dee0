"""The reminders of CUA Mobile, that the worker writes by itself, at 9:00 in Arras.

Three days before a trip, to its guests who have not answered; the day before, to who borrows: when
and where to leave, what to look at, until when the driver's licence is good; two days after the
return, for the report that is missing. A worker that was stopped catches up while it is of use: the
first two until the trip leaves, the last for a month.

The row is held while its reminder is written in the same transaction, and says when: a second
worker finds it done. A trip that is moved is reminded of again at its new date."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

from zna_network.models.booking import Booking, BookingState
from zna_network.models.handover import BookingGuest, GuestAnswer, GuestRole
from zna_network.queries import van as van_queries
from zna_network.queries import van_guests as guest_queries
from zna_network.queries import van_reminders as queries
from zna_network.services import outbox
from zna_network.services.context import Context
from zna_network.services.french_time import from_local, local_date, short_date
from zna_network.services.one_by_one import safely
from zna_network.services.outbox import Post
from zna_network.services.van import mails, rules, trip_words
from zna_network.services.van.guest_mails import mail_values, open_desk, recipient, thread_of

AT = time(9, 0)
GUESTS_BEFORE, EVE_BEFORE, REPORT_AFTER = 3, 1, 2  # local days
# Whoever was written to this lately has just been asked.
LEFT_ALONE = timedelta(days=1)
_STILL_ASKED = timedelta(days=30)


def run(ctx: Context, should_stop: Callable[[], bool] = lambda: False) -> int:
    """The worker's turn: how many reminders were written, each in a transaction of its own. One
    that fails is logged, and holds back no other."""
    written = 0
    for reminder in _due(ctx):
        if should_stop():
            break
        written += safely(ctx, reminder, "a reminder of CUA Mobile was not written")
    return written


def _due(ctx: Context) -> list[Callable[[], int]]:
    now, session = ctx.now, ctx.session
    guests = session.execute(queries.silent_guests(now, _within(now, GUESTS_BEFORE))).all()
    leaving = session.execute(queries.leaving(now, _within(now, EVE_BEFORE))).all()
    ended = session.execute(queries.without_report(now - _STILL_ASKED, now)).all()
    return [
        *(
            partial(_remind_guest, ctx, booking_id, guest_id)
            for booking_id, guest_id, starts_at, done_at in guests
            if _is_time(starts_at, GUESTS_BEFORE, done_at, now)
        ),
        *(
            partial(_remind_eve, ctx, booking_id)
            for booking_id, starts_at, done_at in leaving
            if _is_time(starts_at, EVE_BEFORE, done_at, now)
        ),
        *(
            partial(_ask_report, ctx, booking_id)
            for booking_id, ends_at, returned_at in ended
            if now >= _report_due(returned_at or ends_at)
        ),
    ]


def _is_time(starts_at: datetime, days: int, done_at: datetime | None, now: datetime) -> bool:
    """The hour has come, that many days before the trip as it is now, and it was not done since."""
    due = _at(local_date(starts_at), -days)
    return due <= now < starts_at and (done_at is None or done_at < due)


def _report_due(ended_at: datetime) -> datetime:
    return _at(local_date(ended_at), REPORT_AFTER)


def _within(now: datetime, days: int) -> datetime:
    """The end of the local day that many days ahead."""
    return from_local(local_date(now) + timedelta(days=days + 1), time(0))


def _at(day: date, days: int) -> datetime:
    return from_local(day + timedelta(days=days), AT)


def _held(ctx: Context, booking_id: int) -> Booking | None:
    """The booking, locked; what was read before may no longer be."""
    return ctx.session.scalar(van_queries.booking(booking_id, lock=True))


def _remind_guest(ctx: Context, booking_id: int, guest_id: int) -> int:
    with ctx.unit_of_work():
        booking = _held(ctx, booking_id)
        if booking is None or booking.state is not BookingState.APPROVED:
            return 0
        guest = next(
            (g for g in ctx.session.scalars(guest_queries.locked(booking_id)) if g.id == guest_id),
            None,
        )
        if guest is None or not _awaits_answer(ctx, booking, guest):
            return 0
        guest.reminded_at = ctx.now
        outbox.post(
            ctx,
            Post(
                mail="van_guest_reminder",
                recipient=recipient(guest),
                values=mail_values(ctx.settings, guest, booking),
                thread_key=thread_of(guest.id),
                auto_submitted=True,
            ),
        )
        ctx.record("guest.reminded", guest, booking=booking_id)
    return 1


def _awaits_answer(ctx: Context, booking: Booking, guest: BookingGuest) -> bool:
    if guest.removed_at is not None or guest.answer is not None or guest.told_at is None:
        return False
    if not _is_time(booking.starts_at, GUESTS_BEFORE, guest.reminded_at, ctx.now):
        return False
    return ctx.now - guest.told_at >= LEFT_ALONE and open_desk(ctx, booking, guest).has_trip


def _remind_eve(ctx: Context, booking_id: int) -> int:
    with ctx.unit_of_work():
        booking = _held(ctx, booking_id)
        if booking is None or booking.state is not BookingState.APPROVED:
            return 0
        if not _is_time(booking.starts_at, EVE_BEFORE, booking.eve_told_at, ctx.now):
            return 0
        booking.eve_told_at = ctx.now
        values = _eve_values(ctx, booking)
        told = mails.tell_borrower(ctx, booking, "van_eve", automatic=True, **values)
        ctx.record("booking.reminded", booking, number=told)
    return told


def _eve_values(ctx: Context, booking: Booking) -> dict[str, Any]:
    """What is to be known the day before; ``alerts`` are what would keep the trip from leaving."""
    vehicle, page = booking.vehicle, mails.page_of(ctx, booking)
    guests = ctx.session.scalars(guest_queries.live(booking.id)).all()
    return {
        "day": _day_word(ctx.now, booking),
        "trip": trip_words.title(booking),
        "stops": trip_words.stops(booking),
        "home": vehicle.home,
        "driver": booking.driver.name if booking.driver else "",
        "licence": _licence(booking),
        "alerts": _alerts(ctx, booking, guests),
        "checklist": list(vehicle.checklist),
        "equipment": ", ".join(booking.equipment),
        "guests": [
            {"name": one.name, "answer": one.answer.label if one.answer else "Pas de réponse"}
            for one in guests
            if one.role is GuestRole.PARTNER
        ],
        "sheet_link": f"{page}/feuille-de-route.docx",
        "handover_link": f"{page}/etat-des-lieux/depart",
    }


def _day_word(now: datetime, booking: Booking) -> str:
    """A trip that was granted for the very day is reminded of all the same."""
    return "aujourd’hui" if local_date(now) == local_date(booking.starts_at) else "demain"


def _licence(booking: Booking) -> str:
    until = booking.driver.licence_until if booking.driver else None
    return f"valable jusqu’au {short_date(until)}" if until else ""


def _alerts(ctx: Context, booking: Booking, guests: Sequence[BookingGuest]) -> list[str]:
    """The rules of the departure, judged the day before; and a driver who has said no."""
    found = rules.against(ctx, booking, rules.Moment.DEPARTURE)
    refusing = [
        f"{one.name} a répondu ne pas pouvoir conduire\u00a0: trouvez quelqu’un d’autre."
        for one in guests
        if one.role is GuestRole.DRIVER and one.answer is GuestAnswer.DECLINED
    ]
    return [*(refusal.message for refusal in found), *refusing]


def _ask_report(ctx: Context, booking_id: int) -> int:
    with ctx.unit_of_work():
        booking = _held(ctx, booking_id)
        if booking is None or not _lacks_report(booking, ctx.now):
            return 0
        booking.report_asked_at = ctx.now
        page = mails.page_of(ctx, booking)
        told = mails.tell_borrower(
            ctx,
            booking,
            "van_report_missing",
            key="report",
            automatic=True,
            trip=trip_words.title(booking),
            has_returned=booking.state is BookingState.RETURNED,
            report_link=f"{page}/compte-rendu",
        )
        ctx.record("report.asked", booking, number=told)
    return told


def _lacks_report(booking: Booking, now: datetime) -> bool:
    return (
        booking.state in {BookingState.APPROVED, BookingState.RETURNED}
        and booking.report is None
        and booking.report_asked_at is None
        and now >= _report_due(booking.returned_at or booking.ends_at)
    )
