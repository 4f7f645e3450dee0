"""The agenda as a Word document."""

from zna_network.models.document import DocumentKind
from zna_network.queries.minutes import open_actions_before
from zna_network.services import committee_access
from zna_network.services.context import Context
from zna_network.services.document_rendering import WordFile, render
from zna_network.services.documents.facts import (
    action_facts,
    agenda_points,
    committee_facts,
    issuer,
    meeting_facts,
)
from zna_network.services.documents.mappings import agenda_document_values
from zna_network.services.documents.values import AgendaDocument
from zna_network.services.folding import fold
from zna_network.services.french_time import local_date


def agenda_document(ctx: Context, meeting_id: int) -> WordFile:
    """The « ordre du jour », with the actions still open that the actor may know of. Raises
    InvalidError when the template that staff have put in place cannot be filled."""
    meeting = committee_access.readable_meeting(ctx, meeting_id, with_agenda=True)
    with_drafts = committee_access.may_prepare(ctx, meeting.committee)
    actions = ctx.session.scalars(open_actions_before(meeting, with_drafts=with_drafts)).all()
    document = AgendaDocument(
        issuer=issuer(ctx.settings),
        committee=committee_facts(meeting.committee),
        meeting=meeting_facts(meeting),
        produced_at=ctx.now,
        points=agenda_points(meeting.agenda),
        open_actions=action_facts(actions),
    )
    content = render(ctx, DocumentKind.AGENDA, agenda_document_values(document))
    slug = fold(meeting.committee.name).replace(" ", "-")[:60]
    day = local_date(meeting.starts_at).isoformat()
    return WordFile(f"ordre-du-jour-{slug}-{day}.docx", content)
