"""What the demonstration forum looks up, and what it clears when it moves to another day."""

from collections.abc import Sequence

from sqlalchemy import Delete, Select, Update, delete, func, select, update
from sqlalchemy.orm import joinedload, selectinload

from zna_network.models.attendee import Attendee, Badge, RegistrationChannel
from zna_network.models.door import CheckIn, Device, HeadCount, Point, Scan, SurveyAnswer, Visit
from zna_network.models.forum import Forum, ForumTask, Shift, ShiftPerson
from zna_network.models.organisation import Contact
from zna_network.models.stand import Stand, StandState
from zna_network.models.territory import Commune, Qpv, Right
from zna_network.models.workshop import Seat, Session, TakenSlot, Workshop


def forum_by_uid(uid: str) -> Select[Forum]:
    return select(Forum).where(Forum.uid == uid)


def first_contacts_of(organisation_ids: Sequence[int]) -> Select[Contact]:
    """The contacts of these organisations, the first ones first."""
    return (
        select(Contact)
        .where(
            Contact.organisation_id.in_(organisation_ids),
            Contact.is_elected.is_(False),
            Contact.archived_at.is_(None),
        )
        .order_by(Contact.id)
    )


def rights_of(codes: Sequence[str]) -> Select[Right]:
    return select(Right).where(Right.code.in_(codes))


def communes() -> Select[Commune]:
    return select(Commune).order_by(Commune.insee)


def qpvs() -> Select[Qpv]:
    return select(Qpv).order_by(Qpv.slug).options(selectinload(Qpv.communes))


def confirmed_stands(forum_id: int) -> Select[Stand]:
    return (
        select(Stand)
        .where(Stand.forum_id == forum_id, Stand.state == StandState.CONFIRMED)
        .order_by(Stand.number)
        .options(joinedload(Stand.organisation))
    )


def sessions_of(forum_id: int) -> Select[Session]:
    return (
        select(Session)
        .join(Workshop)
        .where(Workshop.forum_id == forum_id)
        .order_by(Session.id)
        .options(joinedload(Session.workshop), selectinload(Session.slots))
    )


def points_of(forum_id: int) -> Select[Point]:
    return select(Point).where(Point.forum_id == forum_id).order_by(Point.id)


def devices_of(forum_id: int) -> Select[Device]:
    return select(Device).where(Device.forum_id == forum_id).order_by(Device.id)


def number_registered(forum_id: int) -> Select[int]:
    return select(func.count(Attendee.id)).where(
        Attendee.forum_id == forum_id, Attendee.cancelled_at.is_(None)
    )


def blank_badges(forum_id: int) -> Select[Badge]:
    return (
        select(Badge)
        .where(
            Badge.forum_id == forum_id,
            Badge.attendee_id.is_(None),
            Badge.revoked_at.is_(None),
            Badge.is_rehearsal.is_(False),
        )
        .order_by(Badge.number)
    )


def badges_of(attendee_ids: Sequence[int]) -> Select[Badge]:
    return select(Badge).where(Badge.attendee_id.in_(attendee_ids)).order_by(Badge.number)


def live_badges(forum_id: int) -> Select[Badge, int, RegistrationChannel]:
    """The badges that open the door, with how many people accompany and the visitor's channel."""
    return (
        select(Badge, Attendee.companions, Attendee.channel)
        .join(Attendee, Badge.attendee_id == Attendee.id)
        .where(Badge.forum_id == forum_id, Badge.revoked_at.is_(None))
        .order_by(Badge.number)
    )


def revoked_badges(forum_id: int) -> Select[Badge]:
    return (
        select(Badge)
        .where(Badge.forum_id == forum_id, Badge.revoked_at.is_not(None))
        .order_by(Badge.number)
    )


def seated(forum_id: int) -> Select[int, int]:
    """The attendees that have a seat, with the session's id."""
    return (
        select(Seat.attendee_id, Seat.session_id)
        .join(Session, Session.id == Seat.session_id)
        .join(Workshop, Workshop.id == Session.workshop_id)
        .where(Workshop.forum_id == forum_id, Seat.seat_number.is_not(None))
        .order_by(Seat.id)
    )


def number_of_check_ins(forum_id: int) -> Select[int]:
    return select(func.count(CheckIn.badge_id)).where(CheckIn.forum_id == forum_id)


def tasks_of(forum_id: int) -> Select[ForumTask]:
    return select(ForumTask).where(ForumTask.forum_id == forum_id).order_by(ForumTask.id)


def shifts_of(forum_id: int) -> Select[Shift]:
    return select(Shift).where(Shift.forum_id == forum_id).order_by(Shift.id)


def forget_shift_reminders(forum_id: int) -> Update:
    shifts = select(Shift.id).where(Shift.forum_id == forum_id)
    return update(ShiftPerson).where(ShiftPerson.shift_id.in_(shifts)).values(reminded_at=None)


def clear_slots(session_ids: Sequence[int]) -> Delete:
    return delete(TakenSlot).where(TakenSlot.session_id.in_(session_ids))


def clear_activity(forum_id: int) -> list[Delete]:
    """What happened at the door and on leaving: another day begins with none of it."""
    return [
        delete(model).where(model.forum_id == forum_id)
        for model in (Visit, CheckIn, Scan, HeadCount, SurveyAnswer)
    ]
