"""Accounts, as the services and pages read them."""

from datetime import datetime

from sqlalchemy import Select, func, select

from zna_network.models.account import PasswordReset, Role, SignInAttempt, User
from zna_network.queries.listing import SortKeys

USER_SORTS: SortKeys = {
    "name": (User.name, User.id),
    "email": (User.email,),
    "role": (User.role, User.name),
    "last_sign_in": (User.last_sign_in_at, User.id),
}


def user_by_email(email: str) -> Select[User]:
    return select(User).where(User.email == email.strip().lower())


def all_users() -> Select[User]:
    return select(User)


def active_users_of(organisation_id: int) -> Select[User]:
    return select(User).where(User.organisation_id == organisation_id, User.is_active)


def active_staff() -> Select[User]:
    """The active accounts of the CUA."""
    return (
        select(User)
        .where(User.role.in_((Role.ADMIN, Role.AGENT)), User.is_active)
        .order_by(User.email)
    )


def failures_of_account(account_key: str, since: datetime) -> Select[int]:
    return select(func.count(SignInAttempt.id)).where(
        SignInAttempt.account_key == account_key, SignInAttempt.at > since
    )


def failures_from_address(address_key: str, since: datetime) -> Select[int]:
    return select(func.count(SignInAttempt.id)).where(
        SignInAttempt.address_key == address_key, SignInAttempt.at > since
    )


def reset_by_hash(token_hash: str) -> Select[PasswordReset]:
    return select(PasswordReset).where(PasswordReset.token_hash == token_hash)


def recent_resets(user_id: int, since: datetime) -> Select[int]:
    return select(func.count(PasswordReset.id)).where(
        PasswordReset.user_id == user_id, PasswordReset.created_at > since
    )
