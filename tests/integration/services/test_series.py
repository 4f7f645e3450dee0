"""A year of meetings planned at once: what is avoided, what is proposed, what is written."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from itertools import pairwise

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.acting import acting_as
from tests.factories.accounts import make_user
from tests.factories.committees import make_committee, make_membership
from tests.factories.meetings import make_meeting
from tests.factories.organisations import make_contact, make_grantee, make_organisation
from tests.races import results_at_once
from tests.statements import cost
from zna_network.models.account import Role
from zna_network.models.meeting import Meeting, MeetingSeries
from zna_network.models.organisation import Organisation
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, ForbiddenError, InvalidError
from zna_network.services.french_time import local_date, to_local
from zna_network.services.meeting_times import Slot
from zna_network.services.meetings import MeetingData, cancel_meeting, update_meeting
from zna_network.services.planning import closed_periods, series
from zna_network.services.planning.closed_periods import PeriodData
from zna_network.services.planning.series_plan import Planned
from zna_network.services.planning.series_values import Rank, SeriesData

YEAR = SeriesData(
    Rank.THIRD, 3, 1, time(14), time(16), date(2027, 1, 1), date(2027, 12, 31),
    place="Salle d’exemple", client_id="0b9c5f0e-0000-4000-8000-000000000001",
)  # fmt: skip


def by_date(planned: list[Planned]) -> dict[date, Planned]:
    return {one.expected: one for one in planned}


def test_what_is_to_be_avoided_is_told_and_another_date_proposed(ctx: Context) -> None:
    session = ctx.session
    mine = make_committee(session)
    other = make_committee(session, name="Comité technique voisin")
    contact = make_contact(session, make_organisation(session))
    make_membership(session, mine, contact)
    make_membership(session, other, contact)
    stranger = make_committee(session)
    for committee, day, hour in (
        (other, 21, 14), (stranger, 21, 14), (other, 18, 8), (mine, 28, 8),
    ):  # fmt: skip
        month = 2 if day == 18 else 1
        make_meeting(
            session, committee, starts_at=datetime(2027, month, day, hour, tzinfo=UTC),
            ends_at=datetime(2027, month, day, hour + 1, tzinfo=UTC),
        )  # fmt: skip
    closed_periods.add(ctx, PeriodData("Élections", date(2027, 3, 15), date(2027, 3, 20)))

    found = by_date(series.preview(ctx, mine.id, YEAR))
    assert len(found) == 12
    january = found[date(2027, 1, 21)]
    assert "Comité technique voisin, de 15\u00a0h à 16\u00a0h" in january.reasons[0]
    assert len(january.reasons) == 1, "whoever shares nobody is not in the way"
    assert january.day == date(2027, 1, 14), "on the 28th the committee itself meets"
    february = found[date(2027, 2, 18)]
    assert (february.reasons, february.day) == ((), date(2027, 2, 18)), "another hour is free"
    march = found[date(2027, 3, 18)]
    assert (march.reasons, march.day) == (("Élections",), date(2027, 3, 25))
    # In the middle of the summer holidays nothing near is free.
    assert found[date(2027, 7, 15)].day == date(2027, 7, 1)
    august = found[date(2027, 8, 19)]
    assert "Vacances d’été (zone B)" in august.reasons
    assert august.day == date(2027, 9, 2)
    assert all(one.is_kept_at_first for one in found.values())
    days = sorted(one.day for one in found.values() if one.day)
    assert min((b - a).days for a, b in pairwise(days)) >= 14
    assert session.scalar(select(func.count(MeetingSeries.id))) == 0

    picked = {date(2027, 8, 19): date(2027, 8, 15), date(2027, 1, 21): date(2026, 12, 1)}
    by_hand = by_date(series.preview(ctx, mine.id, YEAR, picked))
    sunday = by_hand[date(2027, 8, 19)]
    assert sunday.by_hand
    assert sunday.remarks[0] == "Jour férié\u00a0: l’Assomption"
    assert "Je confirme" in sunday.problem
    assert by_hand[date(2027, 1, 21)].problem == "Cette date est passée."
    confirmed = series.preview(ctx, mine.id, replace(YEAR, confirmed=True), picked)
    assert not by_date(confirmed)[date(2027, 8, 19)].problem


def test_a_long_series_costs_no_more_to_judge_and_keeps_others_secrets(ctx: Context) -> None:
    session = ctx.session
    grantee = make_grantee(session)
    mine = make_committee(session, led_by=grantee)
    secret = make_committee(session, name="Comité confidentiel")
    contact = make_contact(session, make_organisation(session))
    make_membership(session, mine, contact)
    make_membership(session, secret, contact)
    for month in range(1, 13):
        make_meeting(
            session, secret, starts_at=datetime(2027, month, 16, 8, tzinfo=UTC),
            ends_at=datetime(2027, month, 22, 18, tzinfo=UTC),
        )  # fmt: skip
    make_meeting(
        session, secret, starts_at=datetime(2027, 1, 21, 12, tzinfo=UTC),
        ends_at=datetime(2027, 1, 21, 18, tzinfo=UTC),
    )  # fmt: skip
    short = replace(YEAR, last_on=date(2027, 2, 28))
    long = replace(YEAR, last_on=date(2029, 12, 31))
    mine_id, led_by = mine.id, grantee.id
    few = cost(session, lambda: series.preview(ctx, mine_id, short))
    assert few == cost(session, lambda: series.preview(ctx, mine_id, long))
    leader = acting_as(ctx, make_user(session, Role.GRANTEE, session.get_one(Organisation, led_by)))
    reasons = series.preview(leader, mine_id, YEAR)[0].reasons
    assert reasons
    assert "confidentiel" not in " ".join(reasons)
    assert "confidentiel" in " ".join(series.preview(ctx, mine_id, YEAR)[0].reasons)


def test_the_dates_kept_are_made_all_or_none_and_then_live_alone(ctx: Context) -> None:
    committee = make_committee(ctx.session)
    summer = date(2027, 7, 15)
    kept = {
        date(2027, 1, 21): date(2027, 1, 21), date(2027, 4, 15): date(2027, 4, 15),
        summer: date(2027, 7, 1),
    }  # fmt: skip
    for wrong, problem in (
        ({}, "Gardez au moins une date."),
        ({date(2027, 1, 22): date(2027, 1, 22)}, "n’est pas de cette série"),
        ({**kept, summer: date(2027, 4, 15)}, "Deux réunions"),
        ({**kept, summer: date(2027, 7, 14)}, "Mercredi 14 juillet 2027"),
        ({**kept, summer: date(2026, 7, 1)}, "Mercredi 1er juillet 2026"),
    ):
        with pytest.raises(InvalidError) as refusal:
            series.create(ctx, committee.id, YEAR, wrong)
        assert refusal.value.field == "keep"
        assert problem in refusal.value.message
        assert ctx.session.scalar(select(func.count(Meeting.id))) == 0
    with pytest.raises(InvalidError) as refusal:
        series.create(ctx, committee.id, replace(YEAR, visio_url="http://visio.example"), kept)
    assert refusal.value.field == "visio_url"

    made = series.create(ctx, committee.id, YEAR, kept)
    again = series.create(ctx, committee.id, YEAR, kept)
    assert [one.id for one in made] == [one.id for one in again]
    assert [local_date(one.starts_at) for one in made] == sorted(kept.values())
    assert {to_local(one.starts_at).hour for one in made} == {14}, "on both sides of the change"
    assert {one.place for one in made} == {"Salle d’exemple"}
    assert len({one.uid for one in made}) == 3
    found = ctx.session.scalars(select(MeetingSeries)).one()
    assert found.rule.startswith("le troisième jeudi de chaque mois, de 14")
    with pytest.raises(ConflictError):
        series.create(ctx, make_committee(ctx.session).id, YEAR, kept)

    first, second, third = (one.id for one in made)
    moved = MeetingData(Slot(date(2027, 1, 28), time(10), time(11)), place="Ailleurs")
    update_meeting(ctx, first, moved, ctx.session.get_one(Meeting, first).revision)
    cancel_meeting(ctx, second, "Salle fermée")
    last = ctx.session.get_one(Meeting, third)
    assert (local_date(last.starts_at), last.place) == (date(2027, 7, 1), "Salle d’exemple")
    assert {ctx.session.get_one(Meeting, one).series_id for one in (first, second)} == {found.id}


def test_sent_twice_at_once_a_series_is_made_once(app: Flask, ctx: Context) -> None:
    committee_id = make_committee(ctx.session).id
    kept = {date(2027, 1, 21): date(2027, 1, 21), date(2027, 2, 18): date(2027, 2, 18)}
    results = results_at_once(
        app, [lambda c: [one.id for one in series.create(c, committee_id, YEAR, kept)]] * 3
    )
    assert len({tuple(ids) for ids in results}) == 1
    assert ctx.session.scalar(select(func.count(Meeting.id))) == 2


def test_who_leads_the_committee_plans_it(ctx: Context) -> None:
    grantee = make_grantee(ctx.session)
    committee = make_committee(ctx.session, led_by=grantee)
    other = acting_as(ctx, make_user(ctx.session, Role.GRANTEE, make_grantee(ctx.session)))
    leader = acting_as(ctx, make_user(ctx.session, Role.GRANTEE, grantee))
    kept = {date(2027, 1, 21): date(2027, 1, 21)}
    for act in (
        lambda c: series.preview(c, committee.id, YEAR),
        lambda c: series.create(c, committee.id, YEAR, kept),
    ):
        with pytest.raises(ForbiddenError):
            act(other)
        assert len(act(leader)) in (1, 12)
    committee.archived_at = ctx.now
    ctx.session.commit()
    with pytest.raises(ConflictError):
        series.preview(ctx, committee.id, YEAR)
