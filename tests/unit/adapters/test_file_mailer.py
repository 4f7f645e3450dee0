"""Mails as files: written once and whole, listed, and read again."""

import os
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.unit.adapters.events import GUEST, MAILBOX, event, invitation
from zna_network.adapters.file_mailer import FileMailer
from zna_network.adapters.ics_calendar import IcsCalendar
from zna_network.adapters.mail_folder import MailFolder
from zna_network.adapters.mime_messages import MimeMessages
from zna_network.ports.calendar import Address
from zna_network.ports.mailer import DeliveryError, Envelope
from zna_network.ports.messages import Attachment

FIRST = datetime(2027, 6, 1, 8, 30, tzinfo=UTC)
OWN_NAME = "20270601T083000Z-0123456789abcdef.eml"


def _envelope(number: int = 1, *, date: datetime = FIRST, text: str = "Bonjour") -> Envelope:
    message_id = f"<{number}@zna.example>"
    mail = invitation(
        subject=f"Réunion nº {number}",
        text=text,
        attachments=(Attachment("Convocation été.docx", "application/pdf", b"%PDF"),),
    )
    content = MimeMessages().compose(mail, sender=MAILBOX, message_id=message_id, date=date)
    return Envelope(MAILBOX.email, GUEST.email, message_id, content)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "var" / "courriels"


def _files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_one_file_a_mail_readable_by_its_owner_alone(folder: Path) -> None:
    FileMailer(folder).send(_envelope())
    [name] = _files(folder)
    assert name.startswith("20270601T083000Z-")
    assert name.endswith(".eml")
    assert (folder / name).read_bytes() == _envelope().content
    assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_the_same_mail_again_takes_the_place_of_the_first(folder: Path) -> None:
    mailer = FileMailer(folder)
    mailer.send(_envelope(1))
    mailer.send(_envelope(1))
    mailer.send(_envelope(2))
    mailer.close()
    assert len(_files(folder)) == 2


def test_names_sort_by_date(folder: Path) -> None:
    mailer = FileMailer(folder)
    for number in (2, 0, 1):
        mailer.send(_envelope(number, date=FIRST + timedelta(days=number)))
    assert [name[:8] for name in _files(folder)] == ["20270601", "20270602", "20270603"]


@pytest.mark.parametrize("header", [b"", b"Date: n'importe quoi\r\n", b"Date: \xff\xfe\r\n"])
def test_a_mail_without_a_date_is_kept_as_well(folder: Path, header: bytes) -> None:
    envelope = Envelope("", GUEST.email, "<1@zna.example>", header + b"Subject: x\r\n\r\nx\r\n")
    FileMailer(folder).send(envelope)
    [name] = _files(folder)
    assert name.startswith("19700101T000000Z-")
    assert MailFolder(folder).page()[0].date is None


def test_a_message_id_never_chooses_the_folder(folder: Path) -> None:
    envelope = Envelope("", GUEST.email, "<../../../evil@zna.example>", b"Subject: x\r\n\r\nx\r\n")
    FileMailer(folder).send(envelope)
    assert len(_files(folder)) == 1
    assert [path.name for path in folder.parent.iterdir()] == ["courriels"]


