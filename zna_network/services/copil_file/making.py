"""Making the COPIL's file. It is handed out: its figures are those that may leave the team."""

from collections.abc import Sequence
from dataclasses import dataclass

from zna_network.models.committee import CommitteeKind
from zna_network.models.document import DocumentKind
from zna_network.models.meeting import Meeting
from zna_network.models.minutes import ActionItem
from zna_network.ports.office import OfficeError
from zna_network.queries import copil_file as queries
from zna_network.queries.minutes import open_actions_before
from zna_network.services.committee_access import readable_meeting
from zna_network.services.context import Context
from zna_network.services.copil_file.coverage_picture import coverage_picture, legend
from zna_network.services.document_rendering import WordFile, render
from zna_network.services.documents.copil_file import (
    CopilFileDocument,
    CoverageFacts,
    PastDecision,
    copil_file_values,
)
from zna_network.services.documents.facts import (
    action_facts,
    agenda_points,
    committee_facts,
    issuer,
    meeting_facts,
)
from zna_network.services.errors import InvalidError, NotFoundError
from zna_network.services.french_time import local_date, short_date
from zna_network.services.permissions import Permission
from zna_network.services.referrals.bilan import published_bilan
from zna_network.services.referrals.bilan_report import bilan_document
from zna_network.services.van.coverage_values import Coverage
from zna_network.services.van.territory_shapes import CREDIT

# Those that a committee reads; the bilan itself has them all, a commune a line.
TABLES = frozenset({"lots", "groups", "rights", "causes"})
ONLY_COPIL = "Seules les réunions d’un COPIL ont un dossier."


@dataclass(frozen=True)
class Contents:
    """What the file holds, for the page that offers it: how many points, actions still open and
    earlier decisions; the decisions awaited in words; whether a PDF can be made of it."""

    points: int
    awaited: list[str]
    actions: int
    decisions: int
    has_office: bool


def copil_meeting(ctx: Context, meeting_id: int) -> Meeting:
    """Raises NotFoundError, also for a meeting of another kind, or ForbiddenError."""
    meeting = readable_meeting(ctx, meeting_id, with_agenda=True)
    ctx.require(Permission.MEETING_CONVENE)
    if meeting.committee.kind is not CommitteeKind.STEERING:
        raise NotFoundError(ONLY_COPIL)
    return meeting


def contents(ctx: Context, meeting: Meeting) -> Contents:
    """Nothing is drawn for it."""
    return Contents(
        points=len(meeting.agenda),
        awaited=[one.decision_awaited for one in meeting.agenda if one.decision_awaited],
        actions=len(_open_actions(ctx, meeting)),
        decisions=len(_decisions(ctx, meeting)),
        has_office=ctx.ports.office.is_there(),
    )


def word_file(ctx: Context, meeting_id: int) -> WordFile:
    """Raises NotFoundError, ForbiddenError, or InvalidError when the template in use cannot be
    filled. The journal says who took it."""
    with ctx.unit_of_work():
        meeting = copil_meeting(ctx, meeting_id)
        ctx.record("copil_file.made", meeting)
        values = copil_file_values(_document(ctx, meeting))
        content = render(ctx, DocumentKind.COPIL_FILE, values)
    return WordFile(f"{_name(meeting)}.docx", content)


def pdf_file(ctx: Context, meeting_id: int) -> WordFile:
    """The same, as LibreOffice prints it. Raises InvalidError where there is none, or when it
    fails."""
    made = word_file(ctx, meeting_id)
    try:
        content = ctx.ports.office.to_pdf(made.content)
    except OfficeError as error:
        raise InvalidError(str(error)) from error
    return WordFile(f"{made.filename.removesuffix('.docx')}.pdf", content)


def _document(ctx: Context, meeting: Meeting) -> CopilFileDocument:
    picture, covered = coverage_picture(ctx)
    return CopilFileDocument(
        issuer=issuer(ctx.settings),
        committee=committee_facts(meeting.committee),
        meeting=meeting_facts(meeting),
        produced_at=ctx.now,
        points=agenda_points(meeting.agenda),
        decisions=_decisions(ctx, meeting),
        actions=action_facts(_open_actions(ctx, meeting)),
        bilan=bilan_document(ctx, published_bilan(ctx), TABLES),
        coverage=CoverageFacts(
            picture=picture,
            states=[(state.label, str(number)) for state, number in legend(covered)],
            words=_told(covered),
            credit=CREDIT,
        ),
    )


def _open_actions(ctx: Context, meeting: Meeting) -> Sequence[ActionItem]:
    return ctx.session.scalars(open_actions_before(meeting, with_drafts=False)).all()


def _decisions(ctx: Context, meeting: Meeting) -> list[PastDecision]:
    found = ctx.session.execute(queries.decisions_before(meeting))
    return [
        PastDecision(short_date(held.starts_at), decision.text, decision.owner)
        for decision, held in found
    ]


def _told(covered: Coverage) -> str:
    """« 12 communes visitées sur 46, et 3 quartiers prioritaires sur 6 : 71 % des habitants… »"""
    share = round(100 * covered.inhabitants_visited / covered.inhabitants)
    communes = f"{covered.visited} commune{'s' if covered.visited > 1 else ''}"
    quarters = f"{covered.qpvs_visited} quartier{'s' if covered.qpvs_visited > 1 else ''}"
    return (
        f"CUA Mobile est passé dans {communes} sur {len(covered.communes)} et {quarters} "
        f"prioritaire{'s' if covered.qpvs_visited > 1 else ''} sur {len(covered.qpvs)}. "
        f"{share}\u00a0% des habitants vivent dans une commune visitée."
    )


def _name(meeting: Meeting) -> str:
    return f"dossier-copil-{local_date(meeting.starts_at).isoformat()}"
