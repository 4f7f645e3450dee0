"""What ``zna doctor`` looks at."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from zna_network.config import NotReadyError
from zna_network.models.outbox import OutboxState
from zna_network.ports.mailbox import MailboxError
from zna_network.queries import outbox as outbox_queries
from zna_network.services import guarding, key_rotation
from zna_network.services.context import Context

MAIL_MAY_WAIT = timedelta(minutes=30)


@dataclass(frozen=True)
class Finding:
    subject: str
    is_fine: bool
    message: str


def examine(ctx: Context) -> list[Finding]:
    database = _database(ctx)
    findings = [_settings(ctx), database]
    if database.is_fine:
        findings += [_guards(ctx), _keys(ctx), _mail(ctx), _answers(ctx), _clock(ctx)]
    return findings


def _settings(ctx: Context) -> Finding:
    settings = ctx.settings
    if settings.is_public and not settings.is_secure:
        return Finding("Réglages", False, "ZNA_BASE_URL doit commencer par https:// en public")
    if settings.is_public and settings.keeps_mail_in_files:
        return Finding("Réglages", False, "ZNA_MAIL_URL manque : aucun courriel ne part")
    return Finding("Réglages", True, f"adresse du site {settings.base_url}")


def _database(ctx: Context) -> Finding:
    try:
        communes = ctx.session.scalar(text("SELECT count(*) FROM commune"))
    except SQLAlchemyError as error:
        return Finding("Base", False, f"{type(error).__name__} : lancez « zna init »")
    if communes != 46:
        return Finding("Base", False, f"{communes} communes au lieu de 46 : lancez « zna init »")
    engine = ctx.session.get_bind().dialect.name
    return Finding("Base", True, f"{engine}, données de référence présentes")


def _guards(ctx: Context) -> Finding:
    """Whether the database refuses by itself what it must."""
    try:
        guarding.refuse_unguarded(ctx.session)
    except NotReadyError as error:
        return Finding("Garde-fous", False, str(error))
    return Finding("Garde-fous", True, "la base refuse d’elle-même les doubles réservations")


def _keys(ctx: Context) -> Finding:
    """Whether what is encrypted can be read, and has the key that is in force."""
    state = key_rotation.state(ctx)
    if state.unreadable:
        return Finding(
            "Chiffrement",
            False,
            f"{state.unreadable} colonnes illisibles : remettez l’ancienne clé dans ZNA_DATA_KEYS",
        )
    if state.renewed:
        return Finding("Chiffrement", False, "clé changée : lancez « zna keys rotate »")
    return Finding("Chiffrement", True, "tout se lit avec la clé en vigueur")


def _mail(ctx: Context) -> Finding:
    failed = ctx.session.scalar(outbox_queries.count_in_state(OutboxState.FAILED))
    late = ctx.session.scalar(outbox_queries.waiting_since(ctx.now - MAIL_MAY_WAIT))
    if late:
        return Finding(
            "Courriels", False, f"{late} en attente depuis plus de 30 min : le worker tourne-t-il ?"
        )
    if failed:
        return Finding("Courriels", False, f"{failed} en échec : voir la page Messages")
    return Finding("Courriels", True, "rien n’est en souffrance")


def _answers(ctx: Context) -> Finding:
    """Whether the mailbox where calendars answer can be read."""
    try:
        return Finding("Réponses par courriel", True, ctx.ports.mailbox.check())
    except MailboxError as error:
        return Finding("Réponses par courriel", False, error.reason)
    finally:
        ctx.ports.mailbox.close()


def _clock(ctx: Context) -> Finding:
    """The database's clock against ours: reminders and links go by ours."""
    now = ctx.session.scalar(text("SELECT CURRENT_TIMESTAMP"))
    there = datetime.fromisoformat(now) if isinstance(now, str) else now
    if there is None:
        return Finding("Horloge", False, "la base ne donne pas l’heure")
    there = there.replace(tzinfo=UTC) if there.tzinfo is None else there.astimezone(UTC)
    skew = abs((there - ctx.now).total_seconds())
    return Finding("Horloge", skew < 60, f"{skew:.0f} s d’écart avec la base")
