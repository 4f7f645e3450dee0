"""The mails as octets, read back by the standard library and by hand."""

import base64
import re
from datetime import UTC, datetime, timedelta, timezone
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import default
from email.utils import parseaddr
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.adapters.events import GUEST, MAILBOX, event, invitation
from zna_network.adapters.clean_text import one_line
from zna_network.adapters.ics_calendar import IcsCalendar
from zna_network.adapters.mime_messages import MimeMessages
from zna_network.ports.calendar import Address
from zna_network.ports.documents import DOCX_MEDIA_TYPE
from zna_network.ports.messages import (
    Attachment,
    CalendarMethod,
    CalendarPart,
    Mail,
    message_id_for,
)

DATE = datetime(2027, 6, 1, 10, 30, tzinfo=timezone(timedelta(hours=2)))
MESSAGE_ID = message_id_for("invitation.12.0", "zna.example")
LETTER = Attachment("Convocation.docx", DOCX_MEDIA_TYPE, b"PK\x03\x04" + bytes(range(256)))
ANY_TEXT = st.text(st.characters(codec=None), max_size=200)


def _compose(mail: Mail, **changes: Any) -> bytes:
    settings = {"sender": MAILBOX, "message_id": MESSAGE_ID, "date": DATE} | changes
    return MimeMessages().compose(mail, **settings)


def _read(octets: bytes) -> EmailMessage:
    return message_from_bytes(octets, policy=default)


def _text(part: EmailMessage) -> str:
    return str(part.get_content()).replace("\r\n", "\n")


def _types(message: EmailMessage) -> list[str]:
    return [part.get_content_type() for part in message.walk()]


def _assert_octets_are_right(octets: bytes) -> None:
    assert octets.isascii()
    assert octets.count(b"\n") == octets.count(b"\r") == octets.count(b"\r\n")
    assert max(map(len, octets.split(b"\r\n"))) <= 998
    assert _read(octets).defects == []


def test_the_calendar_is_the_last_alternative_and_no_attachment() -> None:
    octets = _compose(invitation())
    _assert_octets_are_right(octets)
    message = _read(octets)
    assert _types(message) == [
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/calendar",
    ]
    calendar = list(message.iter_parts())[-1]
    assert b"\r\nContent-Type: text/calendar; method=REQUEST; charset=utf-8\r\n" in octets
    assert calendar["Content-Transfer-Encoding"] == "base64"
    assert calendar["Content-Disposition"] is None
    assert calendar.get_payload(decode=True) == IcsCalendar().request(event())


def test_the_method_is_the_same_in_both_places() -> None:
    octets = IcsCalendar().cancel(event())
    mail = invitation(calendar=CalendarPart(CalendarMethod.CANCEL, octets))
    message = _read(_compose(mail))
    calendar = list(message.iter_parts())[-1]
    assert calendar.get_param("method") == "CANCEL"
    assert "\r\nMETHOD:CANCEL\r\n" in calendar.get_payload(decode=True).decode()


def test_a_calendar_of_another_method_is_refused() -> None:
    request = IcsCalendar().request(event())
    with pytest.raises(ValueError, match="METHOD:CANCEL"):
        _compose(invitation(calendar=CalendarPart(CalendarMethod.CANCEL, request)))


def test_attachments_stay_outside_the_alternatives() -> None:
    octets = _compose(invitation(attachments=(LETTER,)))
    _assert_octets_are_right(octets)
    message = _read(octets)
    assert _types(message) == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/calendar",
        DOCX_MEDIA_TYPE,
    ]
    [attachment] = message.iter_attachments()
    assert attachment.get_content_disposition() == "attachment"
    assert attachment.get_filename() == "Convocation.docx"
    assert attachment.get_content() == LETTER.content


def test_a_mail_of_text_alone_has_one_part() -> None:
    message = _read(_compose(Mail(GUEST, "Rappel", "Été\n.\nFrom ici\n" + "long " * 60)))
    assert _types(message) == ["text/plain"]
    assert _text(message) == "Été\n.\nFrom ici\n" + "long " * 60 + "\n"


