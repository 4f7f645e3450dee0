"""The attendance list against a real database, on both engines."""

from dataclasses import replace

import pytest
from flask import Flask

from tests.acting import acting_as
from tests.factories.accounts import make_user
from tests.factories.committees import make_committee
from tests.factories.invitations import make_invitation
from tests.factories.meetings import make_meeting
from tests.factories.minutes import make_attendance, make_minutes
from tests.factories.organisations import make_organisation
from tests.races import refusals_at_once
from zna_network.models.account import Role
from zna_network.models.invitation import Answer, Invitation
from zna_network.models.meeting import MeetingState
from zna_network.models.minutes import Attendance, MinutesState, Presence
from zna_network.services import attendance
from zna_network.services.attendance import AttendanceConflictError, PersonData, Tick
from zna_network.services.attendance_lines import AttendanceLine, counts, lines
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError


def _tick(line: AttendanceLine, presence: Presence, by: str = "") -> Tick:
    """What a form sends of a line as it is shown now."""
    return Tick(line.key, presence, by, line.revision, line.presence, line.represented_by)


def test_a_line_follows_the_answer(ctx: Context) -> None:
    for answer, presence, needs_ticking in (
        (Answer.ON_SITE, Presence.PRESENT, False),
        (Answer.REMOTE, Presence.REMOTE, False),
        (Answer.DECLINED, Presence.EXCUSED, False),
        (Answer.REPRESENTED, Presence.REPRESENTED, False),
        (Answer.TENTATIVE, Presence.ABSENT, True),
        (None, Presence.ABSENT, True),
    ):
        meeting = make_meeting(ctx.session)
        make_invitation(ctx.session, meeting, answer=answer)
        (line,) = lines(ctx, meeting)
        assert (line.presence, line.needs_ticking) == (presence, needs_ticking)
        assert ctx.session.query(Attendance).count() == 0


def test_somebody_represented_is_named_with_who_comes_instead(ctx: Context) -> None:
    meeting = make_meeting(ctx.session)
    absent = make_invitation(
        ctx.session, meeting, answer=Answer.REPRESENTED, name="M. Représenté Fictif"
    )
    make_invitation(ctx.session, meeting, represents_id=absent.id, name="Mme Déléguée Fictive")
    by_name = {line.name: line for line in lines(ctx, meeting)}
    assert by_name["M. Représenté Fictif"].represented_by == "Mme Déléguée Fictive"
    assert by_name["Mme Déléguée Fictive"].presence is Presence.PRESENT
    assert not by_name["Mme Déléguée Fictive"].needs_ticking


def test_the_list_is_ordered_by_organisation_then_name(ctx: Context) -> None:
    meeting = make_meeting(ctx.session)
    city = make_organisation(ctx.session, name="Étape de ville")
    health = make_organisation(ctx.session, name="Caisse d’exemple")
    for name, organisation in (("Zoé A", city), ("Éva B", health), ("Ana C", city)):
        make_invitation(ctx.session, meeting, name=name, organisation=organisation)
    make_attendance(ctx.session, meeting, name="Luc D", organisation_name="Dispensaire")
    assert [line.name for line in lines(ctx, meeting)] == ["Éva B", "Luc D", "Ana C", "Zoé A"]


def test_what_was_ticked_by_hand_stays_whatever_the_answer_becomes(ctx: Context) -> None:
    meeting = make_meeting(ctx.session)
    invitation = make_invitation(ctx.session, meeting, answer=Answer.ON_SITE)
    other = make_invitation(ctx.session, meeting, answer=Answer.ON_SITE)
    by_key = {line.key: line for line in lines(ctx, meeting)}
    attendance.tick(ctx, meeting.id, [_tick(by_key[f"i{invitation.id}"], Presence.EXCUSED)])
    for each in (invitation, other):
        each.answer = Answer.REMOTE
    ctx.session.commit()
    now = {line.key: line.presence for line in lines(ctx, meeting)}
    assert now == {f"i{invitation.id}": Presence.EXCUSED, f"i{other.id}": Presence.REMOTE}


def test_saving_the_whole_list_settles_those_nobody_had_spoken_for(ctx: Context) -> None:
    meeting = make_meeting(ctx.session)
    make_invitation(ctx.session, meeting, answer=Answer.ON_SITE)
    make_invitation(ctx.session, meeting)
    shown = lines(ctx, meeting)
    saved = attendance.tick(ctx, meeting.id, [_tick(line, line.presence) for line in shown])
    assert not any(line.needs_ticking for line in saved)
    assert ctx.session.query(Attendance).count() == 1


