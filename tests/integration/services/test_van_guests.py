"""Those invited to a trip: told once it is granted, of what changes for them, and when it does not
take place; each calendar always goes forward."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import icalendar
import pytest
import vobject
from sqlalchemy.orm import Session

from tests.acting import acting_as
from tests.factories.accounts import make_user
from tests.factories.organisations import make_contact, make_grantee, make_organisation
from tests.factories.van import TRIP_START as START
from tests.factories.van import make_driver, make_trip
from tests.mail_reading import calendar_of, html_of, mails, text_of
from tests.world import FrozenClock, MailboxMailer
from zna_network.models.account import Role
from zna_network.models.booking import Booking, BookingState
from zna_network.models.handover import BookingGuest, GuestAnswer, GuestRole
from zna_network.models.outbox import OutboxMessage
from zna_network.queries import van_guests as queries
from zna_network.services import delivery
from zna_network.services.context import Context
from zna_network.services.errors import (
    ConflictError,
    ForbiddenError,
    InvalidError,
    LinkGoneError,
    NotFoundError,
)
from zna_network.services.van import drivers, guest_answers, guest_list, guests, vehicles
from zna_network.services.van.drivers import DriverData
from zna_network.services.van.guest_answers import AnswerData, Stage
from zna_network.services.van.guest_links import link_of, token_of
from zna_network.services.van.vehicle_values import BOUNDS, VehicleData

HOUR = timedelta(hours=1)
_WITH_CALENDAR = {"van_invitation", "van_update", "van_cancelled", "van_withdrawn"}


@dataclass(frozen=True)
class Sent:
    """One mail as its reader's calendar understands it."""

    to: str
    kind: str
    method: str
    uid: str
    sequence: int
    starts_at: datetime
    status: str
    partstat: str


def _sent(session: Session, email: str = "") -> list[Sent]:
    """What was written and not replaced since, oldest first."""
    return [
        _read(mail)
        for mail in mails(session)
        if mail.kind in _WITH_CALENDAR and mail.content and email in {"", mail.recipient}
    ]


def _read(mail: OutboxMessage) -> Sent:
    """By icalendar, and found the same by vobject."""
    octets = calendar_of(mail)
    calendar = icalendar.Calendar.from_ical(octets)
    [event] = calendar.walk("VEVENT")
    other = vobject.readOne(octets.decode()).vevent
    assert (other.uid.value, other.sequence.value) == (str(event["UID"]), str(event["SEQUENCE"]))
    attendee = event["ATTENDEE"]
    assert str(attendee).lower() == f"mailto:{mail.recipient}"
    return Sent(
        mail.recipient,
        mail.kind,
        str(calendar["METHOD"]),
        str(event["UID"]),
        int(event["SEQUENCE"]),
        event["DTSTART"].dt.astimezone(UTC),
        str(event["STATUS"]),
        str(attendee.params["PARTSTAT"]) if "PARTSTAT" in attendee.params else "",
    )


def _contact(ctx: Context, email: str) -> int:
    caf = make_organisation(ctx.session, name="Caisse d’exemple")
    return make_contact(ctx.session, caf, email=email).id


def _announce(ctx: Context, booking: Booking) -> None:
    with ctx.unit_of_work():
        guests.announce(ctx, booking)


def _change(ctx: Context, booking: Booking, **values: object) -> None:
    with ctx.unit_of_work():
        for name, value in values.items():
            setattr(booking, name, value)
        guests.announce_change(ctx, booking)


def _cancel(ctx: Context, booking: Booking) -> None:
    with ctx.unit_of_work():
        booking.state = BookingState.CANCELLED
        guests.announce_cancellation(ctx, booking)


def _of(ctx: Context, booking: Booking, email: str) -> BookingGuest:
    return next(g for g in ctx.session.scalars(queries.locked(booking.id)) if g.email == email)


def test_nobody_is_told_before_the_trip_is_granted_then_everybody_is(
    ctx: Context, mailbox: MailboxMailer
) -> None:
    booking = make_trip(ctx.session, BookingState.REQUESTED)
    guest_list.invite(ctx, booking.id, [_contact(ctx, "caf@caisse.example")])
    _change(ctx, booking, purpose="Rencontrer les familles.")
    assert _sent(ctx.session) == []
    booking.state = BookingState.APPROVED
    ctx.session.commit()
    _announce(ctx, booking)
    told = _sent(ctx.session)
    assert {(one.to, one.kind, one.method, one.partstat) for one in told} == {
        ("noor@lilas.example", "van_invitation", "REQUEST", "NEEDS-ACTION"),
        ("caf@caisse.example", "van_invitation", "REQUEST", "NEEDS-ACTION"),
    }
    assert {one.starts_at for one in told} == {START}
    assert len({one.uid for one in told}) == 2
    assert {one.sequence for one in told} == {booking.sequence}
    driver = _of(ctx, booking, "noor@lilas.example")
    assert (driver.role, driver.name) == (GuestRole.DRIVER, "Noor Volant")
    mail = mails(ctx.session, "van_invitation")[0]
    for said in ("Les Lilas", "Achicourt", "Dépôt des Bonnettes", "jeudi 4 mars 2027 de 9\u00a0h"):
        assert said in text_of(mail)
    assert link_of(ctx.settings, driver) in "".join(
        text_of(one) + html_of(one) for one in mails(ctx.session, "van_invitation")
    )


