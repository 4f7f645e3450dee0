"""The files of the people who are helped."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased, joinedload, selectinload

from zna_network.models.attendee import Attendee, Badge
from zna_network.models.person import (
    ConsentEvent,
    Diagnostic,
    DistinctPeople,
    FileOpening,
    KeyKind,
    Person,
    PersonBadge,
    PersonKey,
)
from zna_network.models.referral import Appointment, Outcome, Referral, ReferralRight
from zna_network.queries.blind_index import Wanted, people_with
from zna_network.queries.listing import SortKeys
from zna_network.queries.referrals import reached_receiver

PERSON_SORTS: SortKeys = {
    "recent": (Person.last_contact_on, Person.id),
    "case": (Person.case_number,),
}
_BADGE = literal("badge", String)
_PAIRING = (KeyKind.WHOLE_NAME, KeyKind.EMAIL, KeyKind.PHONE)


@dataclass(frozen=True)
class PeopleFilter:
    """What narrows the list: whose files (everybody's when none), and what they are found by."""

    owner_id: int | None = None
    case_number: str = ""
    badge_number: int | None = None
    found_by: tuple[Wanted, ...] = ()


def by_id(person_id: int, *, lock: bool = False) -> Select[Person]:
    """With their home, the organisation that follows them and what they agreed to."""
    statement = (
        select(Person)
        .where(Person.id == person_id)
        .options(
            joinedload(Person.owner),
            joinedload(Person.commune),
            joinedload(Person.qpv),
            selectinload(Person.consents),
        )
    )
    if not lock:
        return statement
    return statement.with_for_update(of=Person).execution_options(populate_existing=True)


def referred_by(person_id: int, organisation_id: int) -> Select[int]:
    """A referral of this person that the organisation has sent or received."""
    theirs = _sent_or_received(organisation_id)
    return select(Referral.id).where(Referral.person_id == person_id, theirs).limit(1)


def referrals_between(person_id: int, organisation_id: int) -> Select[Referral]:
    """Those of this person that the organisation has sent or received."""
    theirs = _sent_or_received(organisation_id)
    return select(Referral).where(Referral.person_id == person_id, theirs)


def _sent_or_received(organisation_id: int) -> ColumnElement[bool]:
    received = and_(Referral.receiver_id == organisation_id, reached_receiver())
    return or_(Referral.sender_id == organisation_id, received)


def opening(person_id: int, user_id: int, now: datetime) -> Select[FileOpening]:
    """The account's opening of the file that closes last, if it has not closed."""
    return (
        select(FileOpening)
        .where(
            FileOpening.person_id == person_id,
            FileOpening.user_id == user_id,
            FileOpening.closes_at > now,
        )
        .order_by(FileOpening.closes_at.desc())
        .limit(1)
    )


def with_case_number(case_number: str) -> Select[int]:
    return select(Person.id).where(Person.case_number == case_number)


def of_badge(badge_id: int) -> Select[Person]:
    """Those who wore it, whose files still name somebody."""
    return (
        select(Person)
        .join(PersonBadge, PersonBadge.person_id == Person.id)
        .where(
            PersonBadge.badge_id == badge_id,
            Person.anonymised_at.is_(None),
            Person.merged_into_id.is_(None),
        )
        .options(joinedload(Person.owner), selectinload(Person.consents))
        .order_by(Person.id)
    )


def live_referrals(person_id: int, *, lock: bool = False) -> Select[Referral]:
    """Those of which something is still expected."""
    statement = (
        select(Referral)
        .where(Referral.person_id == person_id, Referral.closed_at.is_(None))
        .order_by(Referral.id)
    )
    return statement.with_for_update(of=Referral) if lock else statement


def consent_history(person_id: int) -> Select[ConsentEvent]:
    """The last answer first, with those of the files merged into this one."""
    merged = select(Person.id).where(Person.merged_into_id == person_id)
    return (
        select(ConsentEvent)
        .where(or_(ConsentEvent.person_id == person_id, ConsentEvent.person_id.in_(merged)))
        .order_by(ConsentEvent.answered_at.desc(), ConsentEvent.id.desc())
    )


def listed(wanted: PeopleFilter) -> Select[Person]:
    """The files that still stand for somebody, with their home and who follows them."""
    statement = (
        select(Person)
        .where(Person.merged_into_id.is_(None), Person.anonymised_at.is_(None))
        .options(joinedload(Person.owner), joinedload(Person.commune), joinedload(Person.qpv))
    )
    if wanted.owner_id is not None:
        statement = statement.where(Person.owner_id == wanted.owner_id)
    if wanted.case_number:
        statement = statement.where(Person.case_number == wanted.case_number)
    if wanted.badge_number is not None:
        wore = (
            select(PersonBadge.person_id)
            .join(Badge, Badge.id == PersonBadge.badge_id)
            .where(Badge.number == wanted.badge_number)
        )
        statement = statement.where(Person.id.in_(wore))
    if wanted.found_by:
        statement = statement.where(people_with(Person.id, wanted.found_by))
    return statement


def referral_counts(person_ids: Sequence[int]) -> Select[int, int]:
    return (
        select(Referral.person_id, func.count())
        .where(Referral.person_id.in_(person_ids))
        .group_by(Referral.person_id)
    )


def looking_like(
    any_of: Sequence[Wanted],
    all_words: Sequence[Wanted],
    badge_id: int | None,
    owner_id: int | None,
) -> Select[Person]:
    """Files that share an address, a number, a badge or the words of the name; those of
    ``owner_id``, or of everybody."""
    ways: list[ColumnElement[bool]] = [people_with(Person.id, [one]) for one in any_of]
    if all_words:
        ways.append(people_with(Person.id, all_words))
    if badge_id is not None:
        wore = select(PersonBadge.person_id).where(PersonBadge.badge_id == badge_id)
        ways.append(Person.id.in_(wore))
    statement = listed(PeopleFilter(owner_id)).where(or_(*ways) if ways else Person.id.is_(None))
    return statement.order_by(Person.last_contact_on.desc(), Person.id.desc()).limit(50)


def look_alike_pairs(owner_id: int | None, person_id: int | None = None) -> Select[int, int, str]:
    """Two files of one organisation (low id, high id) and what they share: the value of a
    ``KeyKind``, or « badge ». Those found to be two people's are left out."""
    one, other = aliased(PersonKey), aliased(PersonKey)
    by_key = (
        select(
            _lesser(one.person_id, other.person_id).label("low"),
            _greater(one.person_id, other.person_id).label("high"),
            cast(one.kind, String).label("kind"),
        )
        .join(other, and_(other.key == one.key, other.kind == one.kind))
        .where(one.kind.in_(_PAIRING), _paired(one.person_id, other.person_id, person_id))
    )
    worn, worn_too = aliased(PersonBadge), aliased(PersonBadge)
    by_badge = (
        select(
            _lesser(worn.person_id, worn_too.person_id).label("low"),
            _greater(worn.person_id, worn_too.person_id).label("high"),
            _BADGE.label("kind"),
        )
        .join(worn_too, worn_too.badge_id == worn.badge_id)
        .where(_paired(worn.person_id, worn_too.person_id, person_id))
    )
    pairs = union_all(by_key, by_badge).subquery()
    low, high = aliased(Person), aliased(Person)
    statement = (
        select(pairs.c.low, pairs.c.high, pairs.c.kind)
        .join(low, low.id == pairs.c.low)
        .join(high, and_(high.id == pairs.c.high, high.owner_id == low.owner_id))
        .outerjoin(
            DistinctPeople,
            and_(DistinctPeople.low_id == pairs.c.low, DistinctPeople.high_id == pairs.c.high),
        )
        .where(DistinctPeople.low_id.is_(None))
        .order_by(pairs.c.low, pairs.c.high)
    )
    return statement if owner_id is None else statement.where(low.owner_id == owner_id)


def _paired(one: Any, other: Any, person_id: int | None) -> ColumnElement[bool]:
    """Each pair once; of one person, from their own keys on, which the index then leads from."""
    if person_id is None:
        return and_(one < other)
    return and_(one == person_id, other != person_id)


def _lesser(one: Any, other: Any) -> ColumnElement[int]:
    return case((one < other, one), else_=other)


def _greater(one: Any, other: Any) -> ColumnElement[int]:
    return case((one < other, other), else_=one)


def by_ids(person_ids: Sequence[int]) -> Select[Person]:
    return (
        select(Person)
        .where(Person.id.in_(person_ids))
        .options(
            joinedload(Person.owner),
            joinedload(Person.commune),
            joinedload(Person.qpv),
            selectinload(Person.consents),
        )
    )


def badges_of(person_id: int) -> Select[Badge]:
    return (
        select(Badge)
        .join(PersonBadge, PersonBadge.badge_id == Badge.id)
        .where(PersonBadge.person_id == person_id)
        .options(joinedload(Badge.forum))
        .order_by(Badge.id)
    )


def registrations_of(person_id: int, *, lock: bool = False) -> Select[Attendee]:
    """The registrations behind the badges that this person wore and that no other file wore: a
    badge may be a family's."""
    worn, by_another = aliased(PersonBadge), aliased(PersonBadge)
    another = (
        select(by_another.person_id)
        .where(by_another.badge_id == worn.badge_id, by_another.person_id != person_id)
        .exists()
    )
    badges = (
        select(Badge.attendee_id)
        .join(worn, worn.badge_id == Badge.id)
        .where(worn.person_id == person_id, ~another)
    )
    statement = (
        select(Attendee)
        .where(Attendee.id.in_(badges), Attendee.erased_at.is_(None))
        .options(selectinload(Attendee.badges), selectinload(Attendee.forum))
        .order_by(Attendee.id)
    )
    return statement.with_for_update(of=Attendee) if lock else statement


def referrals_of(person_id: int) -> Select[Referral]:
    """With their rights and what came of them, the last first."""
    return (
        select(Referral)
        .where(Referral.person_id == person_id)
        .options(
            joinedload(Referral.sender),
            joinedload(Referral.receiver),
            joinedload(Referral.person).selectinload(Person.consents),
            selectinload(Referral.rights).joinedload(ReferralRight.right),
            selectinload(Referral.outcomes).joinedload(Outcome.right),
        )
        .order_by(Referral.made_at.desc(), Referral.id.desc())
    )


def whole_referrals_of(person_id: int) -> Select[Referral]:
    """The same with their whole history."""
    return referrals_of(person_id).options(
        selectinload(Referral.events), selectinload(Referral.appointments)
    )


def diagnostics_of(person_id: int) -> Select[Diagnostic]:
    return (
        select(Diagnostic)
        .where(Diagnostic.person_id == person_id)
        .order_by(Diagnostic.made_at.desc(), Diagnostic.id.desc())
    )


def openings_of(person_id: int) -> Select[FileOpening]:
    return (
        select(FileOpening)
        .where(FileOpening.person_id == person_id)
        .options(joinedload(FileOpening.user))
        .order_by(FileOpening.opened_at.desc(), FileOpening.id.desc())
    )


def held(person_id: int) -> Select[int]:
    """The file's row until the transaction ends, without reading it."""
    return select(Person.id).where(Person.id == person_id).with_for_update()


def merged_into(person_id: int) -> Select[Person]:
    """The files that lead to this one."""
    return select(Person).where(Person.merged_into_id == person_id)


def ids_with_merged(person_id: int) -> Select[int]:
    return select(Person.id).where(or_(Person.id == person_id, Person.merged_into_id == person_id))


def referral_ids(person_id: int) -> Select[int]:
    return select(Referral.id).where(Referral.person_id == person_id)


def appointment_ids(person_id: int) -> Select[int]:
    return (
        select(Appointment.id)
        .join(Referral, Referral.id == Appointment.referral_id)
        .where(Referral.person_id == person_id)
    )


def to_anonymise(last_contact_before: date, limit: int) -> Select[Person]:
    """Files whose time has come, locked; those that another is anonymising are left to it."""
    return (
        select(Person)
        .where(_due(last_contact_before))
        .options(selectinload(Person.consents))
        .order_by(Person.id)
        .limit(limit)
        .with_for_update(of=Person, skip_locked=True)
    )


def count_to_anonymise(last_contact_before: date) -> Select[int]:
    return select(func.count()).select_from(Person).where(_due(last_contact_before))


def _due(last_contact_before: date) -> ColumnElement[bool]:
    return and_(
        Person.last_contact_on < last_contact_before,
        Person.anonymised_at.is_(None),
        Person.merged_into_id.is_(None),
    )