def test_only_somebody_represented_keeps_a_representative(ctx: Context) -> None:
    meeting = make_meeting(ctx.session)
    make_invitation(ctx.session, meeting)
    (line,) = lines(ctx, meeting)
    (line,) = attendance.tick(ctx, meeting.id, [_tick(line, Presence.REPRESENTED, " Mme  Autre ")])
    assert line.represented_by == "Mme Autre"
    (line,) = attendance.tick(ctx, meeting.id, [_tick(line, Presence.PRESENT, "Mme Autre")])
    assert line.represented_by == ""


def test_a_page_left_open_undoes_nothing(ctx: Context) -> None:
    meeting = make_meeting(ctx.session)
    for _ in range(2):
        make_invitation(ctx.session, meeting, answer=Answer.DECLINED)
    first, second = lines(ctx, meeting)
    attendance.tick(ctx, meeting.id, [_tick(first, Presence.PRESENT)])
    stale = [_tick(first, first.presence), _tick(second, Presence.REMOTE)]
    saved = attendance.tick(ctx, meeting.id, stale)
    assert [line.presence for line in saved] == [Presence.PRESENT, Presence.REMOTE]


def test_two_people_who_tick_one_person_otherwise_are_told(ctx: Context) -> None:
    meeting = make_meeting(ctx.session)
    for _ in range(2):
        make_invitation(ctx.session, meeting)
    first, second = lines(ctx, meeting)
    attendance.tick(ctx, meeting.id, [_tick(first, Presence.PRESENT)])
    with pytest.raises(AttendanceConflictError) as refusal:
        attendance.tick(
            ctx, meeting.id, [_tick(first, Presence.EXCUSED), _tick(second, Presence.REMOTE)]
        )
    assert [line.presence for line in refusal.value.lines] == [Presence.PRESENT]
    assert [line.presence for line in lines(ctx, meeting)] == [Presence.PRESENT, Presence.ABSENT]


def test_two_people_who_tick_the_same_agree(ctx: Context) -> None:
    meeting = make_meeting(ctx.session)
    make_invitation(ctx.session, meeting)
    (line,) = lines(ctx, meeting)
    attendance.tick(ctx, meeting.id, [_tick(line, Presence.PRESENT)])
    (saved,) = attendance.tick(ctx, meeting.id, [_tick(line, Presence.PRESENT)])
    assert saved.presence is Presence.PRESENT


def test_somebody_ticked_stays_when_the_invitation_is_withdrawn(ctx: Context) -> None:
    meeting = make_meeting(ctx.session)
    gone = make_invitation(ctx.session, meeting)
    make_invitation(ctx.session, meeting, removed_at=ctx.now)
    (line,) = lines(ctx, meeting)
    attendance.tick(ctx, meeting.id, [_tick(line, Presence.PRESENT)])
    gone.removed_at = ctx.now
    ctx.session.commit()
    (line,) = lines(ctx, meeting)
    (line,) = attendance.tick(ctx, meeting.id, [_tick(line, Presence.REMOTE)])
    assert (line.key, line.presence) == (f"i{gone.id}", Presence.REMOTE)


def test_a_person_who_left_the_list_is_said(ctx: Context) -> None:
    meeting = make_meeting(ctx.session)
    with pytest.raises(InvalidError, match="plus dans la liste"):
        attendance.tick(ctx, meeting.id, [Tick("i999", Presence.PRESENT)])


def test_adds_somebody_unannounced_once(ctx: Context) -> None:
    meeting = make_meeting(ctx.session)
    data = PersonData("Mme Venue Fictive", "Élue", "Mairie d’exemple", "Venue@Mairie.example")
    row = attendance.add_person(ctx, meeting.id, data)
    assert (row.email, row.presence) == ("venue@mairie.example", Presence.PRESENT)
    with pytest.raises(InvalidError, match="déjà dans la liste") as refusal:
        attendance.add_person(ctx, meeting.id, replace(data, name="mme venue fictive"))
    assert refusal.value.field == "name"
    attendance.remove_person(ctx, meeting.id, row.id)
    assert lines(ctx, meeting) == []
    with pytest.raises(NotFoundError):
        attendance.remove_person(ctx, meeting.id, row.id)


