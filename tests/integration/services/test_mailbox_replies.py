"""Answers of calendar clients: whose they are, which of them counts, and those that wait for a
person."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from tests.factories.calendar_mails import answer_mail
from tests.factories.invitations import mails_to, make_invitation
from tests.factories.meetings import make_meeting
from tests.factories.organisations import make_contact, make_organisation
from tests.mail_reading import calendar_lines
from tests.mail_receiving import receive
from tests.mails.answers import Answer as AnswerMail
from tests.mails.clients import CLIENTS
from tests.world import FrozenClock
from zna_network.models.invitation import Answer, AnswerChannel, Invitation, Rsvp
from zna_network.models.mailbox import IncomingState, TimeProposal
from zna_network.models.meeting import Meeting, MeetingState
from zna_network.queries import meetings as meeting_queries
from zna_network.services import invitations, invitees, rsvp
from zna_network.services.context import Context
from zna_network.services.invitation_links import token_of
from zna_network.services.rsvp import AnswerData

APPLIED, HELD, IGNORED = IncomingState.APPLIED, IncomingState.HELD, IncomingState.IGNORED


@pytest.fixture
def clock(app: Flask, clock: FrozenClock) -> FrozenClock:
    """An hour after the answers, so that what is later than they are can be told apart."""
    clock.set(clock.now() + timedelta(hours=1))
    return clock


def _invited(ctx: Context, **values: object) -> Invitation:
    meeting = make_meeting(ctx.session, **values)
    return make_invitation(ctx.session, meeting, convened=True)


def _moved(ctx: Context, meeting: Meeting, *, reconfirm: bool = True) -> None:
    with ctx.unit_of_work():
        locked = ctx.session.scalars(meeting_queries.by_id(meeting.id, lock=True)).one()
        locked.sequence += 1
        ctx.session.flush()
        invitations.announce_change(ctx, locked, reconfirm=reconfirm)


def test_each_button_of_the_calendar_is_an_answer_with_its_history(
    ctx: Context, clock: FrozenClock
) -> None:
    person = _invited(ctx, visio_url="https://visio.example/1")
    visio_only = _invited(ctx, place="", visio_url="https://visio.example/2")
    for rank, (partstat, answer) in enumerate(
        (("ACCEPTED", Answer.ON_SITE), ("TENTATIVE", Answer.TENTATIVE),
         ("DECLINED", Answer.DECLINED))
    ):  # fmt: skip
        mail = answer_mail(person, partstat, minutes=rank, comment="Un mot\\, puis deux")
        [row] = receive(ctx, mail)
        assert (row.state, row.invitation_id, row.content) == (APPLIED, person.id, None)
        assert (person.answer, person.answered_via) == (answer, AnswerChannel.CALENDAR)
        assert person.comment == "Un mot, puis deux"
    assert [one.answer for one in person.answers] == [
        Answer.ON_SITE, Answer.TENTATIVE, Answer.DECLINED,
    ]  # fmt: skip
    receive(ctx, answer_mail(visio_only))
    assert visio_only.answer is Answer.REMOTE
    # « Oui » after having chosen the visio of a meeting that has both is still the visio.
    rsvp.enter_answer(ctx, person.meeting_id, person.id, AnswerData(Answer.REMOTE))
    _moved(ctx, person.meeting)
    receive(ctx, answer_mail(person, minutes=61))
    assert person.answer is Answer.REMOTE


def test_the_latest_answer_counts_whatever_the_order_of_the_mails(
    ctx: Context, clock: FrozenClock
) -> None:
    person = _invited(ctx)
    no, yes = answer_mail(person, "DECLINED", minutes=10), answer_mail(person, minutes=5)
    again = answer_mail(person, "DECLINED", minutes=10)
    rows = receive(ctx, no, yes, again)
    assert [row.state for row in rows] == [APPLIED, IGNORED, IGNORED]
    assert "avant une autre réponse" in rows[1].reason
    assert "déjà connue" in rows[2].reason
    assert (person.answer, len(person.answers)) == (Answer.DECLINED, 1)
    # A clock that is fast, or a SEQUENCE that was never sent, does not shut later answers out.
    receive(ctx, answer_mail(person, minutes=60 * 24 * 365, sequence=99))
    assert person.answer is Answer.ON_SITE
    clock.set(clock.now() + timedelta(minutes=5))
    receive(ctx, answer_mail(person, "DECLINED", minutes=63))
    assert person.answer is Answer.DECLINED


def test_an_answer_by_link_later_than_the_calendars_wins(ctx: Context, clock: FrozenClock) -> None:
    person = _invited(ctx)
    rsvp.answer_by_link(ctx, token_of(ctx.settings, person), AnswerData(Answer.DECLINED))
    [late, fresh] = receive(ctx, answer_mail(person), answer_mail(person, minutes=61))
    assert late.state is IGNORED
    assert "avant de changer d’avis par le lien" in late.reason
    assert (fresh.state, person.answer) == (APPLIED, Answer.ON_SITE)


def test_an_answer_to_a_version_that_no_longer_holds_is_kept_and_not_applied(
    ctx: Context, clock: FrozenClock
) -> None:
    meeting = make_meeting(ctx.session)
    person = make_invitation(ctx.session, meeting)
    invitations.send_convocations(ctx, meeting.id)
    old = answer_mail(person)
    _moved(ctx, meeting, reconfirm=False)
    [row] = receive(ctx, old)
    assert (row.state, person.answer) == (APPLIED, Answer.ON_SITE)  # Only the title changed.
    before = answer_mail(person, "DECLINED", minutes=1)
    _moved(ctx, meeting)
    [row] = receive(ctx, before)
    assert (row.state, row.invitation_id) == (IGNORED, person.id)
    assert "version antérieure" in row.reason
    assert (person.answer, person.outdated_answer) == (None, Answer.ON_SITE)
    [row] = receive(ctx, answer_mail(person, "DECLINED", minutes=2))
    assert (row.state, person.answer, person.outdated_answer) == (APPLIED, Answer.DECLINED, None)


def test_whom_an_answer_is_from(ctx: Context, clock: FrozenClock) -> None:
    """The address convened in any case, the directory's for the same contact, and a secretariat."""
    organisation = make_organisation(ctx.session)
    contact = make_contact(ctx.session, organisation, email="prenom.nom@partenaire.example")
    make_contact(ctx.session, organisation, email="secretariat@ailleurs.example")
    meeting = make_meeting(ctx.session)
    person = make_invitation(
        ctx.session, meeting, contact, convened=True, email="pnom@partenaire.example"
    )
    mails = (
        answer_mail(person, attendee="PNom@Partenaire.EXAMPLE"),
        answer_mail(person, minutes=1, attendee="prenom.nom@partenaire.example"),
        answer_mail(person, minutes=2, sender="Prénom Nom <prenom.nom@partenaire.example>"),
        answer_mail(person, minutes=3, sender="bureau@partenaire.example",
                    parameters=';SENT-BY="mailto:bureau@partenaire.example"'),
        answer_mail(person, minutes=4, sender="secretariat@ailleurs.example",
                    parameters=';SENT-BY="mailto:secretariat@ailleurs.example"'),
    )  # fmt: skip
    assert [row.state for row in receive(ctx, *mails)] == [APPLIED] * 5
    twin = make_contact(ctx.session, organisation, email="prenom.nom@partenaire.example")
    make_invitation(ctx.session, meeting, twin, convened=True, email="jumeau@partenaire.example")
    [row] = receive(ctx, answer_mail(person, minutes=5, attendee="prenom.nom@partenaire.example"))
    assert (row.state, "Plusieurs personnes" in row.reason) == (HELD, True)


