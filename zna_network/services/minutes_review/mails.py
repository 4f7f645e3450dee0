"""What readers of a draft are written: the call for comments, a reminder, what became of what they
said. All inside the caller's transaction."""

from collections.abc import Sequence
from typing import Any

from zna_network.models.minutes_review import CommentState, MinutesComment, MinutesReader
from zna_network.ports.calendar import Address
from zna_network.queries import minutes_review as queries
from zna_network.services.context import Context
from zna_network.services.french_time import long_datetime
from zna_network.services.minutes_review.links import link_of
from zna_network.services.outbox import Post, post

WHOLE = "L’ensemble du compte-rendu"


def thread_of(reader: MinutesReader) -> str:
    return f"minutes-read:{reader.id}"


def ask(ctx: Context, reader: MinutesReader, note: str, *, again: bool) -> None:
    """The call for comments; ``again`` when it only moves the limit."""
    until, now = reader.reads_until.isoformat(), ctx.now.isoformat()
    key = f"minutes-read:{reader.id}:{reader.link_hash[:12]}:{until}:{now}"
    _send(ctx, reader, "minutes_review", key, note=note, again=again)


def remind(ctx: Context, reader: MinutesReader) -> None:
    key = f"minutes-read-reminder:{reader.id}:{reader.reads_until.isoformat()}"
    _send(ctx, reader, "minutes_review_reminder", key, automatic=True)


def tell_settled(ctx: Context, reader: MinutesReader) -> int:
    """One mail for all that was settled since the last one; gives how many remarks it speaks of.
    The remarks are held, and say that they were told: nobody is told twice."""
    settled = ctx.session.scalars(queries.untold_of(reader.id)).all()
    if not settled or reader.revoked_at is not None:
        return 0
    for comment in settled:
        comment.told_at = ctx.now
    key = f"minutes-read-settled:{reader.id}:{max(c.id for c in settled)}:{ctx.now.isoformat()}"
    _send(ctx, reader, "minutes_review_settled", key, automatic=True, comments=_outcomes(settled))
    return len(settled)


def tell_everybody(ctx: Context, minutes_id: int) -> None:
    """What was settled and not told yet, at validation: there is nothing more to wait for."""
    for reader_id in ctx.session.scalars(queries.readers_to_tell(minutes_id)).all():
        reader = ctx.session.scalar(queries.held_reader(reader_id))
        if reader is not None:
            tell_settled(ctx, reader)


def _outcomes(settled: Sequence[MinutesComment]) -> list[dict[str, str]]:
    return [
        {
            "about": comment.section.title if comment.section else WHOLE,
            "text": comment.text,
            "outcome": _outcome(comment.state),
            "reply": comment.reply,
        }
        for comment in settled
    ]


def _outcome(state: CommentState) -> str:
    return "prise en compte" if state is CommentState.TAKEN else "non retenue"


def _send(
    ctx: Context,
    reader: MinutesReader,
    mail: str,
    key: str,
    *,
    automatic: bool = False,
    **values: Any,
) -> None:
    meeting = reader.minutes.meeting
    post(
        ctx,
        Post(
            mail=mail,
            recipient=Address(reader.email, reader.name),
            values={
                "name": reader.name,
                "title": meeting.title,
                "committee": meeting.committee.name,
                "starts_at": meeting.starts_at,
                "until": long_datetime(reader.reads_until),
                "link": link_of(ctx.settings, reader),
                **values,
            },
            thread_key=thread_of(reader),
            dedup_key=key[:160],
            meeting_id=meeting.id,
            auto_submitted=automatic,
        ),
    )
