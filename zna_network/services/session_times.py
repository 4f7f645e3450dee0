"""When a session takes place: its instants, its five-minute steps, and whom they hold.

A session is on the day of its forum. While that day is to be announced, only its hours mean
something: it is kept on ``UNDATED``, and moved with the forum as soon as there is a date."""

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from zna_network.models.forum import Forum
from zna_network.models.workshop import SLOT_MINUTES, Session
from zna_network.services.errors import InvalidError
from zna_network.services.folding import fold
from zna_network.services.french_time import from_local, short_time, to_local

UNDATED = date(2000, 1, 3)
_STEP = timedelta(minutes=SLOT_MINUTES)
_BETWEEN_HOSTS = re.compile(r"\s*[,;/&+]\s*|\s+et\s+", re.IGNORECASE)


def day_of(forum: Forum) -> date:
    return forum.held_on or UNDATED


def instants_of(forum: Forum, starts: time, ends: time) -> tuple[datetime, datetime]:
    """When a session typed as « from ``starts`` to ``ends`` » takes place, in UTC.

    Raises InvalidError beside ``starts`` or ``ends``."""
    for field, hour in (("starts", starts), ("ends", ends)):
        if hour.minute % SLOT_MINUTES or hour.second:
            raise InvalidError(
                f"Les horaires vont de {SLOT_MINUTES} en {SLOT_MINUTES} minutes.", field=field
            )
    if ends <= starts:
        raise InvalidError("La fin doit venir après le début.", field="ends")
    hours = f"de {short_time(forum.opens_at)} à {short_time(forum.closes_at)}"
    if starts < forum.opens_at:
        raise InvalidError(f"Le forum est ouvert {hours}.", field="starts")
    if ends > forum.closes_at:
        raise InvalidError(f"Le forum est ouvert {hours}.", field="ends")
    day = day_of(forum)
    return from_local(day, starts, field="starts"), from_local(day, ends, field="ends")


def has_begun(forum: Forum, starts_at: datetime, now: datetime) -> bool:
    """While the forum has no date, the hours of its sessions are on no real day."""
    return forum.held_on is not None and starts_at <= now


def on_day(instant: datetime, day: date) -> datetime:
    """The same hour on the clocks of Arras, another day."""
    return from_local(day, to_local(instant).time(), field="held_on")


def is_outside(forum: Forum, session: Session) -> bool:
    """Whether it takes place, but not wholly while the forum is open: the hours of the forum can
    change after those of its sessions."""
    starts, ends = to_local(session.starts_at).time(), to_local(session.ends_at).time()
    return not session.is_cancelled and (starts < forum.opens_at or ends > forum.closes_at)


def slots_of(starts_at: datetime, ends_at: datetime) -> range:
    """The numbers of the five-minute steps since 1970 that it lasts."""
    seconds = _STEP.total_seconds()
    return range(int(starts_at.timestamp() // seconds), int(ends_at.timestamp() // seconds))


def room_holder(room_id: int) -> str:
    return f"room:{room_id}"


def host_holders(forum_id: int, host: str) -> list[str]:
    """One for each person named: « Camille et Dominique » are two, neither of whom may be
    elsewhere at the same time."""
    keys = dict.fromkeys(fold(name) for name in _BETWEEN_HOSTS.split(host))
    return [f"host:{forum_id}:{key}" for key in keys if key]


def holders_of(session: Session, forum_id: int) -> list[str]:
    return [room_holder(session.room_id), *host_holders(forum_id, session.host)]


def slot_rows(session: Session, forum_id: int) -> Iterator[dict[str, object]]:
    """The columns of the steps that a session takes."""
    for holder in holders_of(session, forum_id):
        for slot in slots_of(session.starts_at, session.ends_at):
            yield {"holder": holder, "slot": slot, "session_id": session.id}
