"""The workshops of a forum, their rooms and their sessions, as the services and pages read them."""

from collections.abc import Collection

from sqlalchemy import Delete, Insert, Select, delete, func, insert, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from zna_network.models.workshop import Room, Seat, Session, TakenSlot, Workshop


def rooms(forum_id: int) -> Select[Room]:
    return select(Room).where(Room.forum_id == forum_id).order_by(Room.name, Room.id)


def room(forum_id: int, room_id: int, *, lock: bool = False) -> Select[Room]:
    statement = select(Room).where(Room.id == room_id, Room.forum_id == forum_id)
    return statement.with_for_update() if lock else statement


def room_named(forum_id: int, name: str, other_than: int | None) -> Select[Room]:
    return select(Room).where(
        Room.forum_id == forum_id,
        func.lower(Room.name) == name.lower(),
        Room.id != (other_than or 0),
    )


def largest_in_room(room_id: int) -> Select[Session]:
    """The session to come of most seats in this room."""
    return (
        select(Session)
        .where(Session.room_id == room_id, Session.cancelled_at.is_(None))
        .options(joinedload(Session.workshop))
        .order_by(Session.capacity.desc(), Session.id)
        .limit(1)
    )


def sessions_in_room(room_id: int) -> Select[int]:
    """How many there are, cancelled ones too."""
    return select(func.count()).where(Session.room_id == room_id)


def by_id(workshop_id: int, *, lock: bool = False) -> Select[Workshop]:
    statement = (
        select(Workshop)
        .where(Workshop.id == workshop_id)
        .options(joinedload(Workshop.forum), joinedload(Workshop.organisation))
    )
    if not lock:
        return statement
    return statement.with_for_update(of=Workshop).execution_options(populate_existing=True)


def of_forum(forum_id: int) -> Select[Workshop]:
    """With their sessions, rooms, organisations and rights: four statements in all."""
    return (
        select(Workshop)
        .where(Workshop.forum_id == forum_id)
        .options(
            joinedload(Workshop.organisation),
            selectinload(Workshop.rights),
            selectinload(Workshop.sessions).joinedload(Session.room),
        )
        .order_by(Workshop.title, Workshop.id)
    )


def session(session_id: int, *, lock: bool = False) -> Select[Session]:
    """One session with its workshop, forum and room. ``lock``: whoever gives or takes a seat in
    it, or changes it, waits until the transaction ends."""
    statement = (
        select(Session)
        .where(Session.id == session_id)
        .options(
            joinedload(Session.room),
            joinedload(Session.workshop).options(
                joinedload(Workshop.forum), joinedload(Workshop.organisation)
            ),
        )
    )
    if not lock:
        return statement
    return statement.with_for_update(of=Session).execution_options(populate_existing=True)


def sessions_to_move(forum_id: int) -> Select[Session]:
    """The sessions of a forum that take place, locked in one order."""
    return (
        select(Session)
        .join(Session.workshop)
        .where(Workshop.forum_id == forum_id, Session.cancelled_at.is_(None))
        .options(contains_eager(Session.workshop), selectinload(Session.room))
        .order_by(Session.id)
        .with_for_update(of=Session)
        .execution_options(populate_existing=True)
    )


def sessions_of_forum(forum_id: int) -> Select[Session]:
    """In the order of the day, with all that a programme says of them: two statements."""
    return (
        select(Session)
        .join(Session.workshop)
        .join(Session.room)
        .where(Workshop.forum_id == forum_id)
        .options(
            contains_eager(Session.room),
            contains_eager(Session.workshop).options(
                joinedload(Workshop.organisation), selectinload(Workshop.rights)
            ),
        )
        .order_by(Session.starts_at, Room.name, Session.id)
    )


def clashing(holders: Collection[str], slots: range, but: int | None) -> Select[str, Session]:
    """The sessions that hold one of these holders at one of these steps, other than ``but``."""
    return (
        select(TakenSlot.holder, Session)
        .join(Session, Session.id == TakenSlot.session_id)
        .where(
            TakenSlot.holder.in_(holders),
            TakenSlot.slot.between(slots[0], slots[-1]),
            Session.id != (but or 0),
        )
        .options(joinedload(Session.workshop), joinedload(Session.room))
        .distinct()
    )


def free_slots(session_ids: Collection[int]) -> Delete:
    return delete(TakenSlot).where(TakenSlot.session_id.in_(session_ids))


def take_slots() -> Insert:
    return insert(TakenSlot)


def seats_ever(workshop_id: int) -> Select[int]:
    """How many requests its sessions have had, cancelled ones too."""
    return (
        select(func.count())
        .select_from(Seat)
        .join(Session, Session.id == Seat.session_id)
        .where(Session.workshop_id == workshop_id)
    )
