"""A page of minutes, of attendance or of actions costs the same number of queries whatever it
shows. On both engines."""

from datetime import date, timedelta

import pytest

from tests.factories.accounts import make_user
from tests.factories.committees import make_committee, make_membership
from tests.factories.invitations import make_invitation
from tests.factories.meetings import make_meeting
from tests.factories.minutes import make_action, make_attendance, make_decision, make_minutes
from tests.factories.organisations import make_contact, make_organisation
from tests.statements import cost
from zna_network.models.account import Role
from zna_network.models.invitation import Answer, Rsvp
from zna_network.models.meeting import Meeting
from zna_network.models.minutes import ActionItem, ActionState, Minutes, MinutesVersion
from zna_network.queries import actions as queries
from zna_network.queries import meetings
from zna_network.queries import minutes as minutes_queries
from zna_network.queries.actions import ActionFilter, Shown
from zna_network.queries.committees import Reach
from zna_network.queries.listing import PageRequest, paginate
from zna_network.services import minutes as service
from zna_network.services.attendance_lines import lines
from zna_network.services.context import Context

TODAY = date(2026, 12, 3)
ALL = Reach(everything=True)


def _convene(ctx: Context, meeting: Meeting, number: int) -> None:
    """As many people represented, who represents them, and people unannounced."""
    for _ in range(number):
        contact = make_contact(ctx.session, make_organisation(ctx.session))
        somebody = make_invitation(ctx.session, meeting, contact, answer=Answer.REPRESENTED)
        somebody.answers.append(
            Rsvp(answer=Answer.REPRESENTED, channel="link", at=ctx.now, representative_name="X")
        )
        make_invitation(ctx.session, meeting, represents=somebody)
        make_attendance(ctx.session, meeting, invitation=somebody)
        make_attendance(ctx.session, meeting)


def test_the_attendance_list_costs_the_same_for_5_and_50(ctx: Context) -> None:
    costs = set()
    for number in (5, 50):
        meeting = make_meeting(ctx.session)
        _convene(ctx, meeting, number)
        meeting_id = meeting.id

        def read(meeting_id: int = meeting_id, people: int = 3 * number) -> None:
            assert len(lines(ctx, ctx.session.get_one(Meeting, meeting_id))) == people

        costs.add(cost(ctx.session, read))
    assert len(costs) == 1


def test_the_minutes_cost_the_same_for_5_and_50(ctx: Context) -> None:
    costs = set()
    for number in (5, 50):
        minutes = make_minutes(ctx.session, sections=number)
        meeting = minutes.meeting
        earlier = make_meeting(
            ctx.session, meeting.committee,
            starts_at=meeting.starts_at - timedelta(days=9), ends_at=meeting.starts_at,
        )  # fmt: skip
        for section in minutes.sections:
            section.updated_by = make_user(ctx.session)
            make_decision(ctx.session, meeting, section_id=section.id)
            make_action(ctx.session, meeting, organisation=make_organisation(ctx.session))
            make_action(ctx.session, earlier, organisation=make_organisation(ctx.session))
        ctx.session.commit()
        meeting_id = meeting.id

        def read(meeting_id: int = meeting_id) -> None:
            found = ctx.session.scalar(minutes_queries.with_everything(meeting_id))
            assert found is not None
            assert service.reading(ctx, found).seal
            assert [section.updated_by for section in found.sections]

        costs.add(cost(ctx.session, read))
    assert len(costs) == 1


@pytest.fixture
def register(ctx: Context) -> dict[str, ActionItem]:
    """Five actions: late, for later, without a date, done, and of a draft elsewhere."""
    leading = make_organisation(ctx.session)
    meeting = make_meeting(ctx.session, make_committee(ctx.session, name="A", led_by=leading))
    elsewhere = make_meeting(ctx.session, make_committee(ctx.session, name="B"))
    minutes = make_minutes(ctx.session, meeting)
    _validated(ctx, minutes)
    return {
        "late": make_action(ctx.session, meeting, due_on=date(2026, 12, 2), owner="Zoé"),
        "today": make_action(ctx.session, meeting, due_on=TODAY, owner="Ana"),
        "undated": make_action(ctx.session, meeting, due_on=None, owner="Ana"),
        "done": make_action(
            ctx.session, meeting, due_on=date(2026, 1, 1), state=ActionState.DONE, owner="Luc"
        ),
        "draft": make_action(ctx.session, elsewhere, due_on=date(2027, 5, 1), owner="Éva"),
    }


