"""The « feuille d’émargement », to be signed at the door."""

from zna_network.models.document import DocumentKind
from zna_network.services.attendance import CANCELLED
from zna_network.services.attendance_lines import AttendanceLine, lines, representative
from zna_network.services.committee_access import readable_meeting, require_prepare
from zna_network.services.context import Context
from zna_network.services.document_rendering import WordFile, render
from zna_network.services.documents.facts import committee_facts, issuer, meeting_facts
from zna_network.services.documents.mappings import attendance_sheet_values
from zna_network.services.documents.values import AttendanceSheetDocument, ExpectedAttendee
from zna_network.services.errors import ConflictError
from zna_network.services.french_time import local_date


def attendance_sheet(ctx: Context, meeting_id: int) -> WordFile:
    """Everybody on the list, ordered by organisation then name, and lines left blank.

    Raises InvalidError when the template in use cannot be filled."""
    meeting = readable_meeting(ctx, meeting_id)
    require_prepare(ctx, meeting.committee)
    if meeting.is_cancelled:
        raise ConflictError(CANCELLED)
    sheet = AttendanceSheetDocument(
        issuer=issuer(ctx.settings),
        committee=committee_facts(meeting.committee),
        meeting=meeting_facts(meeting),
        produced_at=ctx.now,
        attendees=tuple(_expected(line) for line in lines(ctx, meeting)),
    )
    content = render(ctx, DocumentKind.ATTENDANCE_SHEET, attendance_sheet_values(sheet))
    return WordFile(f"emargement-{local_date(meeting.starts_at).isoformat()}.docx", content)


def _expected(line: AttendanceLine) -> ExpectedAttendee:
    return ExpectedAttendee(
        line.name,
        line.function,
        line.organisation,
        line.answer,
        representative(line.invitation) if line.invitation else "",
    )
