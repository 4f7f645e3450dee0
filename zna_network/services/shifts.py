"""The shift plan of a forum: its posts, from when to when, and who holds them.

The same person holds one post at a time (``shift_clashes``): whatever adds somebody or moves a post
takes its turn in the forum."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from zna_network.models.forum import Forum, Shift, ShiftPerson
from zna_network.queries import forums as forum_queries
from zna_network.queries import preparation as queries
from zna_network.services.clean_values import clean_line, clean_text
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, InvalidError, NotFoundError
from zna_network.services.folding import fold
from zna_network.services.forum_choice import UNKNOWN
from zna_network.services.forum_sharing import (
    answering,
    optional_email,
    person_name,
    require_change,
)
from zna_network.services.french_time import from_local, to_local
from zna_network.services.permissions import Permission
from zna_network.services.session_times import day_of
from zna_network.services.shift_clashes import refuse_two_posts
from zna_network.services.unit_of_work import CHANGED_MEANWHILE, take_turns

GONE = "Ce créneau n’existe plus : quelqu’un d’autre l’a peut-être retiré."
PERSON_GONE = "Cette personne n’est plus sur ce créneau."
DAYS = range(-3, 4)  # around the forum's day
MOST_PEOPLE = 50


@dataclass(frozen=True)
class ShiftData:
    """``day`` counts from the forum's own: -1 is the eve. Hours are on the clocks of Arras."""

    post: str
    starts: time
    ends: time
    day: int = 0
    needed: int = 1
    place: str = ""
    note: str = ""


@dataclass(frozen=True)
class PersonData:
    """``organisation`` as in ``TaskData``."""

    name: str
    email: str = ""
    organisation: str = ""
    organisation_id: str = ""


def create_shift(ctx: Context, forum_id: int, data: ShiftData) -> Shift:
    ctx.require(Permission.FORUM_EDIT)
    with ctx.unit_of_work():
        forum = _forum(ctx, forum_id)
        shift = Shift(forum_id=forum.id, created_at=ctx.now, updated_at=ctx.now)
        _describe(shift, forum, data)
        ctx.session.add(shift)
        ctx.session.flush()
        ctx.record("shift.created", shift, forum=forum_id)
    return shift


def update_shift(
    ctx: Context, forum_id: int, shift_id: int, data: ShiftData, revision: int
) -> Shift:
    """Raises ConflictError when it was changed meanwhile, or when its new hours would have one of
    its people at two posts at once. Those who were reminded will be again if the hours move."""
    ctx.require(Permission.FORUM_EDIT)
    with ctx.unit_of_work():
        forum = _forum(ctx, forum_id)
        _in_turn(ctx, forum_id)
        shift = _locked(ctx, forum_id, shift_id)
        if shift.revision != revision:
            raise ConflictError(CHANGED_MEANWHILE)
        before = (shift.starts_at, shift.ends_at, shift.place)
        _describe(shift, forum, data)
        if (shift.starts_at, shift.ends_at, shift.place) != before:
            for person in shift.people:
                refuse_two_posts(ctx, shift, person.name, person.email, field="starts")
                person.reminded_at = None
        shift.updated_at = ctx.now
        ctx.record("shift.updated", shift, forum=forum_id)
    return shift


def remove_shift(ctx: Context, forum_id: int, shift_id: int) -> None:
    ctx.require(Permission.FORUM_EDIT)
    with ctx.unit_of_work():
        shift = _locked(ctx, forum_id, shift_id)
        ctx.record("shift.removed", shift, forum=forum_id, people=len(shift.people))
        ctx.session.delete(shift)


def add_person(ctx: Context, forum_id: int, shift_id: int, data: PersonData) -> ShiftPerson:
    """Put somebody at a post; a grantee puts its own people. Raises InvalidError, or
    ConflictError when they hold another post meanwhile."""
    ctx.require(Permission.FORUM_TAKE_PART)
    with ctx.unit_of_work():
        _in_turn(ctx, forum_id)
        shift = _locked(ctx, forum_id, shift_id)
        name = person_name(data.name, field="name", required="Indiquez qui tient ce poste.")
        email = optional_email(data.email, field="email")
        organisation = answering(ctx, data.organisation_id, data.organisation)
        refuse_two_posts(ctx, shift, name, email, field="name", itself=True)
        if len(shift.people) >= MOST_PEOPLE:
            raise InvalidError(f"{MOST_PEOPLE} personnes au plus par créneau.", field="name")
        person = ShiftPerson(name=name, email=email, organisation=organisation)
        shift.people.append(person)
        ctx.session.flush()
        ctx.record("shift.person_added", shift, forum=forum_id)
    return person


