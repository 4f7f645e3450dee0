"""The sessions of workshops: set, moved, cancelled, with nobody and no room in two places at once.

The steps that a session takes are rows (``TakenSlot``) whose key the database keeps unique. The
forum's sessions are placed in turn as well, so that whoever comes second reads what is there."""

import secrets
from dataclasses import dataclass
from datetime import datetime, time

from zna_network.models.forum import Forum
from zna_network.models.workshop import Room, SeatNews, Session, Workshop
from zna_network.queries import workshops as queries
from zna_network.services import seat_news, seats
from zna_network.services.addresses import sender
from zna_network.services.clean_values import clean_line, clean_text
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, InvalidError, NotFoundError
from zna_network.services.folding import fold
from zna_network.services.french_time import time_range
from zna_network.services.organisation_values import Checks
from zna_network.services.permissions import Permission
from zna_network.services.session_times import (
    day_of,
    has_begun,
    holders_of,
    instants_of,
    on_day,
    room_holder,
    slot_rows,
    slots_of,
)
from zna_network.services.unit_of_work import CHANGED_MEANWHILE, take_turns
from zna_network.services.workshops import workshop_to_manage

MOST_SEATS = 2000
CANCELLED = "Cette séance est annulée : elle ne change plus."
BEGUN = "Cette séance a commencé : son horaire et sa salle ne changent plus."


@dataclass(frozen=True)
class SessionData:
    """``starts`` and ``ends`` are on the clocks of Arras, the forum's day. ``host`` may name
    several people (« Camille et Dominique »)."""

    room_id: int
    starts: time
    ends: time
    capacity: int
    host: str = ""


def create_session(ctx: Context, workshop_id: int, data: SessionData) -> Session:
    """Raises ConflictError where the room or a host is taken, with what is there and when."""
    with ctx.unit_of_work():
        workshop = workshop_to_manage(ctx, workshop_id)
        session = Session(
            workshop_id=workshop.id, uid=_new_uid(ctx), created_at=ctx.now, updated_at=ctx.now
        )
        capacity = _describe(ctx, workshop, session, data)
        session.capacity = capacity
        _refuse_clashes(ctx, workshop, session)
        ctx.session.add(session)
        ctx.session.flush()
        _take_slots(ctx, workshop, session)
        ctx.record("session.created", session, workshop=workshop.id)
    return session


def update_session(ctx: Context, session_id: int, data: SessionData, revision: int) -> Session:
    """Everybody who has a seat or waits is told of a change of time or room. Fewer seats than
    those taken are refused; more of them go to those who wait."""
    with ctx.unit_of_work():
        workshop, session = _to_manage(ctx, session_id)
        if session.revision != revision:
            raise ConflictError(CHANGED_MEANWHILE)
        before = _when_and_where(session)
        capacity = _describe(ctx, workshop, session, data)
        moved = _when_and_where(session) != before
        if moved and has_begun(workshop.forum, before[0], ctx.now):
            raise ConflictError(BEGUN)
        _refuse_clashes(ctx, workshop, session)
        session.updated_at = ctx.now
        session.sequence += int(moved)
        ctx.session.execute(queries.free_slots([session.id]))
        _take_slots(ctx, workshop, session)
        if moved:
            seat_news.tell_everybody(ctx, session, SeatNews.MOVED)
        seats.resize(ctx, session, capacity)
        ctx.record("session.updated", session, capacity=capacity, moved=moved)
    return session


def cancel_session(ctx: Context, session_id: int, reason: str) -> Session:
    """For good; the programme says so, and everybody who has a seat or waits is told why."""
    with ctx.unit_of_work():
        _workshop, session = _to_manage(ctx, session_id)
        session.cancel_reason = clean_text(reason, field="reason", limit=1000)
        if not session.cancel_reason:
            raise InvalidError("Indiquez le motif : il sera dit aux inscrits.", field="reason")
        session.cancelled_at = session.updated_at = ctx.now
        session.sequence += 1
        ctx.session.execute(queries.free_slots([session.id]))
        ctx.session.flush()
        seat_news.tell_everybody(ctx, session, SeatNews.CANCELLED)
        ctx.record("session.cancelled", session)
    return session


