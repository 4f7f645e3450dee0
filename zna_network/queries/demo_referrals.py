"""What the demonstration's referrals look up to be safe to repeat."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from zna_network.models.attendee import Badge
from zna_network.models.door import Point, Visit
from zna_network.models.meeting import Meeting
from zna_network.models.person import Person, PersonBadge
from zna_network.models.referral import Outcome, OutcomeResult, Referral
from zna_network.models.stand import Stand


def number_of_referrals() -> Select[int]:
    return select(func.count(Referral.id))


def number_made_by(client_ids: Sequence[str]) -> Select[int]:
    return select(func.count(Referral.id)).where(Referral.client_id.in_(client_ids))


def last_moves(person_ids: Sequence[int]) -> Select[int, datetime]:
    """By person, when one of their referrals last moved."""
    return (
        select(Referral.person_id, func.max(Referral.moved_at))
        .where(Referral.person_id.in_(person_ids))
        .group_by(Referral.person_id)
    )


def meetings_of(committee_id: int) -> Select[Meeting]:
    return select(Meeting).where(Meeting.committee_id == committee_id).order_by(Meeting.starts_at)


def visits_to_stands(forum_id: int) -> Select[Visit, Badge, Stand]:
    """Of people who have no file yet, in the order of time."""
    return (
        select(Visit, Badge, Stand)
        .join(Badge, Badge.id == Visit.badge_id)
        .join(Point, Point.id == Visit.point_id)
        .join(Stand, Stand.id == Point.stand_id)
        .where(
            Visit.forum_id == forum_id,
            Badge.attendee_id.is_not(None),
            Badge.id.not_in(select(PersonBadge.badge_id)),
        )
        .options(joinedload(Badge.attendee), joinedload(Stand.organisation))
        .order_by(Visit.happened_at, Visit.badge_id)
    )


def totals() -> Select[int, int, int]:
    """People with a file, referrals, rights opened."""
    return select(
        select(func.count(Person.id)).scalar_subquery(),
        select(func.count(Referral.id)).scalar_subquery(),
        select(func.count(Outcome.id))
        .where(Outcome.result != OutcomeResult.REFUSED, Outcome.replaced_at.is_(None))
        .scalar_subquery(),
    )
