"""The stands of a forum, as the services and pages read and lock them.

Locks are taken in one order: the forum, then its stands by id, then their mails."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from zna_network.models.forum import FINAL_STATES, Forum
from zna_network.models.organisation import Organisation
from zna_network.models.stand import Stand, StandState, stand_rights
from zna_network.queries.listing import SortKeys

EXPECTED = (StandState.INVITED, StandState.CONFIRMED)
LIVE = (StandState.APPLIED, *EXPECTED)

_NAME = func.coalesce(Organisation.sort_key, func.lower(Stand.organisation_name))
STAND_SORTS: SortKeys = {
    "number": (Stand.number,),
    "name": (_NAME, Stand.number),
    "state": (Stand.state, _NAME, Stand.number),
    "place": (Stand.row.is_(None), Stand.row, Stand.column, Stand.number),
    "answered": (Stand.answered_at.is_(None), Stand.answered_at, Stand.number),
}


@dataclass(frozen=True)
class StandFilter:
    """What the list is narrowed to. ``words`` are folded; ``placed`` none: both."""

    words: tuple[str, ...] = ()
    state: StandState | None = None
    right_code: str = ""
    placed: bool | None = None


@dataclass(frozen=True)
class NeedsTotal:
    """How much the stands of one state need together."""

    state: StandState
    stands: int
    tables: int
    chairs: int
    sockets: int
    screens: int


def listed(forum_id: int, wanted: StandFilter, only: Collection[StandState] = ()) -> Select[Stand]:
    """The stands of a list, with who holds them and their rights."""
    return (
        select(Stand)
        .outerjoin(Stand.organisation)
        .where(Stand.forum_id == forum_id, *_conditions(wanted))
        .where(Stand.state.in_(only) if only else Stand.id.is_not(None))
        .options(contains_eager(Stand.organisation), selectinload(Stand.rights))
    )


def in_full(forum_id: int, wanted: StandFilter) -> Select[Stand]:
    """The same with the people, for an export, by number."""
    return listed(forum_id, wanted).options(selectinload(Stand.people)).order_by(Stand.number)


def _conditions(wanted: StandFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [
        or_(
            Organisation.search_text.contains(word),
            func.lower(Stand.organisation_name).contains(word),
        )
        for word in wanted.words
    ]
    if wanted.state:
        conditions.append(Stand.state == wanted.state)
    if wanted.right_code:
        naming = select(stand_rights.c.stand_id)
        conditions.append(
            Stand.id.in_(naming.where(stand_rights.c.right_code == wanted.right_code))
        )
    if wanted.placed is not None:
        place = Stand.column
        conditions.append(
            place.is_not(None) if wanted.placed else and_(place.is_(None), Stand.state.in_(LIVE))
        )
    return conditions


def totals(forum_id: int) -> Select[StandState, int, int, int, int, int]:
    """State, stands, tables, chairs, sockets and screens of each state present."""
    return (
        select(
            Stand.state,
            func.count(Stand.id),
            func.sum(Stand.tables),
            func.sum(Stand.chairs),
            func.sum(Stand.sockets),
            func.count(Stand.id).filter(Stand.needs_screen),
        )
        .where(Stand.forum_id == forum_id)
        .group_by(Stand.state)
    )


def by_number(forum_id: int, number: int) -> Select[Stand]:
    """One stand with all that its page shows."""
    return (
        select(Stand)
        .where(Stand.forum_id == forum_id, Stand.number == number)
        .options(
            joinedload(Stand.organisation),
            selectinload(Stand.rights),
            selectinload(Stand.people),
        )
    )


def by_link(link_hash: str) -> Select[Stand]:
    return (
        select(Stand)
        .where(Stand.link_hash == link_hash)
        .options(
            joinedload(Stand.forum),
            joinedload(Stand.organisation),
            selectinload(Stand.rights),
            selectinload(Stand.people),
        )
    )


def by_uid(uid: str) -> Select[Stand]:
    return select(Stand).where(Stand.uid == uid)


def locked(forum_id: int, stand_id: int) -> Select[Stand]:
    return (
        select(Stand)
        .where(Stand.forum_id == forum_id, Stand.id == stand_id)
        .options(selectinload(Stand.organisation), selectinload(Stand.people))
        .with_for_update(of=Stand)
        .execution_options(populate_existing=True)
    )


def number_locked(forum_id: int, number: int) -> Select[Stand]:
    return (
        select(Stand)
        .where(Stand.forum_id == forum_id, Stand.number == number)
        .options(selectinload(Stand.organisation), selectinload(Stand.people))
        .with_for_update(of=Stand)
        .execution_options(populate_existing=True)
    )


def expected_locked(forum_id: int) -> Select[Stand]:
    """The stands invited or confirmed, by id."""
    return _locked_in(forum_id, EXPECTED)


def live_locked(forum_id: int) -> Select[Stand]:
    """The same with those who ask for one."""
    return _locked_in(forum_id, LIVE)


def _locked_in(forum_id: int, states: Collection[StandState]) -> Select[Stand]:
    return (
        select(Stand)
        .where(Stand.forum_id == forum_id, Stand.state.in_(states))
        .options(selectinload(Stand.organisation))
        .order_by(Stand.id)
        .with_for_update(of=Stand)
        .execution_options(populate_existing=True)
    )


def to_remind(today: date) -> Select[int]:
    """The stands invited without an answer, never reminded, of forums to come that go on."""
    return (
        select(Stand.id)
        .join(Forum, Forum.id == Stand.forum_id)
        .where(
            Stand.state == StandState.INVITED,
            Stand.reminded_at.is_(None),
            Stand.contact_email != "",
            Forum.state.not_in(FINAL_STATES),
            or_(Forum.held_on.is_(None), Forum.held_on > today),
            or_(Forum.held_on.is_not(None), Forum.stands_answer_by.is_not(None)),
        )
        .order_by(Stand.id)
    )


def stand_to_remind(stand_id: int) -> Select[Stand]:
    """One of them with its forum, held until the transaction ends."""
    return (
        select(Stand)
        .where(Stand.id == stand_id)
        .options(joinedload(Stand.forum), joinedload(Stand.organisation))
        .with_for_update(of=Stand)
        .execution_options(populate_existing=True)
    )


def last_number(forum_id: int) -> Select[int | None]:
    return select(func.max(Stand.number)).where(Stand.forum_id == forum_id)


def live_of(forum_id: int, organisation_ids: Collection[int]) -> Select[Stand]:
    """The stands that these organisations have, or ask for, at this forum."""
    return (
        select(Stand)
        .where(
            Stand.forum_id == forum_id,
            Stand.organisation_id.in_(organisation_ids),
            Stand.state.in_(LIVE),
        )
        .options(joinedload(Stand.organisation))
    )


def live_of_both(one_id: int, other_id: int) -> Select[Stand]:
    """The stands that these two organisations have where both have one, two a forum."""
    shared = (
        select(Stand.forum_id)
        .where(Stand.organisation_id.in_((one_id, other_id)), Stand.state.in_(LIVE))
        .group_by(Stand.forum_id)
        .having(func.count(Stand.id) > 1)
    )
    return (
        select(Stand)
        .where(
            Stand.organisation_id.in_((one_id, other_id)),
            Stand.state.in_(LIVE),
            Stand.forum_id.in_(shared),
        )
        .options(joinedload(Stand.forum))
        .order_by(Stand.forum_id, Stand.number)
    )


def of_organisation(forum_id: int, organisation_id: int) -> Select[Stand]:
    """All of one organisation's, the latest first."""
    return (
        select(Stand)
        .where(Stand.forum_id == forum_id, Stand.organisation_id == organisation_id)
        .order_by(Stand.id.desc())
    )


def invitable(
    forum_id: int, organisation_ids: Collection[int] | None = None
) -> Select[Organisation]:
    """Live organisations that have no stand at this forum, with whom to write to: these, or all
    those that held one before."""
    taken = select(Stand.organisation_id).where(
        Stand.forum_id == forum_id, Stand.state.in_(LIVE), Stand.organisation_id.is_not(None)
    )
    statement = (
        select(Organisation)
        .where(Organisation.archived_at.is_(None), Organisation.id.not_in(taken))
        .options(selectinload(Organisation.contacts))
        .order_by(Organisation.sort_key, Organisation.id)
    )
    if organisation_ids is not None:
        return statement.where(Organisation.id.in_(organisation_ids))
    before = select(Stand.organisation_id).where(
        Stand.forum_id != forum_id, Stand.state == StandState.CONFIRMED
    )
    return statement.where(Organisation.id.in_(before))
