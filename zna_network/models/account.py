"""Accounts and what protects them."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from zna_network.models.base import Base, EnumText, Timestamped, UtcDateTime
from zna_network.models.organisation import Organisation


class Role(StrEnum):
    ADMIN = "admin"
    AGENT = "agent"
    GRANTEE = "grantee"
    PARTNER = "partner"

    @property
    def label(self) -> str:
        return {
            Role.ADMIN: "Administration",
            Role.AGENT: "Agent de la CUA",
            Role.GRANTEE: "Lauréat",
            Role.PARTNER: "Partenaire",
        }[self]


class User(Timestamped, Base):
    """A local account. ``session_epoch`` rises at each change of password or deactivation: a
    session that carries an older one is over."""

    __tablename__ = "user"
    __table_args__ = (
        CheckConstraint(
            "role IN ('admin', 'agent') OR organisation_id IS NOT NULL", name="organisation_known"
        ),
        CheckConstraint("email = lower(email)", name="email_lower"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    role: Mapped[Role] = mapped_column(EnumText(Role))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    password_hash: Mapped[str] = mapped_column(String(200), default="")
    is_active: Mapped[bool] = mapped_column(default=True)
    session_epoch: Mapped[int] = mapped_column(default=0)
    last_sign_in_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    organisation: Mapped[Organisation | None] = relationship()

    @property
    def role_label(self) -> str:
        return self.role.label

    @property
    def is_staff(self) -> bool:
        return self.role in {Role.ADMIN, Role.AGENT}

    # Flask-Login's protocol.
    is_authenticated = True
    is_anonymous = False

    def get_id(self) -> str:
        return f"{self.id}:{self.session_epoch}"


class SignInAttempt(Base):
    """A failed sign-in, counted to slow guessing down. ``account_key`` and ``address_key`` are
    keyed hashes: the table names neither accounts nor people."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = (
        Index("ix_sign_in_attempt_account", "account_key", "at"),
        Index("ix_sign_in_attempt_address", "address_key", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_key: Mapped[str] = mapped_column(String(64))
    address_key: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class PasswordReset(Base):
    """A one-use link to choose a password; only the hash of its token is kept."""

    __tablename__ = "password_reset"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    user: Mapped[User] = relationship()
