"""« Je suis là », from the room's code and from one's own link, on both engines."""

from datetime import timedelta

import pytest
from flask import Flask

from tests.factories.invitations import make_invitation
from tests.factories.meetings import make_meeting
from tests.races import results_at_once
from tests.world import FrozenClock
from zna_network.models.invitation import Answer, Invitation
from zna_network.models.meeting import Meeting
from zna_network.models.minutes import Attendance, MinutesState, Presence
from zna_network.services import attendance, invitation_page, minutes
from zna_network.services.attendance import AttendanceConflictError, Tick
from zna_network.services.context import Context
from zna_network.services.errors import (
    ConflictError,
    InvalidError,
    LinkGoneError,
    NotFoundError,
    TooManyAttemptsError,
)
from zna_network.services.invitation_links import token_of
from zna_network.services.meeting_day import arrivals, running

HERE = Presence.PRESENT


@pytest.fixture
def meeting(ctx: Context, clock: FrozenClock) -> Meeting:
    """Open, ten minutes before it begins; three people are convened."""
    meeting = make_meeting(ctx.session)
    for name in ("Alix Modèle", "Aline Fictive", "Bastien Exemple"):
        make_invitation(ctx.session, meeting, name=name, organisation_name="CAF d’exemple")
    clock.set(meeting.starts_at - timedelta(minutes=10))
    running.open_day(ctx, meeting.id)
    return meeting


def _token(ctx: Context, meeting: Meeting) -> str:
    return arrivals.token_of(ctx.settings, running.open_day(ctx, meeting.id))


def _found(ctx: Context, token: str, typed: str) -> list[arrivals.Found]:
    return list(arrivals.search(ctx, arrivals.room_of(ctx, token), typed).people)


def test_a_name_is_found_by_its_letters_and_never_the_whole_list(
    ctx: Context, meeting: Meeting
) -> None:
    token = _token(ctx, meeting)
    assert [p.name for p in _found(ctx, token, "ali")] == ["Aline Fictive", "Alix Modèle"]
    assert [p.name for p in _found(ctx, token, "MODE ali")] == ["Alix Modèle"]
    room = arrivals.room_of(ctx, token)
    assert arrivals.search(ctx, room, "a").is_short
    assert not _found(ctx, token, "a")
    assert not _found(ctx, token, "caf")  # an organisation would give all its people
    for _ in range(arrivals.MOST_FOUND):
        make_invitation(ctx.session, meeting, name="Alizée Nombreuse")
    cut = arrivals.search(ctx, room, "ali")
    assert cut.is_cut
    assert len(cut.people) == arrivals.MOST_FOUND


def test_saying_so_twice_is_saying_so_once(
    ctx: Context, clock: FrozenClock, meeting: Meeting
) -> None:
    token = _token(ctx, meeting)
    (alix,) = _found(ctx, token, "alix")
    first = arrivals.say_present(ctx, token, alix.handle, HERE)
    clock.move(timedelta(minutes=5))
    again = arrivals.say_present(ctx, token, alix.handle, HERE)
    assert again.at == first.at == meeting.starts_at - timedelta(minutes=10)
    row = ctx.session.query(Attendance).one()
    assert (row.name, row.presence, row.to_confirm) == ("Alix Modèle", HERE, False)
    assert _found(ctx, token, "alix")[0].is_there
    # The page of an agent who had not seen it come undoes nothing.
    key = f"i{row.invitation_id}"
    with pytest.raises(AttendanceConflictError):
        attendance.tick(ctx, meeting.id, [Tick(key, Presence.EXCUSED)])
    for handle in (key, "0" * 24):
        with pytest.raises(InvalidError, match="Cherchez"):
            arrivals.say_present(ctx, token, handle, HERE)


def test_somebody_who_is_not_on_the_list_is_kept_apart_until_confirmed(
    ctx: Context, meeting: Meeting
) -> None:
    token = _token(ctx, meeting)
    said = arrivals.say_newcomer(ctx, token, " Noor  Inattendue ", "MSA", HERE)
    assert said.to_confirm
    assert said.name == "Noor Inattendue"
    arrivals.say_newcomer(ctx, token, "noor inattendue", "M.S.A", Presence.REMOTE)
    arrivals.say_newcomer(ctx, token, "Noor Inattendue", "msa", HERE)
    # Somebody of the list who had not looked for their name is that person.
    assert not arrivals.say_newcomer(ctx, token, "alix modele", "CAF d'exemple", HERE).to_confirm
    rows = {
        r.organisation_name: r for r in ctx.session.query(Attendance).filter_by(to_confirm=True)
    }
    assert set(rows) == {"MSA", "M.S.A"}
    attendance.confirm_person(ctx, meeting.id, rows["MSA"].id)
    attendance.remove_person(ctx, meeting.id, rows["M.S.A"].id)
    assert ctx.session.query(Attendance).filter_by(to_confirm=True).count() == 0
    for name, organisation in (("", "MSA"), ("Noor", ""), ("www.exemple.example", "MSA")):
        with pytest.raises(InvalidError):
            arrivals.say_newcomer(ctx, token, name, organisation, HERE)
    for number in range(arrivals.MOST_NEWCOMERS):
        arrivals.say_newcomer(ctx, token, f"Personne {number}", "Groupe", HERE)
    with pytest.raises(TooManyAttemptsError):
        arrivals.say_newcomer(ctx, token, "Une de trop", "Groupe", HERE)


