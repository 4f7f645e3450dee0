"""What the holder of a stand's link reads and answers, without an account. Reading writes
nothing: mail scanners open links by themselves."""

from dataclasses import dataclass
from enum import StrEnum

from zna_network.models.forum import Forum
from zna_network.models.stand import Stand, StandState
from zna_network.ports.calendar import CalendarEvent
from zna_network.queries import stands as queries
from zna_network.services.addresses import sender
from zna_network.services.clean_values import clean_text
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, InvalidError, LinkGoneError, NotFoundError
from zna_network.services.forum_days import day_of, has_come, is_over
from zna_network.services.stand_details import StandData, describe
from zna_network.services.stand_links import UNKNOWN, stand_of
from zna_network.services.stand_mails import open_desk, send_request
from zna_network.services.stand_opening import forum_at_work
from zna_network.services.stand_squares import free_place
from zna_network.services.stand_values import description, summary
from zna_network.services.unit_of_work import CHANGED_MEANWHILE

MOVED = "Le forum vient de changer : relisez la date et le lieu, puis répondez de nouveau."


class Stage(StrEnum):
    """How far it is, for the person who holds the link."""

    OPEN = "open"
    UNDER_WAY = "under_way"
    OVER = "over"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Seen:
    """What the page showed when it was answered: the stand's revision and the forum's version."""

    revision: int
    sequence: int


@dataclass(frozen=True)
class StandPage:
    stand: Stand
    forum: Forum
    stage: Stage

    @property
    def takes_answers(self) -> bool:
        return self.stage is Stage.OPEN


def read(ctx: Context, token: str) -> StandPage:
    """Raises NotFoundError for an unknown or replaced link."""
    stand = stand_of(ctx, token)
    return StandPage(stand, stand.forum, _stage(ctx, stand, stand.forum))


def accept(ctx: Context, token: str, data: StandData, seen: Seen) -> Stand:
    """Hold the stand with these needs, or correct them; an application stays one until an agent
    accepts it. The address cannot be changed from the link: it is what the link was sent to."""
    with ctx.unit_of_work():
        forum, stand = _to_answer(ctx, token, seen)
        describe(ctx, stand, data)
        was, stand.answered_at = stand.state, ctx.now
        if was is not StandState.APPLIED:
            stand.state, stand.reason = StandState.CONFIRMED, ""
            _refuse_second(ctx, stand)
        ctx.session.flush()
        if was is StandState.DECLINED:
            # Their calendar may have been told nothing since: it gets the day as it is now.
            send_request(open_desk(ctx, forum, stand), "stand_confirmed")
        ctx.record("stand.accepted", stand, via="link")
    return stand


def decline(ctx: Context, token: str, reason: str, seen: Seen) -> Stand:
    """Not hold it, saying why; its place on the plan is free again. An application taken back is
    over for good, an invitation declined may still be accepted until the day."""
    with ctx.unit_of_work():
        _, stand = _to_answer(ctx, token, seen)
        reason = clean_text(reason, field="reason", limit=1000)
        if not reason:
            raise InvalidError("Dites-nous pourquoi, en quelques mots.", field="reason")
        is_application = stand.state is StandState.APPLIED
        stand.state = StandState.WITHDRAWN if is_application else StandState.DECLINED
        stand.reason = reason
        stand.answered_at = stand.updated_at = ctx.now
        free_place(ctx, stand)
        ctx.record("stand.declined", stand, via="link")
    return stand


def calendar_file(ctx: Context, token: str) -> bytes:
    """The day, to put in one's calendar by hand: METHOD:PUBLISH with the mail's UID, so that a
    later update or CANCEL reaches it."""
    page = read(ctx, token)
    stand, day = page.stand, day_of(page.forum)
    instants = day.instants
    if instants is None or page.stage in {Stage.WITHDRAWN, Stage.OVER}:
        raise LinkGoneError("Il n’y a pas de date à mettre dans votre agenda.")
    event = CalendarEvent(
        uid=stand.uid,
        sequence=max(stand.sent_sequence or 0, page.forum.sequence),
        stamp=ctx.now,
        starts_at=instants[0],
        ends_at=instants[1],
        summary=summary(day, stand),
        organizer=sender(ctx.settings),
        description=description(ctx.settings, page.forum, stand),
        location=day.location,
    )
    return ctx.ports.calendar.publish([event], name=summary(day, stand))


def _to_answer(ctx: Context, token: str, seen: Seen) -> tuple[Forum, Stand]:
    """Both locked, and what the page showed still true."""
    found = stand_of(ctx, token)
    forum = forum_at_work(ctx, found.forum_id)
    stand = ctx.session.scalar(queries.locked(forum.id, found.id))
    if stand is None or stand.link_hash != found.link_hash:
        raise NotFoundError(UNKNOWN)
    if _stage(ctx, stand, forum) is not Stage.OPEN:
        raise LinkGoneError("Il est trop tard pour répondre en ligne.")
    if forum.sequence != seen.sequence:
        raise ConflictError(MOVED)
    if stand.revision != seen.revision:
        raise ConflictError(CHANGED_MEANWHILE)
    return forum, stand


def _refuse_second(ctx: Context, stand: Stand) -> None:
    if stand.organisation_id is None:
        raise ConflictError(CHANGED_MEANWHILE)
    with ctx.session.no_autoflush:
        others = ctx.session.scalars(queries.live_of(stand.forum_id, [stand.organisation_id])).all()
    if any(other.id != stand.id for other in others):
        raise ConflictError(
            "Votre organisme a déjà un autre stand à ce forum : utilisez le lien de celui-ci."
        )


def _stage(ctx: Context, stand: Stand, forum: Forum) -> Stage:
    if stand.state is StandState.WITHDRAWN:
        return Stage.WITHDRAWN
    if forum.state.is_final or is_over(forum, ctx.now):
        return Stage.OVER
    return Stage.UNDER_WAY if has_come(forum, ctx.now) else Stage.OPEN
