"""What the answering mailbox receives, from each client and each machine, whole or damaged."""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from tests.mails import machines
from tests.mails.answers import Answer
from tests.mails.clients import CLIENTS
from zna_network.adapters.incoming_mail import IncomingMails
from zna_network.ports.calendar import PartStat
from zna_network.ports.mailbox import MailAuthentication, MailKind, ReadMail

OWN = machines.OWN
PARSER = IncomingMails(OWN, "mx.zna.example")
GUEST = "camille.durand@ccas.example"
UID = "4f1c2a-0123456789-0123456789-0123456789@zna.example"
ANSWER = Answer(
    uid=UID,
    attendee=GUEST,
    sequence=3,
    partstat="DECLINED",
    comment="Déjà prise ce jour-là ; je lirai le compte-rendu, merci « à tous »",
)
WINTER = datetime(2027, 1, 14, 8, tzinfo=UTC)


def parse(content: bytes) -> ReadMail:
    return PARSER.parse(content)


def answered(mail: ReadMail) -> tuple[object, ...]:
    reply = mail.calendar
    assert reply is not None, mail
    return reply.uid, reply.attendee, reply.partstat, reply.sequence, reply.stamp, reply.comment


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "none": lambda mail: mail,
    "line feeds alone": lambda mail: mail.replace(b"\r\n", b"\n"),
    "doubled carriage returns": lambda mail: mail.replace(b"\r\n", b"\r\r\n"),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
@pytest.mark.parametrize("client", CLIENTS.values(), ids=CLIENTS)
def test_each_client_is_understood(
    client: Callable[[Answer], bytes], damage: Callable[[bytes], bytes]
) -> None:
    mail = parse(damage(client(ANSWER)))
    assert mail.kind is MailKind.REPLY
    assert answered(mail) == (UID, GUEST, PartStat.DECLINED, 3, ANSWER.stamp, ANSWER.comment)
    assert (mail.from_address, mail.reason) == (GUEST, "")
    assert mail.calendar is not None
    assert mail.calendar.proposed_start is None
    assert "Comité technique « accès aux droits »" in mail.subject


@pytest.mark.parametrize("client", CLIENTS.values(), ids=CLIENTS)
@pytest.mark.parametrize("start", [datetime(2027, 7, 7, 12, 30, tzinfo=UTC), WINTER])
def test_another_time_is_read_in_each_client_s_zone(
    client: Callable[[Answer], bytes], start: datetime
) -> None:
    mail = parse(client(Answer(UID, GUEST, partstat="TENTATIVE", proposed=start)))
    assert (mail.kind, mail.reason) == (MailKind.COUNTER, "")
    assert mail.calendar is not None
    assert mail.calendar.proposed_start == start
    assert mail.calendar.proposed_end == start + timedelta(hours=2)


@pytest.mark.parametrize("client", CLIENTS.values(), ids=CLIENTS)
def test_who_answers_for_whom(client: Callable[[Answer], bytes]) -> None:
    """An assistant answers for somebody; somebody sends a colleague."""
    mail = parse(
        client(Answer(UID, GUEST, sender="agenda@ccas.example", sent_by="agenda@ccas.example"))
    )
    assert mail.calendar is not None
    assert (mail.from_address, mail.calendar.sent_by) == ("agenda@ccas.example",) * 2
    assert mail.calendar.attendee == GUEST
    mail = parse(
        client(Answer(UID, GUEST, "DELEGATED", delegate=("Remi@CCAS.example", "Rémi Petit")))
    )
    assert mail.calendar is not None
    assert mail.calendar.attendee == GUEST
    assert mail.calendar.partstat is PartStat.DELEGATED
    assert mail.calendar.delegated_to == "remi@ccas.example"


def test_the_delegate_s_name_and_answer() -> None:
    delegating = CLIENTS["thunderbird"](
        Answer(UID, GUEST, "DELEGATED", delegate=("remi@ccas.example", "Rémi Petit"))
    )
    mail = parse(delegating)
    assert mail.calendar is not None
    assert mail.calendar.delegate_name == "Rémi Petit"
    mail = parse(
        _calendar_mail(
            f'ATTENDEE;PARTSTAT=ACCEPTED;DELEGATED-FROM="mailto:{GUEST}":mailto:remi@ccas.example',
            sender="remi@ccas.example",
        )
    )
    assert mail.calendar is not None
    assert (mail.calendar.attendee, mail.calendar.delegated_from) == ("remi@ccas.example", GUEST)


