"""A date poll from its preparation to the meeting, its calendars and its refusals."""

from datetime import date, time, timedelta

import pytest
from sqlalchemy import select, update

from tests.acting import acting_as
from tests.factories.accounts import make_user
from tests.factories.committees import make_committee, make_membership
from tests.factories.invitations import make_invitation
from tests.factories.meetings import make_meeting
from tests.factories.organisations import make_grantee
from tests.factories.polls import FIRST_DATE, make_invitee, make_poll
from tests.mail_reading import calendar_lines, mails, parsed, text_of
from tests.world import FrozenClock
from zna_network.models.account import Role
from zna_network.models.committee import CommitteeKind, Seat
from zna_network.models.invitation import Invitation
from zna_network.models.meeting import Meeting
from zna_network.models.outbox import OutboxMessage, OutboxState
from zna_network.models.planning import ClosedPeriod
from zna_network.models.poll import Choice, DatePoll, PollState
from zna_network.services import meetings
from zna_network.services.context import Context
from zna_network.services.errors import (
    ConflictError,
    ForbiddenError,
    InvalidError,
    LinkGoneError,
    NotFoundError,
)
from zna_network.services.invitees import Person
from zna_network.services.meeting_times import Slot
from zna_network.services.organisation_values import InvalidValuesError
from zna_network.services.polls import (
    answers,
    board,
    closing,
    invitees,
    links,
    options,
    orphans,
    polls,
)
from zna_network.services.polls.answers import VotesData
from zna_network.services.polls.closing import ClosingData
from zna_network.services.polls.poll_values import PollData

AFTERNOON = (time(14), time(16))
DATA = PollData(deadline_day=date(2026, 12, 17), deadline_hour=time(18), place="Salle Vauban",
                with_holds=True)  # fmt: skip


def _slots(*days: date) -> list[Slot]:
    return [Slot(day, *AFTERNOON) for day in days]


def _all_leave(ctx: Context) -> None:
    """What is in the outbox is sent."""
    pending = OutboxMessage.state == OutboxState.PENDING
    ctx.session.execute(update(OutboxMessage).where(pending).values(state=OutboxState.SENT))
    ctx.session.commit()


def _say(poll: DatePoll, letters: str) -> VotesData:
    said = {"y": Choice.YES, "i": Choice.IF_NEEDED, "n": Choice.NO}
    live = [option for option in poll.options if option.is_live]
    return VotesData({o.id: said[letter] for o, letter in zip(live, letters, strict=True)})


def _calendars(ctx: Context, kind: str, email: str) -> list[dict[str, str]]:
    found = [m for m in mails(ctx.session, kind) if m.recipient == email]
    return [calendar_lines(m) for m in found if m.content is not None]


