"""Seats, on both engines: the capacity is the database's own, whoever comes at once."""

from datetime import time, timedelta
from email.message import EmailMessage

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from tests.factories.attendees import make_attendee, make_badge
from tests.factories.forums import make_forum
from tests.factories.workshops import make_seat, make_session, make_workshop
from tests.races import race, results_at_once
from tests.statements import cost
from tests.world import FrozenClock, MailboxMailer
from zna_network.models.attendee import Attendee
from zna_network.models.forum import Forum, ForumState
from zna_network.models.outbox import OutboxMessage, OutboxState
from zna_network.models.workshop import Seat, SeatNews, SeatState, Session
from zna_network.queries.seats import thread_of
from zna_network.services import delivery, seat_desk, seat_views, seats, workshop_sessions
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, InvalidError, NotFoundError
from zna_network.services.workshop_sessions import SessionData


def _sitting(ctx: Context, **values: object) -> Session:
    forum = make_forum(ctx.session)
    return make_session(ctx.session, make_workshop(ctx.session, forum), **values)  # type: ignore[arg-type]


def _people(ctx: Context, sitting: Session, number: int, **values: object) -> list[Attendee]:
    forum = sitting.workshop.forum
    return [make_attendee(ctx.session, forum, **values) for _ in range(number)]


def _text(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content()).replace("\u00a0", " ")


def _numbers(ctx: Context, sitting: Session) -> list[int]:
    taken = select(Seat.seat_number).where(Seat.state == SeatState.SEATED)
    return sorted(n for n in ctx.session.scalars(taken.where(Seat.session_id == sitting.id)) if n)


def _seat(ctx: Context, sitting: Session, person: Attendee) -> Seat:
    wanted = select(Seat).where(Seat.session_id == sitting.id, Seat.attendee_id == person.id)
    return ctx.session.scalars(wanted).one()


def test_twenty_at_once_on_five_seats(app: Flask, ctx: Context) -> None:
    """Five are seated, fifteen wait; then five give up their seat at once, and the first five
    who wait are promoted, once each."""
    sitting = _sitting(ctx)
    ids = [person.id for person in _people(ctx, sitting, 20)]
    session_id = sitting.id

    results = results_at_once(
        app,
        [lambda c, i=i: seats.request_seat(c, session_id, i).state for i in ids],  # type: ignore[misc]
    )
    assert results.count(SeatState.SEATED) == 5
    assert results.count(SeatState.WAITING) == 15
    assert _numbers(ctx, sitting) == [1, 2, 3, 4, 5]

    seated = [i for i, state in zip(ids, results, strict=True) if state is SeatState.SEATED]
    in_turn = ctx.session.scalars(
        select(Seat.attendee_id)
        .where(Seat.state == SeatState.WAITING)
        .order_by(Seat.waiting_since, Seat.id)
    ).all()
    # Each gives up twice, as by a double click: the second does nothing.
    acts = [lambda c, i=i: seats.cancel_seat(c, session_id, i) for i in seated * 2]  # type: ignore[misc]
    assert race(app, acts) == ["won"] * 10
    assert _numbers(ctx, sitting) == [1, 2, 3, 4, 5]
    promoted = ctx.session.scalars(select(Seat).where(Seat.promoted_at.is_not(None))).all()
    assert {seat.attendee_id for seat in promoted} == set(in_turn[:5])
    assert all(seat.news is SeatNews.PROMOTED and seat.told_at is None for seat in promoted)


def test_requests_cancellations_and_a_new_capacity_at_once(app: Flask, ctx: Context) -> None:
    sitting = _sitting(ctx, capacity=4)
    session_id, revision, room_id = sitting.id, sitting.revision, sitting.room_id
    ids = [person.id for person in _people(ctx, sitting, 12)]
    for person_id in ids[:6]:
        seats.request_seat(ctx, session_id, person_id)
    larger = SessionData(room_id, time(10), time(11), 6)
    acts = [lambda c: workshop_sessions.update_session(c, session_id, larger, revision)]
    acts += [lambda c, i=i: seats.request_seat(c, session_id, i) for i in ids[6:]]  # type: ignore[misc]
    acts += [lambda c, i=i: seats.cancel_seat(c, session_id, i) for i in ids[:3]]  # type: ignore[misc]
    assert race(app, acts) == ["won"] * len(acts)
    assert _numbers(ctx, sitting) == [1, 2, 3, 4, 5, 6]
    waiting = select(Seat).where(Seat.state == SeatState.WAITING)
    assert len(ctx.session.scalars(waiting).all()) == 12 - 3 - 6


