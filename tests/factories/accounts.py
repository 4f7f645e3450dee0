"""Accounts. Their passwords are hashed cheaply: the real cost has its own test, in
tests/unit/services/test_passwords.py."""

from argon2 import PasswordHasher
from argon2.profiles import CHEAPEST
from sqlalchemy.orm import Session

from tests.factories.numbering import numbers
from tests.world import FrozenClock
from zna_network.models.account import Role, User
from zna_network.models.organisation import Organisation
from zna_network.services import passwords

PASSWORD = "Une phrase de passe pour 2026 !"
passwords._hasher = PasswordHasher.from_parameters(CHEAPEST)
_HASH = passwords.hash_password(PASSWORD)
_numbers = numbers()


def make_user(
    session: Session,
    role: Role = Role.AGENT,
    organisation: Organisation | None = None,
    **values: object,
) -> User:
    number = next(_numbers)
    now = FrozenClock().now()
    user = User(
        **{
            "email": f"personne{number}@cua.example",
            "name": f"Personne Fictive {number}",
            "role": role,
            "organisation": organisation,
            "password_hash": _HASH,
            "created_at": now,
            "updated_at": now,
            **values,
        }
    )
    session.add(user)
    session.commit()
    return user
