"""What the worker writes by itself to the readers of drafts.

The day before the limit at 9:00 in Arras, to those who have said nothing: once a limit. And what
became of somebody's remarks, in one mail: once all are settled, or a day after the first was, when
nothing was settled for ten minutes. Each is a transaction of its own; the row held says when it was
done, so that a second worker finds it done."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from functools import partial

from zna_network.models.minutes import MinutesState
from zna_network.models.minutes_review import MinutesReader
from zna_network.queries import minutes as minutes_queries
from zna_network.queries import minutes_review as queries
from zna_network.services.context import Context
from zna_network.services.french_time import from_local, local_date
from zna_network.services.minutes_review import mails
from zna_network.services.one_by_one import safely

AT = time(9, 0)
QUIET, LONGEST_WAIT = timedelta(minutes=10), timedelta(days=1)
_AHEAD = timedelta(days=2)


def run(ctx: Context, should_stop: Callable[[], bool] = lambda: False) -> int:
    """The worker's turn: how many mails were written."""
    now, session = ctx.now, ctx.session
    silent = session.scalars(queries.silent_readers(now, now + _AHEAD)).all()
    due = [(reader.id, reader.minutes.meeting_id) for reader in silent if is_due(reader, now)]
    told = session.execute(queries.readers_settled(now - QUIET, now - LONGEST_WAIT)).all()
    acts = [
        *(partial(_remind, ctx, meeting_id, reader_id) for reader_id, meeting_id in due),
        *(partial(_tell, ctx, meeting_id, reader_id) for meeting_id, reader_id in told),
    ]
    written = 0
    for act in acts:
        if should_stop():
            break
        written += safely(ctx, act, "a mail to a reader of minutes was not written")
    return written


def due_at(reader: MinutesReader) -> datetime:
    """The instant from which the reminder is due."""
    return from_local(local_date(reader.reads_until) - timedelta(days=1), AT)


def is_due(reader: MinutesReader, now: datetime) -> bool:
    """Somebody asked after that time has just been written to."""
    due = due_at(reader)
    return due <= now < reader.reads_until and reader.sent_at <= due and not reader.reminded_at


def _remind(ctx: Context, meeting_id: int, reader_id: int) -> int:
    with ctx.unit_of_work():
        minutes = ctx.session.scalar(minutes_queries.of_meeting(meeting_id, lock=True))
        reader = ctx.session.scalar(queries.held_reader(reader_id))
        if minutes is None or reader is None or minutes.state is not MinutesState.DRAFT:
            return 0
        if reader.revoked_at or reader.agreed_at or not is_due(reader, ctx.now):
            return 0
        if ctx.session.scalar(queries.count_of_reader(reader_id)):
            return 0
        reader.reminded_at = ctx.now
        mails.remind(ctx, reader)
        ctx.record("minutes.reader_reminded", reader, meeting=meeting_id)
    return 1


def _tell(ctx: Context, meeting_id: int, reader_id: int) -> int:
    with ctx.unit_of_work():
        reader = ctx.session.scalar(queries.held_reader(reader_id))
        if reader is None or not mails.tell_settled(ctx, reader):
            return 0
        ctx.record("minutes.reader_told", reader, meeting=meeting_id)
    return 1
