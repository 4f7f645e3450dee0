"""Accounts: sign-in with a brake on guessing, passwords, and who has one."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete

from zna_network.models.account import PasswordReset, Role, SignInAttempt, User
from zna_network.models.organisation import Organisation
from zna_network.ports.calendar import Address
from zna_network.queries import accounts as queries
from zna_network.services import links, outbox, passwords
from zna_network.services.addresses import clean_email
from zna_network.services.context import Context
from zna_network.services.errors import (
    ConflictError,
    ForbiddenError,
    InvalidError,
    LinkGoneError,
    NotFoundError,
    TooManyAttemptsError,
)
from zna_network.services.outbox import Post
from zna_network.services.permissions import Permission
from zna_network.services.unit_of_work import take_turns

WINDOW = timedelta(minutes=15)
FAILURES_PER_ACCOUNT = 5
FAILURES_PER_ADDRESS = 30
RESET_VALID = timedelta(hours=2)
FIRST_PASSWORD_VALID = timedelta(days=7)
RESETS_PER_HOUR = 3


@dataclass(frozen=True)
class AccountData:
    email: str
    name: str
    role: Role
    organisation_id: int | None = None


def sign_in(ctx: Context, email: str, password: str) -> User:
    """The account, or InvalidError with the same words whether or not it exists.

    The attempt is counted before the password is looked at, in a transaction of its own: many
    guesses at the same instant are counted too."""
    account_key = links.keyed_hash(ctx.settings, "sign-in", email.strip().lower())
    address_key = links.keyed_hash(ctx.settings, "sign-in", ctx.origin)
    attempt_id = _count_attempt(ctx, account_key, address_key)
    user = ctx.session.scalar(queries.user_by_email(email))
    matches = passwords.verify(user.password_hash if user else "", password)
    if user is None or not matches or not user.is_active:
        raise InvalidError("Adresse e-mail ou mot de passe incorrect.", field="password")
    with ctx.unit_of_work():
        ctx.session.execute(delete(SignInAttempt).where(SignInAttempt.id == attempt_id))
        user.last_sign_in_at = ctx.now
        if passwords.needs_rehash(user.password_hash):
            user.password_hash = passwords.hash_password(password)
        ctx.record("account.signed_in", user)
    return user


def _count_attempt(ctx: Context, account_key: str, address_key: str) -> int:
    with ctx.unit_of_work():
        take_turns(ctx.session, account_key, address_key)
        since = ctx.now - WINDOW
        for_account = ctx.session.scalar(queries.failures_of_account(account_key, since)) or 0
        from_address = ctx.session.scalar(queries.failures_from_address(address_key, since)) or 0
        if for_account >= FAILURES_PER_ACCOUNT or from_address >= FAILURES_PER_ADDRESS:
            raise TooManyAttemptsError(
                "Trop d’essais. Attendez un quart d’heure, ou choisissez un nouveau mot de passe."
            )
        attempt = SignInAttempt(account_key=account_key, address_key=address_key, at=ctx.now)
        ctx.session.add(attempt)
        ctx.session.flush()
        return attempt.id


def forget_old_attempts(ctx: Context) -> None:
    with ctx.unit_of_work():
        ctx.session.execute(delete(SignInAttempt).where(SignInAttempt.at < ctx.now - WINDOW))


def request_reset(ctx: Context, email: str) -> None:
    """Mail a one-use link if there is such an account; say nothing either way."""
    with ctx.unit_of_work():
        user = ctx.session.scalar(queries.user_by_email(email))
        if user is None or not user.is_active:
            return
        recent = ctx.session.scalar(queries.recent_resets(user.id, ctx.now - timedelta(hours=1)))
        if (recent or 0) >= RESETS_PER_HOUR:
            return
        token = _new_reset(ctx, user, RESET_VALID)
        _post_password_link(ctx, user, "password_reset", token)
        ctx.record("account.reset_requested", user)


def _new_reset(ctx: Context, user: User, valid: timedelta) -> str:
    token = links.new_token()
    ctx.session.add(
        PasswordReset(
            user=user,
            token_hash=links.token_hash(token),
            created_at=ctx.now,
            expires_at=ctx.now + valid,
        )
    )
    return token


def _post_password_link(ctx: Context, user: User, mail: str, token: str) -> None:
    outbox.post(
        ctx,
        Post(
            mail=mail,
            recipient=Address(email=user.email, name=user.name),
            values={"name": user.name, "path": f"/mot-de-passe/{token}"},
            auto_submitted=True,
        ),
    )


def reset_by_token(ctx: Context, token: str) -> PasswordReset:
    """The reset that the link stands for. Raises LinkGoneError if it can no longer be used."""
    reset = ctx.session.scalar(queries.reset_by_hash(links.token_hash(token)))
    if reset is None or reset.used_at is not None or reset.expires_at <= ctx.now:
        raise LinkGoneError(
            "Ce lien a expiré ou a déjà servi. Demandez-en un autre depuis la page de connexion."
        )
    return reset


def choose_password(ctx: Context, token: str, password: str) -> User:
    """Use the link: the new password counts, every open session of the account ends."""
    passwords.check_strength(password)
    hashed = passwords.hash_password(password)
    with ctx.unit_of_work():
        reset = reset_by_token(ctx, token)
        reset.used_at = ctx.now
        user = reset.user
        if not user.is_active:
            raise LinkGoneError("Ce compte est désactivé.")
        _set_password(ctx, user, hashed)
    return user


def change_password(ctx: Context, current: str, password: str) -> User:
    """Change one's own password, the current one being known."""
    if ctx.actor is None:
        raise ForbiddenError
    if not passwords.verify(ctx.actor.password_hash, current):
        raise InvalidError("Ce n’est pas votre mot de passe actuel.", field="current")
    passwords.check_strength(password)
    hashed = passwords.hash_password(password)
    with ctx.unit_of_work():
        _set_password(ctx, ctx.actor, hashed)
    return ctx.actor