def test_headers() -> None:
    octets = _compose(
        invitation(
            reply_to=Address("reponses@zna.example"),
            auto_submitted=True,
            list_unsubscribe="https://zna.example/desabonnement/" + "x" * 120,
        )
    )
    message = _read(octets)
    assert message["From"] == "Réseau Zéro Non-Recours <reunions@zna.example>"
    assert message["To"] == "Camille Durand <camille.durand@ccas.example>"
    assert message["Subject"] == "Convocation au comité technique du 6 juillet 2027"
    assert message["Date"] == "Tue, 01 Jun 2027 08:30:00 +0000"
    assert message["Message-ID"] == "<invitation.12.0@zna.example>"
    assert message["Reply-To"] == "reponses@zna.example"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["MIME-Version"] == "1.0"
    # Whole and on one line: clients do not decode words in it.
    address = b"List-Unsubscribe: <https://zna.example/desabonnement/" + b"x" * 120 + b">\r\n"
    assert address in octets
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_optional_headers_are_absent_unless_asked() -> None:
    message = _read(_compose(invitation()))
    for name in ("Reply-To", "Auto-Submitted", "List-Unsubscribe", "Cc", "Bcc", "Sender"):
        assert message[name] is None


def test_one_click_is_only_promised_over_https() -> None:
    message = _read(_compose(invitation(list_unsubscribe="mailto:reunions@zna.example")))
    assert message["List-Unsubscribe"] == "<mailto:reunions@zna.example>"
    assert message["List-Unsubscribe-Post"] is None


@pytest.mark.parametrize("mail", [invitation(), invitation(attachments=(LETTER, LETTER))])
def test_the_same_mail_gives_the_same_octets(mail: Mail) -> None:
    assert _compose(mail) == _compose(mail)


def test_each_mail_has_its_own_boundaries() -> None:
    other = _compose(invitation(), message_id=message_id_for("invitation.13.0", "zna.example"))
    assert _read(other).get_boundary() != _read(_compose(invitation())).get_boundary()


def test_nobody_else_is_named_in_the_mail() -> None:
    octets = _compose(invitation(attachments=(LETTER,)))
    decoded = octets + b"".join(
        part.get_payload(decode=True) or b"" for part in _read(octets).walk()
    )
    named = set(re.findall(rb"[\w.+-]+@[\w.-]+", decoded))
    named -= {b"4f1c2a@zna.example", b"invitation.12.0@zna.example"}
    assert named == {GUEST.email.encode(), MAILBOX.email.encode()}


@settings(max_examples=60, deadline=None)
@given(subject=ANY_TEXT, name=ANY_TEXT, filename=ANY_TEXT)
def test_no_text_can_add_a_header(subject: str, name: str, filename: str) -> None:
    mail = invitation(
        subject=subject,
        recipient=Address(GUEST.email, name),
        reply_to=Address(MAILBOX.email, name),
        attachments=(Attachment(filename, "application/pdf", b"%PDF"),),
    )
    octets = _compose(mail, sender=Address(MAILBOX.email, name))
    _assert_octets_are_right(octets)
    message = _read(octets)
    assert sorted(message.keys()) == [
        "Content-Type",
        "Date",
        "From",
        "MIME-Version",
        "Message-ID",
        "Reply-To",
        "Subject",
        "To",
    ]
    for header, expected in (("From", MAILBOX), ("To", GUEST), ("Reply-To", MAILBOX)):
        assert [address.addr_spec for address in message[header].addresses] == [expected.email]
        assert _mailbox(octets, header) == (one_line(name), expected.email)
    assert _decoded(_raw(octets, "Subject")) == one_line(subject)
    assert len(list(message.iter_attachments())) == 1


def _mailbox(octets: bytes, name: str) -> tuple[str, str]:
    """The one mailbox of a header. EmailMessage is no help: several versions of Python put a
    space between two encoded words of a name."""
    phrase, address = parseaddr(_raw(octets, name))
    return _decoded(phrase), address


def _decoded(words: str) -> str:
    return str(make_header(decode_header(words)))


def _raw(octets: bytes, name: str) -> str:
    """The header as written, unfolded, for the other decoder of the standard library."""
    head = octets.partition(b"\r\n\r\n")[0].decode().replace("\r\n ", " ")
    [value] = re.findall(rf"^{name}: (.*)$", head, re.MULTILINE)
    return value.rstrip("\r")


@pytest.mark.parametrize(
    "name",
    [
        "Durand, Camille",
        "CCAS ; « accueil » : 2e étage",
        'Camille "Cam" Durand',
        "Éloïse " * 20,
        "é" * 60 + ", suite <intrus@pirate.example>",
        "=?utf-8?q?piege?=",
    ],
)
def test_names_are_read_back_whole(name: str) -> None:
    octets = _compose(invitation(recipient=Address(GUEST.email, name)))
    assert _mailbox(octets, "To") == (name.strip(), GUEST.email)
    assert len(_read(octets)["To"].addresses) == 1
    head = octets.partition(b"\r\n\r\n")[0]
    assert max(map(len, head.split(b"\r\n"))) <= 78


