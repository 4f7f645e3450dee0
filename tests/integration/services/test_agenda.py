"""The agenda of a meeting against a real database, on both engines."""

from collections.abc import Callable

import pytest
from flask import Flask

from tests.acting import acting_as
from tests.factories.accounts import make_user
from tests.factories.committees import make_committee, make_membership
from tests.factories.meetings import make_agenda_item, make_meeting
from tests.factories.organisations import make_contact, make_organisation
from tests.races import results_at_once
from zna_network.models.account import Role
from zna_network.models.meeting import AgendaItem, Meeting, MeetingState
from zna_network.queries import meetings as queries
from zna_network.services import agenda
from zna_network.services.agenda import AgendaItemData
from zna_network.services.context import Context
from zna_network.services.errors import (
    ConflictError,
    ForbiddenError,
    InvalidError,
    NotFoundError,
)
from zna_network.services.french_time import short_time


def _titles(ctx: Context, meeting: Meeting) -> list[str]:
    return [item.title for item in ctx.session.scalars(queries.agenda_order(meeting.id))]


def _meeting_with(ctx: Context, *titles: str) -> tuple[Meeting, list[AgendaItem]]:
    meeting = make_meeting(ctx.session)
    return meeting, [make_agenda_item(ctx.session, meeting, title=title) for title in titles]


def test_points_are_added_one_after_the_other(ctx: Context) -> None:
    meeting = make_meeting(ctx.session)
    for title in (" Bilan  du trimestre ", "Suites"):
        agenda.add_item(ctx, meeting.id, AgendaItemData(title, 15, "Lou Exemple", "- un\r\n- deux"))
    assert _titles(ctx, meeting) == ["Bilan du trimestre", "Suites"]
    ctx.session.expire_all()
    assert meeting.agenda[0].description == "- un\n- deux"


def test_refuses_beside_the_field_and_writes_nothing(ctx: Context) -> None:
    meeting, (item,) = _meeting_with(ctx, "Bilan")
    for data, field in (
        (AgendaItemData(""), "title"),
        (AgendaItemData("x" * 201), "title"),
        (AgendaItemData("Point", 0), "minutes_allotted"),
        (AgendaItemData("Point", -5), "minutes_allotted"),
        (AgendaItemData("Point", 481), "minutes_allotted"),
        (AgendaItemData("Point", presenter="x" * 161), "presenter"),
        (AgendaItemData("Point", description="x" * 5001), "description"),
    ):
        with pytest.raises(InvalidError) as refusal:
            agenda.add_item(ctx, meeting.id, data)
        assert refusal.value.field == field
        with pytest.raises(InvalidError):
            agenda.update_item(ctx, meeting.id, item.id, data, item.revision)
        assert _titles(ctx, meeting) == ["Bilan"]


