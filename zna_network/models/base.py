"""What every model shares: the base class, the column types, the mixins."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Generic, TypeVar

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from sqlalchemy import ColumnElement, DateTime, Dialect, LargeBinary, String, TypeDecorator
from sqlalchemy.orm import Mapped, mapped_column

from zna_network.extensions import Base

__all__ = [
    "Base",
    "EncryptedBytes",
    "EncryptedText",
    "EnumText",
    "Timestamped",
    "UtcDateTime",
    "only_where",
]


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware when it goes in, aware in UTC when it comes out, never naive."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None or value.utcoffset() is None:
            raise ValueError(f"a naive date and time cannot be stored: {value!r}")
        value = value.astimezone(UTC)
        return value if dialect.name == "postgresql" else value.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


E = TypeVar("E", bound=StrEnum)


class EnumText(TypeDecorator[E], Generic[E]):
    """A StrEnum stored as its value: readable in the database, and extended without a migration."""

    impl = String(40)
    cache_ok = True

    def __init__(self, enum: type[E]) -> None:
        super().__init__()
        self.enum = enum

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else self.enum(value).value

    def process_result_value(self, value: str | None, dialect: Dialect) -> E | None:
        return None if value is None else self.enum(value)


class Keyring:
    """The keys that encrypt columns: the first encrypts, all decrypt. Set by ``create_app``."""

    fernet: MultiFernet | None = None

    @classmethod
    def load(cls, keys: list[bytes]) -> None:
        cls.fernet = MultiFernet([Fernet(key) for key in keys])

    @classmethod
    def ready(cls) -> MultiFernet:
        if cls.fernet is None:
            raise RuntimeError("the encryption keys have not been loaded")
        return cls.fernet


class UnreadableSecretError(Exception):
    """A column was encrypted with a key that is no longer in the keyring."""


class EncryptedBytes(TypeDecorator[bytes]):
    """Bytes that the database file does not give away (Fernet: AES-128-CBC and HMAC)."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        return None if value is None else Keyring.ready().encrypt(value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        if value is None:
            return None
        try:
            return Keyring.ready().decrypt(bytes(value))
        except InvalidToken:
            raise UnreadableSecretError("an encrypted column has an unknown key") from None


class EncryptedText(TypeDecorator[str]):
    """Words that the database file does not give away; the empty string stays empty."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        if value is None:
            return None
        return Keyring.ready().encrypt(value.encode()) if value else b""

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:
        if not value:
            return None if value is None else ""
        try:
            return Keyring.ready().decrypt(bytes(value)).decode()
        except InvalidToken:
            raise UnreadableSecretError("an encrypted column has an unknown key") from None


class Timestamped:
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


def only_where(condition: ColumnElement[bool]) -> dict[str, Any]:
    """The condition of a partial index, in both dialects."""
    return {"sqlite_where": condition, "postgresql_where": condition}
