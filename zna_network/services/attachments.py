"""The files attached to the points of an agenda."""

from zna_network.models.meeting import AgendaItem, Attachment
from zna_network.queries import meetings as queries
from zna_network.services import committee_access
from zna_network.services.context import Context
from zna_network.services.errors import InvalidError, NotFoundError
from zna_network.services.file_kinds import WrongFileError, clean_filename, kind_of
from zna_network.services.meetings import meeting_to_prepare

LARGEST = 10_000_000
MOST_FILES = 20


def add_attachment(
    ctx: Context, meeting_id: int, item_id: int, filename: str, content: bytes
) -> Attachment:
    """Raises InvalidError beside ``file`` for a file that is empty, too large, of a kind that is
    not allowed, or that does not hold what its name says."""
    name = clean_filename(filename)
    media_type = _accepted(name, content)
    with ctx.unit_of_work():
        meeting = meeting_to_prepare(ctx, meeting_id)
        item = ctx.session.scalar(queries.agenda_item(meeting.id, item_id))
        if item is None:
            raise NotFoundError("Ce point n’est plus à l’ordre du jour.")
        if len(item.attachments) >= MOST_FILES:
            raise InvalidError(f"Un point a {MOST_FILES} pièces jointes au plus.", field="file")
        attachment = Attachment(
            agenda_item_id=item.id,
            filename=_free_name(item, name),
            media_type=media_type,
            size=len(content),
            content=content,
            added_at=ctx.now,
        )
        item.attachments.append(attachment)
        ctx.session.flush()
        ctx.record("attachment.added", attachment, meeting=meeting.id, size=len(content))
    return attachment


def remove_attachment(ctx: Context, meeting_id: int, attachment_id: int) -> None:
    """Remove a file. One already removed stays so: no error."""
    with ctx.unit_of_work():
        meeting = meeting_to_prepare(ctx, meeting_id)
        attachment = ctx.session.scalar(queries.attachment(meeting.id, attachment_id))
        if attachment is None:
            return
        ctx.record("attachment.removed", attachment, meeting=meeting.id)
        ctx.session.delete(attachment)


def readable_attachment(ctx: Context, meeting_id: int, attachment_id: int) -> Attachment:
    """The file with its content, for whoever may read the meeting."""
    committee_access.readable_meeting(ctx, meeting_id)
    attachment = ctx.session.scalar(queries.attachment(meeting_id, attachment_id))
    if attachment is None:
        raise NotFoundError("Cette pièce jointe n’existe plus.")
    return attachment


def _accepted(name: str, content: bytes) -> str:
    if not content:
        raise InvalidError("Ce fichier est vide.", field="file")
    if len(content) > LARGEST:
        size = f"{len(content) / 1_000_000:.1f}".replace(".", ",")
        raise InvalidError(
            f"Ce fichier pèse {size}\u00a0Mo\u00a0; la limite est de 10\u00a0Mo.", field="file"
        )
    try:
        return kind_of(name, content).media_type
    except WrongFileError as error:
        raise InvalidError(str(error), field="file") from error


def _free_name(item: AgendaItem, name: str) -> str:
    """« note (2).pdf » where this point already has a « note.pdf »."""
    taken = {attachment.filename for attachment in item.attachments}
    stem, dot, suffix = name.rpartition(".")
    number = 2
    while name in taken:
        name = f"{stem} ({number}){dot}{suffix}"
        number += 1
    return name
