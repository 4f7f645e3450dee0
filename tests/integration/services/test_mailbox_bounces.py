"""Mails that came back: the address and the message are marked, unless the report proves nothing."""

from datetime import timedelta

import pytest

from tests.factories.calendar_mails import answer_mail, hand_written, returned_mail
from tests.factories.invitations import make_invitation
from tests.factories.meetings import make_meeting
from tests.factories.organisations import make_contact, make_organisation
from tests.factories.outbox import make_message
from tests.mail_receiving import receive
from tests.world import FrozenClock
from zna_network.models.mailbox import AddressTrouble, IncomingState
from zna_network.models.outbox import OutboxState
from zna_network.queries.invitation_lists import thread_of
from zna_network.services import address_troubles, contacts
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError
from zna_network.services.mailbox import forgetting, held


def test_a_report_marks_the_message_and_the_address_until_it_is_settled(
    ctx: Context, clock: FrozenClock
) -> None:
    contact = make_contact(
        ctx.session, make_organisation(ctx.session), email="ancien@organisme.example"
    )
    person = make_invitation(ctx.session, make_meeting(ctx.session), contact, convened=True)
    sent = make_message(
        ctx.session, recipient=contact.email, state=OutboxState.SENT, attempts=1,
        thread_key=thread_of(person.id), meeting_id=person.meeting_id,
    )  # fmt: skip
    delayed, failed = (
        returned_mail(contact.email, sent.message_id, status) for status in ("4.4.1", "5.1.1")
    )
    [row] = receive(ctx, delayed)
    assert (row.state, sent.state) == (IncomingState.APPLIED, OutboxState.SENT)
    assert not address_troubles.troubles_among(ctx, [contact.email])[contact.email].is_permanent
    clock.set(clock.now() + timedelta(days=8))
    assert address_troubles.troubles_among(ctx, [contact.email]) == {}  # It was to pass.
    [row] = receive(ctx, failed)
    assert (row.state, row.invitation_id, row.content) == (
        IncomingState.APPLIED, person.id, None,
    )  # fmt: skip
    assert (sent.state, sent.last_error.startswith("Revenu (5.1.1)")) == (OutboxState.FAILED, True)
    trouble = address_troubles.troubles_among(ctx, [contact.email.upper()])[contact.email]
    assert (trouble.is_permanent, trouble.times, trouble.status) == (True, 2, "5.1.1")
    data = contacts.data_of(contact)
    contacts.update_contact(
        ctx, contact.id, contacts.ContactData(**{**vars(data), "email": "nouveau@organisme.example"}),
        contact.revision,
    )  # fmt: skip
    assert address_troubles.troubles_among(ctx, [trouble.email]) == {}
    receive(ctx, returned_mail(trouble.email, sent.message_id, "5.2.1"))
    assert (trouble.settled_at, trouble.times) == (None, 1)
    # An address that answers works again.
    receive(ctx, answer_mail(person))
    assert trouble.settled_at is not None
    address_troubles.settle(ctx, trouble.id)


def test_a_report_that_names_no_mail_of_ours_waits_for_a_person(ctx: Context) -> None:
    person = make_invitation(ctx.session, make_meeting(ctx.session), convened=True)
    forged = returned_mail(person.email, "<inventé@mal.example>".replace("é", "e"))
    stranger = returned_mail("inconnu@ailleurs.example", "<autre@mal.example>")
    rows = receive(ctx, forged, stranger)
    assert [row.state for row in rows] == [IncomingState.HELD] * 2
    assert ctx.session.query(AddressTrouble).count() == 0
    held.mark_address(ctx, rows[0].id, rows[0].revision)
    assert [one.email for one in ctx.session.query(AddressTrouble)] == [person.email]
    with pytest.raises(ConflictError, match="Aucune adresse connue"):
        held.mark_address(ctx, rows[1].id, rows[1].revision)
    with pytest.raises(ConflictError, match="déjà été traité"):
        held.mark_address(ctx, rows[0].id, rows[0].revision)


def test_the_address_of_somebody_who_is_helped_is_written_nowhere_in_clear(ctx: Context) -> None:
    private = "personne.aidee@famille.example"
    sent = make_message(
        ctx.session, public_recipient="", private_recipient=private, state=OutboxState.SENT
    )
    rows = receive(
        ctx,
        returned_mail(private, sent.message_id),
        hand_written(private, "Je ne peux pas venir, à cause de mon dossier de RSA."),
    )
    assert [row.state for row in rows] == [IncomingState.APPLIED, IncomingState.HELD]
    assert (sent.state, "famille" in sent.last_error) == (OutboxState.FAILED, False)
    assert ctx.session.query(AddressTrouble).count() == 0
    for row in rows:
        stored = " ".join(
            str(value) for name, value in vars(row).items() if name not in ("content", "kind")
        )
        assert "famille" not in stored
        assert "Re: Convocation" not in stored
    page = held.page(ctx, rows[1].id)
    assert page.read is not None
    assert (page.read.from_address, "RSA" in page.read.text) == (private, True)


def test_what_is_written_by_hand_is_shown_with_the_invitation_that_it_answers(
    ctx: Context, clock: FrozenClock
) -> None:
    person = make_invitation(ctx.session, make_meeting(ctx.session), convened=True)
    sent = make_message(
        ctx.session, recipient=person.email, state=OutboxState.SENT, thread_key=thread_of(person.id)
    )
    words = hand_written(person.email, "Je serai un peu en retard.", sent.message_id)
    vacation = words.replace(b"Subject:", b"Auto-Submitted: auto-replied\r\nSubject:")
    row, ignored = receive(ctx, words, vacation)
    assert (row.state, row.invitation_id, row.from_address) == (
        IncomingState.HELD, person.id, person.email,
    )  # fmt: skip
    assert (ignored.state, ignored.content) == (IncomingState.IGNORED, None)
    held.set_aside(ctx, row.id, "Prévenu par téléphone", row.revision)
    assert (row.state, row.content) == (IncomingState.SET_ASIDE, None)
    assert row.reason.endswith("Écartée\u00a0: Prévenu par téléphone")
    [waiting] = receive(ctx, hand_written(person.email, "Encore moi."))
    clock.set(clock.now() + timedelta(days=91))
    assert forgetting.count_held(ctx) == 1
    assert forgetting.held_too_long(ctx) == 1
    assert (waiting.state, waiting.content) == (IncomingState.SET_ASIDE, None)
    clock.set(clock.now() + timedelta(days=ctx.settings.people_retention_days))
    assert forgetting.count_words(ctx) == 3
    assert forgetting.words(ctx) == 3
    ctx.session.expire_all()
    assert {(one.from_address, one.reason) for one in (row, waiting)} == {("", "")}
