"""The life of the minutes: begun from the agenda, validated, opened again."""

from dataclasses import dataclass

from zna_network.models.document import DocumentKind
from zna_network.models.minutes import Minutes, MinutesState, MinutesVersion
from zna_network.queries import minutes as queries
from zna_network.services.action_mails import tell_owners
from zna_network.services.clean_values import clean_text
from zna_network.services.context import Context
from zna_network.services.document_rendering import render
from zna_network.services.errors import ConflictError, InvalidError
from zna_network.services.minutes_access import held_meeting, locked_draft, locked_minutes
from zna_network.services.minutes_documents import frozen_texts, frozen_values, next_number
from zna_network.services.minutes_review.mails import tell_everybody
from zna_network.services.minutes_sections import add_miscellaneous, place_sections
from zna_network.services.permissions import Permission
from zna_network.services.text_merging import fingerprint
from zna_network.services.unit_of_work import take_turns

CANCELLED = "Cette réunion est annulée : elle n’a pas de compte-rendu."
CHANGED = (
    "Le compte-rendu a changé depuis que vous l’avez relu : relisez-le une dernière fois, puis "
    "validez."
)


def start(ctx: Context, meeting_id: int) -> Minutes:
    """Begin the minutes, a section a point of the agenda. Begun already, they are returned."""
    with ctx.unit_of_work():
        meeting = held_meeting(ctx, meeting_id)
        ctx.require(Permission.MINUTES_WRITE, meeting.committee.led_by_id)
        if meeting.is_cancelled:
            raise ConflictError(CANCELLED)
        take_turns(ctx.session, f"minutes:{meeting_id}")
        minutes = ctx.session.scalar(queries.of_meeting(meeting_id))
        if minutes is None:
            minutes = Minutes(
                meeting_id=meeting.id,
                secretary=ctx.actor.name if ctx.actor else "",
                created_at=ctx.now,
                updated_at=ctx.now,
            )
            ctx.session.add(minutes)
            ctx.session.flush()
            place_sections(ctx, minutes)
            add_miscellaneous(ctx, minutes)
            ctx.record("minutes.started", minutes, meeting=meeting.id)
    return minutes


@dataclass(frozen=True)
class Reading:
    """The whole draft as somebody reads it before validating. ``seal`` tells it from any other
    state of the same draft: validating with another one is refused."""

    values: dict[str, object]
    seal: str


def reading(ctx: Context, minutes: Minutes) -> Reading:
    values = frozen_values(ctx, minutes, "")
    return Reading(values, _seal(values))


def _seal(values: dict[str, object]) -> str:
    """The words alone: neither the time of printing nor who validates is part of what was read."""
    outside = {"document", "compte_rendu"}
    return fingerprint(repr([values[key] for key in sorted(values) if key not in outside]))


def validate(ctx: Context, meeting_id: int, seal: str) -> MinutesVersion:
    """Freeze the draft that ``seal`` names as the next version, with its document.

    Raises ConflictError when it has changed since it was read, InvalidError when the template in
    use cannot be filled: nothing is written then."""
    with ctx.unit_of_work():
        minutes = locked_draft(ctx, meeting_id, Permission.MINUTES_VALIDATE)
        values = frozen_values(ctx, minutes, ctx.actor.name if ctx.actor else "")
        if _seal(values) != seal:
            raise ConflictError(CHANGED)
        version = MinutesVersion(
            minutes_id=minutes.id,
            number=next_number(ctx, minutes),
            texts=frozen_texts(ctx, minutes),
            values=values,
            document=render(ctx, DocumentKind.MINUTES, values),
            created_at=ctx.now,
            created_by_id=ctx.actor_id,
        )
        ctx.session.add(version)
        minutes.state = MinutesState.VALIDATED
        minutes.validated_at = minutes.updated_at = ctx.now
        minutes.validated_by_id = ctx.actor_id
        ctx.session.flush()
        ctx.record("minutes.validated", minutes, version=version.number)
        tell_owners(ctx, meeting_id)
        tell_everybody(ctx, minutes.id)
    return version


def reopen(ctx: Context, meeting_id: int, reason: str) -> Minutes:
    """Make a new draft of validated minutes; the version handed out stays, with the reason."""
    with ctx.unit_of_work():
        minutes = locked_minutes(ctx, meeting_id, Permission.MINUTES_VALIDATE)
        version = ctx.session.scalar(queries.latest_version(minutes.id))
        if minutes.state is MinutesState.DRAFT or version is None:
            raise ConflictError("Ce compte-rendu est déjà en cours de rédaction.")
        said = clean_text(reason, field="reason", limit=1000)
        if not said:
            raise InvalidError("Dites pourquoi vous rouvrez le compte-rendu.", field="reason")
        version.reopened_at = minutes.updated_at = ctx.now
        version.reopened_by_id = ctx.actor_id
        version.reopen_reason = said
        minutes.state = MinutesState.DRAFT
        minutes.validated_at = minutes.validated_by_id = minutes.sent_at = None
        place_sections(ctx, minutes)
        ctx.record("minutes.reopened", minutes, version=version.number)
    return minutes