def remove_person(ctx: Context, forum_id: int, shift_id: int, person_id: int) -> None:
    ctx.require(Permission.FORUM_TAKE_PART)
    with ctx.unit_of_work():
        shift = _locked(ctx, forum_id, shift_id)
        person = next((p for p in shift.people if p.id == person_id), None)
        if person is None:
            raise NotFoundError(PERSON_GONE)
        require_change(ctx, person.organisation_id)
        shift.people.remove(person)
        ctx.record("shift.person_removed", shift, forum=forum_id)


def copy_shifts(ctx: Context, forum_id: int, source_id: int) -> int:
    """The posts of another forum at the same hours around this forum's day, without the people.
    What this plan has already is left alone. Gives how many posts were added."""
    ctx.require(Permission.FORUM_EDIT)
    with ctx.unit_of_work():
        forum, source = _forum(ctx, forum_id), ctx.session.get(Forum, source_id)
        if source is None or source.id == forum.id:
            raise InvalidError("Choisissez un autre forum.", field="source")
        _in_turn(ctx, forum_id)
        known = {_place_in_plan(s) for s in ctx.session.scalars(queries.shifts(forum.id))}
        days = day_of(forum) - day_of(source)
        copies = []
        for shift in ctx.session.scalars(queries.shifts(source.id)):
            copy = Shift(
                forum_id=forum.id,
                post=shift.post,
                place=shift.place,
                needed=shift.needed,
                note=shift.note,
                starts_at=_shifted(shift.starts_at, days),
                ends_at=_shifted(shift.ends_at, days),
                created_at=ctx.now,
                updated_at=ctx.now,
            )
            if _place_in_plan(copy) not in known:
                known.add(_place_in_plan(copy))
                copies.append(copy)
        ctx.session.add_all(copies)
        ctx.record("shift.copied", forum, source=source.id, shifts=len(copies))
    return len(copies)


def move_shifts(ctx: Context, forum: Forum, before: date) -> int:
    """Bring the plan along when the forum's day changes, at the same hours; ``before`` is the day
    that it was drawn on. To be called in the unit of work that changes the date."""
    days = day_of(forum) - before
    if not days:
        return 0
    _in_turn(ctx, forum.id)
    moved = list(ctx.session.scalars(queries.shifts(forum.id)))
    for shift in moved:
        shift.starts_at, shift.ends_at = (
            _shifted(shift.starts_at, days),
            _shifted(shift.ends_at, days),
        )
        shift.updated_at = ctx.now
        for person in shift.people:
            person.reminded_at = None
    return len(moved)


def _forum(ctx: Context, forum_id: int) -> Forum:
    """Held as it is: its day does not change while a post is drawn on it."""
    forum = ctx.session.scalar(forum_queries.shared(forum_id))
    if forum is None:
        raise NotFoundError(UNKNOWN)
    return forum


def _in_turn(ctx: Context, forum_id: int) -> None:
    take_turns(ctx.session, f"shifts:{forum_id}")


def _locked(ctx: Context, forum_id: int, shift_id: int) -> Shift:
    shift = ctx.session.scalar(queries.shift(forum_id, shift_id, lock=True))
    if shift is None:
        raise NotFoundError(GONE)
    return shift


def _describe(shift: Shift, forum: Forum, data: ShiftData) -> None:
    shift.post = clean_line(data.post, field="post", limit=120, required="Donnez un nom au poste.")
    shift.place = clean_line(data.place, field="place", limit=120)
    shift.note = clean_text(data.note, field="note", limit=2000)
    if not 1 <= data.needed <= MOST_PEOPLE:
        raise InvalidError(f"Indiquez un nombre, de 1 à {MOST_PEOPLE}.", field="needed")
    if data.day not in DAYS:
        raise InvalidError("Choisissez un jour proche du forum.", field="day")
    if data.ends <= data.starts:
        raise InvalidError("La fin doit venir après le début.", field="ends")
    day = day_of(forum) + timedelta(days=data.day)
    shift.needed = data.needed
    shift.starts_at = from_local(day, data.starts, field="starts")
    shift.ends_at = from_local(day, data.ends, field="ends")


def _place_in_plan(shift: Shift) -> tuple[str, datetime, datetime]:
    return fold(shift.post), shift.starts_at, shift.ends_at


def _shifted(instant: datetime, days: timedelta) -> datetime:
    """The same hour on the clocks of Arras, some days later."""
    local = to_local(instant)
    return from_local(local.date() + days, local.time(), field="held_on")
