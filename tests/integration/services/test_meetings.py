"""Meetings against a real database, on both engines."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from flask import Flask

from tests.acting import acting_as
from tests.factories.accounts import make_user
from tests.factories.committees import make_committee, make_membership
from tests.factories.invitations import mails_to, make_invitation
from tests.factories.meetings import make_meeting
from tests.factories.organisations import make_contact, make_organisation
from tests.races import results_at_once
from tests.world import FrozenClock
from zna_network.models.account import Role
from zna_network.models.committee import CommitteeKind
from zna_network.models.invitation import Answer
from zna_network.models.meeting import Meeting, MeetingState
from zna_network.models.outbox import OutboxMessage
from zna_network.services import committees, delivery, invitations, meetings
from zna_network.services.context import Context
from zna_network.services.errors import (
    ConflictError,
    ForbiddenError,
    InvalidError,
    NotFoundError,
)
from zna_network.services.french_time import to_local
from zna_network.services.meeting_times import Slot
from zna_network.services.meetings import MeetingData

SLOT = Slot(date(2027, 1, 21), time(14), time(16))
DATA = MeetingData(SLOT, place="Hôtel communautaire")


def _data_of(meeting: Meeting, **changes: object) -> MeetingData:
    """What the form of this meeting would send back, with some fields changed."""
    starts, ends = to_local(meeting.starts_at), to_local(meeting.ends_at)
    data = MeetingData(
        Slot(starts.date(), starts.time(), ends.time()),
        meeting.title,
        meeting.place,
        meeting.visio_url,
        meeting.notice,
    )
    return replace(data, **changes)  # type: ignore[arg-type]


def test_fixes_a_meeting_with_a_title_of_its_own(ctx: Context) -> None:
    committee = make_committee(ctx.session, kind=CommitteeKind.STEERING)
    meeting = meetings.create_meeting(ctx, committee.id, DATA)
    assert meeting.title == "COPIL du 21 janvier 2027"
    assert meeting.starts_at == datetime(2027, 1, 21, 13, 0, tzinfo=UTC)
    assert (meeting.state, meeting.sequence) == (MeetingState.PLANNED, 0)


def test_each_meeting_has_a_random_uid(ctx: Context) -> None:
    committee = make_committee(ctx.session)
    uids = {meetings.create_meeting(ctx, committee.id, DATA).uid for _ in range(3)}
    assert len(uids) == 3
    assert all(len(uid.partition("@")[0]) == 32 and uid.endswith("@zna.example") for uid in uids)


def test_refuses_beside_the_field_and_writes_nothing(ctx: Context) -> None:
    committee = make_committee(ctx.session)
    for changes, field in (
        ({"slot": Slot(date(2026, 12, 3), time(9), time(11))}, "day"),
        ({"slot": Slot(date(2025, 1, 21), time(14), time(16))}, "day"),
        ({"slot": Slot(date(2027, 3, 28), time(2, 30), time(4))}, "starts"),
        ({"slot": Slot(SLOT.day, time(16), time(14))}, "ends"),
        ({"slot": Slot(date(2027, 1, 24), time(14), time(16))}, "confirmed"),
        ({"title": "x" * 161}, "title"),
        ({"place": "x" * 301}, "place"),
        ({"visio_url": "http://visio.example/abc"}, "visio_url"),
        ({"visio_url": "javascript:alert(1)"}, "visio_url"),
        ({"visio_url": "https://"}, "visio_url"),
    ):
        with pytest.raises(InvalidError) as refusal:
            meetings.create_meeting(ctx, committee.id, replace(DATA, **changes))  # type: ignore[arg-type]
        assert refusal.value.field == field
        assert ctx.session.query(Meeting).count() == 0


def test_refuses_a_meeting_of_an_archived_committee(ctx: Context) -> None:
    committee = make_committee(ctx.session)
    committees.archive_committee(ctx, committee.id)
    with pytest.raises(ConflictError, match="archivée"):
        meetings.create_meeting(ctx, committee.id, DATA)


def test_the_sequence_rises_with_what_calendars_show(ctx: Context) -> None:
    for changes, raised in (
        ({"slot": SLOT}, True),
        ({"place": "Ailleurs"}, True),
        ({"visio_url": "https://visio.example/abc"}, True),
        ({"title": "Un autre intitulé"}, True),
        ({"notice": "Apportez une pièce d’identité."}, False),
        ({}, False),
    ):
        meeting = make_meeting(ctx.session)
        invitation = make_invitation(ctx.session, meeting, convened=True, answer=Answer.ON_SITE)
        uid = meeting.uid
        meetings.update_meeting(ctx, meeting.id, _data_of(meeting, **changes), meeting.revision)
        assert (meeting.sequence, meeting.uid) == (int(raised), uid)
        assert len(mails_to(ctx.session, invitation)) == int(raised)


@pytest.mark.parametrize(
    ("changes", "kept"), [({"place": "Ailleurs"}, False), ({"title": "Autre"}, True)]
)
def test_answers_are_asked_again_when_the_meeting_moves(
    ctx: Context, changes: dict[str, object], kept: bool
) -> None:
    meeting = make_meeting(ctx.session)
    invitation = make_invitation(ctx.session, meeting, convened=True, answer=Answer.ON_SITE)
    meetings.update_meeting(ctx, meeting.id, _data_of(meeting, **changes), meeting.revision)
    assert (invitation.answer is Answer.ON_SITE) is kept


def test_nobody_is_told_before_the_convocations(ctx: Context) -> None:
    meeting = make_meeting(ctx.session)
    make_invitation(ctx.session, meeting)
    meetings.update_meeting(ctx, meeting.id, _data_of(meeting, slot=SLOT), meeting.revision)
    assert ctx.session.query(OutboxMessage).count() == 0


def test_those_convened_are_always_told_where_to_come(ctx: Context) -> None:
    meeting = make_meeting(ctx.session)
    make_invitation(ctx.session, meeting, convened=True)
    with pytest.raises(InvalidError) as refusal:
        meetings.update_meeting(ctx, meeting.id, _data_of(meeting, place=""), meeting.revision)
    assert refusal.value.field == "place"
    assert (meeting.place, meeting.sequence) == ("Salle d’exemple, Arras", 0)


def test_refuses_a_change_made_from_an_older_version(ctx: Context) -> None:
    meeting = make_meeting(ctx.session)
    seen = meeting.revision
    meetings.update_meeting(ctx, meeting.id, _data_of(meeting, place="Première"), seen)
    with pytest.raises(ConflictError):
        meetings.update_meeting(ctx, meeting.id, _data_of(meeting, place="Seconde"), seen)
    assert (meeting.place, meeting.sequence) == ("Première", 1)


def test_one_change_is_kept_when_two_are_made_at_once(app: Flask, ctx: Context) -> None:
    meeting = make_meeting(ctx.session)
    invitation = make_invitation(ctx.session, meeting, convened=True)
    meeting_id, seen = meeting.id, meeting.revision
    wanted = [_data_of(meeting, place=f"Salle {number}") for number in range(4)]
    outcomes = results_at_once(
        app,
        [
            lambda ctx, data=data: meetings.update_meeting(ctx, meeting_id, data, seen).place  # type: ignore[misc]
            for data in wanted
        ],
    )
    kept = [outcome for outcome in outcomes if isinstance(outcome, str)]
    assert len(kept) == 1
    assert sum(isinstance(outcome, ConflictError) for outcome in outcomes) == 3
    assert (meeting.place, meeting.sequence) == (kept[0], 1)
    assert len(mails_to(ctx.session, invitation)) == 1


def test_a_meeting_that_has_begun_keeps_its_time(ctx: Context, clock: FrozenClock) -> None:
    meeting = make_meeting(ctx.session)
    invitation = make_invitation(ctx.session, meeting, convened=True)
    clock.set(meeting.starts_at + timedelta(minutes=1))
    with pytest.raises(InvalidError, match="déjà commencé") as refusal:
        meetings.update_meeting(ctx, meeting.id, _data_of(meeting, slot=SLOT), meeting.revision)
    assert refusal.value.field == "day"
    data = _data_of(meeting, title="Intitulé corrigé")
    meetings.update_meeting(ctx, meeting.id, data, meeting.revision)
    assert (meeting.title, meeting.sequence) == ("Intitulé corrigé", 0)
    assert mails_to(ctx.session, invitation) == []


def test_a_cancelled_meeting_is_told_and_never_changes_again(ctx: Context) -> None:
    meeting = make_meeting(ctx.session)
    invitation = make_invitation(ctx.session, meeting)
    invitations.send_convocations(ctx, meeting.id)
    delivery.deliver_due(ctx, "tests")
    meetings.cancel_meeting(ctx, meeting.id, " Grève des transports. ")
    assert meeting.state is MeetingState.CANCELLED
    assert (meeting.cancel_reason, meeting.sequence) == ("Grève des transports.", 1)
    assert len(mails_to(ctx.session, invitation)) == 2
    with pytest.raises(ConflictError, match="annulée"):
        meetings.update_meeting(ctx, meeting.id, _data_of(meeting, place="X"), meeting.revision)
    with pytest.raises(ConflictError, match="annulée"):
        meetings.cancel_meeting(ctx, meeting.id, "Encore")
    assert len(mails_to(ctx.session, invitation)) == 2


def test_a_cancellation_needs_a_reason_and_a_meeting_to_come(
    ctx: Context, clock: FrozenClock
) -> None:
    meeting = make_meeting(ctx.session)
    with pytest.raises(InvalidError) as refusal:
        meetings.cancel_meeting(ctx, meeting.id, "  ")
    assert refusal.value.field == "reason"
    clock.set(meeting.starts_at)
    with pytest.raises(ConflictError, match="déjà commencé"):
        meetings.cancel_meeting(ctx, meeting.id, "Trop tard")
    assert not meeting.is_cancelled


def test_once_convened_a_grantee_leaves_time_and_place_to_the_staff(ctx: Context) -> None:
    grantee = make_organisation(ctx.session)
    mine = acting_as(ctx, make_user(ctx.session, Role.GRANTEE, grantee))
    committee = make_committee(ctx.session, led_by=grantee)
    meeting = meetings.create_meeting(mine, committee.id, DATA)
    data = _data_of(meeting, place="Salle 2")
    meetings.update_meeting(mine, meeting.id, data, meeting.revision)
    make_invitation(ctx.session, meeting, convened=True)
    data = _data_of(meeting, place="Salle 3")
    with pytest.raises(InvalidError, match="seul un agent"):
        meetings.update_meeting(mine, meeting.id, data, meeting.revision)
    with pytest.raises(InvalidError, match="seul un agent"):
        meetings.cancel_meeting(mine, meeting.id, "Motif")
    data = _data_of(meeting, notice="Parking derrière la mairie")
    meetings.update_meeting(mine, meeting.id, data, meeting.revision)
    assert (meeting.place, meeting.notice) == ("Salle 2", "Parking derrière la mairie")


@pytest.mark.parametrize("role", [Role.GRANTEE, Role.PARTNER])
def test_nobody_prepares_the_meetings_of_others(ctx: Context, role: Role) -> None:
    organisation = make_organisation(ctx.session)
    committee = make_committee(ctx.session, led_by=make_organisation(ctx.session))
    make_membership(ctx.session, committee, make_contact(ctx.session, organisation))
    meeting = make_meeting(ctx.session, committee)
    other = acting_as(ctx, make_user(ctx.session, role, organisation))
    with pytest.raises(ForbiddenError):
        meetings.create_meeting(other, committee.id, DATA)
    with pytest.raises(ForbiddenError):
        meetings.update_meeting(other, meeting.id, _data_of(meeting), meeting.revision)
    with pytest.raises(ForbiddenError):
        meetings.cancel_meeting(other, meeting.id, "Motif")


def test_refuses_a_meeting_that_does_not_exist(ctx: Context) -> None:
    with pytest.raises(NotFoundError):
        meetings.cancel_meeting(ctx, 999, "Motif")


def test_a_clash_is_another_meeting_that_shares_members(ctx: Context) -> None:
    meeting = make_meeting(ctx.session)
    shared = make_membership(ctx.session, meeting.committee).contact
    sharing = make_committee(ctx.session)
    make_membership(ctx.session, sharing, shared)
    later = {"starts_at": meeting.ends_at, "ends_at": meeting.ends_at + timedelta(hours=1)}
    clash = make_meeting(ctx.session, sharing)
    make_meeting(ctx.session, sharing, state=MeetingState.CANCELLED)
    make_meeting(ctx.session, sharing, **later)
    make_meeting(ctx.session)
    assert meetings.clashes(ctx, meeting) == [clash]
