"""Workshops, rooms and sessions, on both engines: nobody and no room in two places at once."""

from datetime import date, time

import pytest
from flask import Flask
from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError

from tests.acting import acting_as
from tests.factories.accounts import make_user
from tests.factories.attendees import make_attendee, make_badge
from tests.factories.forums import make_forum
from tests.factories.organisations import make_grantee, make_organisation
from tests.factories.workshops import make_room, make_seat, make_session, make_workshop
from tests.races import refusals_at_once
from tests.world import MailboxMailer
from zna_network.models.account import Role
from zna_network.models.forum import Forum, ForumState
from zna_network.models.territory import TargetGroup
from zna_network.models.workshop import SeatNews, Session, TakenSlot, Workshop
from zna_network.services import (
    delivery,
    forums,
    rooms,
    seat_desk,
    seat_views,
    workshop_sessions,
    workshops,
)
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, ForbiddenError, InvalidError
from zna_network.services.forums import ForumData
from zna_network.services.french_time import to_local
from zna_network.services.session_times import UNDATED
from zna_network.services.workshop_sessions import SessionData
from zna_network.services.workshops import WorkshopData

TEN, ELEVEN, NOON = time(10), time(11), time(12)


@pytest.fixture
def forum(ctx: Context) -> Forum:
    return make_forum(ctx.session)


@pytest.fixture
def workshop(ctx: Context, forum: Forum) -> Workshop:
    return make_workshop(ctx.session, forum, title="Mon budget")


def test_a_room_and_a_host_are_booked_once(ctx: Context, forum: Forum, workshop: Workshop) -> None:
    """The refusal names what is there and when; back to back is no clash."""
    here, there = (make_room(ctx.session, forum, name=name) for name in ("Rubis", "Topaze"))
    new = workshop_sessions.create_session
    first = new(ctx, workshop.id, SessionData(here.id, TEN, ELEVEN, 10, "Ines Exemple"))
    other = make_workshop(ctx.session, forum)
    with pytest.raises(ConflictError) as refusal:
        new(ctx, other.id, SessionData(here.id, time(10, 55), NOON, 10))
    assert refusal.value.field == "room_id"
    said = refusal.value.message.replace("\u00a0", " ")
    assert "« Rubis » est prise de 10 h à 11 h : « Mon budget »" in said
    with pytest.raises(ConflictError, match="Ines Exemple anime déjà") as refusal:
        new(ctx, other.id, SessionData(there.id, TEN, ELEVEN, 10, "Paul Exemple et INÈS exemple"))
    assert refusal.value.field == "host"
    after = new(ctx, other.id, SessionData(here.id, ELEVEN, NOON, 10, "Ines Exemple"))

    # Moved onto the other, refused; moved away, the place is free again; cancelled, too.
    clash = SessionData(here.id, time(10, 30), NOON, 10)
    with pytest.raises(ConflictError, match="Rubis"):
        workshop_sessions.update_session(ctx, after.id, clash, after.revision)
    workshop_sessions.update_session(
        ctx, first.id, SessionData(here.id, time(14), time(15), 10), first.revision
    )
    workshop_sessions.update_session(ctx, after.id, clash, after.revision)
    workshop_sessions.cancel_session(ctx, after.id, "Intervenante absente.")
    new(ctx, workshop.id, clash)


def test_the_database_itself_refuses_a_double_booking(ctx: Context, workshop: Workshop) -> None:
    sitting = make_session(ctx.session, workshop)
    taken = ctx.session.scalars(select(TakenSlot).limit(1)).one()
    row = {"holder": taken.holder, "slot": taken.slot, "session_id": sitting.id}
    with pytest.raises(IntegrityError):
        ctx.session.execute(insert(TakenSlot), [row])


