"""The mail server's address, right and wrong."""

import pytest

from zna_network.adapters.mail_urls import Encryption, MailServer, parse_mail_url


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example", MailServer("mail.example", 25, Encryption.WHEN_OFFERED)),
        ("smtp://mail.example:1025/", MailServer("mail.example", 1025, Encryption.WHEN_OFFERED)),
        ("smtp://mail.example?starttls=no", MailServer("mail.example", 25, Encryption.NO)),
        ("smtp://mail.example?starttls=yes", MailServer("mail.example", 587, Encryption.YES)),
        ("smtps://mail.example", MailServer("mail.example", 465, Encryption.FROM_THE_START)),
        ("smtp://[::1]:2525", MailServer("::1", 2525, Encryption.WHEN_OFFERED)),
        (
            "smtp://bücher.example",
            MailServer("xn--bcher-kva.example", 25, Encryption.WHEN_OFFERED),
        ),
        (
            "smtps://zna%40cua.example:p%C3%A9%3A%40%2F%3F%23%25@mail.example:465",
            MailServer(
                "mail.example", 465, Encryption.FROM_THE_START, "zna@cua.example", "pé:@/?#%"
            ),
        ),
    ],
)
def test_right_addresses(url: str, server: MailServer) -> None:
    assert parse_mail_url(url) == server


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("", "ne commence ni par smtp"),
        ("mail.example:25", "ne commence ni par smtp"),
        ("http://mail.example", "ne commence ni par smtp"),
        ("smtp://", "il manque le nom du serveur"),
        ("smtp://u:secret@:25", "il manque le nom du serveur"),
        ("smtp://mail.example:abc", "le port est un nombre"),
        ("smtp://mail.example:0", "le port est un nombre"),
        ("smtp://mail.example:70000", "le port est un nombre"),
        ("smtp://mail.example/secret", "rien n’est attendu après le port"),
        ("smtp://mail.example#secret", "rien n’est attendu après le port"),
        ("smtp://u@mail.example", "vont ensemble"),
        ("smtp://:secret@mail.example", "vont ensemble"),
        ("smtp://mail.example?tls=secret", "la seule option"),
        ("smtp://mail.example?starttls=secret", "la seule option"),
        ("smtps://mail.example?starttls=no", "ne prend pas d’option"),
        ("smtp://mail.example\n", "caractère invisible"),
        ("smtp://u:sec ret@mail.example", "une espace"),
        ("smtp://" + "é" * 80 + ".example", "n’est pas un nom possible"),
        ("smtp://[::1", "le port"),
        # Passwords that should have been encoded.
        ("smtp://u:secret/x@mail.example", "le port"),
        ("smtp://u:secret?x@mail.example", "le port"),
        ("smtp://u:secret#x@mail.example", "le port"),
        ("smtp://u:12?secret@mail.example", "la seule option"),
    ],
)
def test_wrong_addresses_are_explained_and_not_repeated(url: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason) as refusal:
        parse_mail_url(url)
    assert "secret" not in str(refusal.value)
    assert refusal.value.__cause__ is None
    assert "smtps://…" in str(refusal.value)