def test_from_the_dates_proposed_to_the_invitations(ctx: Context) -> None:
    """One poll all the way: the hold of the chosen date becomes the meeting in the calendar, the
    others leave it, who said nothing is invited too."""
    committee = make_committee(ctx.session)
    members = [make_membership(ctx.session, committee, seat=Seat.FULL) for _ in range(2)]
    poll = polls.create_poll(
        ctx, committee.id, DATA,
        _slots(date(2027, 1, 14), date(2027, 1, 19), date(2027, 1, 26)),
    )  # fmt: skip
    added = invitees.add_members(ctx, poll.id, [m.id for m in members], [members[0].id])
    essential, other = added.invitees
    assert (essential.is_essential, other.is_essential) == (True, False)
    assert invitees.proposals(ctx, poll) == []
    dominique = Person(name="Dominique Exemple", is_required=False)
    caller = invitees.add_person(ctx, poll.id, dominique)
    assert mails(ctx.session) == []

    opened = polls.open_poll(ctx, poll.id)
    assert (opened.sent, opened.without_email) == (2, [caller])
    assert len(mails(ctx.session, "poll_invitation")) == 2
    first = _calendars(ctx, "poll_hold", essential.email)
    assert len(first) == 3
    for lines in first:
        assert (lines["METHOD"], lines["STATUS"]) == ("REQUEST", "TENTATIVE")
        assert lines["TRANSP"] == "TRANSPARENT"
        assert "RSVP" not in lines["ATTENDEE"]
    _all_leave(ctx)

    token = links.token_of(ctx.settings, essential)
    answers.answer_by_link(ctx, token, _say(poll, "nyi"))
    answers.enter_answer(ctx, poll.id, caller.id, VotesData(suits_none=True, comment="En congé"))
    assert caller.suits_none
    assert [option.starts_at.day for option in poll.options] == [14, 19, 26]
    taken_off, chosen, left = poll.options
    options.remove_option(ctx, poll.id, taken_off.id)
    [off] = _calendars(ctx, "poll_hold_off", essential.email)
    assert (off["METHOD"], off["UID"]) == ("CANCEL", taken_off.uid)
    assert int(off["SEQUENCE"]) > int(first[0]["SEQUENCE"])
    page = board.board(ctx, poll.id)
    assert [one.option.id for one in page.standings] == [chosen.id, left.id]
    assert page.standings[0].reasons.startswith("Convient à 1 sur 3, dont la personne")
    assert page.missing == [other]
    _all_leave(ctx)

    closed = closing.close_poll(ctx, poll.id, ClosingData(chosen.id, place="Salle Vauban"))
    meeting, sent = closed.meeting, closed.sent
    assert (poll.state, poll.meeting_id) == (PollState.CLOSED, meeting.id)
    assert (meeting.uid, meeting.starts_at) == (chosen.uid, chosen.starts_at)
    assert sent is not None
    assert [one.email for one in sent.convened] == [essential.email, other.email]
    assert [one.name for one in sent.without_email] == ["Dominique Exemple"]
    [entry] = _calendars(ctx, "meeting_invitation", essential.email)
    held = next(lines for lines in first if lines["UID"] == chosen.uid)
    assert (entry["METHOD"], entry["STATUS"], entry["UID"]) == ("REQUEST", "CONFIRMED", chosen.uid)
    assert int(entry["SEQUENCE"]) > int(held["SEQUENCE"])
    offs = _calendars(ctx, "poll_hold_off", essential.email)
    assert {lines["UID"] for lines in offs} == {taken_off.uid, left.uid}
    required = {i.name: i.is_required for i in ctx.session.scalars(select(Invitation))}
    assert required == {essential.name: True, other.name: False, "Dominique Exemple": False}

    with pytest.raises(LinkGoneError, match="La date est choisie : mardi 19 janvier 2027"):
        answers.answer_by_link(ctx, token, _say(poll, "yy"))
    with pytest.raises(ConflictError):
        closing.close_poll(ctx, poll.id, ClosingData(left.id, place="Ailleurs"))


def test_what_is_wrong_is_told_beside_its_field_and_nothing_is_written(ctx: Context) -> None:
    committee = make_committee(ctx.session)
    wrong = [
        Slot(date(2027, 1, 14), *AFTERNOON),
        Slot(date(2026, 12, 1), *AFTERNOON),
        Slot(date(2027, 1, 14), *AFTERNOON),
        Slot(date(2027, 1, 17), *AFTERNOON),
        Slot(date(2026, 12, 10), *AFTERNOON),
    ]
    bad = PollData(date(2026, 11, 1), time(18), visio_url="http://visio.example")
    with pytest.raises(InvalidValuesError) as refused:
        polls.create_poll(ctx, committee.id, bad, wrong)
    fields = {problem.field for problem in refused.value.problems}
    assert fields == {"deadline_day", "visio_url", "day_1", "day_2", "confirmed_3"}
    with pytest.raises(InvalidValuesError) as refused:
        polls.create_poll(ctx, committee.id, DATA, wrong[4:])
    assert refused.value.problems[0].field == "day_0"
    assert ctx.session.scalars(select(DatePoll)).all() == []

    poll = polls.create_poll(ctx, committee.id, DATA, wrong[:1])
    for reason in ("deux dates", "les personnes"):
        with pytest.raises(InvalidError, match=reason):
            polls.open_poll(ctx, poll.id)
        options_left = [Slot(date(2027, 1, 21), *AFTERNOON)]
        if reason == "deux dates":
            options.add_options(ctx, poll.id, options_left)
    person = Person(name="Noor Exemple", email="noor@exemple.example")
    asked = invitees.add_person(ctx, poll.id, person)
    with pytest.raises(ConflictError, match="déjà celle de Noor Exemple"):
        invitees.add_person(ctx, poll.id, person)
    polls.open_poll(ctx, poll.id)
    with pytest.raises(ConflictError, match="déjà ouvert"):
        polls.open_poll(ctx, poll.id)
    with pytest.raises(InvalidValuesError) as missing:
        answers.enter_answer(ctx, poll.id, asked.id, VotesData({poll.options[0].id: Choice.YES}))
    assert [p.field for p in missing.value.problems] == [f"option_{poll.options[1].id}"]
    nir = VotesData(suits_none=True, comment="Mon numéro : 2 55 08 14 168 025 38")
    with pytest.raises(InvalidError, match="sécurité sociale"):
        answers.enter_answer(ctx, poll.id, asked.id, nir)
    assert asked.answered_at is None
    with pytest.raises(InvalidError, match="vient après une date"):
        polls.extend(ctx, poll.id, date(2027, 1, 15), time(9))
    with pytest.raises(InvalidError, match="lieu"):
        closing.close_poll(ctx, poll.id, ClosingData(poll.options[0].id))
    with pytest.raises(InvalidError, match="plus proposée"):
        closing.close_poll(ctx, poll.id, ClosingData(99_999, place="Arras"))
    with pytest.raises(InvalidError, match="motif"):
        polls.cancel_poll(ctx, poll.id, " ")
    assert ctx.session.scalars(select(Meeting)).all() == []
    assert ctx.session.scalars(select(Invitation)).all() == []


