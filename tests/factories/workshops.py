"""Rooms, workshops, sessions and seats, saved as the services would leave them."""

from datetime import time

from sqlalchemy import insert
from sqlalchemy.orm import Session as DatabaseSession

from tests.factories.numbering import numbers
from tests.world import FrozenClock
from zna_network.models.attendee import Attendee
from zna_network.models.forum import Forum
from zna_network.models.workshop import Room, Seat, SeatState, Session, TakenSlot, Workshop
from zna_network.services.folding import fold
from zna_network.services.session_times import instants_of, slot_rows

_numbers = numbers()


def make_room(session: DatabaseSession, forum: Forum, **values: object) -> Room:
    room = Room(**{"forum_id": forum.id, "name": f"Salle {next(_numbers)}", "seats": 30, **values})
    session.add(room)
    session.commit()
    return room


def make_workshop(session: DatabaseSession, forum: Forum, **values: object) -> Workshop:
    now = FrozenClock().now()
    workshop = Workshop(
        **{
            "forum_id": forum.id,
            "title": f"Atelier d’exemple {next(_numbers)}",
            "target_groups": [],
            "created_at": now,
            "updated_at": now,
            **values,
        }
    )
    session.add(workshop)
    session.commit()
    return workshop


def make_session(
    session: DatabaseSession,
    workshop: Workshop,
    room: Room | None = None,
    starts: time = time(10),
    ends: time = time(11),
    **values: object,
) -> Session:
    """In a room of its own unless told otherwise, on the forum's day, five seats."""
    now = FrozenClock().now()
    forum = workshop.forum
    room = room or make_room(session, forum)
    starts_at, ends_at = instants_of(forum, starts, ends)
    made = Session(
        **{
            "workshop": workshop,
            "room": room,
            "starts_at": starts_at,
            "ends_at": ends_at,
            "capacity": 5,
            "host": "",
            "host_key": fold(str(values.get("host", ""))),
            "uid": f"seance-{next(_numbers)}@cua.example",
            "created_at": now,
            "updated_at": now,
            **values,
        }
    )
    session.add(made)
    session.flush()
    session.execute(insert(TakenSlot), list(slot_rows(made, forum.id)))
    session.commit()
    return made


def make_seat(
    session: DatabaseSession, sitting: Session, attendee: Attendee, number: int | None = 1
) -> Seat:
    """Seated at ``number``, or waiting when there is none."""
    now = FrozenClock().now()
    seat = Seat(
        session_id=sitting.id,
        capacity=sitting.capacity,
        attendee=attendee,
        state=SeatState.WAITING if number is None else SeatState.SEATED,
        seat_number=number,
        waiting_since=now,
        created_at=now,
        updated_at=now,
    )
    session.add(seat)
    session.commit()
    return seat