def test_when_the_code_serves(ctx: Context, clock: FrozenClock, meeting: Meeting) -> None:
    token = _token(ctx, meeting)
    (alix,) = _found(ctx, token, "alix")
    clock.set(meeting.starts_at - timedelta(minutes=61))
    assert arrivals.room_of(ctx, token).is_early
    assert not _found(ctx, token, "alix")
    with pytest.raises(ConflictError, match="trop tôt"):
        arrivals.say_present(ctx, token, alix.handle, HERE)
    clock.set(meeting.ends_at + timedelta(hours=3, minutes=1))
    with pytest.raises(LinkGoneError):
        arrivals.room_of(ctx, token)
    clock.set(meeting.starts_at)
    minutes.start(ctx, meeting.id).state = MinutesState.VALIDATED
    ctx.session.commit()
    with pytest.raises(ConflictError, match="validé"):
        arrivals.say_present(ctx, token, alix.handle, HERE)
    minutes.start(ctx, meeting.id).state = MinutesState.DRAFT
    ctx.session.commit()
    running.close_day(ctx, meeting.id)
    with pytest.raises(LinkGoneError, match="terminée"):
        arrivals.say_present(ctx, token, alix.handle, HERE)
    running.reopen_day(ctx, meeting.id)
    for wrong in (token, "inconnu", "é" * 40):
        with pytest.raises(NotFoundError):
            arrivals.room_of(ctx, wrong)
    assert _found(ctx, _token(ctx, meeting), "alix")


def test_ones_own_link_says_so_too(ctx: Context, clock: FrozenClock, meeting: Meeting) -> None:
    alix, aline, _ = ctx.session.query(Invitation).order_by(Invitation.id)
    alix.answer = Answer.REPRESENTED
    ctx.session.commit()
    own = token_of(ctx.settings, alix)
    assert invitation_page.read(ctx, own).takes_presence
    arrivals.say_here(ctx, own, Presence.REMOTE)
    page = invitation_page.read(ctx, own)
    assert page.arrived_at == ctx.now
    row = ctx.session.query(Attendance).one()
    assert (row.presence, row.represented_by) == (Presence.REMOTE, "")
    with pytest.raises(InvalidError):
        arrivals.say_here(ctx, own, Presence.ABSENT)
    clock.set(meeting.starts_at - timedelta(hours=2))
    assert not invitation_page.read(ctx, own).takes_presence
    with pytest.raises(ConflictError, match="trop tôt"):
        arrivals.say_here(ctx, own, HERE)
    clock.set(meeting.starts_at)
    aline.removed_at = ctx.now
    ctx.session.commit()
    with pytest.raises(LinkGoneError):
        arrivals.say_here(ctx, token_of(ctx.settings, aline), HERE)
    running.close_day(ctx, meeting.id)
    with pytest.raises(LinkGoneError):
        arrivals.say_here(ctx, own, HERE)


def test_a_room_that_comes_in_at_once(app: Flask, ctx: Context, meeting: Meeting) -> None:
    """The same person from the code, from their link and by an agent: one line, present; the same
    newcomer twice: one line."""
    token, number = _token(ctx, meeting), meeting.id
    (alix,) = _found(ctx, token, "alix")
    invitation = ctx.session.query(Invitation).filter_by(name="Alix Modèle").one()
    own, key = token_of(ctx.settings, invitation), f"i{invitation.id}"
    results_at_once(
        app,
        [
            lambda c: arrivals.say_present(c, token, alix.handle, HERE),
            lambda c: arrivals.say_here(c, own, HERE),
            lambda c: attendance.tick(c, number, [Tick(key, HERE)]),
            lambda c: arrivals.say_newcomer(c, token, "Noor Inattendue", "MSA", HERE),
            lambda c: arrivals.say_newcomer(c, token, "Noor Inattendue", "MSA", HERE),
        ],
    )
    rows = ctx.session.query(Attendance).order_by(Attendance.name)
    assert [(row.name, row.presence) for row in rows] == [
        ("Alix Modèle", HERE),
        ("Noor Inattendue", HERE),
    ]