def _holding_cases(person: Invitation) -> dict[str, bytes]:
    failed = "mx.zna.example; dmarc=fail header.from=organisme.example"
    return {
        "n’a pas été convoquée": answer_mail(person, attendee="inconnu@ailleurs.example"),
        "mais le message vient de mallory@mal.example": answer_mail(
            person, sender="mallory@mal.example"
        ),
        "vient de mallory@gmail.com": answer_mail(
            person, sender="mallory@gmail.com", parameters=';SENT-BY="mailto:mallory@gmail.com"'
        ),
        "falsifié": answer_mail(person, minutes=1, results=failed),
        "ne porte l’identifiant": answer_mail(person, uid="autre@ailleurs.example"),
        "sans dire par qui": answer_mail(person, "DELEGATED"),
        "C’est l’adresse de la personne représentée": answer_mail(
            person, "DELEGATED", parameters=f';DELEGATED-TO="mailto:{person.email}"'
        ),
        "une date d’une série": answer_mail(person, line="RECURRENCE-ID:20261217T130000Z"),
    }


def test_what_is_not_certain_is_held_and_never_applied(ctx: Context, clock: FrozenClock) -> None:
    person = _invited(ctx)
    cases = _holding_cases(person)
    for (reason, mail), row in zip(cases.items(), receive(ctx, *cases.values()), strict=True):
        assert row.state is HELD, (reason, row.reason)
        assert reason in row.reason, (reason, row.reason)
        assert row.content == mail
    assert ctx.session.query(Rsvp).count() == 0
    assert (person.answer, person.calendar_stamp) == (None, None)
    # Somebody else's findings about the sender prove nothing, either way.
    foreign = "mx.mal.example; dmarc=fail header.from=organisme.example"
    [row] = receive(ctx, answer_mail(person, minutes=2, results=foreign))
    assert row.state is APPLIED


