"""What names people leaves CUA Mobile when its time has come; the trips stay."""

from datetime import timedelta

from flask import Flask
from sqlalchemy import select, text

from tests.factories.accounts import make_user
from tests.factories.organisations import make_contact, make_organisation
from tests.factories.van import make_trip
from tests.mail_reading import mails
from tests.races import results_at_once
from tests.world import FrozenClock, MailboxMailer
from zna_network.models.booking import (
    Booking,
    BookingAct,
    BookingEvent,
    BookingState,
    StopCount,
    TripReport,
)
from zna_network.models.handover import BookingGuest, Direction, Handover, HandoverPhoto
from zna_network.models.van import Driver
from zna_network.services import delivery, retention
from zna_network.services.context import Context
from zna_network.services.van import forgetting, guest_list, guests, mission_documents, states

NAMES = ("Noor", "noor@", "Aude", "Grâce Donneuse", "Henri Receveur", "Claude Agent", "rayure")


def _lived(ctx: Context) -> Booking:
    """A trip that was told, left, came back and was reported."""
    session = ctx.session
    booking = make_trip(session, needs="Prévenir Aude", decided_by="Claude Agent", reason="Aude")
    booking.requested_by = make_user(session)
    aude = make_contact(
        session, make_organisation(session), last_name="Aude", email="aude@caf.example"
    )
    session.commit()
    guest_list.invite(ctx, booking.id, [aude.id])
    with ctx.unit_of_work():
        guests.announce(ctx, booking)
        states.record(ctx, booking, BookingAct.EDITED, words="Vu avec Aude")
    delivery.deliver_due(ctx, "tests")
    handover = Handover(
        client_id=f"c-{booking.id}",
        booking=booking,
        vehicle=booking.vehicle,
        direction=Direction.OUT,
        at=booking.starts_at,
        received_at=booking.starts_at,
        mileage=12000,
        energy_percent=80,
        checklist=[{"label": "Carrosserie", "is_fine": False, "remark": "rayure vue par Aude"}],
        remarks="Clé rendue à Aude",
        giver="Grâce Donneuse",
        receiver="Henri Receveur",
        giver_signature="[[1,2]]",
        receiver_signature="[[3,4]]",
        recorded_by="Claude Agent",
    )
    handover.photos = [HandoverPhoto(position=0, content=b"pixels", media_type="image/jpeg")]
    report = TripReport(
        booking=booking, referrals_made=4, words="Aude a aidé", reported_by="Claude Agent",
        reported_at=booking.ends_at,
    )  # fmt: skip
    session.add_all([handover, report])
    booking.stops[0].was_done = True
    booking.stops[0].counts = [StopCount(target_group="seniors", people=12)]
    booking.state, booking.returned_at = BookingState.RETURNED, booking.ends_at
    session.commit()
    return booking


def test_names_leave_and_the_trips_stay(
    app: Flask, ctx: Context, clock: FrozenClock, mailbox: MailboxMailer
) -> None:
    booking = _lived(ctx)
    driver = booking.driver
    assert driver is not None
    driver.archived_at = booking.ends_at
    out = make_trip(ctx.session, BookingState.OUT, starts_at=booking.block_end)
    ctx.session.commit()
    booking_id, out_id, days = booking.id, out.id, ctx.settings.people_retention_days
    clock.set(booking.ends_at + timedelta(days=days - 1))
    assert forgetting.count_trips(ctx) == forgetting.trips(ctx) == forgetting.drivers(ctx) == 0
    clock.set(booking.ends_at + timedelta(days=days + 1))
    assert [line.count for line in retention.run(ctx, dry_run=True)][-2:] == [1, 0]
    done = results_at_once(
        app, [lambda each: [line.count for line in retention.run(each)][-2:]] * 3
    )
    assert [sum(column) for column in zip(*done, strict=True)] == [1, 1]
    erased, kept = ctx.session.get_one(Booking, booking_id), ctx.session.get_one(Booking, out_id)
    assert kept.erased_at is None
    assert kept.driver is not None
    assert (erased.driver, erased.requested_by) == (None, None)
    assert [driver.id for driver in ctx.session.scalars(select(Driver))] == [kept.driver.id]
    # What counts is there still.
    assert [stop.was_done for stop in erased.stops] == [True, None]
    assert [count.people for count in erased.stops[0].counts] == [12]
    assert erased.report is not None
    assert erased.report.referrals_made == 4
    [handover] = ctx.session.scalars(select(Handover)).all()
    assert (handover.mileage, handover.photos, handover.giver_signature) == (12000, [], "")
    assert handover.checklist == [{"label": "Carrosserie", "is_fine": False, "remark": ""}]
    assert not ctx.session.scalars(select(BookingGuest)).all()
    [event] = ctx.session.scalars(select(BookingEvent)).all()
    assert (event.act, event.author, event.words) == (BookingAct.EDITED, "", "")
    assert {(mail.recipient, mail.content) for mail in mails(ctx.session)} == {("", None)}
    assert _found_anywhere(ctx, booking_id) == []
    assert mission_documents.mission_order(ctx, booking_id).content
    assert retention.run(ctx)[-2].count == 0


def _found_anywhere(ctx: Context, booking_id: int) -> list[str]:
    """The names still read in a row of these tables that belongs to the booking."""
    found = []
    for table, key in (
        ("booking", "id"),
        ("booking_event", "booking_id"),
        ("handover", "booking_id"),
        ("trip_report", "booking_id"),
        ("booking_guest", "booking_id"),
    ):
        statement = f"SELECT * FROM {table} WHERE {key} = :id"
        for row in ctx.session.execute(text(statement), {"id": booking_id}):
            found += [f"{table}: {name}" for name in NAMES if name in str(row)]
    return found