@settings(max_examples=50, deadline=None)
@given(text=ANY_TEXT, html=ANY_TEXT)
def test_any_body_arrives_and_closes_no_part(text: str, html: str) -> None:
    boundary = _read(_compose(invitation())).get_boundary()
    mail = invitation(text=f"{text}\n--{boundary}--\n{text}", html=f"{html}\n--{boundary}\n")
    octets = _compose(mail)
    _assert_octets_are_right(octets)
    message = _read(octets)
    assert _types(message) == ["multipart/alternative", "text/plain", "text/html", "text/calendar"]
    assert f"--{boundary}--\n" in _text(next(message.iter_parts()))


def test_bodies_keep_their_characters() -> None:
    text = "Été à 14 h : « réunion » — œuvre €\tfin = 100 %\n\n  retrait  \nligne"
    parts = list(_read(_compose(invitation(text=text, html=f"<pre>{text}</pre>"))).iter_parts())
    assert _text(parts[0]) == text + "\n"
    assert _text(parts[1]) == f"<pre>{text}</pre>\n"


def test_an_accented_domain_is_written_in_ascii() -> None:
    octets = _compose(invitation(recipient=Address("accueil@mairie-béthune.example", "Accueil")))
    assert b"To: Accueil <accueil@xn--mairie-bthune-ihb.example>\r\n" in octets


@pytest.mark.parametrize(
    "changes",
    [
        {"recipient": Address("pas une adresse")},
        {"recipient": Address("élodie@ccas.example")},
        {"recipient": Address("x@ccas.example, y@ccas.example")},
        {"recipient": Address("x@ccas.example\r\nBcc: y@ccas.example")},
        {"recipient": Address("x" * 65 + "@ccas.example")},
        {"recipient": Address("x@" + "a." * 130 + "example")},
        {"reply_to": Address("")},
        {"attachments": (Attachment("a.eml", "message/rfc822", b""),)},
        {"attachments": (Attachment("a", "texte", b""),)},
        {"attachments": (Attachment("a", "text/x\r\nBcc: y@z.example", b""),)},
        {"list_unsubscribe": "javascript:alert(1)"},
        {"list_unsubscribe": "https://zna.example/>\r\nBcc: y@z.example"},
        {"list_unsubscribe": "https://zna.example/é"},
    ],
    ids=str,
)
def test_what_cannot_be_sent_is_refused_in_french(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"[Aa]dresse|Type de pièce|en-tête"):
        _compose(invitation(**changes))


@pytest.mark.parametrize(
    "message_id", ["", "12@zna.example", "<12>", "<1 2@zna.example>", "<1@zna.example>\r\nBcc: x"]
)
def test_a_wrong_message_id_is_refused(message_id: str) -> None:
    with pytest.raises(ValueError, match="Message-ID"):
        _compose(invitation(), message_id=message_id)


def test_a_naive_date_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone aware"):
        _compose(invitation(), date=DATE.replace(tzinfo=None))


def test_dates_are_written_in_utc() -> None:
    assert _compose(invitation(), date=DATE) == _compose(invitation(), date=DATE.astimezone(UTC))


@pytest.mark.parametrize(
    ("filename", "kept"),
    [
        ("Convocation été.docx", "Convocation été.docx"),
        ("../../etc/passwd", "-..-etc-passwd"),
        ("C:\\dossier\\a.docx", "C--dossier-a.docx"),
        ('a"b\r\nc.docx', "a-b c.docx"),
        ("..", "piece-jointe"),
        ("é" * 100 + ".docx", "é" * 100 + ".docx"),
    ],
)
def test_file_names_are_safe(filename: str, kept: str) -> None:
    octets = _compose(invitation(attachments=(Attachment(filename, "application/pdf", b"%PDF"),)))
    [attachment] = _read(octets).iter_attachments()
    assert attachment.get_filename() == kept


def test_the_calendar_is_plain_base64() -> None:
    octets = _compose(invitation())
    encoded = octets.split(b"charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n")[1]
    body = encoded.split(b"\r\n--")[0]
    assert base64.b64decode(body) == IcsCalendar().request(event())
    assert max(map(len, body.split(b"\r\n"))) <= 76
