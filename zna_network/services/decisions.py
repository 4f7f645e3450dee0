"""The decisions taken at a meeting, written down in its minutes."""

from dataclasses import dataclass
from datetime import date

from zna_network.models.minutes import Decision, Minutes
from zna_network.queries import minutes as queries
from zna_network.services.clean_values import clean_line, clean_text
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, InvalidError, NotFoundError
from zna_network.services.folding import search_text
from zna_network.services.minutes_access import locked_draft
from zna_network.services.minutes_sections import own_section
from zna_network.services.unit_of_work import CHANGED_MEANWHILE

GONE = "Cette décision n’existe plus : quelqu’un d’autre l’a peut-être retirée."


@dataclass(frozen=True)
class DecisionData:
    """``owner`` answers for it, a person or a body; ``section_id`` is the topic it belongs to."""

    text: str
    decided_on: date
    owner: str = ""
    section_id: int | None = None


def create_decision(ctx: Context, meeting_id: int, data: DecisionData) -> Decision:
    with ctx.unit_of_work():
        minutes = locked_draft(ctx, meeting_id)
        decision = Decision(meeting_id=meeting_id, created_at=ctx.now, updated_at=ctx.now)
        _describe(ctx, minutes, decision, data)
        ctx.session.add(decision)
        ctx.session.flush()
        ctx.record("decision.created", decision, meeting=meeting_id)
    return decision


def update_decision(
    ctx: Context, meeting_id: int, decision_id: int, data: DecisionData, revision: int
) -> Decision:
    """Raises ConflictError when somebody else has changed it meanwhile."""
    with ctx.unit_of_work():
        minutes = locked_draft(ctx, meeting_id)
        decision = _found(ctx, meeting_id, decision_id, revision)
        _describe(ctx, minutes, decision, data)
        decision.updated_at = ctx.now
        ctx.record("decision.updated", decision, meeting=meeting_id)
    return decision


def remove_decision(ctx: Context, meeting_id: int, decision_id: int, revision: int) -> None:
    """Take off a decision as it was read: changed meanwhile, it stays."""
    with ctx.unit_of_work():
        locked_draft(ctx, meeting_id)
        decision = _found(ctx, meeting_id, decision_id, revision)
        ctx.record("decision.removed", decision, meeting=meeting_id)
        ctx.session.delete(decision)


def _found(ctx: Context, meeting_id: int, decision_id: int, revision: int) -> Decision:
    decision = ctx.session.scalar(queries.decision(meeting_id, decision_id))
    if decision is None:
        raise NotFoundError(GONE)
    if decision.revision != revision:
        raise ConflictError(CHANGED_MEANWHILE)
    return decision


def _describe(ctx: Context, minutes: Minutes, decision: Decision, data: DecisionData) -> None:
    decision.text = clean_text(data.text, field="text", limit=2000)
    if not decision.text:
        raise InvalidError("Écrivez la décision.", field="text")
    decision.owner = clean_line(data.owner, field="owner", limit=200)
    decision.decided_on = data.decided_on
    decision.section_id = own_section(ctx, minutes, data.section_id)
    decision.search_text = search_text(decision.text, decision.owner)
