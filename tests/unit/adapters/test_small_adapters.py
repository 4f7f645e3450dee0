"""The clock, the addresses and the cleaning of text."""

from datetime import UTC, datetime, timedelta

import pytest

from zna_network.adapters.clean_text import many_lines, one_line
from zna_network.adapters.mail_addresses import ascii_address
from zna_network.adapters.system_clock import SystemClock


def test_the_clock_gives_utc_instants() -> None:
    before = datetime.now(UTC)
    now = SystemClock().now()
    assert now.tzinfo is UTC
    assert before <= now <= before + timedelta(seconds=10)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("  deux\r\nlignes \u2028 trois\x85quatre ", "deux lignes trois quatre"),
        ("14\u00a0h\u202f: ok  ok", "14\u00a0h\u202f: ok  ok"),
        ("a\tb\x00\x1b[0m\x7f", "a b[0m"),
        ("a\ud800b\u202ec", "abc"),
        ("👩‍👩‍👧 عربي", "👩‍👩‍👧 عربي"),
        ("\r\n", ""),
    ],
)
def test_one_line(text: str, line: str) -> None:
    assert one_line(text) == line


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("a\r\nb\rc\n\nd", "a\nb\nc\n\nd"),
        ("\ta\x0bb\x00", "\ta\nb"),
        ("  retrait  ", "  retrait  "),
        ("\ud800\u202e", ""),
    ],
)
def test_many_lines(text: str, lines: str) -> None:
    assert many_lines(text) == lines


@pytest.mark.parametrize(
    ("address", "ascii_form"),
    [
        ("Camille.Durand+zna@CCAS.example", "Camille.Durand+zna@ccas.example"),
        ("o'neil@asso.example", "o'neil@asso.example"),
        ("accueil@mairie-béthune.example", "accueil@xn--mairie-bthune-ihb.example"),
        ("reunions@intranet", "reunions@intranet"),
    ],
)
def test_right_addresses(address: str, ascii_form: str) -> None:
    assert ascii_address(address) == ascii_form


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("camille", "« camille » \\(il manque l’arobase\\)"),
        ("élodie@ccas.example", "pas d’accent avant l’arobase"),
        ("a b@ccas.example", "« a b@ccas.example »"),
        ("a@ccas.example\r\nBcc: b@ccas.example", "« a@ccas.example Bcc: b@ccas.example »"),
        ("a@b@ccas.example", "invalide"),
        ('"a b"@ccas.example', "invalide"),
        ("x" * 65 + "@ccas.example", "invalide"),
        ("a@" + "b" * 64 + ".example", "invalide"),
        ("", "arobase"),
    ],
)
def test_wrong_addresses(address: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ascii_address(address)