def test_eight_at_once_for_one_room_and_one_host(
    app: Flask, ctx: Context, forum: Forum, workshop: Workshop
) -> None:
    room_ids = [make_room(ctx.session, forum).id for _ in range(4)]
    ids = [make_workshop(ctx.session, forum).id for _ in range(8)]
    in_one_room = [SessionData(room_ids[0], TEN, ELEVEN, 10)] * 4
    by_one_host = [SessionData(room_id, NOON, time(13), 10, "Léa Exemple") for room_id in room_ids]
    acts = [
        lambda c, i=i, data=data: workshop_sessions.create_session(c, i, data)  # type: ignore[misc]
        for i, data in zip(ids, in_one_room + by_one_host, strict=True)
    ]
    refused = refusals_at_once(app, acts)
    assert sorted(refusal.field or "" for refusal in refused) == ["host"] * 3 + ["room_id"] * 3
    assert all("Atelier d’exemple" in refusal.message for refusal in refused)
    assert ctx.session.scalar(select(func.count()).select_from(Session)) == 2


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"starts": time(10, 2)}, "starts"),
        ({"ends": TEN}, "ends"),
        ({"starts": time(9)}, "starts"),
        ({"ends": time(17, 5)}, "ends"),
        ({"capacity": 0}, "capacity"),
        ({"capacity": 31}, "capacity"),
        ({"host": "x" * 161}, "host"),
        ({"room_id": 0}, "room_id"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(
    ctx: Context, forum: Forum, workshop: Workshop, values: dict[str, object], field: str
) -> None:
    room = make_room(ctx.session, forum, seats=30)
    typed = {"room_id": room.id, "starts": TEN, "ends": ELEVEN, "capacity": 30, **values}
    with pytest.raises(InvalidError) as refusal:
        workshop_sessions.create_session(ctx, workshop.id, SessionData(**typed))  # type: ignore[arg-type]
    assert refusal.value.field == field
    assert ctx.session.scalar(select(func.count()).select_from(Session)) == 0


def test_sessions_follow_the_day_of_their_forum(ctx: Context) -> None:
    """Prepared before there is a date, at their hours; those who have a seat learn of each move."""
    forum = make_forum(ctx.session, held_on=None)
    workshop = make_workshop(ctx.session, forum)
    sitting = make_session(ctx.session, workshop, starts=TEN, ends=ELEVEN)
    person = make_attendee(ctx.session, forum)
    make_seat(ctx.session, sitting, person)
    assert to_local(sitting.starts_at).date() == UNDATED
    for day in (date(2026, 12, 16), date(2027, 7, 1)):
        with ctx.unit_of_work():
            forum.held_on = day
            assert workshop_sessions.move_sessions(ctx, forum) == 1
        assert to_local(sitting.starts_at).replace(tzinfo=None).isoformat() == f"{day}T10:00:00"
        assert to_local(sitting.ends_at).time() == ELEVEN
    assert sitting.sequence == 2
    assert [held.news for held in seat_views.seats_of(ctx, person.id)] == [SeatNews.MOVED]
    with ctx.unit_of_work():
        assert workshop_sessions.move_sessions(ctx, forum) == 0
    with pytest.raises(ConflictError, match=sitting.room.name):
        workshop_sessions.create_session(
            ctx, make_workshop(ctx.session, forum).id, SessionData(sitting.room_id, TEN, NOON, 3)
        )


def test_a_new_date_moves_the_sessions_and_is_told_once(
    ctx: Context, mailbox: MailboxMailer
) -> None:
    """By the mail about the forum where there is an address; the others are to be called."""
    forum = make_forum(ctx.session)
    sitting = make_session(ctx.session, make_workshop(ctx.session, forum))
    for number, email in ((1, "une@exemple.example"), (2, "")):
        person = make_attendee(ctx.session, forum, email=email, contact_key=email)
        make_badge(ctx.session, forum, person)
        make_seat(ctx.session, sitting, person, number)
    data = ForumData(forum.title, date(2026, 12, 18), time(9, 30), time(17), forum.place)
    forums.update_forum(ctx, forum.id, data, forum.revision)
    assert to_local(sitting.starts_at).date() == date(2026, 12, 18)
    assert [seat.attendee.email for seat in seat_desk.to_tell(ctx, forum)] == [""]
    delivery.deliver_due(ctx, "tests")
    (mail,) = mailbox.messages()
    assert "une@exemple.example" in str(mail["To"])


def test_grantees_manage_the_workshops_of_their_organisation_only(
    ctx: Context, forum: Forum
) -> None:
    mine = make_grantee(ctx.session)
    grantee = acting_as(ctx, make_user(ctx.session, Role.GRANTEE, mine))
    made = workshops.create_workshop(
        grantee,
        forum.id,
        WorkshopData("Mes droits", rights=["RSA", "INCONNU"], target_groups=["seniors", "youth"]),
    )
    assert made.organisation_id == mine.id
    assert [right.code for right in made.rights] == ["RSA"]
    assert made.target_groups == [TargetGroup.YOUTH.value, TargetGroup.SENIORS.value]
    room = make_room(ctx.session, forum)
    workshop_sessions.create_session(grantee, made.id, SessionData(room.id, TEN, ELEVEN, 10))
    others = make_workshop(ctx.session, forum, organisation=make_organisation(ctx.session))
    forbidden = (
        lambda: workshops.update_workshop(grantee, others.id, WorkshopData("À moi"), 1),
        lambda: workshop_sessions.create_session(
            grantee, others.id, SessionData(room.id, NOON, time(13), 10)
        ),
        lambda: rooms.create_room(grantee, forum.id, "Grande salle", 100),
        lambda: workshops.delete_workshop(
            acting_as(ctx, make_user(ctx.session, Role.PARTNER, mine)), made.id
        ),
    )
    for act in forbidden:
        with pytest.raises(ForbiddenError):
            act()


def test_what_is_in_use_is_not_removed(ctx: Context, forum: Forum, workshop: Workshop) -> None:
    room = make_room(ctx.session, forum, name="Rubis", seats=20)
    sitting = make_session(ctx.session, workshop, room, capacity=15)
    with pytest.raises(ConflictError, match="Rubis"):
        rooms.delete_room(ctx, forum.id, room.id)
    with pytest.raises(InvalidError, match="15 places"):
        rooms.update_room(ctx, forum.id, room.id, "Rubis", 10)
    with pytest.raises(InvalidError, match="déjà une salle"):
        rooms.create_room(ctx, forum.id, " rubis ", None)
    make_seat(ctx.session, sitting, make_attendee(ctx.session, forum), None)
    with pytest.raises(ConflictError, match="annulez plutôt"):
        workshops.delete_workshop(ctx, workshop.id)
    spare = make_workshop(ctx.session, forum)
    make_session(ctx.session, spare, make_room(ctx.session, forum))
    workshops.delete_workshop(ctx, spare.id)
    assert ctx.session.scalar(select(func.count()).select_from(Session)) == 1
    forum.state = ForumState.CLOSED
    ctx.session.commit()
    with pytest.raises(ConflictError, match="clos"):
        workshops.create_workshop(ctx, forum.id, WorkshopData("Trop tard"))