def _set_password(ctx: Context, user: User, hashed: str) -> None:
    user.password_hash = hashed
    user.session_epoch = User.session_epoch + 1
    user.updated_at = ctx.now
    ctx.record("account.password_changed", user)


def create_user(
    ctx: Context, data: AccountData, password: str | None = None, *, hashed: str = ""
) -> User:
    """A new account. Without a password, its holder receives a link to choose one. ``hashed``:
    made from the password already, for several accounts that share it."""
    ctx.require(Permission.ACCOUNTS_MANAGE)
    email = clean_email(data.email)
    if password is not None:
        passwords.check_strength(password)
        hashed = hashed or passwords.hash_password(password)
    with ctx.unit_of_work():
        if ctx.session.scalar(queries.user_by_email(email)) is not None:
            raise ConflictError("Un compte existe déjà pour cette adresse.", field="email")
        user = User(email=email, password_hash=hashed, created_at=ctx.now, updated_at=ctx.now)
        _describe(ctx, user, data)
        ctx.session.add(user)
        ctx.session.flush()
        if password is None:
            _post_password_link(
                ctx, user, "account_opened", _new_reset(ctx, user, FIRST_PASSWORD_VALID)
            )
        ctx.record("account.created", user, role=user.role.value)
    return user


def account(ctx: Context, user_id: int) -> User:
    ctx.require(Permission.ACCOUNTS_MANAGE)
    user = ctx.session.get(User, user_id)
    if user is None:
        raise NotFoundError("Ce compte n’existe pas.")
    return user


def update_user(ctx: Context, user_id: int, data: AccountData, *, is_active: bool) -> User:
    """Change an account; switching it off, or changing its role, ends its sessions."""
    ctx.require(Permission.ACCOUNTS_MANAGE)
    with ctx.unit_of_work():
        user = account(ctx, user_id)
        if user.id == ctx.actor_id and (not is_active or data.role is not user.role):
            raise InvalidError(
                "Vous ne pouvez ni désactiver votre propre compte ni changer son rôle.",
                field="role",
            )
        if user.is_active != is_active or user.role is not data.role:
            user.session_epoch = User.session_epoch + 1
        email = clean_email(data.email)
        if email != user.email and ctx.session.scalar(queries.user_by_email(email)) is not None:
            raise ConflictError("Un compte existe déjà pour cette adresse.", field="email")
        user.email = email
        user.is_active = is_active
        _describe(ctx, user, data)
        ctx.record("account.updated", user, role=user.role.value, active=is_active)
    return user


def _describe(ctx: Context, user: User, data: AccountData) -> None:
    needs_organisation = data.role in {Role.GRANTEE, Role.PARTNER}
    if needs_organisation and (
        data.organisation_id is None or ctx.session.get(Organisation, data.organisation_id) is None
    ):
        raise InvalidError(
            "Un compte de lauréat ou de partenaire appartient à un organisme : choisissez-le.",
            field="organisation",
        )
    user.name = data.name.strip()[:120] or user.email
    user.role = data.role
    user.organisation_id = data.organisation_id if needs_organisation else None
    user.updated_at = ctx.now
