"""The pages about polls cost the same for few people and dates as for many."""

from tests.acting import acting_as
from tests.factories.accounts import make_user
from tests.factories.committees import make_committee, make_membership
from tests.factories.invitations import make_invitation
from tests.factories.meetings import make_meeting
from tests.factories.organisations import make_grantee
from tests.factories.polls import make_invitee, make_poll
from tests.statements import cost
from zna_network.models.account import Role
from zna_network.queries import polls as queries
from zna_network.services.context import Context
from zna_network.services.polls import access, board


def _big(ctx: Context, people: int, dates: int) -> int:
    committee = make_committee(ctx.session)
    poll = make_poll(ctx.session, committee, dates=dates)
    for rank in range(people):
        member = make_membership(ctx.session, committee) if rank < 5 else None
        make_invitee(ctx.session, poll, "y" * dates, member.contact if member else None)
    meeting = make_meeting(
        ctx.session, committee, starts_at=poll.options[0].starts_at, ends_at=poll.options[0].ends_at
    )
    make_invitation(ctx.session, meeting, poll.invitees[0].contact)
    return poll.id


def _read(ctx: Context, poll_id: int) -> None:
    page = board.board(ctx, poll_id)
    assert any(standing.remarks for standing in page.standings)
    for row in page.rows:
        assert row.choices
        assert row.invitee.organisation_label is not None


def test_the_table_of_a_poll_costs_the_same_for_many(ctx: Context) -> None:
    small, large = _big(ctx, 15, 8), _big(ctx, 60, 20)
    first = cost(ctx.session, lambda: _read(ctx, small))
    assert cost(ctx.session, lambda: _read(ctx, large)) == first
    assert first <= 16


def test_a_grantee_lists_the_polls_of_the_committees_that_it_leads(ctx: Context) -> None:
    lilas = make_grantee(ctx.session)
    led = make_committee(ctx.session, led_by=lilas)
    ours = [make_poll(ctx.session, led).id for _ in range(2)]
    theirs = make_poll(ctx.session)
    make_invitee(ctx.session, theirs, "yyy")
    make_invitee(ctx.session, theirs)
    grantee = acting_as(ctx, make_user(ctx.session, Role.GRANTEE, lilas))
    staff = acting_as(ctx, make_user(ctx.session, Role.AGENT))

    def listed(who: Context) -> list[int]:
        found = ctx.session.scalars(queries.listed(access.reach(who), current=True))
        return sorted(poll.id for poll in found)

    assert (listed(grantee), listed(staff)) == (ours, [*ours, theirs.id])
    assert ctx.session.execute(queries.progress([theirs.id])).all() == [(theirs.id, 2, 1)]
    assert ctx.session.execute(queries.option_counts([theirs.id])).all() == [(theirs.id, 3)]