def test_a_grantee_fixes_the_date_and_the_staff_convene(ctx: Context) -> None:
    lilas = make_grantee(ctx.session)
    poll = make_poll(ctx.session, make_committee(ctx.session, led_by=lilas))
    asked = make_invitee(ctx.session, poll, "yyy")
    staff = make_user(ctx.session, Role.AGENT)
    grantee = acting_as(ctx, make_user(ctx.session, Role.GRANTEE, lilas))
    stranger = acting_as(ctx, make_user(ctx.session, Role.GRANTEE, make_grantee(ctx.session)))
    with pytest.raises(ForbiddenError):
        closing.close_poll(stranger, poll.id, ClosingData(poll.options[0].id))
    closed = closing.close_poll(grantee, poll.id, ClosingData(poll.options[0].id, place="Arras"))
    assert closed.sent is None
    assert ctx.session.scalars(select(Invitation.convened_at)).all() == [None]
    [told] = mails(ctx.session, "poll_chosen")
    assert told.recipient == asked.email
    [order] = mails(ctx.session, "poll_to_convene")
    assert order.recipient == staff.email
    assert f"/instances/reunions/{closed.meeting.id}/convocations" in text_of(order)


def test_the_letters_of_a_copil_leave_with_its_date(ctx: Context) -> None:
    poll = make_poll(ctx.session, make_committee(ctx.session, kind=CommitteeKind.STEERING))
    people = [make_invitee(ctx.session, poll) for _ in range(2)]
    closing.close_poll(ctx, poll.id, ClosingData(poll.options[1].id, visio_url="https://v.example"))
    sent = mails(ctx.session, "meeting_invitation")
    assert [mail.recipient for mail in sent] == [person.email for person in people]
    for mail in sent:
        [letter] = [p for p in parsed(mail).walk() if (p.get_filename() or "").endswith(".docx")]
        assert "2027-01-21" in (letter.get_filename() or "")


def test_a_date_called_off_before_its_convocations_leaves_the_calendars(ctx: Context) -> None:
    lilas = make_grantee(ctx.session)
    poll = make_poll(ctx.session, make_committee(ctx.session, led_by=lilas), with_holds=True)
    asked = invitees.add_person(ctx, poll.id, Person("Noor", email="noor@exemple.example"))
    _all_leave(ctx)
    chosen = poll.options[0]
    grantee = acting_as(ctx, make_user(ctx.session, Role.GRANTEE, lilas))
    closed = closing.close_poll(grantee, poll.id, ClosingData(chosen.id, place="Arras"))
    assert orphans.run(ctx) == 0
    cancelled = meetings.cancel_meeting(grantee, closed.meeting.id, "Salle indisponible")
    assert [orphans.run(ctx), orphans.run(ctx)] == [1, 0]
    last = _calendars(ctx, "poll_hold_off", asked.email)[-1]
    assert (last["METHOD"], last["UID"]) == ("CANCEL", chosen.uid)
    assert int(last["SEQUENCE"]) > cancelled.sequence