@pytest.mark.parametrize(
    ("data", "field"),
    [
        (PersonData(" "), "name"),
        (PersonData("x" * 171), "name"),
        (PersonData("Mme Fictive", email="pas une adresse"), "email"),
    ],
)
def test_refuses_a_person_badly_described(ctx: Context, data: PersonData, field: str) -> None:
    meeting = make_meeting(ctx.session)
    with pytest.raises(InvalidError) as refusal:
        attendance.add_person(ctx, meeting.id, data)
    assert refusal.value.field == field
    assert ctx.session.query(Attendance).count() == 0


def test_an_invited_person_cannot_be_removed_here(ctx: Context) -> None:
    meeting = make_meeting(ctx.session)
    row = make_attendance(ctx.session, meeting, invitation=make_invitation(ctx.session, meeting))
    with pytest.raises(NotFoundError):
        attendance.remove_person(ctx, meeting.id, row.id)


def test_a_cancelled_meeting_has_no_attendance(ctx: Context) -> None:
    meeting = make_meeting(ctx.session, state=MeetingState.CANCELLED)
    make_invitation(ctx.session, meeting)
    (line,) = lines(ctx, meeting)
    with pytest.raises(ConflictError, match="annulée"):
        attendance.tick(ctx, meeting.id, [_tick(line, Presence.PRESENT)])


@pytest.mark.parametrize("state", [MinutesState.VALIDATED, MinutesState.SENT])
def test_validated_minutes_lock_the_list(ctx: Context, state: MinutesState) -> None:
    meeting = make_minutes(ctx.session, state=state).meeting
    make_invitation(ctx.session, meeting)
    (line,) = lines(ctx, meeting)
    with pytest.raises(ConflictError, match="validé"):
        attendance.tick(ctx, meeting.id, [_tick(line, Presence.PRESENT)])
    with pytest.raises(ConflictError, match="validé"):
        attendance.add_person(ctx, meeting.id, PersonData("Mme Fictive"))


def test_only_those_who_prepare_the_meeting_tick(ctx: Context) -> None:
    leading, sitting = (make_organisation(ctx.session) for _ in range(2))
    meeting = make_meeting(ctx.session, make_committee(ctx.session, led_by=leading))
    person = PersonData("Mme Fictive")
    grantee = make_user(ctx.session, Role.GRANTEE, leading)
    other = make_user(ctx.session, Role.GRANTEE, sitting)
    attendance.add_person(acting_as(ctx, grantee), meeting.id, person)
    with pytest.raises(ForbiddenError):
        attendance.add_person(acting_as(ctx, other), meeting.id, PersonData("M. Fictif"))


def test_counts_every_presence() -> None:
    assert counts([]) == dict.fromkeys(Presence, 0)


def test_people_who_tick_different_lines_at_once_lose_none(app: Flask, ctx: Context) -> None:
    meeting = make_meeting(ctx.session)
    for _ in range(8):
        make_invitation(ctx.session, meeting, answer=Answer.DECLINED)
    meeting_id, shown = meeting.id, lines(ctx, meeting)
    pages = [
        [_tick(line, Presence.PRESENT if line is mine else line.presence) for line in shown]
        for mine in shown
    ]
    jobs = [lambda c, page=page: attendance.tick(c, meeting_id, page) for page in pages]
    assert refusals_at_once(app, jobs) == []
    assert counts(lines(ctx, meeting))[Presence.PRESENT] == 8


def test_people_who_tick_one_line_at_once_leave_one_row(app: Flask, ctx: Context) -> None:
    meeting = make_meeting(ctx.session)
    make_invitation(ctx.session, meeting)
    meeting_id, (line,) = meeting.id, lines(ctx, meeting)
    wanted = [Presence.PRESENT, Presence.REMOTE, Presence.EXCUSED, Presence.REPRESENTED]
    jobs = [lambda c, p=p: attendance.tick(c, meeting_id, [_tick(line, p)]) for p in wanted]
    refusals = refusals_at_once(app, jobs)
    assert [type(refusal) for refusal in refusals] == [AttendanceConflictError] * 3
    assert ctx.session.query(Attendance).count() == 1
    assert ctx.session.query(Invitation).count() == 1