def test_each_is_told_what_changed_for_them_and_calendars_go_forward(
    ctx: Context, clock: FrozenClock, mailbox: MailboxMailer
) -> None:
    booking = make_trip(ctx.session)
    guest_list.invite(ctx, booking.id, [_contact(ctx, "caf@caisse.example")])
    _announce(ctx, booking)
    delivery.deliver_due(ctx, "tests")
    driver = _of(ctx, booking, "noor@lilas.example")
    guest_answers.answer(
        ctx, token_of(ctx.settings, driver), AnswerData("accepted", seen=driver.sent_sequence)
    )
    before = len(_sent(ctx.session))
    _change(ctx, booking, needs="Un fauteuil roulant.")  # Nothing that they were told.
    assert len(_sent(ctx.session)) == before
    _change(ctx, booking, purpose="Ouverture des droits des seniors.")
    delivery.deliver_due(ctx, "tests")
    answered, silent = (
        _sent(ctx.session, driver.email)[-1],
        _sent(ctx.session, "caf@caisse.example"),
    )
    assert (answered.kind, answered.partstat) == ("van_update", "ACCEPTED")
    assert [one.partstat for one in silent] == ["NEEDS-ACTION"] * 2
    later = START + 24 * HOUR
    _change(ctx, booking, starts_at=later, ends_at=later + 3 * HOUR)
    moved = _sent(ctx.session, driver.email)[-1]
    assert (moved.starts_at, moved.partstat) == (later, "NEEDS-ACTION")
    said = text_of([m for m in mails(ctx.session, "van_update") if m.recipient == driver.email][-1])
    assert "avant : jeudi 4 mars 2027" in said
    assert "Vous aviez répondu « Sera là »" in said
    assert _of(ctx, booking, driver.email).outdated_answer is GuestAnswer.ACCEPTED
    for email in (driver.email, "caf@caisse.example"):
        history = _sent(ctx.session, email)
        assert len({one.uid for one in history}) == 1
        sequences = [one.sequence for one in history]
        assert sequences == sorted(set(sequences))


def test_an_update_that_waits_is_replaced_and_names_no_before(
    ctx: Context, mailbox: MailboxMailer
) -> None:
    booking = make_trip(ctx.session)
    _announce(ctx, booking)
    _change(ctx, booking, purpose="Premier objet.")  # The invitation has not left yet.
    kinds = [(m.kind, m.state.value) for m in mails(ctx.session)]
    assert kinds == [("van_invitation", "superseded"), ("van_invitation", "pending")]
    delivery.deliver_due(ctx, "tests")
    _change(ctx, booking, purpose="Deuxième objet.")
    _change(ctx, booking, purpose="Troisième objet.")
    delivery.deliver_due(ctx, "tests")
    assert len(mailbox.messages()) == 2
    [arrived] = [m for m in mails(ctx.session, "van_update") if m.state.value == "sent"]
    assert "Deuxième" not in text_of(arrived)


def test_who_is_taken_off_gets_a_cancel_and_who_received_nothing_gets_nothing(
    ctx: Context, mailbox: MailboxMailer
) -> None:
    booking = make_trip(ctx.session)
    told, untold = _contact(ctx, "caf@caisse.example"), _contact(ctx, "msa@caisse.example")
    guest_list.invite(ctx, booking.id, [told])
    _announce(ctx, booking)
    delivery.deliver_due(ctx, "tests")
    guest_list.invite(ctx, booking.id, [untold])  # Told at once, but the mail has not left.
    for email in ("caf@caisse.example", "msa@caisse.example"):
        guest_list.remove(ctx, booking.id, _of(ctx, booking, email).id)
    delivery.deliver_due(ctx, "tests")
    first, last = _sent(ctx.session, "caf@caisse.example")
    assert (last.kind, last.method, last.status) == ("van_withdrawn", "CANCEL", "CANCELLED")
    assert last.sequence > first.sequence
    assert [m["To"] for m in mailbox.messages() if "msa" in m["To"]] == []
    removed = _of(ctx, booking, "caf@caisse.example")
    page = guest_answers.read(ctx, token_of(ctx.settings, removed))
    assert page.stage is Stage.WITHDRAWN
    # Put back on the list: the same event, above the CANCEL.
    guest_list.invite(ctx, booking.id, [told])
    back = _sent(ctx.session, "caf@caisse.example")[-1]
    assert (back.method, back.uid, back.kind) == ("REQUEST", first.uid, "van_invitation")
    assert back.sequence > last.sequence
    with pytest.raises(NotFoundError):
        guest_list.remove(ctx, booking.id, 987654)


