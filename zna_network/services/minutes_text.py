"""The texts of the minutes, written by several people at once: no word accepted is ever lost.

A save says from which revision of the text it started. From an older one it is refused, and what
the other person wrote is shown; a text replaced stays in the history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from zna_network.models.minutes import Minutes, MinutesSection, MinutesSectionRevision
from zna_network.queries import minutes as queries
from zna_network.services.clean_values import clean_line
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, InvalidError, NotFoundError
from zna_network.services.minutes_access import locked_draft
from zna_network.services.text_merging import assemble, contains, fingerprint, normalised
from zna_network.services.unit_of_work import CHANGED_MEANWHILE

MAXIMUM_LENGTH = 100_000
PAUSE = timedelta(minutes=5)
_GONE = "Ce point n’est plus dans le compte-rendu."


@dataclass(frozen=True)
class TextSave:
    """What a person sends of one section. ``seen`` is the fingerprint of the text that the page
    showed, which a page that sends everything gives: a text left alone is then no save at all."""

    section_id: int
    text: str
    revision: int
    seen: str = ""


@dataclass(frozen=True)
class TextConflict:
    """A save refused: ``mine`` as it was sent, and the text that somebody else had saved."""

    section_id: int
    mine: str
    text: str
    revision: int
    author: str
    at: datetime

    @property
    def assembled(self) -> str:
        return assemble(self.text, self.mine)


class TextConflictError(ConflictError):
    def __init__(self, conflict: TextConflict) -> None:
        super().__init__(
            "Quelqu’un d’autre a modifié ce texte pendant votre saisie. Rien n’a été écrasé : "
            "choisissez ce qu’il faut garder."
        )
        self.conflict = conflict


@dataclass(frozen=True)
class Heading:
    """Who presided and who wrote, with what the page showed before (``seen_…``)."""

    chair: str
    secretary: str
    seen_chair: str
    seen_secretary: str


@dataclass(frozen=True)
class PageOutcome:
    """``taken`` gives, for each name of the heading refused, what somebody else had written."""

    conflicts: tuple[TextConflict, ...]
    taken: dict[str, str]

    @property
    def is_complete(self) -> bool:
        return not self.conflicts and not self.taken


def save_section(ctx: Context, meeting_id: int, given: TextSave) -> MinutesSection:
    """Keep the text of one section, as autosave does. Raises TextConflictError."""
    with ctx.unit_of_work():
        locked_draft(ctx, meeting_id)
        section = ctx.session.scalar(queries.section(meeting_id, given.section_id))
        if section is None:
            raise NotFoundError(_GONE)
        conflict = _save(ctx, section, given)
        if conflict:
            raise TextConflictError(conflict)
    return section


def save_page(
    ctx: Context, meeting_id: int, heading: Heading, texts: Sequence[TextSave]
) -> PageOutcome:
    """Keep everything that a page holds. What can be kept is, so that somebody who closes a page
    of conflicts loses the least; the rest comes back in the outcome."""
    with ctx.unit_of_work():
        minutes = locked_draft(ctx, meeting_id)
        taken = _save_heading(minutes, heading)
        sections = {
            section.id: section for section in ctx.session.scalars(queries.sections(minutes.id))
        }
        conflicts = []
        for given in texts:
            if given.section_id not in sections:
                raise NotFoundError(_GONE)
            conflict = _save(ctx, sections[given.section_id], given)
            if conflict:
                conflicts.append(conflict)
        if ctx.session.is_modified(minutes):
            minutes.updated_at = ctx.now
    return PageOutcome(tuple(conflicts), taken)


def save_heading(ctx: Context, meeting_id: int, heading: Heading) -> PageOutcome:
    """Keep who presided and who wrote."""
    return save_page(ctx, meeting_id, heading, [])


def restore(
    ctx: Context, meeting_id: int, section_id: int, revision_id: int, revision: int
) -> MinutesSection:
    """Bring an earlier text back; the one in place stays in the history. ``revision`` is the one
    that the page of the history showed as the latest."""
    with ctx.unit_of_work():
        locked_draft(ctx, meeting_id)
        section = ctx.session.scalar(queries.section(meeting_id, section_id))
        earlier = ctx.session.scalar(queries.section_revision(section_id, revision_id))
        if section is None or earlier is None:
            raise NotFoundError("Cette version du texte n’existe pas.")
        if section.revision != revision:
            raise ConflictError(CHANGED_MEANWHILE)
        if earlier.text != section.text:
            _write(ctx, section, earlier.text, joins=False)
            ctx.record("minutes.text_restored", section, revision=earlier.revision)
    return section


def replace_text(ctx: Context, section: MinutesSection, text: str) -> None:
    """Put a whole other text in place, on a line of its own in the history, in the transaction of
    a caller who holds the draft."""
    _write(ctx, section, text, joins=False)


def _save(ctx: Context, section: MinutesSection, given: TextSave) -> TextConflict | None:
    text = normalised(given.text)
    if len(text) > MAXIMUM_LENGTH:
        raise InvalidError(
            f"Ce texte est trop long : {len(text)} caractères, pour {MAXIMUM_LENGTH} au plus.",
            field=f"text-{section.id}",
        )
    if text == section.text:
        return None
    if given.revision == section.revision:
        _write(ctx, section, text)
        return None
    if given.seen and fingerprint(text) == given.seen:
        return None
    return conflict_with(section, text)


def conflict_with(section: MinutesSection, mine: str) -> TextConflict:
    author = section.updated_by.name if section.updated_by else "une autre personne"
    return TextConflict(
        section.id, mine, section.text, section.revision, author, section.updated_at
    )


def _write(ctx: Context, section: MinutesSection, text: str, *, joins: bool = True) -> None:
    """Put the text in place and in the history. With ``joins``, it takes the place of its
    author's previous save when it goes on from it: one line in the history, and no word less."""
    section.text = text
    section.updated_at = ctx.now
    section.updated_by = ctx.actor
    ctx.session.flush()
    last = ctx.session.scalar(queries.latest_revision(section.id))
    if joins and last and _goes_on(ctx, last, text):
        last.text, last.at, last.revision = text, ctx.now, section.revision
        return
    ctx.session.add(
        MinutesSectionRevision(
            section_id=section.id,
            revision=section.revision,
            text=text,
            at=ctx.now,
            author_id=ctx.actor_id,
        )
    )


def _goes_on(ctx: Context, last: MinutesSectionRevision, text: str) -> bool:
    same_author = last.author_id is not None and last.author_id == ctx.actor_id
    return same_author and ctx.now - last.at <= PAUSE and contains(text, last.text)


def _save_heading(minutes: Minutes, heading: Heading) -> dict[str, str]:
    """Each name on its own: left alone it is no save, changed by two people it is refused."""
    taken = {}
    for name, typed, seen in (
        ("chair", heading.chair, heading.seen_chair),
        ("secretary", heading.secretary, heading.seen_secretary),
    ):
        wanted, current = clean_line(typed, field=name, limit=170), getattr(minutes, name)
        if wanted in (seen.strip(), current):
            continue
        if current != seen.strip():
            taken[name] = current
        else:
            setattr(minutes, name, wanted)
    return taken
