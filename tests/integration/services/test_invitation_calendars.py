"""The invitations as other programs read them: ical.js and vobject, on the octets that leave."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from tests.factories.committees import make_committee
from tests.factories.invitations import mails_to, make_invitation
from tests.factories.meetings import make_agenda_item, make_meeting
from tests.mail_reading import calendar_of, parsed
from tests.unit.adapters.calendar_readers import IcalJs, Vobject
from tests.world import MailboxMailer
from zna_network.models.invitation import Invitation
from zna_network.models.meeting import MeetingState
from zna_network.models.outbox import OutboxMessage
from zna_network.services import delivery, invitations, invitees
from zna_network.services.context import Context

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
WINTER = datetime(2026, 12, 17, 13, 0, tzinfo=UTC), datetime(2026, 12, 17, 15, 0, tzinfo=UTC)
SUMMER = datetime(2027, 7, 6, 12, 0, tzinfo=UTC), datetime(2027, 7, 6, 14, 30, tzinfo=UTC)
NAME = 'Éloïse d’Exemple-Très-Longuement-Nommée, dite « la "Présidente" » ; à œil nu'
AGENDA = "Élargir l’accueil à Rœux, Fampoux et Sainte-Catherine ; bilan : 50 % ? " * 2


@pytest.fixture(scope="module")
def ical_js() -> Iterator[IcalJs]:
    with IcalJs() as reader:
        yield reader


@pytest.fixture(params=[WINTER, SUMMER], ids=["winter", "summer"])
def person(request: pytest.FixtureRequest, ctx: Context) -> Invitation:
    starts_at, ends_at = request.param
    committee = make_committee(ctx.session, name="Comité technique, lot 1 ; Arras")
    meeting = make_meeting(
        ctx.session,
        committee,
        title="Accès aux droits : où en est-on ?",
        starts_at=starts_at,
        ends_at=ends_at,
        visio_url="https://visio.example/salle?a=1&b=2",
        notice="Ligne un\nLigne deux ; une virgule, un \\ et « des guillemets »",
    )
    make_agenda_item(ctx.session, meeting, title=AGENDA[:200].strip())
    for _ in range(3):
        make_invitation(ctx.session, meeting)
    return make_invitation(ctx.session, meeting, name=NAME)


def _sent(ctx: Context, person: Invitation) -> OutboxMessage:
    invitations.send_convocations(ctx, person.meeting_id)
    [mail] = mails_to(ctx.session, person)
    return mail


def test_both_readers_find_the_right_instants(
    ctx: Context, person: Invitation, ical_js: IcalJs
) -> None:
    octets = calendar_of(_sent(ctx, person))
    expected = (person.meeting.starts_at, person.meeting.ends_at)
    assert ical_js.times(octets) == expected
    assert Vobject().times(octets) == expected


def test_both_readers_find_what_a_calendar_needs(
    ctx: Context, person: Invitation, ical_js: IcalJs
) -> None:
    octets = calendar_of(_sent(ctx, person))
    read = ical_js.read(octets)
    [event] = read["events"]
    assert read["method"] == "REQUEST"
    assert (event["uid"], event["sequence"], event["status"]) == (
        person.meeting.uid, 0, "CONFIRMED",
    )  # fmt: skip
    assert event["summary"] == "Comité technique, lot 1 ; Arras : Accès aux droits : où en est-on ?"
    assert event["location"] == "Salle d’exemple, Arras"
    assert "Ligne un\nLigne deux ; une virgule, un \\ et « des guillemets »" in event["description"]
    assert "https://visio.example/salle?a=1&b=2" in event["description"]
    [organizer], [attendee] = event["organizers"], event["attendees"]
    assert organizer["value"] == "mailto:reunions@zna.example"
    assert attendee["value"] == f"mailto:{person.email}"
    assert (attendee["rsvp"], attendee["partstat"]) == ("TRUE", "NEEDS-ACTION")
    other = Vobject().event(octets)
    assert other.uid.value == person.meeting.uid
    assert other.attendee.value == f"mailto:{person.email}"


def test_lines_are_folded_and_end_as_the_standards_say(ctx: Context, person: Invitation) -> None:
    mail = _sent(ctx, person)
    octets = calendar_of(mail)
    assert octets.replace(b"\r\n", b"").count(b"\n") == 0
    assert octets.replace(b"\r\n", b"").count(b"\r") == 0
    lines = octets.split(b"\r\n")
    assert max(len(line) for line in lines) <= 75
    assert any(line.startswith(b" ") for line in lines)
    for line in lines:
        line.decode("utf-8")  # Never folded in the middle of a character.
    assert mail.content is not None
    assert mail.content.isascii()
    assert mail.content.replace(b"\r\n", b"").count(b"\n") == 0
    assert max(len(line) for line in mail.content.split(b"\r\n")) <= 998


def test_no_other_address_is_anywhere_in_what_leaves(
    ctx: Context, person: Invitation, mailbox: MailboxMailer
) -> None:
    _sent(ctx, person)
    everybody = [one.email for one in ctx.session.query(Invitation)]
    delivery.deliver_due(ctx, "tests")
    assert len(mailbox.envelopes) == 4
    for envelope, message in zip(mailbox.envelopes, mailbox.messages(), strict=True):
        decoded = b"".join(
            part.get_payload(decode=True) or b""  # type: ignore[misc]
            for part in message.walk()
            if not part.is_multipart()
        )
        seen = envelope.content + decoded.replace(b"\r\n ", b"")
        found = {address for address in everybody if address.encode() in seen}
        assert found == {envelope.recipient}


def test_a_removal_and_a_cancellation_annul_what_was_sent(
    ctx: Context, person: Invitation, ical_js: IcalJs
) -> None:
    request = calendar_of(_sent(ctx, person))
    delivery.deliver_due(ctx, "tests")
    invitees.remove(ctx, person.meeting_id, person.id)
    removal = mails_to(ctx.session, person)[-1]
    with ctx.unit_of_work():
        person.meeting.state = MeetingState.CANCELLED
        person.meeting.sequence += 1
        invitations.announce_cancellation(ctx, person.meeting)
    other = ctx.session.query(Invitation).filter(Invitation.id != person.id).first()
    assert other is not None
    for mail, whom in ((removal, person), (mails_to(ctx.session, other)[-1], other)):
        read = ical_js.read(calendar_of(mail))
        [event] = read["events"]
        assert (read["method"], event["status"]) == ("CANCEL", "CANCELLED")
        assert event["sequence"] == ical_js.event(request)["sequence"] + 1
        assert event["uid"] == ical_js.event(request)["uid"]
        assert event["organizers"][0]["value"] == "mailto:reunions@zna.example"
        assert [one["value"] for one in event["attendees"]] == [f"mailto:{whom.email}"]
        part = [p for p in parsed(mail).walk() if p.get_content_type() == "text/calendar"]
        assert part[0].get_param("method") == "CANCEL"