def move_sessions(ctx: Context, forum: Forum) -> int:
    """Bring the sessions to their forum's day, at the same hours; to be called in the unit of
    work that changes its date. Gives how many moved. Those who gave an address learn of the new
    date by the mail about the forum; the others are to be told."""
    day = day_of(forum)
    moved = []
    for session in ctx.session.scalars(queries.sessions_to_move(forum.id)):
        starts_at, ends_at = on_day(session.starts_at, day), on_day(session.ends_at, day)
        if (starts_at, ends_at) != (session.starts_at, session.ends_at):
            session.starts_at, session.ends_at = starts_at, ends_at
            session.sequence += 1
            session.updated_at = ctx.now
            moved.append(session)
    if not moved:
        return 0
    ctx.session.flush()
    ctx.session.execute(queries.free_slots([session.id for session in moved]))
    rows = [row for session in moved for row in slot_rows(session, forum.id)]
    ctx.session.execute(queries.take_slots(), rows)
    for session in moved:
        seat_news.tell_everybody(ctx, session, SeatNews.MOVED, has_mail=True)
    ctx.record("session.moved", forum, sessions=len(moved), day=str(forum.held_on or ""))
    return len(moved)


def session_of(ctx: Context, forum: Forum, session_id: int) -> Session:
    """One session of this forum, for the preparation pages."""
    ctx.require(Permission.FORUM_READ)
    session = ctx.session.scalar(queries.session(session_id))
    if session is None or session.workshop.forum_id != forum.id:
        raise NotFoundError("Cette séance n’existe pas.")
    return session


def _to_manage(ctx: Context, session_id: int) -> tuple[Workshop, Session]:
    """The workshop and its session, locked in that order, after their forum."""
    found = ctx.session.scalar(queries.session(session_id))
    if found is None:
        raise NotFoundError("Cette séance n’existe pas.")
    workshop = workshop_to_manage(ctx, found.workshop_id)
    session = ctx.session.scalars(queries.session(session_id, lock=True)).one()
    if session.is_cancelled:
        raise ConflictError(CANCELLED)
    return workshop, session


def _describe(ctx: Context, workshop: Workshop, session: Session, data: SessionData) -> int:
    """Write what was typed, but for the number of seats, which is given back. Raises
    InvalidValuesError with all that is wrong."""
    checks = Checks()
    forum = workshop.forum
    room = ctx.session.scalar(queries.room(forum.id, data.room_id))
    if room is None:
        checks.refuse("Choisissez une salle de ce forum.", "room_id")
    times = checks.take(lambda: instants_of(forum, data.starts, data.ends), None)
    host = checks.take(lambda: clean_line(data.host, field="host", limit=160), "")
    _check_capacity(checks, data.capacity, room)
    checks.finish()
    if room is not None and times is not None:
        session.room, session.room_id = room, room.id
        session.starts_at, session.ends_at = times
    session.host, session.host_key = host, fold(host)[:160]
    return data.capacity


def _check_capacity(checks: Checks, capacity: int, room: Room | None) -> None:
    if not 1 <= capacity <= MOST_SEATS:
        checks.refuse(f"Indiquez un nombre entre 1 et {MOST_SEATS}.", "capacity")
    elif room is not None and room.seats is not None and capacity > room.seats:
        checks.refuse(f"La salle « {room.name} » a {room.seats} places.", "capacity")


def _refuse_clashes(ctx: Context, workshop: Workshop, session: Session) -> None:
    """Raises ConflictError beside the room, or beside the host where the room is free."""
    take_turns(ctx.session, f"workshop-slots:{workshop.forum_id}")
    holders = holders_of(session, workshop.forum_id)
    slots = slots_of(session.starts_at, session.ends_at)
    found = ctx.session.execute(queries.clashing(holders, slots, session.id)).all()
    if not found:
        return
    wanted = room_holder(session.room_id)
    in_room = [other for holder, other in found if holder == wanted]
    if in_room:
        raise ConflictError(
            f"La salle « {session.room.name} » est prise {_said(in_room)}.", field="room_id"
        )
    others = [other for _, other in found]
    named = ", ".join(dict.fromkeys(other.host for other in others))
    raise ConflictError(f"Au même moment, {named} anime déjà {_said(others)}.", field="host")


def _said(others: list[Session]) -> str:
    """« de 10 h à 11 h par « Budget » » — what is there, and when."""
    ordered = sorted({other.id: other for other in others}.values(), key=lambda o: o.starts_at)
    return ", ".join(
        f"{time_range(other.starts_at, other.ends_at)} : « {other.workshop.title} » "
        f"(salle {other.room.name})"
        for other in ordered
    )


def _take_slots(ctx: Context, workshop: Workshop, session: Session) -> None:
    ctx.session.execute(queries.take_slots(), list(slot_rows(session, workshop.forum_id)))


def _when_and_where(session: Session) -> tuple[datetime, datetime, int]:
    return (session.starts_at, session.ends_at, session.room_id)


def _new_uid(ctx: Context) -> str:
    domain = sender(ctx.settings).email.rpartition("@")[2]
    return f"{secrets.token_hex(16)}@{domain}"