def test_a_failure_leaves_nothing_behind(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full_disk(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(DeliveryError, match="No space left on device") as failure:
        FileMailer(folder).send(_envelope())
    assert not failure.value.permanent
    assert _files(folder) == []


def test_a_folder_that_cannot_be_made_is_a_passing_trouble(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DeliveryError, match="Impossible d’écrire") as failure:
        FileMailer(tmp_path / "file").send(_envelope())
    assert not failure.value.permanent


def test_the_list_shows_the_newest_first(folder: Path) -> None:
    mailer = FileMailer(folder)
    for number in range(5):
        mailer.send(_envelope(number, date=FIRST + timedelta(minutes=number)))
    mails = MailFolder(folder)
    assert mails.count() == 5
    assert [mail.subject[-1] for mail in mails.page()] == ["4", "3", "2", "1", "0"]
    assert [mail.subject[-1] for mail in mails.page(offset=1, limit=2)] == ["3", "2"]
    assert mails.page(offset=5) == []
    newest = mails.page()[0]
    assert newest.subject == "Réunion nº 4"
    assert newest.sender == "Réseau Zéro Non-Recours <reunions@zna.example>"
    assert newest.recipient == "Camille Durand <camille.durand@ccas.example>"
    assert newest.date == FIRST + timedelta(minutes=4)


def test_within_a_second_the_last_written_comes_first(folder: Path) -> None:
    mailer = FileMailer(folder)
    for number in range(8):
        mailer.send(_envelope(number))
        written = max(folder.glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
        os.utime(written, ns=(number, number))
    assert [mail.subject[-1] for mail in MailFolder(folder).page()] == list("76543210")


def test_a_mail_is_read_whole(folder: Path) -> None:
    FileMailer(folder).send(_envelope(text="Été à 14 h"))
    mails = MailFolder(folder)
    [listed] = mails.page()
    mail = mails.read(listed.filename)
    assert mail is not None
    assert mail.headers == listed
    assert mail.text.strip() == "Été à 14 h"
    assert "<p>Bonjour,</p>" in mail.html
    assert mail.calendar.encode() == IcsCalendar().request(event())
    assert mail.attachments == ("Convocation été.docx",)
    assert mail.source == _envelope(text="Été à 14 h").content


def test_a_folder_that_does_not_exist_yet_is_empty(folder: Path) -> None:
    mails = MailFolder(folder)
    assert mails.count() == 0
    assert mails.page() == []
    assert mails.read(OWN_NAME) is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\xff\xfe",
        b"Subject: =?utf-8?q?=FF=?=\r\nDate: 99 Foo 12\r\nFrom: <<>>,,;;\r\nTo: @\r\n\r\n",
        b"From: =?x-unknown?q?a?= <\r\nTo: " + b"(" * 50 + b"\r\n\r\n",
        b"Content-Type: text/plain; charset=x-unknown\r\n\r\n\xe9",
        b"Content-Type: multipart/mixed\r\n\r\n--x",
        b"Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n!!",
    ],
)
def test_junk_is_listed_and_read_without_an_error(folder: Path, content: bytes) -> None:
    FileMailer(folder).send(_envelope())
    (folder / OWN_NAME).write_bytes(content)
    mails = MailFolder(folder)
    assert OWN_NAME in [mail.filename for mail in mails.page()]
    mail = mails.read(OWN_NAME)
    assert mail is not None
    assert mail.source == content


def test_other_files_are_not_shown(folder: Path, tmp_path: Path) -> None:
    FileMailer(folder).send(_envelope())
    (tmp_path / "outside.eml").write_bytes(b"Subject: outside\r\n\r\n")
    (folder / "notes.txt").write_text("x", encoding="utf-8")
    (folder / ".draft.part").write_text("x", encoding="utf-8")
    (folder / "20270601T083000Z-0000000000000000.eml").mkdir()
    (folder / OWN_NAME).symlink_to(tmp_path / "outside.eml")
    mails = MailFolder(folder)
    assert mails.count() == 1
    assert mails.read("20270601T083000Z-0000000000000000.eml") is None
    assert mails.read(OWN_NAME) is None


@pytest.mark.parametrize(
    "name",
    [
        "../outside.eml",
        "..%2Foutside.eml",
        "/etc/passwd",
        "",
        ".",
        "notes.txt",
        f"../courriels/{OWN_NAME}",
        f"{OWN_NAME}\n",
        f"{OWN_NAME}\x00",
        OWN_NAME.upper(),
    ],
)
def test_a_name_never_leads_out_of_the_folder(folder: Path, name: str) -> None:
    FileMailer(folder).send(_envelope())
    (folder.parent / "outside.eml").write_bytes(b"Subject: outside\r\n\r\n")
    (folder / OWN_NAME).write_bytes(b"Subject: inside\r\n\r\n")
    (folder / "notes.txt").write_text("x", encoding="utf-8")
    assert MailFolder(folder).read(name) is None
    assert MailFolder(folder).read(OWN_NAME) is not None


def test_long_accented_names_are_readable_in_the_list(folder: Path) -> None:
    mail = invitation(recipient=Address(GUEST.email, "Éloïse Lefèvre, référente"))
    content = MimeMessages().compose(mail, sender=MAILBOX, message_id="<9@zna.example>", date=FIRST)
    FileMailer(folder).send(Envelope(MAILBOX.email, GUEST.email, "<9@zna.example>", content))
    [listed] = MailFolder(folder).page()
    assert listed.recipient == '"Éloïse Lefèvre, référente" <camille.durand@ccas.example>'
