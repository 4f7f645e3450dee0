"""Convening: one mail a person, all or none, and never twice."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from tests.acting import acting_as
from tests.factories.accounts import make_user
from tests.factories.committees import make_committee
from tests.factories.docx_files import text_of as docx_text
from tests.factories.invitations import mails_to, make_invitation
from tests.factories.meetings import make_agenda_item, make_meeting
from tests.factories.organisations import make_contact, make_organisation
from tests.mail_reading import calendar_lines, mails, parsed, text_of
from tests.races import results_at_once
from tests.world import FrozenClock
from zna_network.models.account import Role
from zna_network.models.audit import AuditEvent
from zna_network.models.committee import CommitteeKind
from zna_network.models.invitation import Answer, Invitation
from zna_network.models.meeting import MeetingState
from zna_network.models.organisation import Civility
from zna_network.models.outbox import OutboxMessage
from zna_network.services import (
    agenda_documents,
    convocation_letters,
    delivery,
    invitations,
    outbox,
)
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, ForbiddenError, InvalidError


def test_each_person_gets_one_mail_of_their_own(ctx: Context) -> None:
    committee = make_committee(ctx.session, name="Comité technique du lot 1")
    meeting = make_meeting(
        ctx.session, committee, title="Bilan", visio_url="https://visio.example/1"
    )
    make_agenda_item(ctx.session, meeting, title="Ouverture de la permanence")
    people = [make_invitation(ctx.session, meeting) for _ in range(3)]
    sent = invitations.send_convocations(ctx, meeting.id)
    assert [person.id for person in sent.convened] == [person.id for person in people]
    for person in people:
        [mail] = mails_to(ctx.session, person)
        assert mail.recipient == person.email
        assert mail.meeting_id == meeting.id
        assert mail.subject == (
            "Convocation : Comité technique du lot 1 — jeudi 17 décembre 2026 à 14 h"
        )
        headers = parsed(mail)
        assert headers["Message-ID"] == mail.message_id
        assert mail.message_id.endswith(f"@{mail.sender.rpartition('@')[2]}>")
        assert headers["Date"].datetime == ctx.now
        # Sent by somebody, to somebody: absence messages are welcome, and no list is left.
        assert {headers["Auto-Submitted"], headers["List-Unsubscribe"]} == {None}
        words = text_of(mail)
        for expected in ("Salle d’exemple, Arras", "https://visio.example/1",
                         "Ouverture de la permanence", "http://127.0.0.1:8000/r/"):  # fmt: skip
            assert expected in words
        assert person.sent_sequence == 0
        assert person.convened_at == ctx.now


def test_the_calendar_part_names_the_organiser_and_this_person_alone(ctx: Context) -> None:
    meeting = make_meeting(ctx.session)
    person = make_invitation(ctx.session, meeting)
    optional = make_invitation(ctx.session, meeting, is_required=False)
    invitations.send_convocations(ctx, meeting.id)
    [mail] = mails_to(ctx.session, person)
    lines = calendar_lines(mail)
    assert lines["METHOD"] == "REQUEST"
    assert lines["UID"] == meeting.uid
    assert lines["SEQUENCE"] == "0"
    assert lines["STATUS"] == "CONFIRMED"
    assert lines["ORGANIZER"].endswith("mailto:reunions@zna.example")
    assert lines["ATTENDEE"].endswith(f"mailto:{person.email}")
    assert "RSVP=TRUE" in lines["ATTENDEE"]
    assert "ROLE=REQ-PARTICIPANT" in lines["ATTENDEE"]
    assert parsed(mail).get_content_type() == "multipart/alternative"
    kinds = [part.get_content_type() for part in parsed(mail).iter_parts()]
    assert kinds == ["text/plain", "text/html", "text/calendar"]
    [other] = mails_to(ctx.session, optional)
    assert "ROLE=OPT-PARTICIPANT" in calendar_lines(other)["ATTENDEE"]


def test_no_mail_holds_the_address_or_name_of_somebody_else(ctx: Context) -> None:
    meeting = make_meeting(ctx.session)
    people = [make_invitation(ctx.session, meeting) for _ in range(4)]
    invitations.send_convocations(ctx, meeting.id)
    for person in people:
        [mail] = mails_to(ctx.session, person)
        assert mail.content is not None
        whole = mail.content.decode() + "".join(
            part.get_content() if part.get_content_maintype() == "text" else ""
            for part in parsed(mail).walk()
            if not part.is_multipart()
        )
        for other in people:
            if other is not person:
                assert other.email not in whole
                assert other.name not in whole


def test_sending_again_convenes_only_the_newcomers(ctx: Context) -> None:
    meeting = make_meeting(ctx.session)
    first = make_invitation(ctx.session, meeting)
    invitations.send_convocations(ctx, meeting.id)
    newcomer = make_invitation(ctx.session, meeting)
    sent = invitations.send_convocations(ctx, meeting.id)
    assert [person.id for person in sent.convened] == [newcomer.id]
    assert invitations.send_convocations(ctx, meeting.id).convened == []
    assert len(mails_to(ctx.session, first)) == len(mails_to(ctx.session, newcomer)) == 1


def test_agents_who_send_at_the_same_instant_convene_nobody_twice(app: Flask, ctx: Context) -> None:
    meeting = make_meeting(ctx.session)
    for _ in range(5):
        make_invitation(ctx.session, meeting)
    number = meeting.id
    ctx.session.rollback()
    act = lambda own: len(invitations.send_convocations(own, number).convened)  # noqa: E731
    outcomes = results_at_once(app, [act] * 4)
    assert sorted(outcomes) == [0, 0, 0, 5]
    assert len(mails(ctx.session)) == 5


def test_a_mail_that_cannot_be_written_sends_none(ctx: Context) -> None:
    meeting = make_meeting(ctx.session)
    good = make_invitation(ctx.session, meeting)
    make_invitation(ctx.session, meeting, name="Paul Cassé", email="pas une adresse")
    with pytest.raises(InvalidError, match="Paul Cassé"):
        invitations.send_convocations(ctx, meeting.id)
    assert mails(ctx.session) == []
    assert ctx.session.get_one(Invitation, good.id).sent_sequence is None


def test_somebody_without_email_is_to_be_told_otherwise(ctx: Context) -> None:
    meeting = make_meeting(ctx.session)
    reachable = make_invitation(ctx.session, meeting)
    unreachable = make_invitation(ctx.session, meeting, email="")
    sent = invitations.send_convocations(ctx, meeting.id)
    assert [person.id for person in sent.convened] == [reachable.id]
    assert [person.id for person in sent.without_email] == [unreachable.id]
    assert mails_to(ctx.session, unreachable) == []
    invitations.mark_told(ctx, meeting.id, unreachable.id)
    assert unreachable.is_convened
    assert invitations.send_convocations(ctx, meeting.id).without_email == []


def test_somebody_with_an_email_is_not_marked_as_told(ctx: Context) -> None:
    meeting = make_meeting(ctx.session)
    person = make_invitation(ctx.session, meeting)
    with pytest.raises(ConflictError, match="e-mail"):
        invitations.mark_told(ctx, meeting.id, person.id)
    assert not person.is_convened


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"place": "", "visio_url": ""}, "lieu ou un lien de visio"),
        ({}, "Ajoutez d’abord"),
    ],
)
def test_refuses_a_meeting_that_is_not_ready(
    ctx: Context, values: dict[str, str], message: str
) -> None:
    meeting = make_meeting(ctx.session, **values)
    if values:
        make_invitation(ctx.session, meeting)
    with pytest.raises(InvalidError, match=message):
        invitations.send_convocations(ctx, meeting.id)
    assert mails(ctx.session) == []


def test_refuses_once_the_meeting_has_begun_or_is_cancelled(
    ctx: Context, clock: FrozenClock
) -> None:
    cancelled = make_meeting(ctx.session, state=MeetingState.CANCELLED)
    begun = make_meeting(ctx.session)
    for meeting in (cancelled, begun):
        make_invitation(ctx.session, meeting)
    with pytest.raises(ConflictError, match="annulée"):
        invitations.send_convocations(ctx, cancelled.id)
    clock.set(begun.starts_at)
    with pytest.raises(ConflictError, match="a commencé"):
        invitations.send_convocations(ctx, begun.id)


def test_the_grantee_who_prepares_does_not_send(ctx: Context) -> None:
    grantee = make_organisation(ctx.session)
    meeting = make_meeting(ctx.session, make_committee(ctx.session, led_by=grantee))
    make_invitation(ctx.session, meeting)
    theirs = acting_as(ctx, make_user(ctx.session, Role.GRANTEE, grantee))
    with pytest.raises(ForbiddenError):
        invitations.send_convocations(theirs, meeting.id)


def test_the_copil_gets_its_letter_with_civility_and_salutation(ctx: Context) -> None:
    committee = make_committee(ctx.session, kind=CommitteeKind.STEERING, name="COPIL")
    meeting = make_meeting(ctx.session, committee)
    contact = make_contact(
        ctx.session,
        make_organisation(ctx.session),
        civility=Civility.MADAM,
        salutation="Madame la Vice-Présidente",
    )
    person = make_invitation(ctx.session, meeting, contact)
    invitations.send_convocations(ctx, meeting.id)
    [mail] = mails_to(ctx.session, person)
    assert parsed(mail).get_content_type() == "multipart/mixed"
    [letter] = list(parsed(mail).iter_attachments())
    assert str(letter.get_filename()).endswith(".docx")
    assert text_of(mail).startswith("Madame la Vice-Présidente,")


def test_letters_are_printed_before_anybody_is_kept_from_writing(ctx: Context) -> None:
    committee = make_committee(ctx.session, kind=CommitteeKind.STEERING, name="COPIL")
    meeting = make_meeting(ctx.session, committee)
    people = [make_invitation(ctx.session, meeting) for _ in range(3)]
    printer, inside = ctx.ports.documents, []

    class Watched:
        def render(self, template: bytes, values: Mapping[str, Any]) -> bytes:
            inside.append(bool(ctx.session.info.get("zna_unit_of_work")))
            return printer.render(template, values)

    watched = replace(ctx, ports=replace(ctx.ports, documents=Watched()))
    invitations.send_convocations(watched, meeting.id)
    assert inside == [False] * 3
    [mail] = mails_to(ctx.session, people[0])
    assert len(list(parsed(mail).iter_attachments())) == 1
    # A letter whose facts have changed since it was printed is printed anew.
    person = make_invitation(ctx.session, meeting)
    printed = convocation_letters.print_letters(ctx, meeting.id)
    meeting.place = "Salle de secours"
    ctx.session.commit()
    letter = convocation_letters.letter(ctx, meeting, person, printed)
    assert "Salle de secours" in docx_text(letter.content)


def test_the_letterhead_and_the_signature_are_settings(ctx: Context) -> None:
    committee = make_committee(ctx.session, kind=CommitteeKind.STEERING, name="COPIL")
    person = make_invitation(ctx.session, make_meeting(ctx.session, committee))
    settings = ctx.settings.model_copy(
        update={
            "organiser_name": "Agglomération d’exemple",
            "organiser_service": "Service Solidarités",
            "organiser_address": "1 place d’Exemple | 62000 Exempleville",
            "organiser_city": "Exempleville",
            "organiser_phone": "03 21 00 00 00",
            "signatory_name": "Alix Exemple",
            "signatory_function": "Le Vice-Président",
        }
    )
    theirs = replace(ctx, settings=settings)
    letter = convocation_letters.download_letter(theirs, person.meeting_id, person.id)
    words = docx_text(letter.content)
    for expected in ("Agglomération d’exemple", "Service Solidarités", "1 place d’Exemple",
                     "62000 Exempleville", "Exempleville, le ", "03 21 00 00 00", "Alix Exemple",
                     "Le Vice-Président"):  # fmt: skip
        assert expected in words
    assert "Arras" not in words.replace("Salle d’exemple, Arras", "")
    assert "Agglomération d’exemple" in docx_text(
        agenda_documents.agenda_document(theirs, person.meeting_id).content
    )


def test_sending_is_written_in_the_journal_without_names(ctx: Context) -> None:
    meeting = make_meeting(ctx.session)
    person = make_invitation(ctx.session, meeting)
    invitations.send_convocations(ctx, meeting.id)
    [event] = ctx.session.query(AuditEvent).filter_by(action="invitation.sent")
    assert event.detail == {"number": 1, "sequence": 0}
    assert person.name not in str(event.detail)


def test_a_new_address_is_convened_and_the_old_one_let_go(ctx: Context) -> None:
    meeting = make_meeting(ctx.session)
    person = make_invitation(ctx.session, meeting)
    old_address, old_hash = person.email, person.link_hash
    invitations.send_convocations(ctx, meeting.id)
    delivery.deliver_due(ctx, "tests")
    invitations.correct_invitation(
        ctx,
        meeting.id,
        person.id,
        email="Bonne.Adresse@organisme.example",
        is_required=False,
        revision=person.revision,
    )
    convened, cancel, again = mails_to(ctx.session, person)
    assert (cancel.recipient, cancel.kind) == (old_address, "meeting_withdrawn")
    assert (again.recipient, again.kind) == (
        "bonne.adresse@organisme.example", "meeting_invitation",
    )  # fmt: skip
    numbers = [int(calendar_lines(m)["SEQUENCE"]) for m in (convened, cancel, again)]
    assert numbers == [0, 1, 2]
    assert calendar_lines(cancel)["METHOD"] == "CANCEL"
    assert person.link_hash != old_hash
    assert not person.is_required


def test_an_address_that_was_wrong_from_the_start_gets_no_cancellation(ctx: Context) -> None:
    meeting = make_meeting(ctx.session)
    person = make_invitation(ctx.session, meeting)
    invitations.send_convocations(ctx, meeting.id)
    invitations.correct_invitation(
        ctx, meeting.id, person.id,
        email="juste@organisme.example", is_required=True, revision=person.revision,
    )  # fmt: skip
    waiting = [m.recipient for m in mails_to(ctx.session, person) if m.content is not None]
    assert waiting == ["juste@organisme.example"]


def test_an_address_already_on_the_list_is_refused(ctx: Context) -> None:
    meeting = make_meeting(ctx.session)
    person, other = make_invitation(ctx.session, meeting), make_invitation(ctx.session, meeting)
    with pytest.raises(ConflictError) as refusal:
        invitations.correct_invitation(
            ctx, meeting.id, person.id,
            email=other.email, is_required=True, revision=person.revision,
        )  # fmt: skip
    assert refusal.value.field == "email"


def test_a_correction_made_from_an_older_page_is_refused(ctx: Context) -> None:
    meeting = make_meeting(ctx.session)
    person = make_invitation(ctx.session, meeting)
    seen = person.revision
    person.answer = Answer.ON_SITE
    ctx.session.commit()
    with pytest.raises(ConflictError):
        invitations.correct_invitation(
            ctx, meeting.id, person.id, email="x@organisme.example", is_required=True, revision=seen
        )


def test_a_renewed_link_leaves_by_mail_with_the_same_version(ctx: Context) -> None:
    meeting = make_meeting(ctx.session)
    person = make_invitation(ctx.session, meeting)
    invitations.send_convocations(ctx, meeting.id)
    delivery.deliver_due(ctx, "tests")
    person.answer = Answer.ON_SITE
    ctx.session.commit()
    invitations.renew_link(ctx, meeting.id, person.id)
    first, second = mails_to(ctx.session, person)
    assert second.kind == "meeting_link"
    lines = calendar_lines(second)
    assert lines["SEQUENCE"] == calendar_lines(first)["SEQUENCE"]
    assert "PARTSTAT=ACCEPTED" in lines["ATTENDEE"]
    assert lines["URL"] != calendar_lines(first)["URL"]


def test_a_link_switched_off_before_the_mail_left_leaves_with_the_new_one(ctx: Context) -> None:
    meeting = make_meeting(ctx.session)
    person = make_invitation(ctx.session, meeting)
    invitations.send_convocations(ctx, meeting.id)
    invitations.renew_link(ctx, meeting.id, person.id, send=False)
    [mail] = [m for m in mails_to(ctx.session, person) if m.content is not None]
    assert mail.kind == "meeting_invitation"
    assert outbox.message(ctx, mail.id).subject.startswith("Convocation")
    assert ctx.session.query(OutboxMessage).count() == 2
