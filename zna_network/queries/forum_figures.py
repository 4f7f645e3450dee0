"""What the figures of a forum count once it is over. Rehearsal badges count nowhere."""

from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, Update, case, func, select, update

from zna_network.models.attendee import AgeBand, Attendee, Badge, RegistrationChannel
from zna_network.models.door import CheckIn, Point, PointKind, SurveyAnswer, Visit
from zna_network.models.forum import Forum
from zna_network.models.organisation import Organisation
from zna_network.models.stand import Stand, StandState
from zna_network.models.territory import TargetGroup
from zna_network.models.workshop import Room, Seat, SeatState, Session, Workshop
from zna_network.queries.board import rehearsal_badges


def visitors(
    forum_id: int,
) -> Select[
    int,
    datetime,
    int | None,
    str | None,
    int | None,
    bool | None,
    AgeBand | None,
    TargetGroup | None,
    RegistrationChannel | None,
    list[str] | None,
    list[str] | None,
]:
    """One row for each badge that came in: people, first entry, and what its holder told; all none
    for a badge without anybody\'s record. No name, nor anything that identifies."""
    return (
        select(
            CheckIn.people,
            CheckIn.entered_at,
            Attendee.id,
            Attendee.commune_insee,
            Attendee.qpv_id,
            Attendee.is_from_elsewhere,
            Attendee.age_band,
            Attendee.target_group,
            Attendee.channel,
            Attendee.needs,
            Attendee.reasons,
        )
        .join(Badge, Badge.id == CheckIn.badge_id)
        .outerjoin(Attendee, Attendee.id == Badge.attendee_id)
        .where(CheckIn.forum_id == forum_id, Badge.is_rehearsal.is_(False))
    )


def stands(forum_id: int) -> Select[int, str, int]:
    """The confirmed stands: number, organisation, visits."""
    return (
        select(Stand.number, Organisation.name, func.count(Visit.badge_id))
        .join(Organisation, Organisation.id == Stand.organisation_id)
        .outerjoin(Point, Point.stand_id == Stand.id)
        .outerjoin(
            Visit,
            (Visit.point_id == Point.id) & Visit.badge_id.not_in(rehearsal_badges(forum_id)),
        )
        .where(Stand.forum_id == forum_id, Stand.state == StandState.CONFIRMED)
        .group_by(Stand.id, Stand.number, Organisation.name)
        .order_by(Stand.number)
    )


def sessions(forum_id: int) -> Select[int, str, str, datetime, int, int]:
    """The sessions that were held: id, workshop, room, beginning, capacity, seats taken."""
    seated = func.sum(case((Seat.state == SeatState.SEATED, 1), else_=0))
    keys = (Session.id, Workshop.title, Room.name, Session.starts_at, Session.capacity)
    return (
        select(*keys, func.coalesce(seated, 0))
        .join(Workshop, Workshop.id == Session.workshop_id)
        .join(Room, Room.id == Session.room_id)
        .outerjoin(Seat, Seat.session_id == Session.id)
        .where(Workshop.forum_id == forum_id, Session.cancelled_at.is_(None))
        .group_by(*keys)
        .order_by(Session.starts_at, Session.id)
    )


def session_visits(forum_id: int) -> Select[int | None, int]:
    """By session, the visits that were scanned."""
    return (
        select(Point.session_id, func.count(Visit.badge_id))
        .join(Visit, Visit.point_id == Point.id)
        .where(
            Point.forum_id == forum_id,
            Point.kind == PointKind.SESSION,
            Visit.badge_id.not_in(rehearsal_badges(forum_id)),
        )
        .group_by(Point.session_id)
    )


def survey_answers(forum_id: int) -> Select[SurveyAnswer]:
    return select(SurveyAnswer).where(SurveyAnswer.forum_id == forum_id).order_by(SurveyAnswer.id)


def survey_answer(forum_id: int, answer_id: int, *, lock: bool = False) -> Select[SurveyAnswer]:
    found = select(SurveyAnswer).where(
        SurveyAnswer.forum_id == forum_id, SurveyAnswer.id == answer_id
    )
    return found.with_for_update() if lock else found


def survey_sending(sending: str) -> Select[SurveyAnswer]:
    return select(SurveyAnswer).where(SurveyAnswer.sending == sending)


def _words_to_erase(held_before: date) -> ColumnElement[bool]:
    past = select(Forum.id).where(Forum.held_on < held_before)
    return (SurveyAnswer.words != "") & SurveyAnswer.forum_id.in_(past)


def count_words_to_erase(held_before: date) -> Select[int]:
    """The survey's answers with free words, of the forums held before that day."""
    return select(func.count()).select_from(SurveyAnswer).where(_words_to_erase(held_before))


def erase_words(held_before: date) -> Update:
    return update(SurveyAnswer).where(_words_to_erase(held_before)).values(words="")
