"""The reminders of CUA Mobile: at their hour, once, however many workers look."""

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask

from tests.factories.accounts import make_user
from tests.factories.organisations import make_contact, make_organisation
from tests.factories.van import TRIP_START, make_driver, make_trip
from tests.mail_reading import html_of, mails, text_of
from tests.races import results_at_once
from tests.world import FrozenClock, MailboxMailer
from zna_network.models.account import Role
from zna_network.models.booking import Booking, BookingState, TripReport
from zna_network.models.handover import GuestAnswer
from zna_network.queries import van_guests as queries
from zna_network.services import delivery
from zna_network.services.context import Context
from zna_network.services.van import guest_list, guests, reminders

SECOND, DAY = timedelta(seconds=1), timedelta(days=1)


def _nine(month: int, day: int) -> datetime:
    """Nine o’clock in Arras, in winter."""
    return datetime(2027, month, day, 8, tzinfo=UTC)


def _trip(ctx: Context, **values: object) -> Booking:
    """Told to its driver and to a partner; asked for by somebody who has an account."""
    booking = make_trip(ctx.session, **values)
    account = make_user(ctx.session, role=Role.GRANTEE, organisation=booking.organisation)
    booking.requested_by = account
    caf = make_contact(ctx.session, make_organisation(ctx.session), email="caf@caisse.example")
    ctx.session.commit()
    guest_list.invite(ctx, booking.id, [caf.id])
    with ctx.unit_of_work():
        guests.announce(ctx, booking)
    delivery.deliver_due(ctx, "tests")
    return booking


def _workers(app: Flask) -> int:
    """Three at once: how many reminders they wrote."""
    return sum(results_at_once(app, [reminders.run] * 3))


def test_guests_who_are_silent_are_reminded_once_three_days_before(
    app: Flask, ctx: Context, clock: FrozenClock, mailbox: MailboxMailer
) -> None:
    booking = _trip(ctx)
    by_email = {guest.email: guest for guest in ctx.session.scalars(queries.locked(booking.id))}
    by_email["caf@caisse.example"].answer = GuestAnswer.TENTATIVE
    ctx.session.commit()
    clock.set(_nine(3, 1) - SECOND)
    assert reminders.run(ctx) == 0
    clock.set(_nine(3, 1))
    assert _workers(app) == 1
    [mail] = mails(ctx.session, "van_guest_reminder")
    assert mail.recipient == "noor@lilas.example"
    assert "sans conducteur, le véhicule ne part pas" in text_of(mail)
    assert "/cua-mobile/invitation/" in text_of(mail)
    assert _workers(app) == 0
    # The trip moves: the answer is asked anew, and reminded of anew.
    with ctx.unit_of_work():
        booking.starts_at, booking.ends_at = TRIP_START + DAY * 14, booking.ends_at + DAY * 14
        guests.announce_change(ctx, booking)
    delivery.deliver_due(ctx, "tests")
    clock.set(_nine(3, 15))
    assert _workers(app) == 2
    assert len(mails(ctx.session, "van_guest_reminder")) == 3


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_who_has_just_been_told_or_never_was_is_left_alone(
    ctx: Context, clock: FrozenClock, mailbox: MailboxMailer
) -> None:
    clock.set(_nine(3, 1))
    booking = _trip(ctx)  # Told at this very hour.
    assert reminders.run(ctx) == 0
    clock.move(DAY)
    booking.state = BookingState.CANCELLED
    ctx.session.commit()
    assert reminders.run(ctx) == 0
    booking.state = BookingState.APPROVED
    for guest in ctx.session.scalars(queries.locked(booking.id)):
        guest.removed_at = clock.now()
    ctx.session.commit()
    assert reminders.run(ctx) == 0
    unheard = make_trip(ctx.session, starts_at=TRIP_START + timedelta(hours=8))
    with ctx.unit_of_work():
        guests.announce(ctx, unheard)
    clock.move(timedelta(hours=20))
    assert reminders.run(ctx) == 0
    assert not mails(ctx.session, "van_guest_reminder")


