"""Running a meeting from its screen, on both engines: the clock, several screens, what is typed."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.acting import acting_as
from tests.factories.accounts import make_user
from tests.factories.committees import make_committee
from tests.factories.invitations import make_invitation
from tests.factories.meetings import make_agenda_item, make_meeting
from tests.factories.minutes import make_attendance
from tests.factories.organisations import make_grantee
from tests.races import race, results_at_once
from tests.statements import cost
from tests.world import FrozenClock
from zna_network.models.account import Role
from zna_network.models.meeting import Meeting, MeetingState
from zna_network.models.meeting_day import MeetingDay
from zna_network.models.minutes import ActionItem, Decision, Minutes, MinutesState
from zna_network.queries import meetings
from zna_network.services import agenda, minutes
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from zna_network.services.meeting_day import live_entries, running
from zna_network.services.meeting_day.live_entries import (
    EntryData,
    FieldSave,
    FieldTakenError,
    Kind,
)
from zna_network.services.meeting_day.running import Order, Verb
from zna_network.services.meeting_day.screen import read_screen
from zna_network.services.meeting_day.timing import DayClock, clock_of
from zna_network.services.text_merging import fingerprint

KEY = "7a1f4c9e-0000-4000-8000-00000000000"


@pytest.fixture
def meeting(ctx: Context, clock: FrozenClock) -> Meeting:
    """Three points of 20 minutes, and the clock at the hour that it begins."""
    meeting = make_meeting(ctx.session)
    for _ in range(3):
        make_agenda_item(ctx.session, meeting)
    clock.set(meeting.starts_at)
    return meeting


def _clock(ctx: Context, meeting: Meeting) -> DayClock:
    fresh = ctx.session.scalar(meetings.with_agenda(meeting.id))
    assert fresh is not None
    ctx.session.refresh(fresh)
    return clock_of(ctx, fresh, ctx.session.query(MeetingDay).one())


def _order(ctx: Context, meeting: Meeting, verb: Verb, item_id: int | None = None) -> MeetingDay:
    """Given by a screen that is up to date."""
    revision = ctx.session.query(MeetingDay).one().revision
    return running.run(ctx, meeting.id, Order(verb, revision, item_id))


def test_the_time_of_each_point_is_kept_through_pauses_and_jumps(
    ctx: Context, clock: FrozenClock, meeting: Meeting
) -> None:
    items = [item.id for item in meeting.agenda]
    running.open_day(ctx, meeting.id)
    assert _clock(ctx, meeting).current is None
    _order(ctx, meeting, Verb.NEXT)
    clock.move(timedelta(minutes=15, seconds=5))
    _order(ctx, meeting, Verb.PAUSE)
    clock.move(timedelta(minutes=30))  # coffee is nobody's time
    paused = _clock(ctx, meeting)
    assert paused.current
    assert (paused.current.spent, paused.current.is_running) == (905, False)
    assert paused.current.told == "4:55"
    assert paused.ends_at == ctx.now + timedelta(seconds=295, minutes=40)
    _order(ctx, meeting, Verb.RESUME)
    clock.move(timedelta(minutes=6))
    over = _clock(ctx, meeting).current
    assert over
    assert over.is_over
    assert over.told == "+1:05"
    _order(ctx, meeting, Verb.GO, items[2])  # the second is jumped over, and comes back
    clock.move(timedelta(minutes=1))
    _order(ctx, meeting, Verb.NEXT)
    now = _clock(ctx, meeting)
    assert [(p.spent, p.is_current, p.is_done) for p in now.points] == [
        (1265, False, True),
        (0, True, False),
        (60, False, True),
    ]
    _order(ctx, meeting, Verb.PREVIOUS)
    at = _clock(ctx, meeting)
    assert at.current
    assert at.current.rank == 1
    assert at.following
    assert at.following.rank == 2
    _order(ctx, meeting, Verb.NEXT)
    _order(ctx, meeting, Verb.NEXT)
    assert _clock(ctx, meeting).current is None
    assert _clock(ctx, meeting).following is None
    _order(ctx, meeting, Verb.RESET)
    assert _clock(ctx, meeting).spent == 0


def test_opening_begins_the_minutes_and_closing_ends_the_code(
    ctx: Context, clock: FrozenClock, meeting: Meeting
) -> None:
    day = running.open_day(ctx, meeting.id)
    assert ctx.session.query(Minutes).one().state is MinutesState.DRAFT
    code = day.link_hash
    _order(ctx, meeting, Verb.NEXT)
    clock.move(timedelta(minutes=3))
    running.close_day(ctx, meeting.id)
    assert [p.spent for p in _clock(ctx, meeting).points] == [180, 0, 0]
    with pytest.raises(ConflictError, match="close"):
        _order(ctx, meeting, Verb.NEXT)
    with pytest.raises(ConflictError):
        running.renew_code(ctx, meeting.id)
    reopened = running.reopen_day(ctx, meeting.id)
    assert reopened.link_hash != code
    assert running.renew_code(ctx, meeting.id).link_hash != reopened.link_salt


def test_who_may_run_which_meeting(ctx: Context, meeting: Meeting) -> None:
    lead = make_grantee(ctx.session)
    led = make_meeting(ctx.session, make_committee(ctx.session, led_by=lead))
    grantee = acting_as(ctx, make_user(ctx.session, Role.GRANTEE, lead))
    assert running.open_day(grantee, led.id).meeting_id == led.id
    with pytest.raises(ForbiddenError):
        running.open_day(grantee, meeting.id)
    with pytest.raises(NotFoundError, match="pas ouverte"):
        running.run(ctx, meeting.id, Order(Verb.NEXT, 1))
    cancelled = make_meeting(ctx.session, state=MeetingState.CANCELLED)
    with pytest.raises(ConflictError, match="annulée"):
        running.open_day(ctx, cancelled.id)
    minutes.start(ctx, meeting.id).state = MinutesState.VALIDATED
    ctx.session.commit()
    with pytest.raises(ConflictError, match="validé"):
        running.open_day(ctx, meeting.id)


def test_a_point_that_leaves_the_agenda_while_it_is_treated_stops_the_clock(
    ctx: Context, clock: FrozenClock, meeting: Meeting
) -> None:
    first, second = meeting.agenda[0].id, meeting.agenda[1].id
    running.open_day(ctx, meeting.id)
    _order(ctx, meeting, Verb.NEXT)
    agenda.remove_item(ctx, meeting.id, first)
    clock.move(timedelta(minutes=2))
    assert _clock(ctx, meeting).current is None
    _order(ctx, meeting, Verb.NEXT)
    current = _clock(ctx, meeting).current
    assert current
    assert (current.item.id, current.spent) == (second, 0)
    with pytest.raises(NotFoundError):
        _order(ctx, meeting, Verb.GO, first)


def test_two_screens_at_once(app: Flask, ctx: Context, meeting: Meeting) -> None:
    """Opened once; of two « suivant », one is done and no point is skipped."""
    number = meeting.id
    days = results_at_once(app, [lambda c: running.open_day(c, number).id] * 3)
    assert len(set(days)) == 1
    order = Order(Verb.NEXT, ctx.session.query(MeetingDay).one().revision)
    assert race(app, [lambda c: running.run(c, number, order)] * 2) == ["ConflictError", "won"]
    current = _clock(ctx, meeting).current
    assert current
    assert current.rank == 1


def _save(
    ctx: Context,
    meeting: Meeting,
    kind: Kind,
    field: str,
    typed: str,
    seen: str = "",
    key: str = "1",
) -> Decision | ActionItem:
    section = ctx.session.query(Minutes).one().sections[0].id
    save = FieldSave(kind, KEY + key, field, typed, fingerprint(seen), section)
    return live_entries.save_field(ctx, meeting.id, save)


def test_a_decision_is_written_as_it_is_typed(ctx: Context, meeting: Meeting) -> None:
    running.open_day(ctx, meeting.id)
    with pytest.raises(InvalidError, match="d’abord"):
        _save(ctx, meeting, Kind.ACTION, "owner", "CCAS")
    first = _save(ctx, meeting, Kind.ACTION, "text", "Envoyer")
    assert isinstance(first, ActionItem)
    assert first.owner == live_entries.UNASSIGNED
    # The same save again, its answer lost; then the next, which stands on what was never answered.
    assert _save(ctx, meeting, Kind.ACTION, "text", "Envoyer").id == first.id
    _save(ctx, meeting, Kind.ACTION, "text", "Envoyer la liste")
    _save(ctx, meeting, Kind.ACTION, "owner", "CCAS")
    saved = _save(ctx, meeting, Kind.ACTION, "due_on", "2027-01-31")
    assert isinstance(saved, ActionItem)
    assert saved.due_on
    assert (saved.text, saved.owner, saved.due_on.isoformat()) == (
        "Envoyer la liste", "CCAS", "2027-01-31",
    )  # fmt: skip
    for field, typed in (("due_on", "demain"), ("text", "")):
        with pytest.raises(InvalidError):
            _save(ctx, meeting, Kind.ACTION, field, typed, live_entries.value_of(saved, field))
    with pytest.raises(FieldTakenError) as taken:
        _save(ctx, meeting, Kind.ACTION, "owner", "CAF", "")
    assert (taken.value.other, taken.value.assembled) == ("CCAS", "CCAS / CAF")
    # The button, pressed when all was saved already, writes no second one.
    data = EntryData(Kind.ACTION, "Envoyer la liste", "CAF", client_id=KEY + "1")
    assert live_entries.add_entry(ctx, meeting.id, data).id == saved.id
    assert ctx.session.query(ActionItem).one().owner == "CAF"


def test_two_people_type_at_once(app: Flask, ctx: Context, meeting: Meeting) -> None:
    """One entry sent twice is written once; two fields of it are both kept; of one field, the
    second is told what the first wrote."""
    running.open_day(ctx, meeting.id)
    one = results_at_once(
        app, [lambda c: _save(c, meeting_of(c), Kind.DECISION, "text", "On ouvre").id] * 3
    )
    assert len(set(one)) == 1
    assert ctx.session.query(Decision).count() == 1
    fields = [
        lambda c: _save(c, meeting_of(c), Kind.DECISION, "text", "On ouvre en mars", "On ouvre"),
        lambda c: _save(c, meeting_of(c), Kind.DECISION, "owner", "CUA"),
    ]
    assert race(app, fields) == ["won", "won"]
    said = ctx.session.query(Decision).one()
    assert (said.text, said.owner) == ("On ouvre en mars", "CUA")
    same = [
        lambda c: _save(c, meeting_of(c), Kind.DECISION, "owner", "CAF", "CUA"),
        lambda c: _save(c, meeting_of(c), Kind.DECISION, "owner", "MSA", "CUA"),
    ]
    assert race(app, same) == ["FieldTakenError", "won"]


def meeting_of(ctx: Context) -> Meeting:
    return ctx.session.query(Meeting).one()


def test_the_screen_costs_as_many_statements_for_fifty_people_as_for_five(
    ctx: Context, meeting: Meeting
) -> None:
    number = meeting.id
    running.open_day(ctx, number)
    _fill(ctx.session, meeting, 5)
    few = cost(ctx.session, lambda: read_screen(ctx, number).groups)
    _fill(ctx.session, ctx.session.query(Meeting).one(), 45)
    assert cost(ctx.session, lambda: read_screen(ctx, number).groups) == few


def _fill(session: Session, meeting: Meeting, people: int) -> None:
    for _ in range(people):
        invitation = make_invitation(session, meeting)
        make_attendance(session, meeting, invitation=invitation)
        make_agenda_item(session, meeting)
