"""What a person's own calendar reads: the meetings that they may see, the dates of the call, what
they or their association have to do. Nothing beyond what their account shows them.

An address may be passed on: neither those who answer for a thing nor those who are invited are
named, and what lets one into a meeting (the link of its visio) stays out. Events have UIDs of
their own, so that no calendar takes them for the invitation that was answered there."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

from zna_network.models.account import User
from zna_network.models.meeting import Meeting
from zna_network.models.minutes import ActionItem
from zna_network.models.planning import CalendarEntry, PlanStep, Precision
from zna_network.ports.calendar import Address, CalendarEvent
from zna_network.queries import plan_steps
from zna_network.queries import planning as queries
from zna_network.services import committee_access
from zna_network.services.addresses import sender
from zna_network.services.context import Context
from zna_network.services.french_time import local_date, month_and_year, start_of
from zna_network.services.permissions import Permission, Scope, scope_of
from zna_network.services.planning.personal_feeds import feed_of

KEPT, AHEAD = timedelta(days=92), timedelta(days=3 * 366)
NAME = "Réseau ZNR"
WRITING = 1  # to be raised when the same dates come to be written otherwise
LONGEST_SUMMARY = 180
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Feed:
    """``version`` changes with anything that a subscriber would see changed."""

    name: str
    events: list[CalendarEvent]
    version: str


def read(ctx: Context, token: str) -> Feed:
    """The dates behind this address, over the last three months and all that comes. Raises
    NotFoundError, LinkGoneError."""
    user = feed_of(ctx, token).user
    writer = _Writer(replace(ctx, actor=user, is_system=False), user)
    events = list(writer.events())
    name = f"{NAME} — {user.organisation.short_name}" if user.organisation else NAME
    told = f"{WRITING} {name!r} {events!r}"
    return Feed(name, events, hashlib.sha256(told.encode()).hexdigest()[:40])


def written(ctx: Context, feed: Feed) -> bytes:
    """The feed as calendars read it."""
    return ctx.ports.calendar.publish(feed.events, name=feed.name, in_utc=True)


class _Writer:
    """``ctx`` acts as the owner of the feed: the same rights as on the pages."""

    def __init__(self, ctx: Context, user: User) -> None:
        self.ctx, self.user = ctx, user
        self.organizer: Address = sender(ctx.settings)
        self.domain = urlsplit(ctx.settings.base_url).hostname or "localhost"
        self.since = local_date(ctx.now - KEPT)
        self.until = local_date(ctx.now + AHEAD)

    def events(self) -> Iterator[CalendarEvent]:
        session, reach = self.ctx.session, committee_access.reach(self.ctx)
        since = start_of(self.since)
        for meeting in session.scalars(queries.meetings(reach, since, None, cancelled=True)):
            yield self._meeting(meeting)
        if self.ctx.may(Permission.CALENDAR_READ):
            for entry in session.scalars(queries.entries(self.since, self.until)):
                yield self._entry(entry)
        for step in self._own_steps():
            yield self._step(step)
        for action in session.scalars(queries.own_actions(reach, self.user, self.since)):
            if action.due_on is not None:
                yield self._action(action, action.due_on)

    def _own_steps(self) -> Iterator[PlanStep]:
        """Of a grantee, all of its steps; of the staff, those that they answer for."""
        scope = scope_of(self.user, Permission.PLAN_READ)
        if scope is None:
            return
        organisation_id = self.user.organisation_id if scope is Scope.OWN else None
        steps = plan_steps.between(self.since, self.until, organisation_id)
        if scope is Scope.ALL:
            steps = steps.where(PlanStep.owner_id == self.user.id)
        yield from self.ctx.session.scalars(steps)

    def _meeting(self, meeting: Meeting) -> CalendarEvent:
        title = meeting.title
        if meeting.committee.name.lower() not in title.lower():
            title = f"{meeting.committee.name}\u00a0: {title}"
        url = f"{self.ctx.settings.base_url}/instances/reunions/{meeting.id}"
        return CalendarEvent(
            uid=f"reunion-{meeting.id}-agenda@{self.domain}",
            sequence=meeting.sequence,
            stamp=meeting.updated_at,
            starts_at=meeting.starts_at,
            ends_at=meeting.ends_at,
            summary=f"Annulée\u00a0: {title}" if meeting.is_cancelled else title,
            organizer=self.organizer,
            description=f"Ordre du jour et documents\u00a0: {url}",
            location=meeting.place or ("En visioconférence" if meeting.visio_url else ""),
            url=url,
            cancelled=meeting.is_cancelled,
            categories=("Réunions",),
        )

    def _entry(self, entry: CalendarEntry) -> CalendarEvent:
        """What is known to the month stands on its first day and says so."""
        label = entry.label
        if entry.precision is Precision.MONTH:
            label = f"{label} (dans le mois de {month_and_year(entry.starts_on)})"
        lines = [f"Appel à projets, {entry.section}" if entry.section else "", entry.note]
        return self._all_day(
            f"date-{entry.id}",
            (entry.starts_on, entry.ends_on or entry.starts_on),
            label,
            (entry.revision, entry.updated_at),
            "\n".join(filter(None, lines)),
            f"/instances/calendrier?debut={entry.starts_on:%Y-%m}",
            "Appel à projets" if entry.is_of_the_call else "Gouvernance",
        )

    def _step(self, step: PlanStep) -> CalendarEvent:
        mark = "" if step.state.is_open else "✓ "
        own = step.organisation_id == self.user.organisation_id
        whose = "" if own else f"{step.organisation.short_name}\u00a0: "
        return self._all_day(
            f"etape-{step.id}",
            (step.due_on, step.due_on),
            f"{mark}{whose}{step.label}",
            (step.revision, step.updated_at),
            f"À remettre\u00a0: {step.deliverable}" if step.deliverable else "",
            f"/instances/retroplannings/etapes/{step.id}",
            "Rétroplanning",
        )

    def _action(self, action: ActionItem, due_on: date) -> CalendarEvent:
        """The text is what the minutes say to those who read them; its owner is left out."""
        mark = "Action\u00a0: " if action.is_open else "✓ Action\u00a0: "
        return self._all_day(
            f"action-{action.id}",
            (due_on, due_on),
            f"{mark}{' '.join(action.text.split())}",
            (action.revision, action.updated_at),
            f"Décidée en {action.meeting.committee.name}.",
            f"/instances/reunions/{action.meeting_id}/compte-rendu",
            "Actions",
        )

    def _all_day(
        self,
        uid: str,
        days: tuple[date, date],
        summary: str,
        version: tuple[int, datetime],
        description: str,
        path: str,
        category: str,
    ) -> CalendarEvent:
        """``days`` are the first and the last, included; ``version``, revision and when."""
        if len(summary) > LONGEST_SUMMARY:
            summary = f"{summary[:LONGEST_SUMMARY]}…"
        return CalendarEvent(
            uid=f"{uid}@{self.domain}",
            sequence=version[0],
            stamp=version[1],
            starts_at=start_of(days[0]),
            ends_at=start_of(days[1] + _DAY),
            summary=summary,
            organizer=self.organizer,
            description=description,
            url=f"{self.ctx.settings.base_url}{path}",
            all_day=True,
            categories=(category,),
        )
