"""The governance calendar: what is dated between two days, days to avoid, personal feeds.

Bounds in days are included; bounds in instants are half open."""

from datetime import date, datetime

from sqlalchemy import Select, and_, false, func, or_, select
from sqlalchemy.orm import selectinload

from zna_network.models.account import User
from zna_network.models.committee import Committee, Membership, MembershipState
from zna_network.models.forum import Forum, ForumState
from zna_network.models.meeting import Meeting, MeetingSeries, MeetingState
from zna_network.models.minutes import ActionItem, ActionState
from zna_network.models.planning import CalendarEntry, ClosedPeriod, PersonalFeed
from zna_network.models.poll import DatePoll, PollState
from zna_network.queries.actions import seen_by
from zna_network.queries.committees import Reach, within


def closed_periods(start: date, end: date | None = None) -> Select[ClosedPeriod]:
    """Those that touch these days, in order; without ``end``, all that come."""
    statement = (
        select(ClosedPeriod)
        .where(ClosedPeriod.ends_on >= start)
        .order_by(ClosedPeriod.starts_on, ClosedPeriod.id)
    )
    return statement if end is None else statement.where(ClosedPeriod.starts_on <= end)


def closed_period(period_id: int) -> Select[ClosedPeriod]:
    return select(ClosedPeriod).where(ClosedPeriod.id == period_id)


def period_named(label: str, starts_on: date) -> Select[ClosedPeriod]:
    return select(ClosedPeriod).where(
        ClosedPeriod.label == label, ClosedPeriod.starts_on == starts_on
    )


def school_holidays_known_until() -> Select[date | None]:
    """The last day of the last school holidays of the reference data; none when there are none."""
    return select(func.max(ClosedPeriod.ends_on)).where(ClosedPeriod.is_school_holiday)


def entry(entry_id: int, *, lock: bool = False) -> Select[CalendarEntry]:
    statement = select(CalendarEntry).where(CalendarEntry.id == entry_id)
    if lock:
        return statement.with_for_update().execution_options(populate_existing=True)
    return statement


def entries(start: date, end: date) -> Select[CalendarEntry]:
    """The dates of the calendar that touch these days; what is known to the month counts from its
    first day."""
    last = func.coalesce(CalendarEntry.ends_on, CalendarEntry.starts_on)
    return (
        select(CalendarEntry)
        .where(CalendarEntry.starts_on <= end, last >= start)
        .order_by(CalendarEntry.starts_on, CalendarEntry.id)
    )


def entry_references() -> Select[str | None]:
    return select(CalendarEntry.reference).where(CalendarEntry.reference.is_not(None))


def meetings(
    reach: Reach, since: datetime, until: datetime | None, *, cancelled: bool = False
) -> Select[Meeting]:
    """The meetings that somebody may read, with their committee; ``cancelled`` keeps those that
    will not take place."""
    statement = (
        select(Meeting)
        .join(Committee, Meeting.committee_id == Committee.id)
        .where(within(reach), Meeting.ends_at > since)
        .options(selectinload(Meeting.committee).selectinload(Committee.led_by))
        .order_by(Meeting.starts_at, Meeting.id)
    )
    if until is not None:
        statement = statement.where(Meeting.starts_at < until)
    return statement if cancelled else statement.where(Meeting.state == MeetingState.PLANNED)


def poll_deadlines(reach: Reach, since: datetime, until: datetime) -> Select[DatePoll]:
    """The open polls that end then, for those who prepare the committee's meetings: an
    organisation that only sits in it answers its own link."""
    prepared = Committee.led_by_id == reach.organisation_id if reach.organisation_id else false()
    statement = (
        select(DatePoll)
        .join(Committee, DatePoll.committee_id == Committee.id)
        .where(
            DatePoll.state == PollState.OPEN,
            DatePoll.deadline >= since,
            DatePoll.deadline < until,
        )
        .options(selectinload(DatePoll.committee).selectinload(Committee.led_by))
        .order_by(DatePoll.deadline, DatePoll.id)
    )
    return statement if reach.everything else statement.where(prepared)


def forums(start: date, end: date, *, with_drafts: bool) -> Select[Forum]:
    states = [ForumState.PUBLISHED, ForumState.CLOSED]
    return (
        select(Forum)
        .where(
            Forum.held_on >= start,
            Forum.held_on <= end,
            Forum.state.in_([*states, ForumState.DRAFT] if with_drafts else states),
        )
        .order_by(Forum.held_on, Forum.id)
    )


def readable_committee_ids(reach: Reach) -> Select[int]:
    return select(Committee.id).where(within(reach))


def meetings_with_same_people(
    committee_id: int, since: datetime, until: datetime
) -> Select[Meeting]:
    """The meetings of this committee, and of those that share a member with it."""
    members = select(Membership.contact_id).where(
        Membership.committee_id == committee_id, Membership.state == MembershipState.VALIDATED
    )
    sharing = select(Membership.committee_id).where(
        Membership.contact_id.in_(members), Membership.state == MembershipState.VALIDATED
    )
    return (
        select(Meeting)
        .where(
            Meeting.state == MeetingState.PLANNED,
            Meeting.starts_at < until,
            Meeting.ends_at > since,
            or_(Meeting.committee_id == committee_id, Meeting.committee_id.in_(sharing)),
        )
        .options(selectinload(Meeting.committee))
        .order_by(Meeting.starts_at, Meeting.id)
    )


def series_by_client_id(client_id: str) -> Select[MeetingSeries]:
    return select(MeetingSeries).where(MeetingSeries.client_id == client_id)


def meetings_of_series(series_id: int) -> Select[Meeting]:
    return select(Meeting).where(Meeting.series_id == series_id).order_by(Meeting.starts_at)


def own_actions(reach: Reach, user: User, since: date) -> Select[ActionItem]:
    """The actions with a date that are this account's, or its organisation's, among those that it
    may read; given up, they are left out."""
    is_own = ActionItem.owner_email == user.email
    if user.organisation_id is not None:
        is_own = or_(is_own, ActionItem.organisation_id == user.organisation_id)
    return (
        select(ActionItem)
        .join(Meeting, ActionItem.meeting_id == Meeting.id)
        .join(Committee, Meeting.committee_id == Committee.id)
        .where(
            seen_by(reach),
            is_own,
            ActionItem.due_on >= since,
            ActionItem.state != ActionState.DROPPED,
        )
        .options(selectinload(ActionItem.meeting).selectinload(Meeting.committee))
        .order_by(ActionItem.due_on, ActionItem.id)
    )


def feeds_of(user_id: int) -> Select[PersonalFeed]:
    """The live addresses of an account, the oldest first."""
    return (
        select(PersonalFeed)
        .where(and_(PersonalFeed.user_id == user_id, PersonalFeed.revoked_at.is_(None)))
        .order_by(PersonalFeed.id)
    )


def feed(feed_id: int) -> Select[PersonalFeed]:
    return (
        select(PersonalFeed)
        .where(PersonalFeed.id == feed_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def feed_by_link(link_hash: str) -> Select[PersonalFeed]:
    return (
        select(PersonalFeed)
        .where(PersonalFeed.link_hash == link_hash)
        .options(selectinload(PersonalFeed.user).selectinload(User.organisation))
    )
