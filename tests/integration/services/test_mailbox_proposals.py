"""Other times proposed from a calendar: shown, accepted (the meeting moves), declined, overtaken."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from tests.acting import acting_as
from tests.factories.accounts import make_user
from tests.factories.calendar_mails import answer_mail
from tests.factories.invitations import mails_to, make_invitation
from tests.factories.meetings import make_meeting
from tests.factories.organisations import make_grantee
from tests.mail_reading import calendar_lines, calendar_of, text_of
from tests.mail_receiving import receive
from tests.races import race
from tests.world import FrozenClock
from zna_network.models.account import Role
from zna_network.models.invitation import Answer, Invitation
from zna_network.models.mailbox import IncomingState, ProposalState, TimeProposal
from zna_network.services import delivery, invitations, meetings, rsvp
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, ForbiddenError, InvalidError
from zna_network.services.mailbox import proposals
from zna_network.services.rsvp import AnswerData

EARLIER = {"starts": datetime(2026, 12, 18, 8, 0, tzinfo=UTC),
           "ends": datetime(2026, 12, 18, 10, 0, tzinfo=UTC)}  # fmt: skip
HOLIDAY = {"starts": datetime(2026, 12, 25, 8, 0, tzinfo=UTC),
           "ends": datetime(2026, 12, 25, 10, 0, tzinfo=UTC)}  # fmt: skip


def _convened(ctx: Context, number: int = 2) -> list[Invitation]:
    meeting = make_meeting(ctx.session, title="Comité technique du 17 décembre 2026")
    people = [make_invitation(ctx.session, meeting) for _ in range(number)]
    invitations.send_convocations(ctx, meeting.id)
    delivery.deliver_due(ctx, "worker")
    return people


def _proposed(ctx: Context, person: Invitation, minutes: int = 1, **values: object) -> TimeProposal:
    mail = answer_mail(
        person, "TENTATIVE", method="COUNTER", minutes=minutes, comment="Plutôt le matin",
        **{**EARLIER, **values},
    )  # fmt: skip
    [row] = receive(ctx, mail)
    assert row.state is IncomingState.APPLIED, row.reason
    return ctx.session.query(TimeProposal).order_by(TimeProposal.id.desc()).first()


def test_accepted_the_meeting_moves_for_everybody(ctx: Context) -> None:
    person, other = _convened(ctx)
    rsvp.enter_answer(ctx, other.meeting_id, other.id, AnswerData(Answer.ON_SITE))
    mine, theirs = _proposed(ctx, person), _proposed(ctx, other, **HOLIDAY)
    assert (person.answer, mine.comment, mine.sequence) == (Answer.TENTATIVE, "Plutôt le matin", 0)
    grantee = make_user(ctx.session, Role.GRANTEE, make_grantee(ctx.session))
    with pytest.raises(ForbiddenError):
        proposals.accept(acting_as(ctx, grantee), mine.id, mine.revision)
    with pytest.raises(InvalidError) as refusal:
        proposals.accept(ctx, theirs.id, theirs.revision)
    assert (refusal.value.field, theirs.state) == ("confirmed", ProposalState.OPEN)
    proposals.accept(ctx, mine.id, mine.revision)
    meeting = person.meeting
    assert (meeting.starts_at, meeting.ends_at) == (EARLIER["starts"], EARLIER["ends"])
    assert meeting.title == "Comité technique du 18 décembre 2026"
    assert (mine.state, theirs.state) == (ProposalState.ACCEPTED, ProposalState.OVERTAKEN)
    assert (other.answer, other.outdated_answer) == (None, Answer.TENTATIVE)
    for invited in (person, other):
        lines = calendar_lines(mails_to(ctx.session, invited)[-1])
        assert (lines["METHOD"], lines["SEQUENCE"]) == ("REQUEST", "1")
    with pytest.raises(ConflictError, match="acceptée"):
        proposals.decline(ctx, mine.id, mine.revision)


def test_declined_the_person_is_told_in_their_calendar(ctx: Context) -> None:
    person, other = _convened(ctx)
    proposal = _proposed(ctx, person)
    proposals.decline(ctx, proposal.id, proposal.revision, "La salle est prise ce matin-là.")
    mail = mails_to(ctx.session, person)[-1]
    lines = calendar_lines(mail)
    assert (mail.kind, lines["METHOD"], lines["SEQUENCE"], lines["UID"]) == (
        "meeting_counter_declined", "DECLINECOUNTER", "0", person.meeting.uid,
    )  # fmt: skip
    assert b"DTSTART;TZID=Europe/Paris:20261217T140000" in calendar_of(mail)
    assert "vendredi 18 décembre 2026, de 9\u00a0h à 11\u00a0h" in text_of(mail)
    assert "« La salle est prise ce matin-là. »" in text_of(mail)
    assert len(mails_to(ctx.session, other)) == 1
    assert (person.answer, proposal.state) == (Answer.TENTATIVE, ProposalState.DECLINED)
    delivery.deliver_due(ctx, "worker")
    [again] = receive(ctx, answer_mail(person, "TENTATIVE", method="COUNTER", minutes=1,
                                       comment="Deux fois", **EARLIER))  # fmt: skip
    assert (again.state, ctx.session.query(TimeProposal).count()) == (IncomingState.IGNORED, 1)


def test_a_proposal_is_overtaken_by_what_settles_it(ctx: Context, clock: FrozenClock) -> None:
    person, _ = _convened(ctx)
    first = _proposed(ctx, person)
    clock.set(clock.now() + timedelta(hours=1))
    second = _proposed(ctx, person, minutes=2, **HOLIDAY)
    assert (first.state, second.state) == (ProposalState.OVERTAKEN, ProposalState.OPEN)
    receive(ctx, answer_mail(person, minutes=10))
    assert (person.answer, second.state) == (Answer.ON_SITE, ProposalState.OVERTAKEN)
    # Proposed before that answer, read after it: it does not come back.
    late = answer_mail(person, "TENTATIVE", method="COUNTER", minutes=5, **EARLIER)
    assert [row.state for row in receive(ctx, late)] == [IncomingState.IGNORED]
    third = _proposed(ctx, person, minutes=20)
    meetings.cancel_meeting(ctx, person.meeting_id, "Faute de quorum")
    assert (third.state, third.reason) == (ProposalState.OVERTAKEN, "La réunion est annulée.")


def test_some_clients_send_the_answer_first_and_the_other_time_after(ctx: Context) -> None:
    person, _ = _convened(ctx)
    answered = answer_mail(person, "DECLINED", minutes=0)
    counter = answer_mail(person, "DECLINED", method="COUNTER", minutes=-1, **EARLIER)
    rows = receive(ctx, answered, counter)
    assert [row.state for row in rows] == [IncomingState.APPLIED] * 2
    assert person.answer is Answer.DECLINED
    assert ctx.session.query(TimeProposal).one().state is ProposalState.OPEN


def test_what_proposes_nothing_that_can_be_accepted_waits_for_a_person(ctx: Context) -> None:
    person, _ = _convened(ctx)
    same = {"starts": person.meeting.starts_at, "ends": person.meeting.ends_at}
    past = {"starts": datetime(2026, 11, 2, 8, tzinfo=UTC), "ends": datetime(2026, 11, 2, 9, tzinfo=UTC)}  # fmt: skip
    mails = [answer_mail(person, method="COUNTER", **times) for times in (same, past)]
    rows = receive(ctx, *mails)
    assert [row.state for row in rows] == [IncomingState.HELD] * 2
    assert ("le lieu, sans doute" in rows[0].reason, "déjà passé" in rows[1].reason) == (True, True)
    assert ctx.session.query(TimeProposal).count() == 0


def test_two_agents_decide_at_once_and_one_is_told_so(app: Flask, ctx: Context) -> None:
    person, _ = _convened(ctx)
    proposal = _proposed(ctx, person)
    number, revision = proposal.id, proposal.revision
    ctx.session.rollback()
    acts = [
        lambda own: proposals.accept(own, number, revision),
        lambda own: proposals.decline(own, number, revision),
        lambda own: proposals.accept(own, number, revision),
    ]
    assert race(app, acts) == ["ConflictError", "ConflictError", "won"]
    sent = {mail.kind for mail in mails_to(ctx.session, ctx.session.get_one(Invitation, person.id))}
    assert len(sent & {"meeting_update", "meeting_counter_declined"}) == 1
