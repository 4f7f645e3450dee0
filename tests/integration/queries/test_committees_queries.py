"""Who sees which committees and meetings, and what the lists cost. On both engines."""

from datetime import timedelta

import pytest

from tests.acting import acting_as
from tests.factories.accounts import make_user
from tests.factories.committees import make_committee, make_membership
from tests.factories.meetings import make_agenda_item, make_attachment, make_meeting
from tests.factories.organisations import make_contact, make_organisation
from tests.statements import cost
from zna_network.models.account import Role, User
from zna_network.models.committee import Committee, CommitteeKind, Membership, MembershipState
from zna_network.models.meeting import Meeting, MeetingState
from zna_network.models.organisation import Organisation
from zna_network.queries import committees as queries
from zna_network.queries import meetings, memberships
from zna_network.queries.committees import COMMITTEE_SORTS, Reach
from zna_network.queries.listing import PageRequest, paginate
from zna_network.queries.meetings import MEETING_SORTS, Period
from zna_network.services import committee_access
from zna_network.services.committee_overviews import ELECTED, composition, overviews
from zna_network.services.context import Context
from zna_network.services.errors import ForbiddenError, NotFoundError

ALL = Reach(everything=True)


def _world(ctx: Context) -> tuple[Organisation, dict[str, Committee]]:
    """An organisation, and committees to which it stands in each possible way."""
    own = make_organisation(ctx.session)
    contact = make_contact(ctx.session, own)
    found = {
        "led": make_committee(ctx.session, led_by=own),
        "seated": make_committee(ctx.session),
        "proposed": make_committee(ctx.session),
        "set aside": make_committee(ctx.session),
        "left": make_committee(ctx.session),
        "stranger": make_committee(ctx.session, led_by=make_organisation(ctx.session)),
    }
    states = {
        "seated": MembershipState.VALIDATED,
        "proposed": MembershipState.PROPOSED,
        "set aside": MembershipState.SET_ASIDE,
        "left": MembershipState.LEFT,
    }
    for name, state in states.items():
        make_membership(ctx.session, found[name], contact, state)
    return own, found


def _seen_by(ctx: Context, user: User, found: dict[str, Committee]) -> set[str]:
    """By the lists; the pages must say the same."""
    acting = acting_as(ctx, user)
    reach = committee_access.reach(acting)
    listed = {committee.id for committee in ctx.session.scalars(queries.readable(reach))}
    for committee in found.values():
        assert committee_access.may_read(acting, committee) is (committee.id in listed)
    return {name for name, committee in found.items() if committee.id in listed}


@pytest.mark.parametrize("role", [Role.GRANTEE, Role.PARTNER])
def test_an_organisation_sees_what_it_leads_and_where_it_sits(ctx: Context, role: Role) -> None:
    own, found = _world(ctx)
    assert _seen_by(ctx, make_user(ctx.session, role, own), found) == {"led", "seated"}


@pytest.mark.parametrize("role", [Role.AGENT, Role.ADMIN])
def test_staff_see_every_committee(ctx: Context, role: Role) -> None:
    _, found = _world(ctx)
    assert _seen_by(ctx, make_user(ctx.session, role), found) == set(found)


def test_an_account_that_is_closed_sees_none(ctx: Context) -> None:
    own, found = _world(ctx)
    for role, organisation in ((Role.AGENT, None), (Role.PARTNER, own)):
        user = make_user(ctx.session, role, organisation, is_active=False)
        assert _seen_by(ctx, user, found) == set()
    assert list(ctx.session.scalars(queries.readable(Reach()))) == []


def test_refuses_to_open_what_may_not_be_read(ctx: Context) -> None:
    own, found = _world(ctx)
    acting = acting_as(ctx, make_user(ctx.session, Role.PARTNER, own))
    meeting = make_meeting(ctx.session, found["stranger"])
    with pytest.raises(ForbiddenError):
        committee_access.readable_committee(acting, found["stranger"].id)
    with pytest.raises(ForbiddenError):
        committee_access.readable_meeting(acting, meeting.id)
    with pytest.raises(NotFoundError):
        committee_access.readable_committee(acting, 999)
    with pytest.raises(NotFoundError):
        committee_access.readable_meeting(acting, 999)


def test_archived_committees_have_a_list_of_their_own(ctx: Context) -> None:
    live = make_committee(ctx.session)
    archived = make_committee(ctx.session, archived_at=ctx.now)
    assert ctx.session.scalars(queries.readable(ALL)).all() == [live]
    assert ctx.session.scalars(queries.readable(ALL, archived=True)).all() == [archived]
    assert ctx.session.scalar(queries.count_archived(ALL)) == 1


def test_counts_the_proposals_that_wait_in_the_committees_at_work(ctx: Context) -> None:
    committee = make_committee(ctx.session)
    archived = make_committee(ctx.session, archived_at=ctx.now)
    for where in (committee, committee, archived):
        make_membership(ctx.session, where, state=MembershipState.PROPOSED)
    make_membership(ctx.session, committee)
    assert ctx.session.scalar(queries.proposals_waiting()) == 2
    assert ctx.session.scalars(queries.with_proposals()).all() == [committee]


