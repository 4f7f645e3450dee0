"""« Je suis là », said by people themselves: from the code shown in the room, or their own link.

Who holds the room's code finds a name by its first letters and never reads the whole list; a name
is then taken by a handle that only this server can make, so that none is read by trying numbers."""

from dataclasses import dataclass
from datetime import datetime

from zna_network.config import Settings
from zna_network.models.meeting import Meeting
from zna_network.models.meeting_day import MeetingDay
from zna_network.models.minutes import Attendance, Presence
from zna_network.queries import meeting_day as queries
from zna_network.services.attendance import hold_list, row_of
from zna_network.services.attendance_lines import AttendanceLine, lines
from zna_network.services.clean_values import clean_line, refuse_link
from zna_network.services.context import Context
from zna_network.services.errors import (
    ConflictError,
    InvalidError,
    LinkGoneError,
    NotFoundError,
    TooManyAttemptsError,
)
from zna_network.services.folding import fold
from zna_network.services.french_time import short_time, to_local
from zna_network.services.invitation_links import invitation_of
from zna_network.services.links import derived_token, hash_to_find, keyed_hash
from zna_network.services.meeting_day import window
from zna_network.services.meeting_day.running import PURPOSE
from zna_network.services.minutes_access import held_meeting
from zna_network.services.rsvp import REMOVED

SHORTEST, MOST_FOUND, MOST_NEWCOMERS = 2, 8, 60
WAYS = (Presence.PRESENT, Presence.REMOTE)
UNKNOWN = (
    "Ce code n’est pas, ou n’est plus, celui d’une séance : lisez de nouveau celui qui est affiché "
    "dans la salle."
)
OVER = "La séance est terminée : la présence ne se dit plus ici."


@dataclass(frozen=True)
class Room:
    """What the room's code opens; ``is_early`` before people may say anything."""

    meeting: Meeting
    day: MeetingDay
    is_early: bool


@dataclass(frozen=True)
class Found:
    handle: str
    name: str
    organisation: str
    is_there: bool


@dataclass(frozen=True)
class Search:
    """``is_cut`` when more people answer to it than are shown."""

    people: tuple[Found, ...] = ()
    is_short: bool = False
    is_cut: bool = False


@dataclass(frozen=True)
class Arrival:
    name: str
    at: datetime
    presence: Presence
    to_confirm: bool = False


def token_of(settings: Settings, day: MeetingDay) -> str:
    return derived_token(settings, PURPOSE, day.link_salt)


def link_of(settings: Settings, day: MeetingDay) -> str:
    """The whole address that the room's code holds."""
    return f"{settings.base_url}/presence/{token_of(settings, day)}"


def room_of(ctx: Context, token: str) -> Room:
    """Raises NotFoundError for a code that is nobody's, LinkGoneError once the meeting is over."""
    day = ctx.session.scalar(queries.by_link(hash_to_find(token)))
    if day is None:
        raise NotFoundError(UNKNOWN)
    if window.is_over(day.meeting, day, ctx.now):
        raise LinkGoneError(OVER)
    return Room(day.meeting, day, is_early=ctx.now < window.opens_at(day.meeting))


def search(ctx: Context, room: Room, typed: str) -> Search:
    """The people of the list whose names begin so, word by word; nobody under two letters."""
    wanted = fold(typed).split()
    if room.is_early or not wanted:
        return Search()
    if sum(map(len, wanted)) < SHORTEST:
        return Search(is_short=True)
    found = [line for line in lines(ctx, room.meeting) if _answers_to(line, wanted)]
    shown = tuple(
        Found(_handle(ctx, room.day, line), line.name, line.organisation, is_there(line))
        for line in found[:MOST_FOUND]
    )
    return Search(shown, is_cut=len(found) > MOST_FOUND)


def is_there(line: AttendanceLine) -> bool:
    """Said so, or ticked: an answer only lets expect it."""
    return line.row is not None and line.presence in WAYS


def say_present(ctx: Context, token: str, handle: str, presence: Presence) -> Arrival:
    """Somebody of the list is there. Said again, it stays as it was."""
    with ctx.unit_of_work():
        room = _held_room(ctx, token)
        line = next(
            (x for x in lines(ctx, room.meeting) if _handle(ctx, room.day, x) == handle), None
        )
        if line is None:
            raise InvalidError("Cherchez de nouveau votre nom.", field="q")
        return _mark(ctx, room.meeting, line, presence)


