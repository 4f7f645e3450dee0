"""What becomes of the convocations when the meeting changes, or the list does."""

import pytest

from tests.factories.invitations import mails_to, make_invitation
from tests.factories.meetings import make_meeting
from tests.mail_reading import calendar_lines, mails, text_of
from tests.world import MailboxMailer
from zna_network.models.invitation import Answer, AnswerChannel, Invitation, Rsvp
from zna_network.models.meeting import Meeting, MeetingState
from zna_network.models.outbox import OutboxMessage, OutboxState
from zna_network.ports.mailer import DeliveryError
from zna_network.services import delivery, invitations, invitees
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError
from zna_network.services.invitees import Person


def _convened(ctx: Context, *, delivered: bool = True, **values: object) -> Invitation:
    person = make_invitation(ctx.session, make_meeting(ctx.session, **values))
    invitations.send_convocations(ctx, person.meeting_id)
    if delivered:
        delivery.deliver_due(ctx, "tests")
    return person


def _answer(ctx: Context, person: Invitation, answer: Answer) -> None:
    person.answer, person.answered_at, person.answered_via = answer, ctx.now, AnswerChannel.LINK
    ctx.session.add(Rsvp(invitation=person, answer=answer, channel=AnswerChannel.LINK, at=ctx.now))
    ctx.session.commit()


def _move(ctx: Context, meeting: Meeting, *, reconfirm: bool = True, **values: object) -> None:
    """What services/meetings does inside its transaction."""
    with ctx.unit_of_work():
        for name, value in values.items():
            setattr(meeting, name, value)
        meeting.sequence += 1
        ctx.session.flush()
        invitations.announce_change(ctx, meeting, reconfirm=reconfirm)


def _cancel(ctx: Context, meeting: Meeting) -> None:
    with ctx.unit_of_work():
        meeting.state = MeetingState.CANCELLED
        meeting.cancel_reason = "La salle est inondée."
        meeting.sequence += 1
        ctx.session.flush()
        invitations.announce_cancellation(ctx, meeting)


def test_a_change_of_place_sends_an_update_and_asks_again(ctx: Context) -> None:
    person = _convened(ctx)
    _answer(ctx, person, Answer.ON_SITE)
    _move(ctx, person.meeting, place="Hôtel de ville, Arras")
    first, update = mails_to(ctx.session, person)
    assert update.kind == "meeting_update"
    lines = calendar_lines(update)
    assert (lines["METHOD"], lines["SEQUENCE"], lines["UID"]) == (
        "REQUEST",
        "1",
        person.meeting.uid,
    )
    assert "PARTSTAT=NEEDS-ACTION" in lines["ATTENDEE"]
    assert "Hôtel de ville" in lines["LOCATION"]
    assert calendar_lines(first)["SEQUENCE"] == "0"
    assert person.answer is None
    assert person.outdated_answer is Answer.ON_SITE
    assert [rsvp.answer for rsvp in person.answers] == [Answer.ON_SITE]
    assert "répondre de nouveau" in text_of(update)


def test_a_change_of_title_keeps_the_answers(ctx: Context) -> None:
    person = _convened(ctx)
    _answer(ctx, person, Answer.ON_SITE)
    _move(ctx, person.meeting, reconfirm=False, title="Un autre titre")
    [_, update] = mails_to(ctx.session, person)
    assert "PARTSTAT=ACCEPTED" in calendar_lines(update)["ATTENDEE"]
    assert person.answer is Answer.ON_SITE
    assert "reste enregistrée : présent sur place" in text_of(update)


def test_a_visio_that_is_gone_asks_again_those_who_counted_on_it(ctx: Context) -> None:
    remote = _convened(ctx, visio_url="https://visio.example/a")
    _answer(ctx, remote, Answer.REMOTE)
    _move(ctx, remote.meeting, reconfirm=False, visio_url="")
    assert remote.answer is None
    assert remote.outdated_answer is Answer.REMOTE


def test_an_update_takes_the_place_of_a_convocation_that_has_not_left(
    ctx: Context, mailbox: MailboxMailer
) -> None:
    person = _convened(ctx, delivered=False)
    _move(ctx, person.meeting, place="Ailleurs")
    delivery.deliver_due(ctx, "tests")
    [received] = mailbox.messages()
    assert str(received["Subject"]).startswith("Convocation")
    first, second = mails_to(ctx.session, person)
    assert first.state is OutboxState.SUPERSEDED
    assert calendar_lines(second)["SEQUENCE"] == "1"


def test_an_update_stays_an_update_when_the_first_mail_may_have_arrived(
    ctx: Context, mailbox: MailboxMailer
) -> None:
    person = _convened(ctx, delivered=False)
    mailbox.fail_with = DeliveryError("connexion perdue après DATA", permanent=False)
    delivery.deliver_due(ctx, "tests")
    _move(ctx, person.meeting, place="Ailleurs")
    assert [m.kind for m in mails_to(ctx.session, person)][-1] == "meeting_update"


def test_an_update_replaces_a_failure_for_good(ctx: Context, mailbox: MailboxMailer) -> None:
    person = _convened(ctx, delivered=False)
    mailbox.fail_with = DeliveryError("boîte inconnue", permanent=True)
    delivery.deliver_due(ctx, "tests")
    _move(ctx, person.meeting, place="Ailleurs")
    states = [(m.kind, m.state) for m in mails_to(ctx.session, person)]
    assert states == [
        ("meeting_invitation", OutboxState.SUPERSEDED),
        ("meeting_invitation", OutboxState.PENDING),
    ]


