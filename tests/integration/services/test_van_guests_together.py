"""The guests of a trip, when several people act at the same instant."""

from datetime import timedelta

from flask import Flask

from tests.factories.organisations import make_contact, make_organisation
from tests.factories.van import TRIP_START as START
from tests.factories.van import make_trip
from tests.mail_reading import calendar_lines, mails
from tests.races import race
from tests.world import MailboxMailer
from zna_network.models.handover import GuestAnswer
from zna_network.queries import van_guests as queries
from zna_network.services import delivery
from zna_network.services.context import Context
from zna_network.services.permissions import Permission
from zna_network.services.van import guest_answers, guest_list, guests
from zna_network.services.van.access import booking_to_change
from zna_network.services.van.guest_answers import AnswerData
from zna_network.services.van.guest_links import token_of

HOUR = timedelta(hours=1)


def test_two_at_once_invite_the_same_person_once(app: Flask, ctx: Context) -> None:
    booking_id = make_trip(ctx.session).id
    caf = make_organisation(ctx.session)
    contact = make_contact(ctx.session, caf, email="caf@caisse.example").id
    results = race(
        app, [lambda each: guest_list.invite(each, booking_id, [contact]) for _ in range(4)]
    )
    assert results == ["won"] * 4
    left = [mail for mail in mails(ctx.session, "van_invitation") if mail.content]
    assert [mail.recipient for mail in left] == ["caf@caisse.example"]


def test_an_answer_given_while_the_trip_moves_says_nothing_of_the_new_one(
    app: Flask, ctx: Context, mailbox: MailboxMailer
) -> None:
    booking = make_trip(ctx.session)
    with ctx.unit_of_work():
        guests.announce(ctx, booking)
    delivery.deliver_due(ctx, "tests")
    [guest] = ctx.session.scalars(queries.locked(booking.id)).all()
    booking_id, token, seen = booking.id, token_of(ctx.settings, guest), guest.sent_sequence
    ctx.session.rollback()  # Reading them has locked them.

    def answer(each: Context) -> None:
        guest_answers.answer(each, token, AnswerData("accepted", seen=seen))

    def move(each: Context) -> None:
        with each.unit_of_work():
            moved = booking_to_change(each, booking_id, Permission.VAN_REQUEST)
            moved.starts_at, moved.ends_at = START + 2 * HOUR, START + 5 * HOUR
            guests.announce_change(each, moved)

    assert race(app, [answer, move]) in (["won", "won"], ["ConflictError", "won"])
    [late] = ctx.session.scalars(queries.locked(booking_id)).all()
    assert late.answer is None
    assert late.outdated_answer in {None, GuestAnswer.ACCEPTED}
    told = calendar_lines(mails(ctx.session, "van_update")[-1])
    assert "PARTSTAT=NEEDS-ACTION" in told["ATTENDEE"]
    assert told["DTSTART"].endswith("20270304T110000")