def test_the_driver_comes_and_goes_with_the_booking(ctx: Context, mailbox: MailboxMailer) -> None:
    booking = make_trip(ctx.session)
    _announce(ctx, booking)
    delivery.deliver_due(ctx, "tests")
    association = booking.organisation
    assert association is not None
    driver = _of(ctx, booking, "noor@lilas.example")
    with pytest.raises(ConflictError, match="changez plutôt le conducteur"):
        guest_list.remove(ctx, booking.id, driver.id)
    other = make_driver(ctx.session, association, name="Alix Route", email="alix@lilas.example")
    _change(ctx, booking, driver=other)
    assert [one.method for one in _sent(ctx.session, "noor@lilas.example")] == ["REQUEST", "CANCEL"]
    [alix] = _sent(ctx.session, "alix@lilas.example")
    assert (alix.method, alix.kind) == ("REQUEST", "van_invitation")
    silent = make_driver(ctx.session, association, name="Sans Courriel", email="")
    _change(ctx, booking, driver=silent)
    assert "Sans Courriel n’a pas d’adresse" in guests.of(ctx, booking).driver_note
    assert guests.of(ctx, booking).lines == ()
    # Alix's invitation had not left: there is nothing to cancel.
    assert _sent(ctx.session, "alix@lilas.example") == []
    delivery.deliver_due(ctx, "tests")
    assert not [m for m in mailbox.messages() if "alix" in m["To"]]


def test_a_driver_or_a_garage_that_changes_is_told(ctx: Context, mailbox: MailboxMailer) -> None:
    booking = make_trip(ctx.session)
    guest_list.invite(ctx, booking.id, [_contact(ctx, "caf@caisse.example")])
    _announce(ctx, booking)
    delivery.deliver_due(ctx, "tests")
    driver = booking.driver
    assert driver is not None
    corrected = DriverData("Noor Volant", "volant@lilas.example", "", str(driver.organisation_id))
    drivers.update_driver(ctx, driver.id, corrected, driver.revision)
    assert [one.method for one in _sent(ctx.session, "noor@lilas.example")] == ["REQUEST", "CANCEL"]
    assert [one.kind for one in _sent(ctx.session, "volant@lilas.example")] == ["van_invitation"]
    assert len(_sent(ctx.session, "caf@caisse.example")) == 1  # The name is the same.
    delivery.deliver_due(ctx, "tests")
    vehicle = booking.vehicle
    described = VehicleData(
        name=vehicle.name,
        home="Garage du Val de Scarpe",
        opening_days=vehicle.opening_days,
        opens_at=vehicle.opens_at,
        closes_at=vehicle.closes_at,
        **{name: getattr(vehicle, name) for name in BOUNDS},
    )
    vehicles.update_vehicle(ctx, vehicle.id, described, vehicle.revision)
    for email in ("volant@lilas.example", "caf@caisse.example"):
        last = _sent(ctx.session, email)[-1]
        assert (last.kind, last.partstat) == ("van_update", "NEEDS-ACTION")
    said = text_of(mails(ctx.session, "van_update")[-1])
    assert "Départ : Garage du Val de Scarpe (avant : Dépôt des Bonnettes, Arras)" in said


def test_a_cancelled_trip_leaves_calendars_and_comes_back_above(
    ctx: Context, mailbox: MailboxMailer
) -> None:
    booking = make_trip(ctx.session)
    _announce(ctx, booking)
    delivery.deliver_due(ctx, "tests")
    _cancel(ctx, booking)
    delivery.deliver_due(ctx, "tests")
    booking.state = BookingState.APPROVED
    ctx.session.commit()
    _announce(ctx, booking)
    history = _sent(ctx.session, "noor@lilas.example")
    assert [(one.kind, one.method) for one in history] == [
        ("van_invitation", "REQUEST"),
        ("van_cancelled", "CANCEL"),
        ("van_invitation", "REQUEST"),
    ]
    assert [one.sequence for one in history] == sorted({one.sequence for one in history})


def test_who_never_received_anything_hears_of_no_cancellation(
    ctx: Context, mailbox: MailboxMailer
) -> None:
    booking = make_trip(ctx.session)
    _announce(ctx, booking)
    _cancel(ctx, booking)
    delivery.deliver_due(ctx, "tests")
    assert mailbox.messages() == []