def test_the_database_itself_holds_the_capacity(ctx: Context) -> None:
    """Even for whoever writes beside the services."""
    sitting = _sitting(ctx, capacity=2)
    ann, ben, cleo = _people(ctx, sitting, 3)
    make_seat(ctx.session, sitting, ann, 1)
    for number in (1, 3):
        with pytest.raises(IntegrityError):
            make_seat(ctx.session, sitting, ben, number)
        ctx.session.rollback()
    make_seat(ctx.session, sitting, ben, 2)
    resize = update(Session).where(Session.id == sitting.id)
    with pytest.raises(IntegrityError):
        ctx.session.execute(resize.values(capacity=1))
    ctx.session.rollback()
    ctx.session.execute(resize.values(capacity=3))
    ctx.session.commit()
    make_seat(ctx.session, sitting, cleo, 3)


def test_capacity_is_raised_and_lowered(ctx: Context, mailbox: MailboxMailer) -> None:
    sitting = _sitting(ctx, capacity=3)
    people = _people(ctx, sitting, 4)
    people += _people(ctx, sitting, 1, email="derniere@exemple.example")
    for person in people:
        seats.request_seat(ctx, sitting.id, person.id)
    data = SessionData(sitting.room_id, time(10), time(11), 5)
    workshop_sessions.update_session(ctx, sitting.id, data, sitting.revision)
    assert _numbers(ctx, sitting) == [1, 2, 3, 4, 5]
    assert _seat(ctx, sitting, people[3]).told_at is None  # Nobody could write to them.
    assert _seat(ctx, sitting, people[4]).told_at is not None
    delivery.deliver_due(ctx, "tests")
    (mail,) = mailbox.messages()
    assert mail["To"] == f"{people[4].name} <derniere@exemple.example>"
    assert "Une place s’est libérée" in mail["Subject"]
    assert "mercredi 16 décembre 2026, 10 h – 11 h" in _text(mail)

    for person in people[:2]:
        seats.cancel_seat(ctx, sitting.id, person.id)
    fewer = SessionData(sitting.room_id, time(10), time(11), 2)
    with pytest.raises(InvalidError, match="3 places prises") as refusal:
        workshop_sessions.update_session(ctx, sitting.id, fewer, sitting.revision)
    assert refusal.value.field == "capacity"
    exact = SessionData(sitting.room_id, time(10), time(11), 3)
    workshop_sessions.update_session(ctx, sitting.id, exact, sitting.revision)
    assert _numbers(ctx, sitting) == [1, 2, 3]


def test_a_person_sees_their_turn_and_what_happened(ctx: Context, clock: FrozenClock) -> None:
    sitting = _sitting(ctx, capacity=1)
    ann, ben, cleo = _people(ctx, sitting, 3)
    assert seats.request_seat(ctx, sitting.id, ann.id).state is SeatState.SEATED
    for person in (ben, cleo):
        clock.move(timedelta(minutes=1))
        assert seats.request_seat(ctx, sitting.id, person.id).state is SeatState.WAITING
    # Asked again, the turn stays the same; given up and asked again, it is the last.
    clock.move(timedelta(minutes=1))
    seats.request_seat(ctx, sitting.id, ben.id)
    assert [one.rank for one in seat_views.seats_of(ctx, ben.id)] == [1]
    seats.cancel_seat(ctx, sitting.id, ben.id)
    seats.request_seat(ctx, sitting.id, ben.id)
    assert [one.rank for one in seat_views.seats_of(ctx, ben.id)] == [2]
    (shown,) = seat_views.open_sessions(ctx, sitting.workshop.forum_id)
    assert (shown.free, shown.waiting, shown.is_full) == (0, 2, True)

    assert seats.release_all(ctx, ann.id) == 1
    (held,) = seat_views.seats_of(ctx, cleo.id)
    assert (held.is_seated, held.rank, held.news) == (True, None, SeatNews.PROMOTED)
    seats.acknowledge(ctx, cleo.id)
    (held,) = seat_views.seats_of(ctx, cleo.id)
    assert held.news is None
    assert seat_views.seats_of(ctx, ann.id) == []


