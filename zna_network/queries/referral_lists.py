"""The list of referrals: whose it shows, what narrows it, what sorts it, what awaits somebody."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import aliased, load_only, selectinload

from zna_network.models.organisation import Organisation
from zna_network.models.person import Consent, ConsentAnswer, Person, Purpose
from zna_network.models.referral import (
    EventKind,
    Outcome,
    Referral,
    ReferralEvent,
    ReferralRight,
    ReferralState,
    Side,
    Step,
    Urgency,
)
from zna_network.models.territory import Commune, Qpv, Right, TargetGroup
from zna_network.queries.blind_index import Wanted, people_with
from zna_network.queries.listing import SortKeys
from zna_network.queries.referrals import reached_receiver


@dataclass(frozen=True)
class Mine:
    """Whose referrals: an organisation's, on either side or about the people it follows; none:
    everybody's. ``late_before`` is the instant before which silence is late."""

    organisation_id: int | None
    late_before: datetime

    @property
    def is_everybody(self) -> bool:
        return self.organisation_id is None


@dataclass(frozen=True)
class ReferralFilter:
    """What narrows the list; each part left out narrows nothing. ``todo``: what awaits whoever
    looks; ``stuck``: live, and silent for too long. ``found_by``: keyed hashes of a name, for the
    people that ``Mine`` follows or refers."""

    state: ReferralState | None = None
    step: Step | None = None
    urgency: Urgency | None = None
    right_code: str = ""
    sender_id: int | None = None
    receiver_id: int | None = None
    commune_insee: str = ""
    qpv_id: int | None = None
    lot: int | None = None
    target_group: TargetGroup | None = None
    todo: bool = False
    stuck: bool = False
    number: int | None = None
    case_number: str = ""
    found_by: tuple[Wanted, ...] = ()

    @property
    def asks_situation(self) -> bool:
        """Whether it says where the person lives, or what they are."""
        asked = (self.commune_insee or None, self.qpv_id, self.lot, self.target_group)
        return any(value is not None for value in asked)


_SENDER, _RECEIVER = aliased(Organisation), aliased(Organisation)
_URGENCY = case(
    {urgency.value: rank for rank, urgency in enumerate(reversed(Urgency))}, value=Referral.urgency
)
REFERRAL_SORTS: SortKeys = {
    "recent": (Referral.made_at, Referral.number),
    "number": (Referral.number,),
    "urgency": (_URGENCY, Referral.number),
    "receiver": (_RECEIVER.sort_key, Referral.number),
    "sender": (_SENDER.sort_key, Referral.number),
    "moved": (Referral.moved_at, Referral.number),
    "state": (Referral.state, Referral.number),
}
_SHOWN = (
    Referral.number,
    Referral.person_id,
    Referral.sender_id,
    Referral.receiver_id,
    Referral.urgency,
    Referral.state,
    Referral.step,
    Referral.made_at,
    Referral.sent_at,
    Referral.seen_at,
    Referral.moved_at,
    Referral.escalated_at,
    Referral.closed_at,
    Referral.commune_insee,
    Referral.qpv_id,
)
_NUMBERED = (Person.case_number, Person.owner_id, Person.anonymised_at)
_NAMED = (*_NUMBERED, Person.name, Person.email, Person.phone, Person.birth_year, Person.note)


def listed(mine: Mine, wanted: ReferralFilter, sort: str = "") -> Select[Referral]:
    """With what a row shows and no more: long texts weigh on the sorting, and what is encrypted on
    the reading. Never more statements for more rows. The organisations are joined for a ``sort`` by
    their name only."""
    statement = _joined(select(Referral), sort).where(*_conditions(mine, wanted))
    person = selectinload(Referral.person)
    return statement.options(
        load_only(*_SHOWN),
        selectinload(Referral.sender).load_only(Organisation.name),
        selectinload(Referral.receiver).load_only(Organisation.name),
        selectinload(Referral.commune).load_only(Commune.name),
        selectinload(Referral.qpv).load_only(Qpv.name),
        person.load_only(*_NUMBERED) if mine.is_everybody else person.load_only(*_NAMED),
        *([] if mine.is_everybody else [person.selectinload(Person.consents)]),
        selectinload(Referral.rights)
        .selectinload(ReferralRight.right)
        .load_only(Right.acronym, Right.label),
    )


def exported(mine: Mine, wanted: ReferralFilter) -> Select[Referral]:
    """Whole, oldest first, with all that a line of the file says."""
    return (
        select(Referral)
        .where(*_conditions(mine, wanted))
        .options(
            selectinload(Referral.sender),
            selectinload(Referral.receiver),
            selectinload(Referral.commune),
            selectinload(Referral.qpv),
            selectinload(Referral.person).selectinload(Person.consents),
            selectinload(Referral.rights).selectinload(ReferralRight.right),
            selectinload(Referral.outcomes).selectinload(Outcome.right),
        )
        .order_by(Referral.number)
    )


def count(mine: Mine, wanted: ReferralFilter) -> Select[int]:
    return select(func.count(Referral.id)).where(*_conditions(mine, wanted))


def tallies(mine: Mine) -> Select[int, int, int]:
    """How many of the live ones await whoever looks, how many are late, how many there are."""

    def counted(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)

    live = Referral.closed_at.is_(None)
    late = Referral.moved_at < mine.late_before
    return select(counted(_awaits(mine)), counted(late), func.count()).where(
        live, *_reach(mine, live_only=True)
    )


