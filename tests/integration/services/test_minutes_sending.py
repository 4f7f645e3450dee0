"""Sending validated minutes, on both engines: one mail a person, whatever is clicked twice."""

from io import BytesIO

import docx
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
from tests.world import MailboxMailer
from zna_network.models.account import Role
from zna_network.models.minutes import Minutes, MinutesState
from zna_network.models.outbox import OutboxMessage, OutboxState
from zna_network.ports.documents import DOCX_MEDIA_TYPE
from zna_network.services import delivery, minutes_sending
from zna_network.services import minutes as service
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, ForbiddenError, InvalidError

INVITED, CAME = "invitee@organisme.example", "venue@organisme.example"


def _validated(ctx: Context, minutes: Minutes | None = None) -> Minutes:
    """Minutes with somebody convened, somebody unannounced and somebody without an address."""
    if minutes is None:
        minutes = make_minutes(ctx.session)
        meeting = minutes.meeting
        make_invitation(ctx.session, meeting, name="Mme Invitée Fictive", email=INVITED)
        make_attendance(ctx.session, meeting, name="M. Venu Fictif", email=CAME)
        make_invitation(ctx.session, meeting, name="M. Sans Adresse", email="")
    service.validate(ctx, minutes.meeting_id, service.reading(ctx, minutes).seal)
    return minutes


def _kinds(ctx: Context) -> list[tuple[str, OutboxState]]:
    mails = ctx.session.query(OutboxMessage).order_by(OutboxMessage.id)
    return [(mail.recipient, mail.state) for mail in mails]


def test_everybody_with_an_address_may_receive_them(ctx: Context) -> None:
    minutes = _validated(ctx)
    known = minutes_sending.recipients(ctx, minutes.meeting, minutes.versions[0])
    assert {(p.email, p.was_sent) for p in known.people} == {(INVITED, False), (CAME, False)}
    assert known.without_email == ("M. Sans Adresse",)


def test_sends_the_very_document_with_the_note(ctx: Context, mailbox: MailboxMailer) -> None:
    minutes = _validated(ctx)
    assert minutes_sending.send(ctx, minutes.meeting_id, 1, [INVITED], "Bonne lecture.") == 1
    assert (minutes.state, minutes.sent_at) == (MinutesState.SENT, ctx.now)
    delivery.deliver_due(ctx, "tests")
    (mail,) = mailbox.messages()
    assert mail["To"].addresses[0].addr_spec == INVITED
    assert mail["Subject"].startswith("Compte-rendu : ")
    text = mail.get_body(("plain",))
    assert text is not None
    assert "Bonne lecture." in text.get_content()
    assert "rectifié" not in text.get_content()
    (attachment,) = mail.iter_attachments()
    assert attachment.get_content_type() == DOCX_MEDIA_TYPE
    assert attachment.get_filename() == "compte-rendu-2026-12-17-v1.docx"
    content = attachment.get_content()
    assert content == minutes.versions[0].document
    assert docx.Document(BytesIO(content)).paragraphs


def test_a_second_click_sends_nothing_more_and_others_can_be_added(ctx: Context) -> None:
    minutes = _validated(ctx)
    meeting_id = minutes.meeting_id
    assert minutes_sending.send(ctx, meeting_id, 1, [INVITED]) == 1
    assert minutes_sending.send(ctx, meeting_id, 1, [INVITED]) == 0
    assert minutes_sending.send(ctx, meeting_id, 1, [INVITED, CAME]) == 1
    assert [recipient for recipient, _ in _kinds(ctx)] == [INVITED, CAME]


def test_clicks_at_once_send_once(app: Flask, ctx: Context) -> None:
    meeting_id = _validated(ctx).meeting_id
    jobs = [lambda c: minutes_sending.send(c, meeting_id, 1, [INVITED, CAME])] * 4
    assert refusals_at_once(app, jobs) == []
    assert ctx.session.query(OutboxMessage).count() == 2


def test_two_people_at_one_address_get_one_mail(ctx: Context) -> None:
    minutes = make_minutes(ctx.session)
    make_invitation(ctx.session, minutes.meeting, email=INVITED)
    make_attendance(ctx.session, minutes.meeting, email=INVITED)
    _validated(ctx, minutes)
    assert minutes_sending.send(ctx, minutes.meeting_id, 1, [INVITED]) == 1
    assert ctx.session.query(OutboxMessage).count() == 1


def test_the_next_version_goes_to_the_same_people_and_drops_the_mail_still_waiting(
    ctx: Context, mailbox: MailboxMailer
) -> None:
    minutes = _validated(ctx)
    minutes_sending.send(ctx, minutes.meeting_id, 1, [INVITED])
    service.reopen(ctx, minutes.meeting_id, "Une erreur")
    _validated(ctx, minutes)
    with pytest.raises(ConflictError, match="autre version"):
        minutes_sending.send(ctx, minutes.meeting_id, 1, [INVITED])
    assert minutes_sending.send(ctx, minutes.meeting_id, 2, [INVITED]) == 1
    assert _kinds(ctx) == [(INVITED, OutboxState.SUPERSEDED), (INVITED, OutboxState.PENDING)]
    delivery.deliver_due(ctx, "tests")
    (mail,) = mailbox.messages()
    assert mail["Subject"].startswith("Compte-rendu rectifié : ")


def test_a_draft_is_not_sent(ctx: Context) -> None:
    minutes = _validated(ctx)
    service.reopen(ctx, minutes.meeting_id, "Une erreur")
    with pytest.raises(ConflictError, match="pas validé"):
        minutes_sending.send(ctx, minutes.meeting_id, 1, [INVITED])
    assert _kinds(ctx) == []


@pytest.mark.parametrize("emails", [[], ["inconnu@ailleurs.example"]])
def test_refuses_nobody_and_strangers(ctx: Context, emails: list[str]) -> None:
    minutes = _validated(ctx)
    with pytest.raises(InvalidError) as refusal:
        minutes_sending.send(ctx, minutes.meeting_id, 1, emails)
    assert refusal.value.field == "emails"
    assert minutes.state is MinutesState.VALIDATED


def test_only_staff_send(ctx: Context) -> None:
    leading = make_organisation(ctx.session)
    meeting = make_meeting(ctx.session, make_committee(ctx.session, led_by=leading))
    make_invitation(ctx.session, meeting, email=INVITED)
    minutes = _validated(ctx, make_minutes(ctx.session, meeting))
    grantee = acting_as(ctx, make_user(ctx.session, Role.GRANTEE, leading))
    with pytest.raises(ForbiddenError):
        minutes_sending.send(grantee, minutes.meeting_id, 1, [INVITED])
    assert _kinds(ctx) == []