CUSTOM_ZONE = """BEGIN:VTIMEZONE
TZID:Heure du bureau
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE"""


@pytest.mark.parametrize(
    ("zone", "start", "instant"),
    [
        (
            CUSTOM_ZONE,
            ";TZID=Heure du bureau:20270706T140000",
            datetime(2027, 7, 6, 12, tzinfo=UTC),
        ),
        (
            CUSTOM_ZONE,
            ";TZID=Heure du bureau:20270328T015900",
            datetime(2027, 3, 28, 0, 59, tzinfo=UTC),
        ),
        (
            CUSTOM_ZONE,
            ";TZID=Heure du bureau:20270328T030000",
            datetime(2027, 3, 28, 1, tzinfo=UTC),
        ),
        (
            CUSTOM_ZONE,
            ";TZID=Heure du bureau:20271101T090000",
            datetime(2027, 11, 1, 8, tzinfo=UTC),
        ),
        # A rule that is not the usual one is not guessed; nor is a zone that is not given.
        (
            CUSTOM_ZONE.replace("FREQ=YEARLY", "FREQ=SECONDLY"),
            ";TZID=Heure du bureau:20270706T140000",
            None,
        ),
        ("", ";TZID=Heure du bureau:20270706T140000", None),
        (
            "",
            ";TZID=/mozilla.org/20050126_1/Europe/Paris:20270706T140000",
            datetime(2027, 7, 6, 12, tzinfo=UTC),
        ),
        ("", ";TZID=W. Europe Standard Time:20270706T140000", datetime(2027, 7, 6, 12, tzinfo=UTC)),
        ("", ";TZID=America/Cayenne:20270706T140000", datetime(2027, 7, 6, 17, tzinfo=UTC)),
        ("", ":20270706T140000", datetime(2027, 7, 6, 12, tzinfo=UTC)),
        ("", ";VALUE=DATE:20270706", None),
        ("", ":20271306T140000", None),
        ("", ":toujours", None),
    ],
)
def test_times_in_every_form(zone: str, start: str, instant: datetime | None) -> None:
    mail = parse(
        _calendar_mail(
            f"ATTENDEE;PARTSTAT=TENTATIVE:mailto:{GUEST}",
            f"DTSTART{start}",
            "DURATION:PT1H30M",
            method="COUNTER",
            zone=zone,
        )
    )
    assert mail.kind is MailKind.COUNTER
    assert mail.calendar is not None
    assert mail.calendar.proposed_start == instant
    assert bool(mail.reason) is (instant is None)
    if instant:
        assert mail.calendar.proposed_end == instant + timedelta(minutes=90)


def test_one_mail_s_zones_are_not_the_next_one_s() -> None:
    """A zone that a mail defines under a common name serves that mail alone."""
    forged = CUSTOM_ZONE.replace("Heure du bureau", "Bureau").replace("+0", "+1")
    event = (
        f"ATTENDEE;PARTSTAT=TENTATIVE:mailto:{GUEST}",
        "DTSTART;TZID=Bureau:20270706T140000",
        "DURATION:PT1H",
    )
    assert parse(_calendar_mail(*event, method="COUNTER", zone=forged)).reason == ""
    assert parse(_calendar_mail(*event, method="COUNTER")).reason != ""


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ((), "sans participant"),
        (("ATTENDEE;PARTSTAT=ACCEPTED:mailto:",), "ne se reconnaît pas"),
        ((f"ATTENDEE:mailto:{GUEST}",), "ni oui ni non"),
        ((f"ATTENDEE;PARTSTAT=PEUT-ETRE:mailto:{GUEST}",), "ni oui ni non"),
        ((f"ATTENDEE;PARTSTAT=ACCEPTED:mailto:{GUEST}", "SEQUENCE:douze"), "SEQUENCE"),
        (
            (
                "ATTENDEE;PARTSTAT=ACCEPTED:mailto:a@x.example",
                "ATTENDEE;PARTSTAT=DECLINED:mailto:b@x.example",
            ),
            "ne se reconnaît pas",
        ),
        (
            (f"ATTENDEE;PARTSTAT=ACCEPTED:mailto:{GUEST}", "END:VEVENT", "BEGIN:VEVENT", "UID:2"),
            "plusieurs événements",
        ),
    ],
)
def test_what_is_not_an_answer_is_left_to_a_person(lines: tuple[str, ...], reason: str) -> None:
    mail = parse(_calendar_mail(*lines))
    assert (mail.kind, mail.calendar) == (MailKind.OTHER, None)
    assert reason in mail.reason