def _validated(ctx: Context, minutes: Minutes) -> None:
    ctx.session.add(
        MinutesVersion(minutes_id=minutes.id, number=1, values={}, document=b"", created_at=ctx.now)
    )
    ctx.session.commit()


def _listed(
    ctx: Context, register: dict[str, ActionItem], wanted: ActionFilter, reach: Reach = ALL,
    sort: str = "",
) -> list[str]:  # fmt: skip
    names = {action.id: name for name, action in register.items()}
    page = paginate(
        ctx.session, queries.listed(reach, wanted), PageRequest(sort=sort), queries.ACTION_SORTS
    )
    assert page.total == len(page.items)
    return [names[action.id] for action in page.items]


@pytest.mark.parametrize(
    ("shown", "names"),
    [
        (Shown.OPEN, ["late", "today", "draft", "undated"]),
        (Shown.LATE, ["late"]),
        (Shown.CLOSED, ["done"]),
        (Shown.ALL, ["done", "late", "today", "draft", "undated"]),
    ],
)
def test_the_register_shows_what_is_asked(
    ctx: Context, register: dict[str, ActionItem], shown: Shown, names: list[str]
) -> None:
    assert _listed(ctx, register, ActionFilter(TODAY, shown)) == names


def test_the_register_filters_and_sorts(ctx: Context, register: dict[str, ActionItem]) -> None:
    everything = ActionFilter(TODAY, Shown.ALL)
    assert _listed(ctx, register, ActionFilter(TODAY, owner="Ana")) == ["today", "undated"]
    elsewhere = register["draft"].meeting.committee_id
    assert _listed(ctx, register, ActionFilter(TODAY, committee_id=elsewhere)) == ["draft"]
    assert _listed(ctx, register, everything, sort="owner")[0] in {"today", "undated"}
    assert _listed(ctx, register, everything, sort="committee")[-1] == "draft"
    assert ctx.session.execute(queries.counts(ALL, TODAY)).one() == (4, 1, 1)
    assert set(ctx.session.scalars(queries.owners(ALL))) == {"Zoé", "Ana", "Luc", "Éva"}
    assert [c.name for c in ctx.session.scalars(queries.committees(ALL))] == ["A", "B"]


def test_a_member_sees_the_actions_of_validated_minutes_only(
    ctx: Context, register: dict[str, ActionItem]
) -> None:
    sitting = make_organisation(ctx.session)
    contact = make_contact(ctx.session, sitting)
    for name in ("late", "draft"):
        make_membership(ctx.session, register[name].meeting.committee, contact)
    reach = Reach(organisation_id=sitting.id)
    everything = ActionFilter(TODAY, Shown.ALL)
    assert _listed(ctx, register, everything, reach) == ["done", "late", "today", "undated"]
    register["late"].created_at = ctx.now + timedelta(minutes=1)
    ctx.session.commit()
    assert _listed(ctx, register, everything, reach) == ["done", "today", "undated"]
    leading = register["late"].meeting.committee.led_by_id
    assert "late" in _listed(ctx, register, everything, Reach(organisation_id=leading))
    assert _listed(ctx, register, everything, Reach()) == []
    stranger = make_user(ctx.session, Role.PARTNER, make_organisation(ctx.session))
    assert _listed(ctx, register, everything, Reach(organisation_id=stranger.organisation_id)) == []


def test_the_register_costs_the_same_for_5_and_50(ctx: Context) -> None:
    costs = set()
    for number in (5, 45):
        for _ in range(number):
            make_action(
                ctx.session, make_meeting(ctx.session), organisation=make_organisation(ctx.session)
            )

        def read() -> None:
            page = paginate(
                ctx.session,
                queries.listed(ALL, ActionFilter(TODAY)),
                PageRequest(per_page=100),
                queries.ACTION_SORTS,
            )
            for action in page.items:
                assert action.meeting.committee.name
                assert action.organisation

        costs.add(cost(ctx.session, read))
    assert len(costs) == 1


def test_the_meeting_page_tells_how_far_the_minutes_are(ctx: Context) -> None:
    minutes = make_minutes(ctx.session)
    make_attendance(ctx.session, minutes.meeting)
    row = ctx.session.execute(meetings.progress(minutes.meeting_id)).one()
    assert row[2:] == (1, minutes.state)
