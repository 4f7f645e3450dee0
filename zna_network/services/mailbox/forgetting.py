"""What is erased of the mails received, when its time has come."""

from datetime import datetime, timedelta

from zna_network.models.mailbox import IncomingState
from zna_network.queries import mailbox as queries
from zna_network.services.context import Context
from zna_network.services.one_by_one import until_none

HELD_DAYS = 90
BATCH = 200
NOBODY = "Restée sans suite."


def held_too_long(ctx: Context) -> int:
    """Set aside what nobody looked into for HELD_DAYS, and erase the mails themselves; how many."""
    return until_none(lambda: _set_aside_batch(ctx))


def count_held(ctx: Context) -> int:
    return ctx.session.scalar(queries.count_held_since_before(_held_before(ctx))) or 0


def words(ctx: Context) -> int:
    """Erase whom the mails read long ago were from and what they said; how many. What became of
    them, and the digests by which they are known again, stay."""
    with ctx.unit_of_work():
        statement = queries.forget_words(_words_before(ctx))
        return ctx.session.connection().execute(statement).rowcount


def count_words(ctx: Context) -> int:
    return ctx.session.scalar(queries.count_words(_words_before(ctx))) or 0


def _set_aside_batch(ctx: Context) -> int:
    with ctx.unit_of_work():
        waiting = ctx.session.scalars(queries.held_since_before(_held_before(ctx), BATCH)).all()
        for mail in waiting:
            mail.state = IncomingState.SET_ASIDE
            mail.reason = f"{mail.reason} {NOBODY}".strip()
            mail.settled_at = ctx.now
            mail.content = None
        return len(waiting)


def _held_before(ctx: Context) -> datetime:
    return ctx.now - timedelta(days=HELD_DAYS)


def _words_before(ctx: Context) -> datetime:
    return ctx.now - timedelta(days=ctx.settings.people_retention_days)
