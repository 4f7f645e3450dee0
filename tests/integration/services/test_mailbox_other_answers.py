"""The calendar's button answers the dates of a poll and the trips of CUA Mobile too."""

from dataclasses import replace
from datetime import timedelta

from tests.factories.organisations import make_contact, make_organisation
from tests.factories.polls import make_invitee, make_poll
from tests.factories.van import make_trip
from tests.mail_receiving import receive
from tests.mails.answers import Answer
from tests.mails.clients import gmail, outlook
from tests.world import FrozenClock
from zna_network.models.handover import GuestAnswer
from zna_network.models.mailbox import IncomingState
from zna_network.models.poll import Choice
from zna_network.services.context import Context
from zna_network.services.polls import answers
from zna_network.services.polls.links import token_of
from zna_network.services.van import guest_list

APPLIED, HELD, IGNORED = IncomingState.APPLIED, IncomingState.HELD, IncomingState.IGNORED
MINUTE = timedelta(minutes=1)


def test_dates_that_a_poll_holds_are_voted_one_by_one(ctx: Context, clock: FrozenClock) -> None:
    poll = make_poll(ctx.session, dates=2, with_holds=True)
    person = make_invitee(ctx.session, poll)
    first, second = poll.options
    yes = Answer(first.uid, person.email)
    forged = replace(yes, sender="mallory@mal.example")
    stranger = replace(yes, attendee="inconnu@ailleurs.example")
    rows = receive(ctx, outlook(yes), outlook(forged), outlook(stranger))
    assert [row.state for row in rows] == [APPLIED, HELD, HELD]
    assert (answers.choices_of(person), person.answered_at) == ({first.id: Choice.YES}, None)
    no = Answer(second.uid, person.email, "DECLINED", comment="Jury ce jour-là")
    changed = replace(yes, partstat="TENTATIVE", stamp=yes.stamp + MINUTE)
    rows = receive(ctx, gmail(no), gmail(changed), gmail(yes))
    assert [row.state for row in rows] == [APPLIED, APPLIED, IGNORED]
    assert answers.choices_of(person) == {first.id: Choice.IF_NEEDED, second.id: Choice.NO}
    assert (person.answered_at is not None, person.comment) == (True, "Jury ce jour-là")
    link = token_of(ctx.settings, person)
    by_link = answers.VotesData({first.id: Choice.NO, second.id: Choice.YES})
    answers.answer_by_link(ctx, link, by_link)
    late = replace(yes, stamp=changed.stamp + MINUTE)
    clock.set(poll.deadline)
    rows = receive(ctx, gmail(late), gmail(replace(late, uid="option-inconnue@cua.example")))
    assert [row.state for row in rows] == [IGNORED, HELD]
    assert "délai de réponse" in rows[0].reason
    assert answers.choices_of(person) == dict(by_link.choices)


def test_a_guest_of_a_trip_answers_from_the_calendar(ctx: Context) -> None:
    trip = make_trip(ctx.session)
    contact = make_contact(
        ctx.session, make_organisation(ctx.session), email="convive@exemple.example"
    )
    (guest,) = guest_list.invite(ctx, trip.id, [contact.id])
    assert guest.sent_sequence is not None
    said = Answer(guest.uid, guest.email, "TENTATIVE", sequence=guest.sent_sequence)
    later = replace(said, partstat="ACCEPTED", stamp=said.stamp + MINUTE)
    rows = receive(ctx, gmail(later), gmail(said))
    assert [row.state for row in rows] == [APPLIED, IGNORED]
    assert (guest.answer, guest.answered_at) == (GuestAnswer.ACCEPTED, later.stamp)
    guest.sent_sequence = said.sequence + 1  # The trip has changed since.
    ctx.session.commit()
    older, forged = receive(
        ctx,
        gmail(replace(said, partstat="DECLINED", stamp=later.stamp + MINUTE)),
        gmail(replace(later, sender="mallory@mal.example")),
    )
    assert (older.state, forged.state, guest.answer) == (IGNORED, HELD, GuestAnswer.ACCEPTED)
