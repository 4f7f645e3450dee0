"""Remarks on a draft: made from a link or by those who write it, taken or set aside, told once.

A remark is written under the lock of the minutes: one that arrives while they are validated comes
before, and the validation says so, or after, and is refused."""

from dataclasses import dataclass

from zna_network.models.minutes import Minutes, MinutesState
from zna_network.models.minutes_review import CommentState, MinutesComment, MinutesReader
from zna_network.queries import minutes as minutes_queries
from zna_network.queries import minutes_review as queries
from zna_network.services.clean_values import clean_text
from zna_network.services.context import Context
from zna_network.services.errors import (
    ConflictError,
    InvalidError,
    LinkGoneError,
    NotFoundError,
    TooManyAttemptsError,
)
from zna_network.services.french_time import long_datetime
from zna_network.services.minutes_access import held_meeting, locked_draft, locked_minutes
from zna_network.services.minutes_review.links import REVOKED, reader_of
from zna_network.services.permissions import Permission
from zna_network.services.sensitive_text import refuse_sensitive
from zna_network.services.unit_of_work import CHANGED_MEANWHILE

TEXT_LENGTH, REPLY_LENGTH = 4000, 2000
MOST_OF_ONE_READER = 100
_CLIENT_IDS = range(8, 37)
VALIDATED = "Le compte-rendu a été validé : il n’attend plus de remarque."
GONE = "Cette remarque n’existe pas."


@dataclass(frozen=True)
class CommentData:
    """``client_id`` is the page's own name for this remark; ``quoted`` the section's revision that
    it showed, none for the whole text."""

    text: str
    client_id: str
    section_id: int | None = None
    quoted: int | None = None


def comment_by_link(ctx: Context, token: str, data: CommentData) -> MinutesComment:
    """Raises LinkGoneError once the limit has passed or the minutes are validated."""
    with ctx.unit_of_work():
        minutes, reader = _held_by_link(ctx, token)
        known = _known(ctx, minutes, data)
        if known is not None:
            return known
        if (ctx.session.scalar(queries.count_of_reader(reader.id)) or 0) >= MOST_OF_ONE_READER:
            raise TooManyAttemptsError(
                "Vous avez déjà fait beaucoup de remarques : écrivez plutôt à l’organisateur."
            )
        comment = _made(ctx, minutes, data, reader.name)
        comment.reader_id = reader.id
        reader.read_at, reader.agreed_at = reader.read_at or ctx.now, None
        ctx.session.flush()
        ctx.record("minutes.commented", comment, minutes=minutes.id)
    return comment


def agree_by_link(ctx: Context, token: str) -> MinutesReader:
    """« Rien à signaler ». Said twice, it stays the first time."""
    with ctx.unit_of_work():
        minutes, reader = _held_by_link(ctx, token)
        if ctx.session.scalar(queries.count_of_reader(reader.id)):
            raise ConflictError("Vous avez fait des remarques : elles sont enregistrées.")
        if reader.agreed_at is None:
            reader.agreed_at = ctx.now
            reader.read_at = reader.read_at or ctx.now
            ctx.record("minutes.agreed", reader, minutes=minutes.id)
    return reader


def add_own(ctx: Context, meeting_id: int, data: CommentData) -> MinutesComment:
    """A remark by somebody who may write the draft, for the others who do."""
    with ctx.unit_of_work():
        minutes = locked_draft(ctx, meeting_id)
        known = _known(ctx, minutes, data)
        if known is not None:
            return known
        comment = _made(ctx, minutes, data, ctx.actor.name if ctx.actor else ctx.origin)
        comment.author_id = ctx.actor_id
        ctx.session.flush()
        ctx.record("minutes.commented", comment, minutes=minutes.id)
    return comment


def settle(
    ctx: Context,
    meeting_id: int,
    comment_id: int,
    state: CommentState,
    reply: str,
    revision: int,
) -> MinutesComment:
    """Take a remark, set it aside (and say why), or put it back among those to deal with. Told
    anew only where the outcome or the reply is another one.

    Raises ConflictError when somebody else has dealt with it meanwhile."""
    with ctx.unit_of_work():
        minutes = locked_minutes(ctx, meeting_id, Permission.MINUTES_WRITE)
        comment = ctx.session.scalar(queries.comment(minutes.id, comment_id, lock=True))
        if comment is None:
            raise NotFoundError(GONE)
        said = refuse_sensitive(clean_text(reply, field="reply", limit=REPLY_LENGTH), field="reply")
        if comment.revision != revision:
            raise ConflictError(CHANGED_MEANWHILE)
        if state is CommentState.SET_ASIDE and not said:
            raise InvalidError("Dites pourquoi : la personne lira votre réponse.", field="reply")
        if (comment.state, comment.reply) == (state, said):
            return comment
        is_open = state is CommentState.OPEN
        comment.state, comment.reply, comment.told_at = state, said, None
        comment.settled_at = None if is_open else ctx.now
        comment.settled_by_id = None if is_open else ctx.actor_id
        ctx.session.flush()
        ctx.record("minutes.comment_settled", comment, state=state.value)
    return comment


def why_closed(ctx: Context, minutes: Minutes, reader: MinutesReader) -> str:
    """Why a reader can say nothing any more; empty while they can."""
    if minutes.state is not MinutesState.DRAFT:
        return VALIDATED
    if ctx.now > reader.reads_until:
        return f"Les remarques étaient attendues jusqu’au {long_datetime(reader.reads_until)}."
    return ""


def _held_by_link(ctx: Context, token: str) -> tuple[Minutes, MinutesReader]:
    """In the order in which everybody takes them: the meeting, the minutes, the reader."""
    found = reader_of(ctx, token)
    meeting_id = found.minutes.meeting_id
    held_meeting(ctx, meeting_id)
    minutes = ctx.session.scalar(minutes_queries.of_meeting(meeting_id, lock=True))
    reader = ctx.session.scalar(queries.held_reader(found.id))
    if minutes is None or reader is None or reader.revoked_at is not None:
        raise LinkGoneError(REVOKED)
    closed = why_closed(ctx, minutes, reader)
    if closed:
        raise LinkGoneError(closed)
    return minutes, reader


def _known(ctx: Context, minutes: Minutes, data: CommentData) -> MinutesComment | None:
    """The remark that the same press of a button has written. A name taken by another draft is
    nobody's mistake but a forger's."""
    if len(data.client_id) not in _CLIENT_IDS:
        raise InvalidError("La page est incomplète : rechargez-la, puis recommencez.")
    known = ctx.session.scalar(queries.comment_of_client(data.client_id))
    if known is not None and known.minutes_id != minutes.id:
        raise InvalidError("La page est incomplète : rechargez-la, puis recommencez.")
    return known


def _made(ctx: Context, minutes: Minutes, data: CommentData, author: str) -> MinutesComment:
    text = refuse_sensitive(clean_text(data.text, field="text", limit=TEXT_LENGTH), field="text")
    if not text:
        raise InvalidError("Écrivez votre remarque.", field="text")
    section = None
    if data.section_id is not None:
        section = ctx.session.scalar(minutes_queries.section(minutes.meeting_id, data.section_id))
        if section is None:
            raise InvalidError("Ce point n’est plus dans le compte-rendu.", field="text")
    comment = MinutesComment(
        minutes_id=minutes.id,
        section_id=section.id if section else None,
        author_name=author[:170],
        client_id=data.client_id,
        quoted=data.quoted if section else None,
        text=text,
        at=ctx.now,
        state=CommentState.OPEN,
    )
    ctx.session.add(comment)
    return comment