def test_among_several_attendees_the_writer_answers() -> None:
    lines = (
        "ATTENDEE;PARTSTAT=ACCEPTED:mailto:autre@x.example",
        f"ATTENDEE;PARTSTAT=DECLINED:MAILTO:{GUEST.upper()}",
    )
    mail = parse(_calendar_mail(*lines))
    assert mail.calendar is not None
    assert (mail.calendar.attendee, mail.calendar.partstat) == (GUEST, PartStat.DECLINED)


def test_folds_that_lost_their_space() -> None:
    calendar = (
        f"ATTENDEE;CN=Camille Durand;PARTSTAT=ACC\nEPTED:\nmailto:{GUEST}\nCOMMENT:À bient\nôt"
    )
    mail = parse(_calendar_mail(calendar))
    assert mail.calendar is not None
    assert (mail.calendar.attendee, mail.calendar.comment) == (GUEST, "À bientôt")


PASSED = "Authentication-Results: MX.zna.example; dmarc=pass (p=none) header.from=ccas.example"
FAILED = "Authentication-Results: mx.zna.example; dmarc=fail header.from=ccas.example"
SERVER = "Received: from mail.ccas.example by mx.zna.example; Thu, 3 Dec 2026 09:30:00 +0100"


@pytest.mark.parametrize(
    ("headers", "verdict"),
    [
        ((), MailAuthentication.NONE),
        ((PASSED, SERVER), MailAuthentication.PASS),
        ((FAILED, SERVER), MailAuthentication.FAIL),
        ((SERVER, PASSED), MailAuthentication.PASS),
        # What the mail brought with it: another server's word, or ours, forged under our own.
        (
            ("Authentication-Results: mx.evil.example; dmarc=pass header.from=ccas.example",),
            MailAuthentication.NONE,
        ),
        ((FAILED, PASSED, SERVER), MailAuthentication.FAIL),
        ((FAILED, SERVER, PASSED), MailAuthentication.FAIL),
        (
            ("Authentication-Results: mx.zna.example; dkim=none; spf=none", SERVER, PASSED),
            MailAuthentication.NONE,
        ),
        # A signature proves its own domain, not that of From.
        (
            (
                "Authentication-Results: mx.zna.example; dkim=pass header.d=evil.example; spf=pass smtp.mailfrom=x@evil.example",
            ),
            MailAuthentication.NONE,
        ),
        (
            ("Authentication-Results: mx.zna.example; dmarc=pass header.from=evil.example",),
            MailAuthentication.NONE,
        ),
        (
            (
                "Authentication-Results: mx.zna.example; dmarc=none; spf=softfail; dkim=pass header.d=mail.ccas.example",
            ),
            MailAuthentication.PASS,
        ),
        (
            (
                "Authentication-Results: mx.zna.example; dkim=none; spf=fail smtp.mailfrom=ccas.example",
            ),
            MailAuthentication.FAIL,
        ),
    ],
)
def test_whom_our_own_server_vouches_for(
    headers: tuple[str, ...], verdict: MailAuthentication
) -> None:
    content = CLIENTS["exchange"](Answer(UID, GUEST, extra=headers))
    assert parse(content).authentication is verdict
    assert IncomingMails(OWN).parse(content).authentication is MailAuthentication.NONE


def test_a_mail_with_two_authors_proves_nothing() -> None:
    mail = parse(
        CLIENTS["outlook"](Answer(UID, GUEST, extra=(PASSED, SERVER, "From: <evil@evil.example>")))
    )
    assert mail.authentication is MailAuthentication.FAIL
    assert mail.senders == ("evil@evil.example", GUEST)


@pytest.mark.parametrize("whole", [True, False])
def test_a_failed_address(whole: bool) -> None:
    mail = parse(
        machines.delivery_report(GUEST, message_id="<outbox-7@zna.example>", whole_original=whole)
    )
    assert mail.kind is MailKind.BOUNCE
    (bounced,) = mail.bounces
    assert (bounced.email, bounced.is_permanent, bounced.status) == (GUEST, True, "5.1.1")
    assert bounced.words == "550 5.1.1 <…> User unknown in virtual mailbox table"
    assert bounced.original_message_id == "<outbox-7@zna.example>"


