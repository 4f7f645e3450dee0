"""The minutes as a Word document: their facts, gathered from everything the meeting has left."""

from typing import Any

from zna_network.models.document import DocumentKind
from zna_network.models.meeting import Meeting
from zna_network.models.minutes import Minutes, MinutesSection, MinutesVersion
from zna_network.queries import minutes as queries
from zna_network.services.attendance_lines import lines
from zna_network.services.committee_access import readable_meeting
from zna_network.services.context import Context
from zna_network.services.document_rendering import WordFile, render
from zna_network.services.documents.facts import (
    action_facts,
    committee_facts,
    issuer,
    meeting_facts,
)
from zna_network.services.documents.mappings import minutes_values
from zna_network.services.documents.values import (
    Attendee,
    DecisionFacts,
    MinutesDocument,
    NextMeeting,
    Topic,
)
from zna_network.services.errors import NotFoundError
from zna_network.services.french_time import local_date
from zna_network.services.minutes_access import NOT_STARTED, writable_meeting
from zna_network.services.minutes_sections import carried_over_since, shown_sections


def draft_document(ctx: Context, meeting_id: int) -> WordFile:
    """The draft as it stands, marked as such.

    Raises InvalidError when the template in use cannot be filled."""
    writable_meeting(ctx, meeting_id)
    minutes = ctx.session.scalar(queries.with_everything(meeting_id))
    if minutes is None:
        raise NotFoundError(NOT_STARTED)
    values = draft_values(ctx, minutes)
    name = file_name(minutes.meeting, f"projet-v{next_number(ctx, minutes)}")
    return WordFile(name, render(ctx, DocumentKind.MINUTES, values))


def version_document(ctx: Context, meeting_id: int, number: int) -> WordFile:
    """The docx handed out as that version, byte for byte, for whoever may read the committee."""
    meeting = readable_meeting(ctx, meeting_id)
    version = ctx.session.scalar(queries.version(meeting_id, number))
    if version is None:
        raise NotFoundError("Cette version du compte-rendu n’existe pas.")
    return WordFile(version_name(meeting, version), version.document)


def version_name(meeting: Meeting, version: MinutesVersion) -> str:
    return file_name(meeting, f"v{version.number}")


def file_name(meeting: Meeting, ending: str, kind: str = "docx") -> str:
    return f"compte-rendu-{local_date(meeting.starts_at).isoformat()}-{ending}.{kind}"


def next_number(ctx: Context, minutes: Minutes) -> int:
    """The number that the draft will have once validated."""
    return (ctx.session.scalar(queries.latest_version_number(minutes.id)) or 0) + 1


def document(ctx: Context, minutes: Minutes, *, validated_by: str | None = None) -> MinutesDocument:
    """The facts of the minutes as they stand; validated now by that person, or a draft."""
    meeting = minutes.meeting
    since = carried_over_since(minutes)
    following = ctx.session.scalar(queries.next_meeting(meeting))
    return MinutesDocument(
        issuer=issuer(ctx.settings),
        committee=committee_facts(meeting.committee),
        meeting=meeting_facts(meeting, chair=minutes.chair, secretary=minutes.secretary),
        produced_at=ctx.now,
        version=next_number(ctx, minutes),
        attendees=_attendees(ctx, meeting),
        topics=tuple(_topic(section) for section in told_sections(ctx, minutes)),
        decisions=tuple(
            DecisionFacts(decision.text, decision.owner, decision.decided_on)
            for decision in ctx.session.scalars(queries.decisions_of(meeting.id))
        ),
        actions=action_facts(ctx.session.scalars(queries.actions_of(meeting.id))),
        carried_over=action_facts(ctx.session.scalars(queries.carried_over(meeting, since))),
        next_meeting=_next(following),
        validated_at=None if validated_by is None else ctx.now,
        validated_by=validated_by or "",
    )


def told_sections(ctx: Context, minutes: Minutes) -> list[MinutesSection]:
    """The sections that the document tells, in its order."""
    return [section for section in shown_sections(ctx, minutes) if _says(section)]


def frozen_texts(ctx: Context, minutes: Minutes) -> list[dict[str, Any]]:
    """The texts as a version keeps them, empty ones included, to make a draft from them again."""
    return [
        {"section_id": section.id, "title": section.title, "text": section.text}
        for section in shown_sections(ctx, minutes)
    ]


def draft_values(ctx: Context, minutes: Minutes) -> dict[str, Any]:
    """What the document of the draft says, marked as one."""
    return minutes_values(document(ctx, minutes))


def frozen_values(ctx: Context, minutes: Minutes, validated_by: str) -> dict[str, Any]:
    return minutes_values(document(ctx, minutes, validated_by=validated_by))


def _attendees(ctx: Context, meeting: Meeting) -> tuple[Attendee, ...]:
    return tuple(
        Attendee(line.name, line.presence, line.function, line.organisation, line.represented_by)
        for line in lines(ctx, meeting)
    )


def _says(section: MinutesSection) -> bool:
    """A point of the agenda is always named; « Points divers » only when something was said."""
    return section.agenda_item_id is not None or bool(section.text.strip())


def _topic(section: MinutesSection) -> Topic:
    presenter = section.agenda_item.presenter if section.agenda_item else ""
    return Topic(section.title, presenter, section.text)


def _next(meeting: Meeting | None) -> NextMeeting | None:
    if meeting is None:
        return None
    return NextMeeting(meeting.starts_at, meeting.ends_at, meeting.place)