def partners(mine: Mine, *, senders: bool) -> Select[int, str]:
    """The organisations that the list's referrals come from, or go to."""
    side = Referral.sender_id if senders else Referral.receiver_id
    known = select(side).where(*_reach(mine))
    return (
        select(Organisation.id, Organisation.name)
        .where(Organisation.id.in_(known))
        .order_by(Organisation.sort_key, Organisation.id)
    )


def is_stuck(late_before: datetime) -> ColumnElement[bool]:
    """Something is still expected, and nothing has been heard since that instant."""
    return and_(Referral.closed_at.is_(None), Referral.moved_at < late_before)


def to_treat(mine: Mine) -> ColumnElement[bool]:
    """What awaits whoever looks: to be taken or refused, a question of the other side's, what never
    left because nobody could be written to, and what was signalled for its silence."""
    return and_(Referral.closed_at.is_(None), _awaits(mine))


def _awaits(mine: Mine) -> ColumnElement[bool]:
    """Of the live ones."""
    own = mine.organisation_id
    unsent = and_(Referral.state == ReferralState.OPEN, Referral.sent_at.is_(None))
    silent = Referral.escalated_at >= Referral.moved_at
    if own is None:
        return or_(unsent, silent)
    receives, sends = Referral.receiver_id == own, Referral.sender_id == own
    to_decide = and_(receives, Referral.state == ReferralState.OPEN)
    asked = or_(
        and_(receives, Referral.id.in_(_unanswered(Side.RECEIVER))),
        and_(sends, Referral.id.in_(_unanswered(Side.SENDER))),
    )
    return or_(to_decide, and_(sends, or_(unsent, silent)), asked)


def _unanswered(side: Side) -> Select[int]:
    """The referrals whose last question of the other side's has had no answer from this one."""
    answer = aliased(ReferralEvent)
    answered = (
        select(answer.id)
        .where(
            answer.referral_id == ReferralEvent.referral_id,
            answer.kind == EventKind.ANSWER,
            answer.side.in_([side, Side.STAFF]),
            answer.id > ReferralEvent.id,
        )
        .exists()
    )
    return select(ReferralEvent.referral_id).where(
        ReferralEvent.kind == EventKind.QUESTION, ReferralEvent.side != side, ~answered
    )


def _joined(statement: Select[Referral], sort: str) -> Select[Referral]:
    if sort == "receiver":
        return statement.join(_RECEIVER, _RECEIVER.id == Referral.receiver_id)
    if sort == "sender":
        return statement.join(_SENDER, _SENDER.id == Referral.sender_id)
    return statement


def _reach(mine: Mine, *, live_only: bool = False) -> list[ColumnElement[bool]]:
    """``live_only``: nothing that is live was kept back, and an index then does without the row."""
    own = mine.organisation_id
    if own is None:
        return []
    followed = select(Person.id).where(Person.owner_id == own)
    received = Referral.receiver_id == own
    return [
        or_(
            Referral.sender_id == own,
            received if live_only else and_(received, reached_receiver()),
            Referral.person_id.in_(followed),
        )
    ]


def _conditions(mine: Mine, wanted: ReferralFilter) -> Sequence[ColumnElement[bool]]:
    conditions = _reach(mine)
    for column, value in (
        (Referral.state, wanted.state),
        (Referral.step, wanted.step),
        (Referral.urgency, wanted.urgency),
        (Referral.sender_id, wanted.sender_id),
        (Referral.receiver_id, wanted.receiver_id),
        (Referral.commune_insee, wanted.commune_insee or None),
        (Referral.qpv_id, wanted.qpv_id),
        (Referral.lot, wanted.lot),
        (Referral.target_group, wanted.target_group),
        (Referral.number, wanted.number),
    ):
        if value is not None:
            conditions.append(column == value)
    if wanted.right_code:
        about = select(ReferralRight.referral_id)
        about = about.where(ReferralRight.right_code == wanted.right_code)
        conditions.append(Referral.id.in_(about))
    if wanted.todo:
        conditions.append(to_treat(mine))
    if wanted.stuck:
        conditions.append(is_stuck(mine.late_before))
    if wanted.asks_situation and mine.organisation_id is not None:
        conditions.append(_situation_seen(mine.organisation_id))
    return [*conditions, *_about(mine, wanted)]


def _situation_seen(own: int) -> ColumnElement[bool]:
    """Nobody finds out by filtering what the list does not show them: the receiver knows where
    somebody lives when they agreed to be contacted (``services.referrals.access``)."""
    agreed = select(Consent.person_id).where(
        Consent.purpose == Purpose.CONTACT, Consent.answer == ConsentAnswer.GIVEN
    )
    waits = and_(Referral.state == ReferralState.OPEN, Referral.closed_at.is_(None))
    with_it = or_(waits, Referral.state == ReferralState.ACCEPTED)
    followed = select(Person.id).where(Person.owner_id == own)
    return or_(
        Referral.sender_id == own,
        Referral.person_id.in_(followed),
        and_(with_it, Referral.person_id.in_(agreed)),
    )


def _about(mine: Mine, wanted: ReferralFilter) -> list[ColumnElement[bool]]:
    """Whom the referrals are about. A name is looked for among those who may be named."""
    if wanted.case_number:
        numbered = select(Person.id).where(Person.case_number == wanted.case_number)
        return [Referral.person_id.in_(numbered)]
    if not wanted.found_by:
        return []
    named = people_with(Referral.person_id, wanted.found_by)
    followed = select(Person.id).where(Person.owner_id == mine.organisation_id)
    return [
        named,
        or_(Referral.sender_id == mine.organisation_id, Referral.person_id.in_(followed)),
    ]