def test_tells_the_next_and_the_last_meeting_of_each_committee(ctx: Context) -> None:
    committee = make_committee(ctx.session)

    def held(days: int, **values: object) -> Meeting:
        starts_at = ctx.now + timedelta(days=days)
        return make_meeting(
            ctx.session,
            committee,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=2),
            **values,
        )

    held(-60)
    last = held(-30)
    held(-5, state=MeetingState.CANCELLED)
    held(5, state=MeetingState.CANCELLED)
    following = held(10)
    held(40)
    make_membership(ctx.session, committee)
    make_membership(ctx.session, committee, state=MembershipState.PROPOSED)
    empty = make_committee(ctx.session)
    first, second = overviews(ctx, [committee, empty])
    assert (first.next_meeting, first.last_meeting) == (following, last)
    assert (first.members, first.proposals) == (1, 1)
    assert (second.next_meeting, second.last_meeting, second.members) == (None, None, 0)


def test_a_meeting_that_goes_on_is_still_the_next_one(ctx: Context) -> None:
    meeting = make_meeting(
        ctx.session,
        starts_at=ctx.now - timedelta(hours=1),
        ends_at=ctx.now + timedelta(hours=1),
    )
    assert overviews(ctx, [meeting.committee])[0].next_meeting == meeting
    assert ctx.session.scalars(meetings.upcoming(ALL, ctx.now, 5)).all() == [meeting]


def test_meetings_to_come_are_those_that_may_be_read(ctx: Context) -> None:
    own, found = _world(ctx)
    seen = {name: make_meeting(ctx.session, committee) for name, committee in found.items()}
    reach = Reach(organisation_id=own.id)
    upcoming = ctx.session.scalars(meetings.upcoming(reach, ctx.now, 10)).all()
    assert upcoming == [seen["led"], seen["seated"]]
    assert len(ctx.session.scalars(meetings.upcoming(ALL, ctx.now, 3)).all()) == 3


def test_elected_members_of_a_copil_come_first_then_organisations(ctx: Context) -> None:
    copil = make_committee(ctx.session, kind=CommitteeKind.STEERING)
    second = make_organisation(ctx.session, name="Zèbre social")
    first = make_organisation(ctx.session, name="Abeille sociale")
    for organisation in (second, first):
        make_membership(ctx.session, copil, make_contact(ctx.session, organisation))
    elected = make_contact(ctx.session, second, is_elected=True)
    make_membership(ctx.session, copil, elected)
    members = ctx.session.scalars(memberships.of_committee(copil.id)).all()
    titles = [group.title for group in composition(copil, members)]
    assert titles == [ELECTED, "Abeille sociale", "Zèbre social"]
    technical = make_committee(ctx.session)
    assert ELECTED not in {group.title for group in composition(technical, members)}


def test_two_organisations_of_one_name_are_two_groups(ctx: Context) -> None:
    committee = make_committee(ctx.session)
    for _ in range(2):
        organisation = make_organisation(ctx.session, name="CCAS")
        make_membership(ctx.session, committee, make_contact(ctx.session, organisation))
    members = ctx.session.scalars(memberships.of_committee(committee.id)).all()
    assert [len(group.members) for group in composition(committee, members)] == [1, 1]


def test_the_list_of_committees_costs_the_same_for_5_and_50(ctx: Context) -> None:
    def read() -> None:
        page = paginate(
            ctx.session, queries.readable(ALL), PageRequest(per_page=100), COMMITTEE_SORTS
        )
        for item in overviews(ctx, page.items):
            assert item.committee.led_by is not None
            assert item.next_meeting is not None

    costs = []
    for number in (5, 45):
        for _ in range(number):
            committee = make_committee(ctx.session, led_by=make_organisation(ctx.session))
            make_meeting(ctx.session, committee)
            make_membership(ctx.session, committee)
        costs.append(cost(ctx.session, read))
    assert costs[0] == costs[1] <= 6


def test_the_list_of_meetings_costs_the_same_for_5_and_50(ctx: Context) -> None:
    def read() -> None:
        page = paginate(
            ctx.session,
            meetings.listed(ALL, Period.UPCOMING, ctx.now),
            PageRequest(per_page=100),
            MEETING_SORTS,
        )
        assert all(meeting.committee.name for meeting in page.items)

    costs = []
    for number in (5, 45):
        for _ in range(number):
            make_meeting(ctx.session)
        costs.append(cost(ctx.session, read))
    assert costs[0] == costs[1] <= 4


def test_a_composition_and_its_history_cost_the_same_for_5_and_50(ctx: Context) -> None:
    committee_id = make_committee(ctx.session).id

    def read() -> None:
        for member in ctx.session.scalars(memberships.of_committee(committee_id)):
            assert member.contact.organisation.name
        for event in ctx.session.scalars(memberships.events_of_committee(committee_id)):
            assert event.membership.contact.organisation.name
            assert event.actor is None

    costs = []
    for number in (5, 45):
        committee = ctx.session.get_one(Committee, committee_id)
        for _ in range(number):
            make_membership(ctx.session, committee)
        costs.append(cost(ctx.session, read))
    assert costs[0] == costs[1] <= 8
    assert ctx.session.query(Membership).count() == 50


def test_an_agenda_costs_the_same_for_5_and_50(ctx: Context) -> None:
    meeting_id = make_meeting(ctx.session).id

    def read() -> None:
        meeting = ctx.session.scalar(meetings.with_agenda(meeting_id))
        assert meeting is not None
        assert all(item.attachments[0].filename for item in meeting.agenda)

    costs = []
    for number in (5, 45):
        meeting = ctx.session.get_one(Meeting, meeting_id)
        for _ in range(number):
            make_attachment(ctx.session, make_agenda_item(ctx.session, meeting))
        costs.append(cost(ctx.session, read))
    assert costs[0] == costs[1] <= 5
