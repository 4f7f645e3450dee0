"""What those who write the minutes see of their reading: who was asked, and what was said."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from zna_network.models.minutes import Minutes, MinutesSection
from zna_network.models.minutes_review import CommentState, MinutesComment, MinutesReader
from zna_network.queries import minutes_review as queries
from zna_network.services.context import Context
from zna_network.services.errors import NotFoundError
from zna_network.services.minutes_review.comments import GONE
from zna_network.services.permissions import Permission, Scope, scope_of


@dataclass(frozen=True)
class ReaderLine:
    reader: MinutesReader
    remarks: int
    is_over: bool

    @property
    def is_silent(self) -> bool:
        return not self.remarks and self.reader.agreed_at is None


@dataclass(frozen=True)
class Group:
    """The remarks on one point; on the whole, or on a point that is gone, where it is none."""

    section: MinutesSection | None
    comments: Sequence[MinutesComment]


@dataclass(frozen=True)
class Overview:
    readers: Sequence[ReaderLine]
    groups: Sequence[Group]

    @property
    def open_count(self) -> int:
        every = (comment for group in self.groups for comment in group.comments)
        return sum(comment.state is CommentState.OPEN for comment in every)

    @property
    def silent_count(self) -> int:
        return sum(line.is_silent and line.reader.revoked_at is None for line in self.readers)


def read(ctx: Context, minutes: Minutes) -> Overview:
    """In a constant number of queries."""
    comments = ctx.session.scalars(queries.comments_of(minutes.id)).all()
    said = Counter(comment.reader_id for comment in comments)
    lines = [
        ReaderLine(reader, said[reader.id], ctx.now > reader.reads_until)
        for reader in ctx.session.scalars(queries.readers_of(minutes.id))
    ]
    grouped: dict[int | None, list[MinutesComment]] = defaultdict(list)
    for comment in comments:
        grouped[comment.section_id].append(comment)
    groups = [Group(found[0].section, found) for found in grouped.values()]
    return Overview(lines, groups)


def by_section(ctx: Context, minutes: Minutes) -> dict[int | None, list[MinutesComment]]:
    """The remarks still to deal with, beside the sections of the page that is written."""
    found: dict[int | None, list[MinutesComment]] = defaultdict(list)
    for comment in ctx.session.scalars(queries.comments_of(minutes.id)):
        if comment.state is CommentState.OPEN:
            found[comment.section_id].append(comment)
    return found


def comment_of(ctx: Context, minutes: Minutes, comment_id: int) -> MinutesComment:
    """Raises NotFoundError."""
    found = ctx.session.scalar(queries.comment(minutes.id, comment_id))
    if found is None:
        raise NotFoundError(GONE)
    return found


@dataclass(frozen=True)
class DraftLine:
    """A draft with remarks to deal with, on the home page."""

    meeting_id: int
    title: str
    number: int


def home_lines(ctx: Context) -> list[DraftLine]:
    """The drafts that the actor writes and that have remarks to deal with."""
    scope = scope_of(ctx.actor, Permission.MINUTES_WRITE)
    own = ctx.actor.organisation_id if ctx.actor else None
    if scope is None or (scope is Scope.OWN and own is None):
        return []
    rows = ctx.session.execute(queries.drafts_with_remarks(own if scope is Scope.OWN else None))
    return [DraftLine(meeting.id, meeting.title, number) for meeting, number in rows]
