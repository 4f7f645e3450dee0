"""The minutes as PDF, beside their Word document: the same values, typeset."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from zna_network.models.meeting import Meeting
from zna_network.models.minutes import MinutesVersion
from zna_network.queries import minutes as queries
from zna_network.services.committee_access import readable_meeting
from zna_network.services.context import Context
from zna_network.services.errors import NotFoundError
from zna_network.services.minutes_access import NOT_STARTED, writable_meeting
from zna_network.services.minutes_documents import draft_values, file_name, next_number

MEDIA_TYPE = "application/pdf"


@dataclass(frozen=True)
class PdfFile:
    filename: str
    content: bytes
    media_type: str = MEDIA_TYPE


def draft_pdf(ctx: Context, meeting_id: int) -> PdfFile:
    """The draft as it stands, marked as such, for those who write it."""
    writable_meeting(ctx, meeting_id)
    minutes = ctx.session.scalar(queries.with_everything(meeting_id))
    if minutes is None:
        raise NotFoundError(NOT_STARTED)
    name = file_name(minutes.meeting, f"projet-v{next_number(ctx, minutes)}", "pdf")
    return PdfFile(name, render(ctx, draft_values(ctx, minutes)))


def version_pdf(ctx: Context, meeting_id: int, number: int) -> PdfFile:
    """What that version says, for whoever may read the committee."""
    meeting = readable_meeting(ctx, meeting_id)
    version = ctx.session.scalar(queries.version(meeting_id, number))
    if version is None:
        raise NotFoundError("Cette version du compte-rendu n’existe pas.")
    return of_version(ctx, meeting, version)


def of_version(ctx: Context, meeting: Meeting, version: MinutesVersion) -> PdfFile:
    name = file_name(meeting, f"v{version.number}", "pdf")
    return PdfFile(name, render(ctx, version.values))


def render(ctx: Context, values: Mapping[str, Any]) -> bytes:
    return ctx.ports.pdf.minutes(values)
