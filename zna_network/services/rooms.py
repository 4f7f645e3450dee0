"""The rooms of a forum, where the sessions of its workshops take place."""

from zna_network.models.workshop import Room
from zna_network.queries import workshops as queries
from zna_network.services.clean_values import clean_line
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, InvalidError, NotFoundError
from zna_network.services.permissions import Permission
from zna_network.services.workshops import forum_at_work

MOST_SEATS = 2000


def create_room(ctx: Context, forum_id: int, name: str, seats: int | None) -> Room:
    """``seats`` none: not known, or not counted."""
    ctx.require(Permission.FORUM_EDIT)
    with ctx.unit_of_work():
        forum_at_work(ctx, forum_id)
        room = Room(forum_id=forum_id)
        _describe(ctx, room, name, seats)
        ctx.session.add(room)
        ctx.session.flush()
        ctx.record("room.created", room, forum=forum_id)
    return room


def update_room(ctx: Context, forum_id: int, room_id: int, name: str, seats: int | None) -> Room:
    """Raises InvalidError for fewer seats than a session there already has."""
    ctx.require(Permission.FORUM_EDIT)
    with ctx.unit_of_work():
        forum_at_work(ctx, forum_id)
        room = _room(ctx, forum_id, room_id)
        largest = ctx.session.scalar(queries.largest_in_room(room_id))
        if seats is not None and largest is not None and largest.capacity > seats:
            raise InvalidError(
                f"« {largest.workshop.title} » y a {largest.capacity} places : réduisez d’abord "
                "cette séance, ou changez-la de salle.",
                field="seats",
            )
        _describe(ctx, room, name, seats)
        ctx.record("room.updated", room)
    return room


def delete_room(ctx: Context, forum_id: int, room_id: int) -> None:
    ctx.require(Permission.FORUM_EDIT)
    with ctx.unit_of_work():
        forum_at_work(ctx, forum_id)
        room = _room(ctx, forum_id, room_id)
        if ctx.session.scalar(queries.sessions_in_room(room_id)):
            raise ConflictError(f"Des séances se tiennent dans la salle « {room.name} ».")
        ctx.record("room.deleted", room)
        ctx.session.delete(room)


def room_of(ctx: Context, forum_id: int, room_id: int) -> Room:
    ctx.require(Permission.FORUM_READ)
    room = ctx.session.scalar(queries.room(forum_id, room_id))
    if room is None:
        raise NotFoundError("Cette salle n’existe pas.")
    return room


def _room(ctx: Context, forum_id: int, room_id: int) -> Room:
    room = ctx.session.scalar(queries.room(forum_id, room_id, lock=True))
    if room is None:
        raise NotFoundError("Cette salle n’existe pas.")
    return room


def _describe(ctx: Context, room: Room, typed: str, seats: int | None) -> None:
    name = clean_line(typed, field="name", limit=120, required="Donnez un nom à la salle.")
    if ctx.session.scalar(queries.room_named(room.forum_id, name, room.id)) is not None:
        raise InvalidError(f"Ce forum a déjà une salle « {name} ».", field="name")
    if seats is not None and not 1 <= seats <= MOST_SEATS:
        raise InvalidError(f"Indiquez un nombre entre 1 et {MOST_SEATS}.", field="seats")
    room.name, room.seats = name, seats