def test_an_answer_that_comes_too_late_or_after_a_removal_changes_nothing(
    ctx: Context, clock: FrozenClock
) -> None:
    cancelled = _invited(ctx, state=MeetingState.CANCELLED)
    removed, begun = _invited(ctx), _invited(ctx)
    invitees.remove(ctx, removed.meeting_id, removed.id)
    waiting = make_invitation(ctx.session, make_meeting(ctx.session))
    clock.set(begun.meeting.starts_at)
    mails = [answer_mail(person) for person in (cancelled, removed, begun, waiting)]
    later = answer_mail(begun, "NEEDS-ACTION", minutes=1)
    rows = receive(ctx, *mails, later)
    assert [row.state for row in rows] == [IGNORED, IGNORED, IGNORED, HELD, IGNORED]
    expected = ("est annulée", "n’est plus convoquée", "a commencé", "pas encore reçu", "commencé")
    assert all(words in row.reason for words, row in zip(expected, rows, strict=True))
    assert ctx.session.query(Rsvp).count() == 0


def test_a_delegate_is_convened_in_turn_and_answers_for_themselves(
    ctx: Context, clock: FrozenClock
) -> None:
    """In the wrong order: the delegate's own answer comes before anybody knows who they are."""
    meeting = make_meeting(ctx.session)
    person = make_invitation(ctx.session, meeting)
    invitations.send_convocations(ctx, meeting.id)
    delegate = "camille.delegue@organisme.example"
    theirs = answer_mail(
        person, attendee=delegate, minutes=2, parameters=f';DELEGATED-FROM="mailto:{person.email}"'
    )
    given = f';DELEGATED-TO="mailto:{delegate}"'
    [early] = receive(ctx, theirs)
    assert (early.state, early.reason.endswith(f"Elle dit représenter {person.email}.")) == (
        HELD, True,
    )  # fmt: skip
    [row] = receive(ctx, answer_mail(person, "DELEGATED", minutes=1, parameters=given))
    assert (row.state, person.answer) == (APPLIED, Answer.REPRESENTED)
    [stand_in] = person.representatives
    assert (stand_in.name, stand_in.email) == ("Camille Delegue", delegate)
    assert calendar_lines(mails_to(ctx.session, stand_in)[0])["METHOD"] == "REQUEST"
    ctx.session.refresh(early)
    assert (early.state, early.content, stand_in.answer) == (APPLIED, None, Answer.ON_SITE)
    receive(ctx, answer_mail(person, minutes=3))  # After all, they come.
    assert (person.answer, stand_in.is_live) == (Answer.ON_SITE, False)


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_every_client_is_understood_in_summer_too(ctx: Context, clock: FrozenClock) -> None:
    """Their own forms (quoted-printable or base64, folded, Windows' zones, UTC…): see tests/mails."""
    start = datetime(2027, 7, 6, 12, tzinfo=UTC)
    meeting = make_meeting(ctx.session, starts_at=start, ends_at=start + timedelta(hours=2))
    for name, compose in CLIENTS.items():
        person = make_invitation(ctx.session, meeting)
        invitations.send_convocations(ctx, meeting.id)
        said = AnswerMail(
            meeting.uid, person.email, "TENTATIVE", comment="Présent, à confirmer ; merci"
        )
        later = replace(
            said, stamp=said.stamp + timedelta(minutes=1), proposed=start.replace(day=7)
        )
        rows = receive(ctx, compose(said), compose(later))
        assert [row.state for row in rows] == [APPLIED] * 2, (name, [row.reason for row in rows])
        assert person.answer is Answer.TENTATIVE
        proposal = ctx.session.query(TimeProposal).filter_by(invitation_id=person.id).one()
        assert proposal.starts_at == start.replace(day=7), name
        assert proposal.ends_at - proposal.starts_at == timedelta(hours=2)