def test_who_is_not_convened_yet_is_not_told_of_a_change(ctx: Context) -> None:
    meeting = make_meeting(ctx.session)
    make_invitation(ctx.session, meeting)
    _move(ctx, meeting, place="Ailleurs")
    _cancel(ctx, meeting)
    assert mails(ctx.session) == []


def test_who_was_told_by_telephone_is_to_be_told_again(ctx: Context) -> None:
    meeting = make_meeting(ctx.session)
    person = make_invitation(ctx.session, meeting, email="")
    invitations.mark_told(ctx, meeting.id, person.id)
    _answer(ctx, person, Answer.ON_SITE)
    _move(ctx, meeting, place="Ailleurs")
    assert person.convened_at is None
    assert person.outdated_answer is Answer.ON_SITE
    assert mails(ctx.session) == []


def test_a_cancellation_is_told_with_the_reason(ctx: Context) -> None:
    person = _convened(ctx)
    _cancel(ctx, person.meeting)
    _, cancel = mails_to(ctx.session, person)
    lines = calendar_lines(cancel)
    assert (lines["METHOD"], lines["STATUS"], lines["SEQUENCE"]) == ("CANCEL", "CANCELLED", "1")
    assert lines["ATTENDEE"].endswith(person.email)
    assert "La salle est inondée." in text_of(cancel)
    assert cancel.subject.startswith("Réunion annulée : ")


def test_a_cancellation_stops_convocations_that_have_not_left(
    ctx: Context, mailbox: MailboxMailer
) -> None:
    person = _convened(ctx, delivered=False)
    _cancel(ctx, person.meeting)
    delivery.deliver_due(ctx, "tests")
    assert mailbox.envelopes == []


def test_one_person_removed_gets_a_cancellation_and_nobody_else_hears_of_it(ctx: Context) -> None:
    meeting = make_meeting(ctx.session)
    gone, stays = make_invitation(ctx.session, meeting), make_invitation(ctx.session, meeting)
    invitations.send_convocations(ctx, meeting.id)
    delivery.deliver_due(ctx, "tests")
    revision = meeting.revision
    invitees.remove(ctx, meeting.id, gone.id)
    _, cancel = mails_to(ctx.session, gone)
    lines = calendar_lines(cancel)
    assert (lines["METHOD"], lines["SEQUENCE"]) == ("CANCEL", "1")
    assert cancel.kind == "meeting_withdrawn"
    assert len(mails_to(ctx.session, stays)) == 1
    assert not gone.is_live
    assert (meeting.sequence, meeting.revision) == (0, revision)


def test_a_person_removed_then_invited_again_gets_versions_that_rise(ctx: Context) -> None:
    meeting = make_meeting(ctx.session)
    gone, other = make_invitation(ctx.session, meeting), make_invitation(ctx.session, meeting)
    invitations.send_convocations(ctx, meeting.id)
    delivery.deliver_due(ctx, "tests")
    invitees.remove(ctx, meeting.id, gone.id)
    person = Person(gone.name, email=gone.email)
    back = invitees.add_person(ctx, meeting.id, person)
    invitations.send_convocations(ctx, meeting.id)
    delivery.deliver_due(ctx, "tests")
    _move(ctx, meeting, place="Ailleurs")
    threads = [*mails_to(ctx.session, gone), *mails_to(ctx.session, back)]
    versions = [(calendar_lines(m)["METHOD"], int(calendar_lines(m)["SEQUENCE"])) for m in threads]
    assert versions == [("REQUEST", 0), ("CANCEL", 1), ("REQUEST", 2), ("REQUEST", 3)]
    assert len({calendar_lines(m)["UID"] for m in threads}) == 1
    assert [calendar_lines(m)["SEQUENCE"] for m in mails_to(ctx.session, other)] == ["0", "1"]


def test_removing_somebody_who_was_never_written_to_is_silent(ctx: Context) -> None:
    meeting = make_meeting(ctx.session)
    person = make_invitation(ctx.session, meeting)
    invitees.remove(ctx, meeting.id, person.id)
    assert mails(ctx.session) == []
    with pytest.raises(ConflictError, match="déjà plus"):
        invitees.remove(ctx, meeting.id, person.id)


def test_mails_about_one_invitation_leave_in_their_order(
    ctx: Context, mailbox: MailboxMailer
) -> None:
    person = _convened(ctx, delivered=False)
    message = ctx.session.query(OutboxMessage).one()
    message.attempts = 1  # It may have arrived: the update does not replace it in silence.
    ctx.session.commit()
    _move(ctx, person.meeting, place="Ailleurs")
    _cancel(ctx, person.meeting)
    delivery.deliver_due(ctx, "tests")
    assert [str(m["Subject"]).split(" : ")[0] for m in mailbox.messages()] == ["Réunion annulée"]
    assert [m.state for m in mails_to(ctx.session, person)] == [
        OutboxState.SUPERSEDED, OutboxState.SUPERSEDED, OutboxState.SENT,
    ]  # fmt: skip
