"""Passwords: strength, and the real cost of the hash."""

import pytest
from argon2 import PasswordHasher, Type, extract_parameters

from zna_network.services import passwords
from zna_network.services.errors import InvalidError


def test_the_hash_is_argon2id_at_the_recommended_cost() -> None:
    parameters = extract_parameters(PasswordHasher().hash("x"))
    assert parameters.type is Type.ID
    assert parameters.memory_cost >= 19 * 1024
    assert parameters.time_cost >= 2


@pytest.mark.parametrize(
    "password", ["Une phrase de passe pour 2026 !", "Aa1!Aa2?Bb3;", "a" * 5 + "bcdefghijklmnopq"]
)
def test_accepts_long_or_varied(password: str) -> None:
    passwords.check_strength(password)


@pytest.mark.parametrize(
    "password",
    ["", "court", "aaaaaaaaaaaaaaaaaaaaaaaa", "Aa1!Aa1!Aa1", "sanschiffreniSigne", "x" * 201],
)
def test_refuses_weak_or_endless(password: str) -> None:
    with pytest.raises(InvalidError):
        passwords.check_strength(password)


def test_no_password_chosen_never_matches() -> None:
    assert not passwords.verify("", "")
    assert not passwords.verify("", "no account has this password")


def test_a_broken_hash_never_matches() -> None:
    assert not passwords.verify("not a hash", "x")
