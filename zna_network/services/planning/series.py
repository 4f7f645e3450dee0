"""A year of meetings planned at once. What is to be avoided is told before anything is written;
then each meeting is a row of its own, moved or cancelled alone by the usual pages."""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise

from zna_network.models.committee import Committee
from zna_network.models.meeting import Meeting, MeetingSeries
from zna_network.queries import committees as committee_queries
from zna_network.queries import planning as queries
from zna_network.services import committee_access, meetings
from zna_network.services.committees import CLOSED
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, InvalidError, NotFoundError
from zna_network.services.french_time import long_date
from zna_network.services.meeting_times import Slot, instants_of
from zna_network.services.meetings import MeetingData
from zna_network.services.organisation_values import InvalidValuesError
from zna_network.services.planning.series_plan import Planned, plan
from zna_network.services.planning.series_values import SeriesData, days_of, rule_in_words
from zna_network.services.referrals.creation_values import clean_client_id
from zna_network.services.unit_of_work import take_turns

NOTHING_KEPT = "Gardez au moins une date."
NOT_OF_SERIES = "Une des dates n’est pas de cette série. Relisez la liste ci-dessous."
TWICE = "Deux réunions tomberaient le {day}\u00a0: choisissez un autre jour pour l’une."
ALREADY_USED = "Cette série a déjà été créée ailleurs. Rechargez la page."
_OF_ONE_DAY = frozenset({"day", "confirmed"})


def committee_to_plan(ctx: Context, committee_id: int) -> Committee:
    """Raises NotFoundError, ForbiddenError, or ConflictError when it is archived."""
    committee = ctx.session.scalar(committee_queries.by_id(committee_id))
    if committee is None:
        raise NotFoundError("Cette instance n’existe pas.")
    committee_access.require_prepare(ctx, committee)
    if committee.archived_at is not None:
        raise ConflictError(CLOSED)
    return committee


def preview(
    ctx: Context, committee_id: int, data: SeriesData, chosen: Mapping[date, date] | None = None
) -> list[Planned]:
    """Every date of the rule with why it is avoided and what is proposed; ``chosen`` are the days
    picked by hand, by the date that they replace. Raises InvalidError."""
    committee = committee_to_plan(ctx, committee_id)
    days = days_of(data)
    instants_of(Slot(days[0], data.starts, data.ends, confirmed=True))
    chosen = {day: other for day, other in (chosen or {}).items() if day in days}
    return plan(ctx, committee, data, days, chosen)


def create(
    ctx: Context, committee_id: int, data: SeriesData, kept: Mapping[date, date]
) -> Sequence[Meeting]:
    """All the meetings of ``kept`` (the rule's date: the day of the meeting) or none. Sent again,
    those already made are given back. Raises InvalidError naming the date at fault."""
    expected = set(days_of(data))
    if not kept:
        raise InvalidError(NOTHING_KEPT, field="keep")
    if not set(kept) <= expected:
        raise InvalidError(NOT_OF_SERIES, field="keep")
    days = sorted(kept.values())
    for day, following in pairwise(days):
        if day == following:
            raise InvalidError(TWICE.format(day=long_date(day)), field="keep")
    client_id = clean_client_id(data.client_id)
    with ctx.unit_of_work():
        take_turns(ctx.session, f"series:{client_id}")
        committee = committee_to_plan(ctx, committee_id)
        made = ctx.session.scalar(queries.series_by_client_id(client_id))
        if made is not None:
            if made.committee_id != committee.id:
                raise ConflictError(ALREADY_USED)
            return ctx.session.scalars(queries.meetings_of_series(made.id)).all()
        series = MeetingSeries(
            committee_id=committee.id,
            rule=rule_in_words(data),
            client_id=client_id,
            created_at=ctx.now,
            created_by_id=ctx.actor_id,
        )
        ctx.session.add(series)
        ctx.session.flush()
        found = [_meeting(ctx, series, data, day) for day in days]
        ctx.record("series.planned", series, meetings=len(found), rule=series.rule)
    return found


def _meeting(ctx: Context, series: MeetingSeries, data: SeriesData, day: date) -> Meeting:
    """One meeting as if it had been fixed alone. What is wrong with its day names the day."""
    slot = Slot(day, data.starts, data.ends, data.confirmed)
    one = MeetingData(slot, data.title, data.place, data.visio_url, data.notice)
    try:
        meeting = meetings.create_meeting(ctx, series.committee_id, one)
    except InvalidValuesError as refusal:
        raise InvalidValuesError([_told(problem, day) for problem in refusal.problems]) from None
    meeting.series_id = series.id
    return meeting


def _told(problem: InvalidError, day: date) -> InvalidError:
    if problem.field not in _OF_ONE_DAY:
        return problem
    words = f"{long_date(day).capitalize()}\u00a0: {problem.message}"
    return InvalidError(words, field="keep")
