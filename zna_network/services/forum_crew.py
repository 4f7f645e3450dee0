"""Telling those who make the forum, besides the stands: the organisations that lead a workshop,
and the people of the shift plan."""

from collections.abc import Collection
from dataclasses import dataclass, field

from zna_network.models.forum import Forum, ShiftPerson
from zna_network.ports.calendar import Address
from zna_network.ports.messages import Attachment
from zna_network.queries import preparation as queries
from zna_network.queries import workshops as workshop_queries
from zna_network.services import outbox
from zna_network.services.context import Context
from zna_network.services.forum_days import day_in_words, day_of
from zna_network.services.forum_reminders import post_event
from zna_network.services.outbox import Post
from zna_network.services.record_reviews import recipients_of


@dataclass
class _Helper:
    """One address, and what its owner was to do; ``posts`` are those that they were reminded of,
    with hours for their calendar."""

    name: str
    duties: list[str] = field(default_factory=list)
    posts: list[ShiftPerson] = field(default_factory=list)


def announce_cancellation(ctx: Context, forum: Forum, *, already_told: Collection[str]) -> int:
    """One mail an address, in the caller's transaction, which has locked the forum. Whoever is
    ``already_told`` by the mail of their stand only hears of a post that is in their calendar.
    Gives the number of mails."""
    written = 0
    for email, helper in _helpers(ctx, forum).items():
        if email in already_told and not helper.posts:
            continue
        outbox.post(ctx, _mail(ctx, forum, email, helper))
        written += 1
    return written


def _helpers(ctx: Context, forum: Forum) -> dict[str, _Helper]:
    found: dict[str, _Helper] = {}
    for workshop in ctx.session.scalars(workshop_queries.of_forum(forum.id)):
        live = [session for session in workshop.sessions if not session.is_cancelled]
        if workshop.organisation is None or not live:
            continue
        for person in recipients_of(workshop.organisation):
            helper = found.setdefault(person.email, _Helper(person.name))
            helper.duties.append(f"Atelier « {workshop.title} »")
    for shift in ctx.session.scalars(queries.shifts(forum.id)):
        for holder in shift.people:
            if holder.email:
                helper = found.setdefault(holder.email, _Helper(holder.name))
                helper.duties.append(f"Poste « {shift.post} »")
                helper.posts += [holder] if holder.reminded_at is not None else []
    return found


def _mail(ctx: Context, forum: Forum, email: str, helper: _Helper) -> Post:
    files: tuple[Attachment, ...] = ()
    if helper.posts:
        events = [post_event(ctx, holder, cancelled=True) for holder in helper.posts]
        content = ctx.ports.calendar.publish(events, name=f"Mes créneaux — {forum.title}")
        files = (Attachment("mes-creneaux.ics", "text/calendar", content),)
    return Post(
        mail="forum_cancelled",
        recipient=Address(email, helper.name),
        values={
            "name": helper.name,
            "forum": forum.title,
            "day": day_in_words(day_of(forum)),
            "reason": forum.cancelled_reason,
            "duties": list(dict.fromkeys(helper.duties)),
            "organiser": ctx.settings.organiser_name,
        },
        attachments=files,
        dedup_key=f"forum-cancelled:{forum.id}:{email}",
    )