def test_a_trip_that_is_over_disturbs_nobody(ctx: Context, clock: FrozenClock) -> None:
    booking = make_trip(ctx.session)
    _announce(ctx, booking)
    delivery.deliver_due(ctx, "tests")
    clock.set(booking.ends_at)
    _change(ctx, booking, purpose="Après coup.")
    _cancel(ctx, booking)
    assert len(_sent(ctx.session)) == 1
    with pytest.raises(ConflictError, match="close"):
        guest_list.invite(ctx, booking.id, [_contact(ctx, "caf@caisse.example")])


def test_answers_are_kept_told_and_closed_at_the_departure(
    ctx: Context, clock: FrozenClock, mailbox: MailboxMailer
) -> None:
    booking = make_trip(ctx.session)
    association = booking.organisation
    assert association is not None
    grantee = make_user(ctx.session, role=Role.GRANTEE, organisation=association)
    booking.requested_by = grantee
    ctx.session.commit()
    _announce(ctx, booking)
    delivery.deliver_due(ctx, "tests")
    guest = _of(ctx, booking, "noor@lilas.example")
    token, seen = token_of(ctx.settings, guest), guest.sent_sequence
    visitor = replace(ctx, is_system=False)
    for bad, field in (("oui", "answer"), ("", "answer")):
        with pytest.raises(InvalidError) as refused:
            guest_answers.answer(visitor, token, AnswerData(bad, seen=seen))
        assert refused.value.field == field
    secret = AnswerData("declined", "Mon numéro : 1 85 05 78 006 084 36", seen)
    with pytest.raises(InvalidError) as refused:
        guest_answers.answer(visitor, token, secret)
    assert refused.value.field == "words"
    assert _of(ctx, booking, guest.email).answer is None
    ctx.session.rollback()
    guest_answers.answer(visitor, token, AnswerData("declined", "Une formation.", seen))
    guest_answers.answer(visitor, token, AnswerData("declined", "Une formation.", seen))
    [told] = mails(ctx.session, "van_guest_declined")
    assert told.recipient == grantee.email
    assert "Une formation." in text_of(told)
    assert "choisissez quelqu’un d’autre" in text_of(told)
    # Another mind: the calendar, which may have dropped the trip, has it again with the answer.
    guest_answers.answer(visitor, token, AnswerData("accepted", seen=seen))
    last = _sent(ctx.session, guest.email)[-1]
    assert (last.method, last.partstat) == ("REQUEST", "ACCEPTED")
    published = icalendar.Calendar.from_ical(guest_answers.calendar_file(visitor, token))
    [event] = published.walk("VEVENT")
    assert (str(published["METHOD"]), str(event["UID"])) == ("PUBLISH", last.uid)
    assert "ATTENDEE" not in event
    with pytest.raises(ConflictError, match="vient de changer"):
        guest_answers.answer(visitor, token, AnswerData("declined", seen=seen))
    clock.set(booking.starts_at)
    with pytest.raises(LinkGoneError):
        guest_answers.answer(visitor, token, AnswerData("declined"))
    with pytest.raises(NotFoundError):
        guest_answers.read(visitor, "x" * 32)
    with pytest.raises(NotFoundError):
        guest_answers.read(visitor, "é" * 5000)


def test_who_may_invite_and_whom(ctx: Context) -> None:
    booking = make_trip(ctx.session)
    association = booking.organisation
    assert association is not None
    own = acting_as(ctx, make_user(ctx.session, role=Role.GRANTEE, organisation=association))
    other = acting_as(
        ctx,
        make_user(ctx.session, role=Role.GRANTEE, organisation=make_grantee(ctx.session)),
    )
    contact = _contact(ctx, "caf@caisse.example")
    with pytest.raises(ForbiddenError):
        guest_list.invite(other, booking.id, [contact])
    assert not guests.of(other, booking).is_shown
    bare = make_contact(ctx.session, make_organisation(ctx.session), email="").id
    for chosen, said in (([], "au moins une"), ([bare], "pas d’adresse"), ([999999], "annuaire")):
        with pytest.raises(InvalidError, match=said) as refused:
            guest_list.invite(own, booking.id, chosen)
        assert refused.value.field == "contacts"
    many = [_contact(ctx, f"caf{number}@caisse.example") for number in range(21)]
    with pytest.raises(InvalidError, match="20 invités"):
        guest_list.invite(own, booking.id, many)
    assert guests.of(own, booking).lines == ()
    guest_list.invite(own, booking.id, [contact, contact])
    guest_list.invite(own, booking.id, [contact])
    assert [line.email for line in guests.of(own, booking).lines] == ["caf@caisse.example"]
    asked = make_trip(ctx.session, BookingState.REQUESTED)
    [waiting] = guest_list.invite(ctx, asked.id, [contact])
    with pytest.raises(ConflictError, match="quand la réservation est accordée"):
        guest_list.send_again(ctx, asked.id, waiting.id)