def test_refusals(ctx: Context, clock: FrozenClock) -> None:
    sitting = _sitting(ctx)
    forum = sitting.workshop.forum
    person, gone = _people(ctx, sitting, 2)
    gone.cancelled_at = ctx.now
    stranger = make_attendee(ctx.session, make_forum(ctx.session))
    beside = make_session(
        ctx.session, make_workshop(ctx.session, forum), starts=time(10, 30), ends=time(12)
    )
    off = make_session(ctx.session, sitting.workshop, starts=time(15), ends=time(16))
    workshop_sessions.cancel_session(ctx, off.id, "L’animatrice est souffrante.")
    seats.request_seat(ctx, sitting.id, person.id)
    for session_id, attendee, words in (
        (sitting.id, stranger, "autre forum"),
        (sitting.id, gone, "inscription est annulée"),
        (off.id, person, "séance est annulée"),
        (beside.id, person, "Au même moment"),
        (0, person, "n’existe pas"),
    ):
        with pytest.raises((ConflictError, NotFoundError), match=words):
            seats.request_seat(ctx, session_id, attendee.id)
    with pytest.raises(NotFoundError):
        seats.cancel_seat(ctx, beside.id, person.id)
    forum.state = ForumState.DRAFT
    ctx.session.commit()
    with pytest.raises(ConflictError, match="pas ouvertes"):
        seats.request_seat(ctx, beside.id, person.id)
    forum.state = ForumState.PUBLISHED
    ctx.session.commit()
    clock.set(sitting.starts_at)
    with pytest.raises(ConflictError, match="déjà commencé"):
        seats.request_seat(ctx, sitting.id, person.id)


def test_a_cancelled_session_tells_everybody(ctx: Context, mailbox: MailboxMailer) -> None:
    sitting = _sitting(ctx, capacity=1)
    (with_mail,) = _people(ctx, sitting, 1, email="une@exemple.example", language="en")
    (without,) = _people(ctx, sitting, 1)
    (left,) = _people(ctx, sitting, 1, email="partie@exemple.example")
    for person in (with_mail, without, left):
        make_badge(ctx.session, sitting.workshop.forum, person)
        seats.request_seat(ctx, sitting.id, person.id)
    seats.cancel_seat(ctx, sitting.id, left.id)
    workshop_sessions.cancel_session(ctx, sitting.id, "La salle est inondée.")
    delivery.deliver_due(ctx, "tests")
    (mail,) = mailbox.messages()
    english = ctx.ports.translations.translator("en_GB")("Atelier annulé")
    assert english != "Atelier annulé"
    assert english in mail["Subject"]
    assert "La salle est inondée." in _text(mail)
    (attached,) = mail.iter_attachments()
    assert b"STATUS:CANCELLED" in attached.get_payload(decode=True)
    assert [one.news for one in seat_views.seats_of(ctx, without.id)] == [SeatNews.CANCELLED]
    with pytest.raises(ConflictError):
        workshop_sessions.cancel_session(ctx, sitting.id, "Encore.")


def test_staff_are_told_whom_to_call(
    ctx: Context, clock: FrozenClock, mailbox: MailboxMailer
) -> None:
    """Those who have no address, and those whose mail was refused."""
    sitting = _sitting(ctx)
    forum = sitting.workshop.forum
    (without,) = _people(ctx, sitting, 1)
    reached, refused = (
        _people(ctx, sitting, 1, email=f"{name}@exemple.example")[0] for name in ("une", "deux")
    )
    for person in (without, reached, refused):
        seats.request_seat(ctx, sitting.id, person.id)
    workshop_sessions.cancel_session(ctx, sitting.id, "La salle est inondée.")
    assert [s.attendee_id for s in seat_desk.to_tell(ctx, forum)] == [without.id]
    thread = thread_of(_seat(ctx, sitting, refused).id)
    mail = ctx.session.scalars(select(OutboxMessage).filter_by(thread_key=thread)).one()
    mail.state = OutboxState.FAILED
    ctx.session.commit()
    assert {s.attendee_id for s in seat_desk.to_tell(ctx, forum)} == {without.id, refused.id}
    assert seat_desk.count_to_tell(ctx, forum) == 2
    clock.move(timedelta(minutes=1))
    for seat in seat_desk.to_tell(ctx, forum):
        seat_desk.mark_told(ctx, forum, seat.id)
    assert seat_desk.to_tell(ctx, forum) == []


def test_pages_of_seats_cost_the_same_for_more_of_them(ctx: Context) -> None:
    sitting = _sitting(ctx)
    (person,) = _people(ctx, sitting, 1)
    forum_id, person_id = sitting.workshop.forum_id, person.id
    seats.request_seat(ctx, sitting.id, person_id)

    def work() -> None:
        for one in [
            *seat_views.open_sessions(ctx, forum_id),
            *seat_views.seats_of(ctx, person_id),
        ]:
            assert f"{one.workshop.title}{one.room.name}{one.session.host}"

    few = cost(ctx.session, work)
    forum = ctx.session.get_one(Forum, forum_id)
    for hour in range(11, 16):
        workshop = make_workshop(ctx.session, forum)
        other = make_session(ctx.session, workshop, None, time(hour), time(hour + 1))
        seats.request_seat(ctx, other.id, person_id)
    assert cost(ctx.session, work) == few