def test_an_agenda_has_a_reasonable_end(ctx: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    meeting, _ = _meeting_with(ctx, "Un", "Deux")
    monkeypatch.setattr(agenda, "MOST_ITEMS", 2)
    with pytest.raises(InvalidError, match="2 points au plus"):
        agenda.add_item(ctx, meeting.id, AgendaItemData("Trois"))


def test_a_change_made_from_an_older_version_is_refused(ctx: Context) -> None:
    meeting, (item,) = _meeting_with(ctx, "Bilan")
    seen = item.revision
    agenda.update_item(ctx, meeting.id, item.id, AgendaItemData("Bilan complet"), seen)
    with pytest.raises(ConflictError):
        agenda.update_item(ctx, meeting.id, item.id, AgendaItemData("Bilan bref"), seen)
    assert _titles(ctx, meeting) == ["Bilan complet"]


def test_moving_a_point_does_not_refuse_the_text_being_typed_in_it(ctx: Context) -> None:
    meeting, (first, second) = _meeting_with(ctx, "Un", "Deux")
    seen = second.revision
    agenda.move_item(ctx, meeting.id, first.id, up=False)
    agenda.update_item(ctx, meeting.id, second.id, AgendaItemData("Deux bis"), seen)
    assert _titles(ctx, meeting) == ["Deux bis", "Un"]


def test_points_move_by_one_and_stop_at_the_ends(ctx: Context) -> None:
    meeting, (first, _, third) = _meeting_with(ctx, "Un", "Deux", "Trois")
    agenda.move_item(ctx, meeting.id, third.id, up=True)
    assert _titles(ctx, meeting) == ["Un", "Trois", "Deux"]
    agenda.move_item(ctx, meeting.id, first.id, up=True)
    agenda.move_item(ctx, meeting.id, third.id, up=False)
    agenda.move_item(ctx, meeting.id, third.id, up=False)
    assert _titles(ctx, meeting) == ["Un", "Deux", "Trois"]


def test_a_point_is_removed_once_and_others_stay(ctx: Context) -> None:
    meeting, (first, second) = _meeting_with(ctx, "Un", "Deux")
    first_id = first.id
    agenda.remove_item(ctx, meeting.id, first_id)
    agenda.remove_item(ctx, meeting.id, first_id)
    assert _titles(ctx, meeting) == ["Deux"]
    with pytest.raises(NotFoundError):
        agenda.move_item(ctx, meeting.id, first_id, up=True)
    with pytest.raises(NotFoundError):
        agenda.update_item(ctx, meeting.id, first_id, AgendaItemData("Un"), 1)
    other = make_meeting(ctx.session)
    with pytest.raises(NotFoundError):
        agenda.move_item(ctx, other.id, second.id, up=True)


def test_no_point_is_lost_when_several_people_change_the_agenda_at_once(
    app: Flask, ctx: Context
) -> None:
    meeting, items = _meeting_with(ctx, "Un", "Deux", "Trois", "Quatre")
    meeting_id, ids, revisions = meeting.id, [i.id for i in items], [i.revision for i in items]

    def add(title: str) -> Callable[[Context], object]:
        return lambda ctx: agenda.add_item(ctx, meeting_id, AgendaItemData(title)).id

    def move(number: int, up: bool) -> Callable[[Context], object]:
        return lambda ctx: agenda.move_item(ctx, meeting_id, ids[number], up=up)

    def edit(number: int, title: str) -> Callable[[Context], object]:
        data = AgendaItemData(title)
        return lambda ctx: (
            agenda.update_item(ctx, meeting_id, ids[number], data, revisions[number]).id
        )

    outcomes = results_at_once(
        app,
        [
            add("Cinq"),
            add("Six"),
            move(0, up=False),
            move(3, up=True),
            move(3, up=True),
            edit(1, "Deux bis"),
            edit(2, "Trois bis"),
            lambda ctx: agenda.remove_item(ctx, meeting_id, ids[0]),
        ],
    )
    # The one that moves the point being removed may come after it: a refusal, not a loss.
    assert all(not isinstance(o, Exception) or isinstance(o, NotFoundError) for o in outcomes)
    ctx.session.rollback()
    assert sorted(_titles(ctx, meeting)) == ["Cinq", "Deux bis", "Quatre", "Six", "Trois bis"]
    ctx.session.expire_all()
    positions = [item.position for item in meeting.agenda]
    assert len(set(positions)) == len(positions)


def test_one_text_is_kept_when_two_people_save_the_same_point_at_once(
    app: Flask, ctx: Context
) -> None:
    meeting, (item,) = _meeting_with(ctx, "Bilan")
    meeting_id, item_id, seen = meeting.id, item.id, item.revision

    def save(title: str) -> Callable[[Context], object]:
        data = AgendaItemData(title)
        return lambda ctx: agenda.update_item(ctx, meeting_id, item_id, data, seen).title

    outcomes = results_at_once(app, [save(f"Texte {number}") for number in range(4)])
    kept = [outcome for outcome in outcomes if isinstance(outcome, str)]
    assert len(kept) == 1
    assert sum(isinstance(outcome, ConflictError) for outcome in outcomes) == 3
    assert _titles(ctx, meeting) == kept


def test_each_point_has_its_hour_until_one_has_no_length(ctx: Context) -> None:
    meeting = make_meeting(ctx.session)
    for minutes in (20, 45, None, 10):
        make_agenda_item(ctx.session, meeting, minutes_allotted=minutes)
    ctx.session.expire_all()
    hours = [row.starts_at and short_time(row.starts_at) for row in agenda.timed(meeting)]
    assert hours == ["14\u00a0h", "14\u00a0h\u00a020", "15\u00a0h\u00a005", None]
    assert agenda.total_minutes(meeting) == 75
    assert agenda.minutes_over(meeting) == 0


def test_says_by_how_much_the_points_exceed_the_meeting(ctx: Context) -> None:
    meeting = make_meeting(ctx.session)
    make_agenda_item(ctx.session, meeting, minutes_allotted=135)
    ctx.session.expire_all()
    assert agenda.minutes_over(meeting) == 15


def test_the_agenda_of_a_cancelled_meeting_is_closed(ctx: Context) -> None:
    meeting, (item,) = _meeting_with(ctx, "Un")
    meeting.state = MeetingState.CANCELLED
    ctx.session.commit()
    with pytest.raises(ConflictError, match="annulée"):
        agenda.add_item(ctx, meeting.id, AgendaItemData("Deux"))
    with pytest.raises(ConflictError, match="annulée"):
        agenda.remove_item(ctx, meeting.id, item.id)


@pytest.mark.parametrize("role", [Role.GRANTEE, Role.PARTNER])
def test_nobody_writes_the_agenda_of_others(ctx: Context, role: Role) -> None:
    organisation = make_organisation(ctx.session)
    committee = make_committee(ctx.session, led_by=make_organisation(ctx.session))
    make_membership(ctx.session, committee, make_contact(ctx.session, organisation))
    meeting = make_meeting(ctx.session, committee)
    item = make_agenda_item(ctx.session, meeting)
    other = acting_as(ctx, make_user(ctx.session, role, organisation))
    data = AgendaItemData("Point")
    with pytest.raises(ForbiddenError):
        agenda.add_item(other, meeting.id, data)
    with pytest.raises(ForbiddenError):
        agenda.update_item(other, meeting.id, item.id, data, item.revision)
    with pytest.raises(ForbiddenError):
        agenda.move_item(other, meeting.id, item.id, up=True)
    with pytest.raises(ForbiddenError):
        agenda.remove_item(other, meeting.id, item.id)


def test_the_leading_grantee_writes_the_agenda(ctx: Context) -> None:
    grantee = make_organisation(ctx.session)
    meeting = make_meeting(ctx.session, make_committee(ctx.session, led_by=grantee))
    mine = acting_as(ctx, make_user(ctx.session, Role.GRANTEE, grantee))
    agenda.add_item(mine, meeting.id, AgendaItemData("Bilan"))
    assert _titles(ctx, meeting) == ["Bilan"]
