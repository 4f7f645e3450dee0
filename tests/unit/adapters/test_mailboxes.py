"""The answering mailbox over a real IMAP server, and as a folder."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

import pytest

from tests.imap_server import ImapTestServer, running_imap_server
from tests.tls_certificates import loopback_tls
from zna_network.adapters.imap_mailbox import ImapMailbox
from zna_network.adapters.mail_urls import Encryption, parse_imap_url
from zna_network.adapters.maildir_mailbox import MaildirMailbox
from zna_network.ports.mailbox import Mailbox, MailboxError

FIRST, SECOND, THIRD = (f"Subject: {n}\r\n\r\nBonjour {n}\r\n".encode() for n in range(3))
LONG = b"Subject: long\r\n\r\n" + b"x" * 3000


class Place(Protocol):
    """A mailbox on either side of which there is another: who delivers, and another reader."""

    def deliver(self, *mails: bytes) -> None: ...
    def reader(self) -> Mailbox: ...
    def aside(self) -> list[bytes]: ...


class Imap:
    def __init__(self, server: ImapTestServer) -> None:
        self.server = server

    def deliver(self, *mails: bytes) -> None:
        self.server.deliver(*mails)

    def reader(self) -> Mailbox:
        return ImapMailbox(self.server.url, longest_mail=1000, timeout=10)

    def aside(self) -> list[bytes]:
        return self.server.mails("Traités")


class Folder:
    def __init__(self, folder: Path) -> None:
        self.folder, self.count = folder, 0

    def deliver(self, *mails: bytes) -> None:
        (self.folder / "new").mkdir(parents=True, exist_ok=True)
        for mail in mails:
            self.count += 1
            (self.folder / "new" / f"{self.count}.test").write_bytes(mail)

    def reader(self) -> Mailbox:
        return MaildirMailbox(self.folder, longest_mail=1000)

    def aside(self) -> list[bytes]:
        return [path.read_bytes() for path in sorted((self.folder / ".Traites").glob("cur/*"))]


HIDDEN = {"imap without MOVE": {b"MOVE"}, "imap without UIDPLUS": {b"MOVE", b"UIDPLUS"}}
TWO_READERS = pytest.mark.parametrize("place", ["imap", "folder"], indirect=True)


@pytest.fixture(params=["imap", *HIDDEN, "folder"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    if request.param == "folder":
        yield Folder(tmp_path / "courriels-recus")
        return
    with running_imap_server(without=frozenset(HIDDEN.get(request.param, ()))) as server:
        yield Imap(server)


def contents(mailbox: Mailbox) -> list[bytes]:
    return [mail.content for mail in mailbox.unread(50)]


def test_a_mail_waits_until_it_is_done_with(place: Place) -> None:
    place.deliver(FIRST, SECOND, LONG)
    mailbox = place.reader()
    assert "3 à lire" in mailbox.check()
    assert contents(mailbox) == [FIRST, SECOND, LONG[:1000]]
    assert [mail.is_truncated for mail in mailbox.unread(50)] == [False, False, True]
    assert [mail.content for mail in mailbox.unread(1)] == [FIRST]
    other = place.reader()
    keys = [mail.key for mail in other.unread(50)]
    assert keys == [mail.key for mail in mailbox.unread(50)]
    mailbox.done(keys[0])
    other.done(keys[0])  # gone already
    assert contents(other) == contents(mailbox) == [SECOND, LONG[:1000]]
    assert place.aside() == [FIRST]
    place.deliver(THIRD)
    assert contents(mailbox) == [SECOND, LONG[:1000], THIRD]
    mailbox.done("nothing.like.it")
    mailbox.close()
    other.close()


@TWO_READERS
def test_what_vanishes_between_two_readers_is_left_out(place: Place) -> None:
    place.deliver(FIRST, SECOND, THIRD)
    mailbox, other = place.reader(), place.reader()
    read = mailbox.unread(50)
    assert next(read).content == FIRST
    for mail in other.unread(50):
        other.done(mail.key)
    assert list(read) == []
    mailbox.close()
    other.close()


@TWO_READERS
def test_many_readers_at_once_lose_nothing(place: Place) -> None:
    mails = [b"Subject: %d\r\n\r\n" % n for n in range(20)]
    place.deliver(*mails)
    shared, seen, errors = place.reader(), [], []

    def work(mailbox: Mailbox) -> None:
        try:
            for mail in mailbox.unread(50):
                seen.append(mail.content)
                mailbox.done(mail.key)
        except Exception as error:
            errors.append(error)

    own = place.reader()
    threads = [threading.Thread(target=work, args=[each]) for each in (shared, shared, own)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert set(seen) == set(mails)
    assert contents(shared) == []
    # Copied by two readers at once where the server cannot move: twice aside, never lost.
    assert set(place.aside()) == set(mails)
    shared.close()
    own.close()


def test_a_new_numbering_a_broken_line_and_a_read_mail() -> None:
    """Old numbers touch nothing; a connection cut while idle is opened again; \\Seen hides nothing,
    what a person deleted is not read."""
    with running_imap_server() as server:
        server.deliver(FIRST, SECOND)
        server.flag(r"\Seen")
        mailbox = ImapMailbox(server.url, timeout=10)
        old = [mail.key for mail in mailbox.unread(50)]
        assert len(old) == 2
        server.renumber()
        mailbox.done(old[0])
        assert contents(mailbox) == [FIRST, SECOND]
        server.drop_connections()
        mailbox.done(next(mailbox.unread(1)).key)
        assert contents(mailbox) == [SECOND]
        server.flag(r"\Deleted")
        assert contents(mailbox) == []
        mailbox.close()


def test_a_folder_of_its_own_and_encryption(tmp_path: Path) -> None:
    tls = loopback_tls(tmp_path)
    with running_imap_server(tls=tls) as server:
        server.create("Réponses")
        server.deliver(FIRST, folder="Réponses")
        mailbox = ImapMailbox(f"{server.url}/R%C3%A9ponses?starttls=yes&done=Lus", tls=tls.client)
        (mail,) = mailbox.unread(5)
        mailbox.done(mail.key)
        assert (server.mails("Réponses"), server.mails("Lus")) == ([], [FIRST])
        mailbox.close()
        # Without a certificate that is trusted, nothing is said.
        with pytest.raises(MailboxError, match="certificat"):
            ImapMailbox(server.url).check()
    with running_imap_server(tls=tls, implicit_tls=True) as server:
        server.deliver(FIRST)
        mailbox = ImapMailbox(server.url, tls=tls.client)
        assert contents(mailbox) == [FIRST]
        mailbox.close()


def test_troubles_are_said_without_the_password() -> None:
    with running_imap_server() as server:
        wrong = server.url.replace("mot", "MOT")
        for make, words in (
            (lambda: ImapMailbox(wrong), "refuse l’utilisateur"),
            (lambda: ImapMailbox(f"{server.url}/Absent"), "refuse"),
            (lambda: ImapMailbox(f"{server.url}?starttls=yes"), "STARTTLS"),
        ):
            assert words in _refusal(make)
    assert "ne répond pas" in _refusal(lambda: ImapMailbox(server.url))


def _refusal(make: Callable[[], ImapMailbox]) -> str:
    mailbox = make()
    with pytest.raises(MailboxError) as refused:
        list(mailbox.unread(5))
    assert "passe d’essai" not in refused.value.reason
    mailbox.close()
    return refused.value.reason


def test_a_file_dropped_twice_is_kept_twice(tmp_path: Path) -> None:
    place = Folder(tmp_path)
    for _turn in range(2):
        place.deliver(FIRST)
        place.count = 0
        mailbox = place.reader()
        (mail,) = mailbox.unread(5)
        mailbox.done(mail.key)
    (tmp_path / "elsewhere").write_bytes(SECOND)
    (tmp_path / "new" / "link").symlink_to(tmp_path / "elsewhere")
    assert contents(mailbox) == []
    assert place.aside() == [FIRST, FIRST]


def test_addresses_of_imap_servers() -> None:
    folders = parse_imap_url("imaps://zna%40cua.example:p%40ss@imap.example/INBOX/ZNR?done=Lus")
    assert (folders.server.label, folders.folder, folders.done_folder) == (
        "imap.example:993",
        "INBOX/ZNR",
        "Lus",
    )
    assert parse_imap_url("imap://u:p@imap.example").server.encryption is Encryption.WHEN_OFFERED
    assert parse_imap_url("imap://u:p@imap.example").done_folder == "Traités"
    for url, words in {
        "smtp://u:p@imap.example": "imap://",
        "imap://imap.example": "il manque l’utilisateur",
        "imap://u:p@imap.example/Lus?done=lus": "autre que celui",
        "imap://u:p@imap.example?done=": "nomme un dossier",
        "imaps://u:p@imap.example?starttls=no": "option",
    }.items():
        with pytest.raises(ValueError, match=words):
            parse_imap_url(url)