def test_the_borrower_knows_the_day_before_what_to_do(
    app: Flask, ctx: Context, clock: FrozenClock, mailbox: MailboxMailer
) -> None:
    booking = _trip(ctx, equipment=["Barnum"])
    for guest in ctx.session.scalars(queries.locked(booking.id)):
        guest.answer = GuestAnswer.ACCEPTED
    ctx.session.commit()
    clock.set(_nine(3, 3) - SECOND)
    assert reminders.run(ctx) == 0
    clock.set(_nine(3, 3))
    assert _workers(app) == 1
    assert booking.requested_by is not None
    [mail] = mails(ctx.session, "van_eve")
    assert mail.recipient == booking.requested_by.email
    for said in (
        "Dépôt des Bonnettes, Arras", "de 9\u00a0h à 12\u00a0h", "Carrosserie", "Barnum",
        "Noor Volant, permis valable jusqu’au 01/01/2030", "(sera là)", "Place de la mairie",
        f"/cua-mobile/reservations/{booking.id}/etat-des-lieux/depart",
        f"/cua-mobile/reservations/{booking.id}/feuille-de-route.docx",
    ):  # fmt: skip
        assert said in text_of(mail), said
        if not said.startswith("/"):
            assert said in html_of(mail), said
    assert mail.subject.startswith("Demain : ")
    assert "À régler" not in text_of(mail)
    booking.eve_told_at = None  # As one that was granted for the very day.
    ctx.session.commit()
    clock.set(booking.starts_at - SECOND)
    assert reminders.run(ctx) == 1
    assert mails(ctx.session, "van_eve")[-1].subject.startswith("Aujourd’hui : ")
    booking.eve_told_at = None
    ctx.session.commit()
    clock.set(booking.starts_at)
    assert reminders.run(ctx) == 0


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_what_would_keep_the_trip_at_home_is_said_the_day_before(
    ctx: Context, clock: FrozenClock, mailbox: MailboxMailer
) -> None:
    booking = _trip(ctx)
    assert booking.organisation is not None
    booking.driver = make_driver(
        ctx.session, booking.organisation, name="Permis Échu", licence_until=date(2027, 3, 1)
    )
    [driver] = [g for g in ctx.session.scalars(queries.live(booking.id)) if g.role == "driver"]
    driver.answer = GuestAnswer.DECLINED
    assert booking.requested_by is not None
    booking.requested_by.is_active = False
    booking.organisation.email = "accueil@lilas.example"
    ctx.session.commit()
    clock.set(_nine(3, 3))
    reminders.run(ctx)
    [mail] = mails(ctx.session, "van_eve")
    assert mail.recipient == "accueil@lilas.example"
    assert mail.subject.startswith("À régler avant : ")
    assert "Le permis de Permis Échu" in text_of(mail)
    assert "Noor Volant a répondu ne pas pouvoir conduire" in text_of(mail)


def test_a_missing_report_is_asked_for_once_two_days_after_the_return(
    app: Flask, ctx: Context, clock: FrozenClock, mailbox: MailboxMailer
) -> None:
    booking = _trip(ctx)
    told = make_trip(ctx.session, BookingState.RETURNED, starts_at=TRIP_START + DAY)
    never_left = make_trip(ctx.session, starts_at=TRIP_START + 2 * DAY)
    out = make_trip(ctx.session, BookingState.OUT, starts_at=TRIP_START + 3 * DAY)
    report = TripReport(
        booking=told, reported_by="Nadia", reported_at=clock.now(), referrals_made=0
    )
    ctx.session.add(report)
    for one in (never_left, out):
        assert one.organisation is not None
        one.organisation.email = "accueil@lilas.example"
    booking.state, booking.returned_at = BookingState.RETURNED, booking.ends_at + DAY
    ctx.session.commit()
    clock.set(_nine(3, 7) - SECOND)
    assert reminders.run(ctx) == 0
    clock.set(_nine(3, 7))
    assert _workers(app) == 1
    [mail] = mails(ctx.session, "van_report_missing")
    assert mail.recipient == booking.requested_by.email if booking.requested_by else ""
    assert f"/cua-mobile/reservations/{booking.id}/compte-rendu" in text_of(mail)
    clock.set(_nine(3, 20))
    assert _workers(app) == 1
    [_, forgotten] = mails(ctx.session, "van_report_missing")
    assert forgotten.subject.startswith("Votre sortie a-t-elle eu lieu ?")
    assert never_left.reference in text_of(forgotten)
    # A worker that comes back after months does not dig up the past.
    booking.report_asked_at = None
    ctx.session.commit()
    clock.set(_nine(6, 1))
    assert reminders.run(ctx) == 0


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_one_that_fails_holds_back_no_other(
    ctx: Context, clock: FrozenClock, caplog: pytest.LogCaptureFixture
) -> None:
    first = _trip(ctx)
    second = _trip(ctx, starts_at=TRIP_START + timedelta(hours=6))
    assert first.requested_by is not None
    first.requested_by.email = "cassé"
    for booking in (first, second):
        for guest in ctx.session.scalars(queries.locked(booking.id)):
            guest.answer = GuestAnswer.ACCEPTED
    ctx.session.commit()
    clock.set(_nine(3, 3))
    assert reminders.run(ctx, lambda: True) == 0
    assert reminders.run(ctx) == 1
    assert "a reminder of CUA Mobile was not written" in caplog.text
    [mail] = mails(ctx.session, "van_eve")
    assert second.requested_by is not None
    assert mail.recipient == second.requested_by.email
    assert first.eve_told_at is None  # It will be tried again.
