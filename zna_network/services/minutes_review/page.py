"""What the page behind a reader's link shows. Nothing here writes: mail scanners open links."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from zna_network.models.meeting import Meeting
from zna_network.models.minutes import MinutesSection
from zna_network.models.minutes_review import MinutesComment, MinutesReader
from zna_network.queries import minutes as minutes_queries
from zna_network.queries import minutes_review as queries
from zna_network.services.context import Context
from zna_network.services.errors import NotFoundError
from zna_network.services.minutes_access import NOT_STARTED
from zna_network.services.minutes_documents import draft_values, told_sections
from zna_network.services.minutes_review.comments import why_closed
from zna_network.services.minutes_review.links import reader_of


@dataclass(frozen=True)
class Topic:
    """A point as the document tells it (``value``), its section, and what its reader said of it."""

    value: dict[str, Any]
    section: MinutesSection
    comments: Sequence[MinutesComment]


@dataclass(frozen=True)
class ReadingPage:
    """``closed`` says why nothing is taken any more, empty while remarks are; the draft is then no
    longer shown. ``others`` are the reader's remarks on the whole, or on points since removed."""

    reader: MinutesReader
    meeting: Meeting
    closed: str
    values: dict[str, Any]
    topics: Sequence[Topic]
    comments: Sequence[MinutesComment]
    others: Sequence[MinutesComment]


def read(ctx: Context, token: str) -> ReadingPage:
    """Raises NotFoundError for an unknown link, LinkGoneError for one that was withdrawn."""
    reader = reader_of(ctx, token)
    minutes = ctx.session.scalar(minutes_queries.with_everything(reader.minutes.meeting_id))
    if minutes is None:
        raise NotFoundError(NOT_STARTED)
    comments = ctx.session.scalars(queries.comments_of_reader(reader.id)).all()
    closed = why_closed(ctx, minutes, reader)
    if closed:
        return ReadingPage(reader, minutes.meeting, closed, {}, (), comments, comments)
    values = draft_values(ctx, minutes)
    by_section: dict[int | None, list[MinutesComment]] = defaultdict(list)
    for comment in comments:
        by_section[comment.section_id].append(comment)
    sections = told_sections(ctx, minutes)
    topics = [
        Topic(value, section, by_section.pop(section.id, []))
        for value, section in zip(values["points"], sections, strict=True)
    ]
    others = [comment for left in by_section.values() for comment in left]
    return ReadingPage(reader, minutes.meeting, "", values, topics, comments, others)