def say_newcomer(
    ctx: Context, token: str, name: str, organisation: str, presence: Presence
) -> Arrival:
    """Somebody who is not on the list gives their name: kept apart until it is confirmed. The same
    name again, or one that is on the list after all, is that person."""
    with ctx.unit_of_work():
        room = _held_room(ctx, token)
        name = clean_line(name, field="name", limit=170, required="Indiquez votre nom.")
        organisation = clean_line(
            organisation, field="organisation", limit=200, required="Indiquez votre organisme."
        )
        for typed, field in ((name, "name"), (organisation, "organisation")):
            refuse_link(typed, field=field)
        wanted = (fold(name), fold(organisation))
        for line in lines(ctx, room.meeting):
            if (fold(line.name), fold(line.organisation)) == wanted:
                return _mark(ctx, room.meeting, line, presence)
        if (ctx.session.scalar(queries.waiting_newcomers(room.meeting.id)) or 0) >= MOST_NEWCOMERS:
            raise TooManyAttemptsError(
                "Trop de personnes attendent déjà d’être ajoutées : adressez-vous à l’animateur."
            )
        row = Attendance(
            meeting_id=room.meeting.id,
            name=name,
            organisation_name=organisation,
            presence=presence,
            arrived_at=ctx.now,
            to_confirm=True,
        )
        ctx.session.add(row)
        ctx.session.flush()
        ctx.record("attendance.newcomer", room.meeting, attendance=row.id)
        return Arrival(row.name, ctx.now, presence, to_confirm=True)


def say_here(ctx: Context, invitation_token: str, presence: Presence) -> Arrival:
    """The same from one's own link. Raises LinkGoneError outside the day."""
    with ctx.unit_of_work():
        invitation = invitation_of(ctx, invitation_token)
        meeting = held_meeting(ctx, invitation.meeting_id)
        if not invitation.is_live:
            raise LinkGoneError(REMOVED)
        day = ctx.session.scalar(queries.of_meeting(meeting.id))
        if window.is_over(meeting, day, ctx.now):
            raise LinkGoneError(OVER)
        _refuse_early(ctx, meeting)
        hold_list(ctx, meeting)
        line = next(x for x in lines(ctx, meeting) if x.key == f"i{invitation.id}")
        return _mark(ctx, meeting, line, presence)


def _held_room(ctx: Context, token: str) -> Room:
    """The room, its list held until the end of the transaction."""
    room = room_of(ctx, token)
    meeting = held_meeting(ctx, room.meeting.id)
    _refuse_early(ctx, meeting)
    hold_list(ctx, meeting)
    return Room(meeting, room.day, is_early=False)


def _refuse_early(ctx: Context, meeting: Meeting) -> None:
    opens_at = window.opens_at(meeting)
    if ctx.now < opens_at:
        hour = short_time(to_local(opens_at))
        raise ConflictError(f"Il est trop tôt : dites que vous êtes là à partir de {hour}.")


def _mark(ctx: Context, meeting: Meeting, line: AttendanceLine, presence: Presence) -> Arrival:
    if presence not in WAYS:
        raise InvalidError("Dites si vous êtes dans la salle ou en visio.", field="presence")
    row = row_of(ctx, meeting, line)
    row.represented_by = "" if row.presence is not presence else row.represented_by
    row.presence = presence
    if row.arrived_at is None:
        row.arrived_at = ctx.now
        ctx.session.flush()
        ctx.record("attendance.arrived", meeting, attendance=row.id, presence=presence.value)
    return Arrival(row.name, row.arrived_at, presence, row.to_confirm)


def _answers_to(line: AttendanceLine, wanted: list[str]) -> bool:
    words = fold(line.name).split()
    return all(any(word.startswith(start) for word in words) for start in wanted)


def _handle(ctx: Context, day: MeetingDay, line: AttendanceLine) -> str:
    return keyed_hash(ctx.settings, f"presence:{day.id}", line.key)[:24]
