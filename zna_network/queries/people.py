"""The files of the people who are helped."""

from datetime import datetime

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload, selectinload

from zna_network.models.person import FileOpening, Person
from zna_network.models.referral import Referral


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
    theirs = or_(Referral.sender_id == organisation_id, Referral.receiver_id == organisation_id)
    return select(Referral.id).where(Referral.person_id == person_id, theirs).limit(1)


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