def test_people_and_dates_that_come_and_go_while_it_is_open(ctx: Context) -> None:
    poll = make_poll(ctx.session, with_holds=True)
    early = make_invitee(ctx.session, poll, "yyn")
    maker = make_user(ctx.session, Role.AGENT)
    late = invitees.add_person(ctx, poll.id, Person("Sacha Exemple", email="sacha@exemple.example"))
    assert len(mails(ctx.session, "poll_invitation")) == 1
    assert len(_calendars(ctx, "poll_hold", late.email)) == 3
    _all_leave(ctx)
    options.add_options(ctx, poll.id, [Slot(date(2027, 2, 4), *AFTERNOON)])
    updated = mails(ctx.session, "poll_updated")
    # Nothing had left for the first one: they are asked anew, the other learns of the new date.
    assert [mail.recipient for mail in updated] == [late.email]
    assert "jeudi 4 février 2027" in text_of(updated[0])
    assert board.board(ctx, poll.id).answered == 0
    old = links.token_of(ctx.settings, late)
    invitees.renew_link(ctx, poll.id, late.id)
    with pytest.raises(NotFoundError):
        answers.read(ctx, old)
    answers.enter_answer(ctx, poll.id, early.id, _say(poll, "yyny"))
    assert mails(ctx.session, "poll_complete") == []
    invitees.remove_invitee(ctx, poll.id, late.id)
    [complete] = mails(ctx.session, "poll_complete")
    assert complete.recipient == maker.email
    assert len(_calendars(ctx, "poll_hold_off", late.email)) == 3
    token = links.token_of(ctx.settings, late)
    with pytest.raises(LinkGoneError, match="plus attendu"):
        answers.answer_by_link(ctx, token, _say(poll, "yyyy"))
    again = invitees.add_person(
        ctx, poll.id, Person("Sacha Exemple", email="sacha@exemple.example")
    )
    assert again.id != late.id
    _all_leave(ctx)
    polls.cancel_poll(ctx, poll.id, "Le comité est repoussé à l’automne.")
    told = mails(ctx.session, "poll_cancelled")
    assert {mail.recipient for mail in told} == {early.email, again.email}
    assert len(_calendars(ctx, "poll_hold_off", again.email)) >= 4
    with pytest.raises(ConflictError, match="abandonné"):
        polls.extend(ctx, poll.id, date(2026, 12, 20), time(18))


def test_what_the_calendar_says_against_a_date(ctx: Context) -> None:
    committee = make_committee(ctx.session)
    member = make_membership(ctx.session, committee)
    poll = make_poll(ctx.session, committee)
    make_invitee(ctx.session, poll, contact=member.contact)
    elsewhere = make_meeting(
        ctx.session, title="Copil d’hiver",
        starts_at=FIRST_DATE + timedelta(hours=1), ends_at=FIRST_DATE + timedelta(hours=3),
    )  # fmt: skip
    make_invitation(ctx.session, elsewhere, member.contact)
    morning = FIRST_DATE + timedelta(weeks=1, hours=-5)
    make_meeting(ctx.session, committee, starts_at=morning, ends_at=morning + timedelta(hours=1))
    make_meeting(ctx.session, starts_at=FIRST_DATE, ends_at=FIRST_DATE + timedelta(hours=2))
    ctx.session.add(
        ClosedPeriod(label="Vacances d’hiver", is_school_holiday=True,
                     starts_on=date(2027, 1, 28), ends_on=date(2027, 2, 10))
    )  # fmt: skip
    ctx.session.commit()
    said = {one.option.starts_at.day: one.remarks for one in board.board(ctx, poll.id).standings}
    [same_time] = said[14]
    assert same_time.startswith("Au même moment : « Copil d’hiver »")
    assert member.contact.full_name in same_time
    [same_day] = said[21]
    assert same_day.startswith("Le même jour")
    assert said[28] == ["Vacances d’hiver (zone B)."]


def test_two_who_prepare_it_do_not_overwrite_each_other(ctx: Context, clock: FrozenClock) -> None:
    poll = make_poll(ctx.session)
    seen = poll.revision
    polls.update_poll(ctx, poll.id, PollData(date(2026, 12, 18), time(12), title="Une"), seen)
    with pytest.raises(ConflictError):
        polls.update_poll(ctx, poll.id, PollData(date(2026, 12, 19), time(12), title="Autre"), seen)
    assert poll.title == "Une"
    clock.move(timedelta(days=20))
    person = make_invitee(ctx.session, poll)
    token = links.token_of(ctx.settings, person)
    with pytest.raises(LinkGoneError, match="délai de réponse"):
        answers.answer_by_link(ctx, token, _say(poll, "yyy"))
    # What was said on the telephone is taken all the same.
    answers.enter_answer(ctx, poll.id, person.id, _say(poll, "yyy"))
    assert person.answered_at == ctx.now
