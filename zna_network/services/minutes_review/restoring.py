"""The texts of a version brought back into the draft: those in place stay in their history."""

from collections.abc import Mapping

from zna_network.models.minutes import MinutesSection
from zna_network.queries import minutes as queries
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, InvalidError, NotFoundError
from zna_network.services.minutes_access import locked_draft
from zna_network.services.minutes_review.comparing import UNKNOWN
from zna_network.services.minutes_text import replace_text
from zna_network.services.unit_of_work import CHANGED_MEANWHILE


def restore(
    ctx: Context, meeting_id: int, number: int, revisions: Mapping[int, int]
) -> list[MinutesSection]:
    """Put back the texts that version ``number`` has of these sections, all or none; ``revisions``
    are those of the draft's texts that the page showed. Gives the sections that have changed.

    Raises ConflictError when somebody has written in one of them meanwhile."""
    with ctx.unit_of_work():
        minutes = locked_draft(ctx, meeting_id)
        if not revisions:
            raise InvalidError("Choisissez au moins un point.", field="sections")
        version = ctx.session.scalar(queries.version(meeting_id, number))
        if version is None:
            raise NotFoundError(UNKNOWN)
        texts = {text["section_id"]: str(text["text"]) for text in version.texts}
        sections = {s.id: s for s in ctx.session.scalars(queries.sections(minutes.id))}
        if not set(revisions) <= set(texts) & set(sections):
            raise NotFoundError("Cette version ne dit rien d’un des points choisis.")
        if any(sections[key].revision != seen for key, seen in revisions.items()):
            raise ConflictError(CHANGED_MEANWHILE)
        changed = [sections[key] for key in revisions if sections[key].text != texts[key]]
        for section in changed:
            replace_text(ctx, section, texts[section.id])
        if changed:
            minutes.updated_at = ctx.now
            ctx.record("minutes.version_restored", minutes, version=number, sections=len(changed))
    return changed
