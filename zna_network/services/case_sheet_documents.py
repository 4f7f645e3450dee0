"""The case sheets of a meeting as one Word document to print, and blank ones."""

from collections.abc import Sequence
from dataclasses import replace

from zna_network.models.case_sheet import CaseSheet
from zna_network.models.document import DocumentKind
from zna_network.models.meeting import Meeting
from zna_network.models.referral import Referral
from zna_network.services.case_sheets import prepared_meeting, read_sheets
from zna_network.services.context import Context
from zna_network.services.document_rendering import WordFile, render
from zna_network.services.documents.case_sheet import (
    CaseSheetsDocument,
    SheetFacts,
    case_sheets_values,
)
from zna_network.services.documents.facts import committee_facts, issuer, meeting_facts
from zna_network.services.french_time import local_date, short_date
from zna_network.services.place_tables import discreet_place

MOST_BLANKS = 20


def sheets_document(ctx: Context, meeting_id: int) -> WordFile:
    """One page a situation. Raises what ``prepared_meeting`` does, or InvalidError when the
    template in use cannot be filled."""
    meeting = prepared_meeting(ctx, meeting_id)
    sheets = read_sheets(ctx, meeting)
    content = _render(ctx, meeting, [_facts(sheet) for sheet in sheets] or [SheetFacts()])
    day = local_date(meeting.starts_at).isoformat()
    return WordFile(f"fiches-de-situation-{day}.docx", content)


def blank_document(ctx: Context, meeting_id: int, count: int = 1) -> WordFile:
    """Sheets to fill in by hand, with the meeting's name on them."""
    meeting = prepared_meeting(ctx, meeting_id)
    blanks = [SheetFacts()] * min(max(count, 1), MOST_BLANKS)
    return WordFile("fiche-de-situation-vierge.docx", _render(ctx, meeting, blanks))


def place_in_words(referral: Referral) -> str:
    """Where the person lives, as closely as it may be said outside of those who help."""
    return discreet_place(referral.commune, referral.qpv)


def _render(ctx: Context, meeting: Meeting, sheets: Sequence[SheetFacts]) -> bytes:
    document = CaseSheetsDocument(
        issuer=issuer(ctx.settings),
        committee=committee_facts(meeting.committee),
        meeting=meeting_facts(meeting),
        produced_at=ctx.now,
        sheets=sheets,
    )
    return render(ctx, DocumentKind.CASE_SHEET, case_sheets_values(document))


def facts_of(referral: Referral) -> SheetFacts:
    """What may be known of a situation by those who sit in the committee."""
    return SheetFacts(
        case_number=referral.person.case_number,
        referral=f"{referral.shown_number} du {short_date(referral.made_at)}",
        age_band=referral.age_band.label if referral.age_band else "",
        target_group=referral.target_group.label if referral.target_group else "",
        place=place_in_words(referral),
        rights=", ".join(line.right.short_label for line in referral.rights),
        cause=referral.cause.label if referral.cause else "",
        sender=referral.sender.name,
        receiver=referral.receiver.name,
        state=f"{referral.state.label} – {referral.step.label.lower()}",
    )


def _facts(sheet: CaseSheet) -> SheetFacts:
    return replace(
        facts_of(sheet.referral),
        blocking_point=sheet.blocking_point,
        proposal=sheet.proposal,
        decision=sheet.decision,
        decided_on=sheet.decided_on,
    )
