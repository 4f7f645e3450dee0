"""Case sheets of a meeting, and the referrals that could be brought before one."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import joinedload, selectinload

from zna_network.models.case_sheet import CaseSheet
from zna_network.models.committee import Committee
from zna_network.models.meeting import Meeting
from zna_network.models.organisation import Grantee
from zna_network.models.person import Person
from zna_network.models.referral import Referral, ReferralRight, ReferralState, Step

MOST_CANDIDATES = 100


def of_meeting(meeting_id: int) -> Select[CaseSheet]:
    """In the order of their referrals, with all that is printed."""
    return (
        _with_referral(select(CaseSheet))
        .join(CaseSheet.referral)
        .where(CaseSheet.meeting_id == meeting_id)
        .order_by(Referral.number)
    )


def by_id(meeting_id: int, sheet_id: int, *, lock: bool = False) -> Select[CaseSheet]:
    statement = _with_referral(select(CaseSheet)).where(
        CaseSheet.meeting_id == meeting_id, CaseSheet.id == sheet_id
    )
    if not lock:
        return statement
    return statement.with_for_update(of=CaseSheet).execution_options(populate_existing=True)


def of_referral(referral_id: int) -> Select[CaseSheet]:
    """Every meeting that has looked at it, the latest first."""
    return (
        select(CaseSheet)
        .join(CaseSheet.meeting)
        .where(CaseSheet.referral_id == referral_id)
        .options(joinedload(CaseSheet.meeting).joinedload(Meeting.committee))
        .order_by(Meeting.starts_at.desc())
    )


@dataclass(frozen=True)
class Within:
    """Whose situations: those that an organisation refers or follows, and with them those of the
    ``lots``, if any. Without an organisation: everybody's."""

    organisation_id: int | None = None
    lots: tuple[int, ...] = ()


def stuck(
    meeting_id: int, silent_since: datetime, closed_since: datetime, within: Within
) -> Select[Referral]:
    """What does not move: escalated, or silent since ``silent_since``; refused or left unanswered
    since ``closed_since``, unless a committee has decided on it. Without those that are already
    before this meeting, nor those whose person has come to an end or is named no more."""
    already = select(CaseSheet.referral_id).where(CaseSheet.meeting_id == meeting_id)
    decided = select(CaseSheet.referral_id).where(CaseSheet.decision != "")
    ends = [step for step in Step if step.is_end]
    named = select(Person.id).where(Person.anonymised_at.is_(None))
    blocked = or_(
        and_(
            Referral.state.in_([ReferralState.REFUSED, ReferralState.EXPIRED]),
            Referral.moved_at >= closed_since,
            Referral.step.not_in(ends),
            Referral.person_id.in_(named),
            Referral.id.not_in(decided),
        ),
        and_(
            Referral.state.in_([ReferralState.OPEN, ReferralState.ACCEPTED]),
            Referral.closed_at.is_(None),
            or_(Referral.escalated_at.is_not(None), Referral.moved_at < silent_since),
        ),
    )
    statement = (
        select(Referral)
        .where(blocked, Referral.id.not_in(already))
        .options(*_REFERRAL)
        .order_by(Referral.moved_at, Referral.id)
        .limit(MOST_CANDIDATES)
    )
    if within.organisation_id is None:
        return statement
    theirs = or_(
        Referral.sender_id == within.organisation_id, Person.owner_id == within.organisation_id
    )
    if within.lots:
        theirs = or_(theirs, Referral.lot.in_(within.lots))
    return statement.join(Referral.person).where(theirs)


def lots_of(organisation_id: int) -> Select[list[int]]:
    """The lots of a grantee."""
    return select(Grantee.lots).where(Grantee.organisation_id == organisation_id)


def ids_among(referral_ids: list[int], statement: Select[Referral]) -> Select[Referral]:
    """Those of the list that the statement allows."""
    return statement.where(Referral.id.in_(referral_ids))


_REFERRAL = (
    joinedload(Referral.person),
    joinedload(Referral.commune),
    joinedload(Referral.qpv),
    joinedload(Referral.sender),
    joinedload(Referral.receiver),
    selectinload(Referral.rights).joinedload(ReferralRight.right),
)


def _with_referral(statement: Select[CaseSheet]) -> Select[CaseSheet]:
    return statement.options(
        joinedload(CaseSheet.meeting).joinedload(Meeting.committee).joinedload(Committee.led_by),
        *(joinedload(CaseSheet.referral).options(option) for option in _REFERRAL),
    )
