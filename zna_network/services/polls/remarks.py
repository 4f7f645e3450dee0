"""What the calendar says against the dates of a poll: public and school holidays, Sundays, hours
out of the working day, other meetings that day. Three queries, whatever their number."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, time, timedelta

from zna_network.models.meeting import Meeting
from zna_network.models.planning import ClosedPeriod
from zna_network.models.poll import DatePoll, PollInvitee, PollOption
from zna_network.queries import poll_clashes as queries
from zna_network.services.context import Context
from zna_network.services.documents.common import hours
from zna_network.services.french_time import from_local, local_date
from zna_network.services.meeting_times import remarks as about_times
from zna_network.services.polls.poll_values import live_invitees, live_options
from zna_network.services.polls.standing_words import names

NAMED = 2


def remarks(ctx: Context, poll: DatePoll) -> dict[int, list[str]]:
    """By the id of each live date; an empty list where there is nothing to say."""
    options = live_options(poll)
    if not options:
        return {}
    since = _midnight(min(option.starts_at for option in options))
    until = _midnight(max(option.ends_at for option in options) + timedelta(days=1))
    people = {i.contact_id: i for i in live_invitees(poll) if i.contact_id is not None}
    meetings = ctx.session.scalars(
        queries.meetings_between(poll.committee_id, list(people), since, until)
    ).all()
    meetings = [meeting for meeting in meetings if meeting.id != poll.meeting_id]
    expected = _expected(ctx, meetings, people)
    periods = ctx.session.scalars(
        queries.closed_between(local_date(since), local_date(until))
    ).all()
    return {
        option.id: [
            *about_times(option.starts_at, option.ends_at),
            *_about_periods(option, periods),
            *_about_meetings(option, meetings, expected),
        ]
        for option in options
    }


def _expected(
    ctx: Context, meetings: Sequence[Meeting], people: dict[int, PollInvitee]
) -> dict[int, list[PollInvitee]]:
    """Of those who are asked, who is expected at each of these meetings."""
    found: dict[int, list[PollInvitee]] = defaultdict(list)
    numbers = [meeting.id for meeting in meetings]
    for meeting_id, contact_id in ctx.session.execute(
        queries.expected_there(numbers, list(people))
    ):
        if contact_id is not None:
            found[meeting_id].append(people[contact_id])
    return found


def _about_periods(option: PollOption, periods: Sequence[ClosedPeriod]) -> list[str]:
    day = local_date(option.starts_at)
    return [
        f"{period.label}{' (zone B)' if _needs_zone(period) else ''}."
        for period in periods
        if period.starts_on <= day <= period.ends_on
    ]


def _needs_zone(period: ClosedPeriod) -> bool:
    return period.is_school_holiday and "zone" not in period.label.lower()


def _about_meetings(
    option: PollOption,
    meetings: Sequence[Meeting],
    expected: dict[int, list[PollInvitee]],
) -> list[str]:
    said = []
    for meeting in meetings:
        if local_date(meeting.starts_at) != local_date(option.starts_at):
            continue
        overlaps = meeting.starts_at < option.ends_at and meeting.ends_at > option.starts_at
        when = "Au même moment" if overlaps else "Le même jour"
        people = expected.get(meeting.id, [])
        who = _who(people) if people else ""
        at = hours(meeting.starts_at, meeting.ends_at)
        said.append(f"{when} : « {meeting.title} », {meeting.committee.name}, {at}{who}.")
    return said


def _who(people: Sequence[PollInvitee]) -> str:
    """Names while they are few."""
    if len(people) <= NAMED:
        return f" ({names(people)})"
    return f", où sont attendues {len(people)} des personnes sollicitées"


def _midnight(instant: datetime) -> datetime:
    return from_local(local_date(instant), time(0))
