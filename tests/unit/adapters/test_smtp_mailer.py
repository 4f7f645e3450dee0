"""Sending to a real server, which accepts, refuses, or hangs up."""

import base64
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.mail_server import DROP, SmtpTestServer, running_smtp_server
from tests.tls_certificates import LoopbackTls, loopback_tls
from tests.unit.adapters.events import MAILBOX, event, invitation
from zna_network.adapters.ics_calendar import IcsCalendar
from zna_network.adapters.mail_urls import parse_mail_url
from zna_network.adapters.mime_messages import MimeMessages
from zna_network.adapters.smtp_connection import server_words
from zna_network.adapters.smtp_mailer import SmtpMailer
from zna_network.ports.mailer import DeliveryError, Envelope

TIMEOUT = 5.0
LOGIN = ("expéditeur@zna.example", "mot de passé : @/?#%")
ASCII_LOGIN = ("reunions", "s3cret/pass")


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> LoopbackTls:
    return loopback_tls(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def server() -> Iterator[SmtpTestServer]:
    with running_smtp_server() as running:
        yield running


def _envelope(number: int = 1, **changes: str | bytes) -> Envelope:
    values: dict[str, Any] = {
        "sender": "reunions@zna.example",
        "recipient": "camille.durand@ccas.example",
        "message_id": f"<{number}@zna.example>",
        "content": f"Subject: {number}\r\n\r\nBonjour\r\n.\r\n..fin\r\n".encode(),
    }
    return Envelope(**(values | changes))


def _failure(url: str, envelope: Envelope | None = None, **options: Any) -> DeliveryError:
    """Why one mail could not be sent."""
    mailer = SmtpMailer(url, timeout=TIMEOUT, **options)
    try:
        with pytest.raises(DeliveryError) as failure:
            mailer.send(envelope or _envelope())
    finally:
        mailer.close()
    return failure.value


def _deliver(url: str, **options: Any) -> None:
    mailer = SmtpMailer(url, timeout=TIMEOUT, **options)
    mailer.send(_envelope())
    mailer.close()


def test_the_server_receives_the_same_octets(server: SmtpTestServer) -> None:
    mailer = SmtpMailer(server.url, timeout=TIMEOUT)
    mailer.send(_envelope())
    mailer.close()
    [mail] = server.mails
    assert mail.sender == "reunions@zna.example"
    assert mail.recipients == ("camille.durand@ccas.example",)
    assert mail.content == _envelope().content


def test_an_invitation_arrives_with_its_calendar(server: SmtpTestServer) -> None:
    mail = invitation()
    octets = MimeMessages().compose(
        mail, sender=MAILBOX, message_id="<1@zna.example>", date=event().stamp
    )
    mailer = SmtpMailer(server.url, timeout=TIMEOUT)
    mailer.send(_envelope(content=octets))
    mailer.close()
    [received] = server.mails
    assert received.content == octets
    calendar = list(received.message.iter_parts())[-1]
    assert calendar.get_payload(decode=True) == IcsCalendar().request(event())


def test_one_connection_carries_many_mails(server: SmtpTestServer) -> None:
    mailer = SmtpMailer(server.url, timeout=TIMEOUT)
    for number in range(5):
        mailer.send(_envelope(number))
    mailer.close()
    assert server.connections == 1
    assert [mail.message["Subject"] for mail in server.mails] == ["0", "1", "2", "3", "4"]


def test_a_connection_dropped_while_idle_is_opened_again(server: SmtpTestServer) -> None:
    mailer = SmtpMailer(server.url, timeout=TIMEOUT)
    mailer.send(_envelope(1))
    server.drop_connections()
    mailer.send(_envelope(2))
    mailer.close()
    assert server.connections == 2
    assert [mail.message["Subject"] for mail in server.mails] == ["1", "2"]


@pytest.mark.parametrize("command", ["RSET", "MAIL", "RCPT"])
def test_a_kept_connection_that_breaks_before_data_is_opened_again_once(
    server: SmtpTestServer, command: str
) -> None:
    mailer = SmtpMailer(server.url, timeout=TIMEOUT)
    mailer.send(_envelope(1))
    server.replies[command].append(DROP)
    mailer.send(_envelope(2))
    assert server.connections == 2
    server.replies[command].append(DROP)
    server.replies["MAIL"].append(DROP)
    with pytest.raises(DeliveryError, match="interrompu la connexion") as failure:
        mailer.send(_envelope(3))
    mailer.close()
    assert not failure.value.permanent
    assert server.connections == 3
    assert [mail.message["Subject"] for mail in server.mails] == ["1", "2"]


def test_a_server_that_closes_politely_is_asked_again(server: SmtpTestServer) -> None:
    mailer = SmtpMailer(server.url, timeout=TIMEOUT)
    mailer.send(_envelope(1))
    server.replies["RSET"].append("421 4.4.2 Idle too long")
    mailer.send(_envelope(2))
    mailer.close()
    assert server.connections == 2
    assert len(server.mails) == 2


def test_a_connection_lost_after_data_is_not_tried_again() -> None:
    with running_smtp_server({"DATA": [DROP]}) as server:
        failure = _failure(server.url)
        assert not failure.permanent
        assert "impossible de savoir" in failure.reason
        assert server.contents == [_envelope().content]
        assert server.connections == 1


def test_a_kept_connection_lost_after_data_is_not_tried_again(server: SmtpTestServer) -> None:
    mailer = SmtpMailer(server.url, timeout=TIMEOUT)
    mailer.send(_envelope(1))
    server.replies["DATA"].append(DROP)
    with pytest.raises(DeliveryError, match="impossible de savoir"):
        mailer.send(_envelope(2))
    assert len(server.contents) == 2
    mailer.send(_envelope(3))
    mailer.close()
    assert server.connections == 2
    assert [mail.message["Subject"] for mail in server.mails] == ["1", "3"]


@pytest.mark.parametrize(
    ("command", "reply", "permanent", "about"),
    [
        ("MAIL", "450 4.7.1 Slow down", False, "l’expéditeur"),
        ("MAIL", "550 5.7.1 Sender not allowed", False, "l’expéditeur"),
        ("MAIL", "552 5.3.4 Too large", True, "l’expéditeur"),
        ("RCPT", "450 4.2.1 Mailbox busy", False, "le destinataire"),
        ("RCPT", "550 5.1.1 No such user", True, "le destinataire"),
        ("RCPT", "530 5.7.0 Authentication required", False, "le destinataire"),
        ("DATA", "451 4.3.0 Try later", False, "le message"),
        ("DATA", "554 5.7.1 Looks like spam", True, "le message"),
    ],
)
def test_refusals_keep_the_words_of_the_server(
    command: str, reply: str, permanent: bool, about: str
) -> None:
    with running_smtp_server({command: [reply]}) as server:
        failure = _failure(server.url)
        assert failure.permanent is permanent
        assert failure.reason.endswith(f"refuse {about} : {reply}")
        assert server.mails == []


def test_the_connection_serves_again_after_a_refusal() -> None:
    with running_smtp_server({"RCPT": ["550 5.1.1 No such user"]}) as server:
        mailer = SmtpMailer(server.url, timeout=TIMEOUT)
        with pytest.raises(DeliveryError):
            mailer.send(_envelope(1))
        mailer.send(_envelope(2))
        mailer.close()
        assert server.connections == 1
        assert [mail.message["Subject"] for mail in server.mails] == ["2"]


def test_a_server_that_shuts_down_is_left() -> None:
    with running_smtp_server({"RCPT": ["421 4.3.2 Shutting down"]}) as server:
        mailer = SmtpMailer(server.url, timeout=TIMEOUT)
        with pytest.raises(DeliveryError) as failure:
            mailer.send(_envelope(1))
        assert not failure.value.permanent
        mailer.send(_envelope(2))
        mailer.close()
        assert server.connections == 2


@pytest.mark.parametrize("greeting", ["554 5.7.1 Your address is blocked", "421 Busy", DROP])
def test_a_refused_connection_is_worth_another_attempt(greeting: str) -> None:
    with running_smtp_server({"CONNECT": [greeting]}) as server:
        failure = _failure(server.url)
        assert not failure.permanent
        if greeting != DROP:
            assert greeting in failure.reason


def test_no_server_at_all() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    failure = _failure(f"smtp://127.0.0.1:{port}")
    assert not failure.permanent
    assert failure.reason.startswith(f"Le serveur de messagerie 127.0.0.1:{port} ne répond pas")


def test_a_silent_server_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        mailer = SmtpMailer(f"smtp://127.0.0.1:{silent.getsockname()[1]}", timeout=0.2)
        with pytest.raises(DeliveryError, match="délai dépassé") as failure:
            mailer.send(_envelope())
    assert not failure.value.permanent


@pytest.mark.parametrize("login", [LOGIN, ASCII_LOGIN])
def test_credentials_are_decoded_and_sent_once(login: tuple[str, str]) -> None:
    with running_smtp_server(login=login) as server:
        mailer = SmtpMailer(server.url, timeout=TIMEOUT)
        mailer.send(_envelope(1))
        mailer.send(_envelope(2))
        mailer.close()
        assert len(server.mails) == 2
        assert server.commands.count("AUTH") == 1


@pytest.mark.parametrize("login", [LOGIN, ASCII_LOGIN])
def test_wrong_credentials_are_no_fault_of_the_mail(login: tuple[str, str]) -> None:
    with running_smtp_server(login=login) as server:
        url = server.url
        server.login = (login[0], "another")
        failure = _failure(url)
        assert not failure.permanent
        assert "refuse l’utilisateur ou le mot de passe : 535 5.7.8" in failure.reason
        assert server.mails == []


@pytest.mark.parametrize("login", [LOGIN, ASCII_LOGIN])
def test_the_password_is_never_shown(login: tuple[str, str]) -> None:
    user, password = login
    plain = base64.b64encode(f"\0{user}\0{password}".encode()).decode()
    with running_smtp_server(login=login) as server:
        echo = f"535 5.7.8 AUTH PLAIN {plain} refused"
        server.replies["AUTH"].extend([echo, echo, echo])
        failure = _failure(server.url)
        assert plain not in failure.reason
        assert password not in failure.reason
        assert password not in repr(SmtpMailer(server.url))
        assert password not in repr(parse_mail_url(server.url))
    words = server_words(500, f"no: {password} {plain}".encode(), parse_mail_url(server.url))
    assert words == "500 no: ••• •••"


def test_a_server_without_authentication(server: SmtpTestServer) -> None:
    url = server.url.replace("smtp://", "smtp://reunions:secret@")
    failure = _failure(url)
    assert not failure.permanent
    assert "n’accepte pas d’authentification" in failure.reason


def test_authentication_missing_from_the_setting_is_no_fault_of_the_mail() -> None:
    with running_smtp_server(login=ASCII_LOGIN) as server:
        failure = _failure(f"smtp://127.0.0.1:{server.port}")
        assert not failure.permanent
        assert "530 5.7.0 Authentication required" in failure.reason


def test_starttls_is_used_where_it_is_offered(tls: LoopbackTls) -> None:
    with running_smtp_server(tls=tls) as server:
        failure = _failure(server.url)  # a client that does not know this certificate
        assert not failure.permanent
        assert "certificat qui n’est pas reconnu" in failure.reason
        _deliver(server.url, tls=tls.client)
        assert len(server.mails) == 1


def test_starttls_can_be_turned_off(tls: LoopbackTls) -> None:
    with running_smtp_server(tls=tls) as server:
        _deliver(f"{server.url}?starttls=no")
        assert len(server.mails) == 1


def test_starttls_can_be_required(server: SmtpTestServer, tls: LoopbackTls) -> None:
    failure = _failure(f"{server.url}?starttls=yes")
    assert not failure.permanent
    assert "ne propose pas STARTTLS" in failure.reason
    assert server.commands == ["CONNECT"]
    with running_smtp_server(tls=tls) as offering:
        _deliver(f"{offering.url}?starttls=yes", tls=tls.client)
        assert len(offering.mails) == 1


def test_a_password_does_not_leave_the_computer_in_clear(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with running_smtp_server(login=ASCII_LOGIN) as server:
        monkeypatch.setattr("zna_network.adapters.mail_urls.LOOPBACK", frozenset())
        failure = _failure(server.url)
        assert "?starttls=no" in failure.reason
        assert "AUTH" not in server.commands
        _deliver(f"{server.url}?starttls=no")
        assert len(server.mails) == 1


def test_tls_from_the_start(tls: LoopbackTls) -> None:
    with running_smtp_server(tls=tls, implicit_tls=True, login=ASCII_LOGIN) as server:
        _deliver(server.url, tls=tls.client)
        assert len(server.mails) == 1
        assert "certificat" in _failure(server.url).reason


def test_tls_expected_from_a_server_that_speaks_none(server: SmtpTestServer) -> None:
    failure = _failure(f"smtps://127.0.0.1:{server.port}", tls=ssl.create_default_context())
    assert not failure.permanent
    assert "connexion chiffrée" in failure.reason


@pytest.mark.parametrize(
    "recipient", ["pas une adresse", "x@y.example\r\nRCPT TO:<z@y.example>", "", "é@y.example"]
)
def test_a_wrong_recipient_never_reaches_the_server(server: SmtpTestServer, recipient: str) -> None:
    failure = _failure(server.url, _envelope(recipient=recipient))
    assert failure.permanent
    assert failure.reason.startswith("Adresse électronique invalide")
    assert server.connections == 0


def test_an_accented_domain_is_sent_in_ascii(server: SmtpTestServer) -> None:
    mailer = SmtpMailer(server.url, timeout=TIMEOUT)
    mailer.send(_envelope(recipient="accueil@mairie-béthune.example"))
    mailer.close()
    assert server.mails[0].recipients == ("accueil@xn--mairie-bthune-ihb.example",)


@pytest.mark.parametrize("content", [b"Subject: x\n\nx\r\n.\n", b"Subject: x\r\n\r\n\r.\r\n"])
def test_bare_line_ends_are_refused(server: SmtpTestServer, content: bytes) -> None:
    """A server could take them for the end of the mail, and what follows for another one."""
    failure = _failure(server.url, _envelope(content=content))
    assert failure.permanent
    assert server.connections == 0


def test_closing_twice_or_before_any_mail_is_harmless(server: SmtpTestServer) -> None:
    mailer = SmtpMailer(server.url, timeout=TIMEOUT)
    mailer.close()
    mailer.send(_envelope(1))
    server.drop_connections()
    mailer.close()
    mailer.close()
    mailer.send(_envelope(2))
    mailer.close()
    assert len(server.mails) == 2


def test_the_key_of_the_test_server_stays_in_its_folder(tmp_path: Path) -> None:
    loopback_tls(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"key.pem", "certificate.pem"}
