"""The register of decisions, across the meetings of every committee that its reader sees."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, true
from sqlalchemy.orm import selectinload

from zna_network.models.committee import Committee
from zna_network.models.meeting import Meeting
from zna_network.models.minutes import Decision, Minutes, MinutesVersion
from zna_network.queries.committees import Reach, within
from zna_network.queries.listing import SortKeys

DECISION_SORTS: SortKeys = {
    "date": (Decision.decided_on, Decision.id),
    "committee": (Committee.name, Decision.decided_on, Decision.id),
    "owner": (Decision.owner == "", Decision.owner, Decision.decided_on, Decision.id),
}


@dataclass(frozen=True)
class DecisionFilter:
    """What narrows the register; each part left out narrows nothing. ``words`` are folded and all
    of them are at the beginning of a word; ``since`` and ``until`` are days, both included."""

    words: tuple[str, ...] = ()
    committee_id: int | None = None
    since: date | None = None
    until: date | None = None
    owner: str = ""


def listed(reach: Reach, wanted: DecisionFilter) -> Select[Decision]:
    """With the meeting, its committee and the topic: never more statements for more rows."""
    return (
        _joined(select(Decision))
        .where(seen_by(reach), *_conditions(wanted))
        .options(
            selectinload(Decision.meeting).selectinload(Meeting.committee),
            selectinload(Decision.section),
        )
    )


def among_validated(decision_ids: list[int]) -> Select[int]:
    """The ids of those that validated minutes hold as they stand."""
    return select(Decision.id).where(Decision.id.in_(decision_ids), is_published())


def owners(reach: Reach) -> Select[str]:
    """Everybody who has ever answered for a decision, for the filter."""
    return (
        _joined(select(Decision.owner))
        .where(seen_by(reach), Decision.owner != "")
        .distinct()
        .order_by(Decision.owner)
    )


def committees(reach: Reach) -> Select[Committee]:
    """The committees that have decided something, for the filter."""
    return (
        select(Committee)
        .join(Meeting, Meeting.committee_id == Committee.id)
        .join(Decision, Decision.meeting_id == Meeting.id)
        .where(seen_by(reach))
        .distinct()
        .order_by(Committee.name)
    )


def seen_by(reach: Reach) -> ColumnElement[bool]:
    """To an organisation that only sits in the committee, what validated minutes hold; a draft, and
    what was changed in it, is for those who write it."""
    if reach.everything:
        return true()
    leads = Committee.led_by_id == reach.organisation_id
    return and_(within(reach), or_(leads, is_published()))


def is_published() -> ColumnElement[bool]:
    """Validated since it was last changed."""
    return exists().where(
        Minutes.meeting_id == Decision.meeting_id,
        MinutesVersion.minutes_id == Minutes.id,
        MinutesVersion.created_at >= Decision.updated_at,
    )


def _joined(statement: Select) -> Select:  # type: ignore[type-arg]
    return statement.join(Meeting, Decision.meeting_id == Meeting.id).join(
        Committee, Meeting.committee_id == Committee.id
    )


def _conditions(wanted: DecisionFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [
        Decision.search_text.contains(f" {word}", autoescape=True) for word in wanted.words
    ]
    if wanted.committee_id is not None:
        conditions.append(Meeting.committee_id == wanted.committee_id)
    if wanted.since is not None:
        conditions.append(Decision.decided_on >= wanted.since)
    if wanted.until is not None:
        conditions.append(Decision.decided_on <= wanted.until)
    if wanted.owner:
        conditions.append(func.lower(Decision.owner) == wanted.owner.lower())
    return conditions