def test_a_late_delivery_and_an_older_form() -> None:
    (late,) = parse(machines.delivery_report(GUEST, action="delayed", status="4.4.1")).bounces
    assert (late.is_permanent, late.status) == (False, "4.4.1")
    (older,) = parse(machines.exim_failure(GUEST, "<outbox-9@zna.example>")).bounces
    assert (older.email, older.is_permanent, older.status) == (GUEST, True, "5.7.1")
    assert older.original_message_id == "<outbox-9@zna.example>"
    done = parse(machines.delivery_report(GUEST, action="delivered", status="2.0.0"))
    assert (done.kind, done.bounces) == (MailKind.AUTOMATIC, ())


def test_a_person_who_quotes_a_failure_is_a_person() -> None:
    quoted = machines.exim_failure(GUEST).decode()
    mail = parse(machines.words_of(GUEST, "Votre message ?", text=quoted))
    assert (mail.kind, mail.bounces, mail.subject) == (MailKind.OTHER, (), "Votre message ?")


@pytest.mark.parametrize(
    "marks",
    [
        ("Auto-Submitted: auto-replied",),
        ("Precedence: bulk",),
        ("X-Auto-Response-Suppress: All",),
        ("List-Id: <liste.example>",),
        ("Return-Path: <>",),
    ],
)
def test_machines_are_not_people(marks: tuple[str, ...]) -> None:
    mail = parse(machines.words_of(GUEST, "Bonjour", *marks))
    assert mail.kind is MailKind.AUTOMATIC
    assert mail.reason


def test_absences_and_our_own_mails() -> None:
    assert (
        parse(machines.words_of(GUEST, "=?utf-8?Q?R=C3=A9ponse_automatique?= : absente")).kind
        is MailKind.AUTOMATIC
    )
    assert parse(machines.words_of(GUEST, "Absence")).kind is MailKind.OTHER
    assert parse(machines.words_of(GUEST, "Bonjour", "Auto-Submitted: no")).kind is MailKind.OTHER
    own = parse(CLIENTS["gmail"](Answer(UID, GUEST, sender=OWN.upper())))
    assert (own.kind, own.calendar) == (MailKind.AUTOMATIC, None)
    # What we invite with, come back or forwarded, is no answer.
    asked = CLIENTS["outlook"](ANSWER).replace(b"REPLY", b"REQUEST")
    assert parse(asked).kind is MailKind.OTHER


def test_a_subject_in_bare_octets() -> None:
    assert parse("From: a@b.example\r\nSubject: Présence\r\n\r\n".encode()).subject == "Présence"


def test_nothing_in_a_mail_raises() -> None:
    """Every client's mail cut anywhere, with octets changed anywhere; and mails made to hurt."""
    chance = random.Random(6)
    mails = [client(ANSWER) for client in CLIENTS.values()]
    mails += [machines.delivery_report(GUEST), machines.exim_failure(GUEST)]
    for mail in mails:
        for _turn in range(40):
            hurt = bytearray(mail[: chance.randrange(len(mail))])
            for _octet in range(chance.randrange(30)):
                hurt[chance.randrange(len(hurt) + 1) - 1 : 0] = (
                    b"" if not hurt else bytes([chance.randrange(256)])
                )
            assert isinstance(parse(bytes(hurt)), ReadMail)
    nested = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(900)
    )
    carried = b"Content-Type: message/rfc822\r\n\r\n" * 3000
    endless = b"BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\n" + b"BEGIN:VEVENT\r\n" * 50_000
    for hostile in (
        b"",
        b"\0" * 1000,
        nested,
        carried,
        b"From: " + b"(" * 100_000,
        _wrapped(endless),
    ):
        assert parse(hostile).kind is MailKind.OTHER
    assert "trop de parties" in parse(nested).reason


def _wrapped(calendar: bytes) -> bytes:
    return b"From: a@b.example\r\nContent-Type: text/calendar; method=REPLY\r\n\r\n" + calendar


def _calendar_mail(
    *lines: str, method: str = "REPLY", zone: str = "", sender: str = GUEST
) -> bytes:
    calendar = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"METHOD:{method}",
        *zone.splitlines(),
        "BEGIN:VEVENT",
        f"UID:{UID}",
        "DTSTAMP:20261203T083000Z",
        *lines,
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return (
        f"From: <{sender}>\r\nTo: <{OWN}>\r\nMIME-Version: 1.0\r\n"
        f"Content-Type: text/calendar; charset=utf-8; method={method}\r\n\r\n"
        + "\r\n".join(calendar)
    ).encode()
