"""What the governance calendar shows to whom, its own dates, and the periods to avoid."""

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.acting import acting_as
from tests.factories.accounts import make_user
from tests.factories.committees import make_committee
from tests.factories.forums import make_forum
from tests.factories.grants import make_grant, make_step
from tests.factories.meetings import make_meeting
from tests.factories.organisations import make_grantee
from tests.factories.polls import make_poll
from tests.races import race
from tests.statements import cost
from zna_network.models.account import Role, User
from zna_network.models.planning import CalendarEntry, ClosedPeriod
from zna_network.services import reference_data
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from zna_network.services.planning import (
    calendar_view,
    closed_periods,
    entries,
    personal_calendar,
    personal_feeds,
    school_holidays,
)
from zna_network.services.planning.calendar_items import items
from zna_network.services.planning.calendar_values import Item, Kind, Wanted
from zna_network.services.planning.closed_periods import PeriodData
from zna_network.services.planning.entries import EntryData

YEAR = Wanted(date(2026, 12, 1))


def of(found: list[Item], *kinds: Kind) -> list[str]:
    return [one.label for one in found if one.kind in kinds]


def test_each_reads_what_is_theirs(ctx: Context) -> None:
    session = ctx.session
    lilas, other = make_grantee(session, name="Les Lilas"), make_grantee(session, name="Autre")
    own, theirs = make_committee(session, led_by=lilas), make_committee(session, led_by=other)
    copil = make_committee(session)
    for committee, title in ((own, "La nôtre"), (theirs, "La leur"), (copil, "COPIL")):
        make_meeting(session, committee, title=title)
        make_poll(session, committee, title=f"Sondage {title}")
    for organisation, label in ((lilas, "Réserver la salle"), (other, "Imprimer")):
        make_step(session, organisation, label=label, due_on=date(2026, 12, 1))
        make_grant(session, organisation)
    make_forum(session, held_on=date(2026, 12, 5))
    staff = items(ctx, YEAR)
    assert sorted(of(staff, Kind.MEETING)) == ["COPIL", "La leur", "La nôtre"]
    assert len(of(staff, Kind.POLL)) == 3
    assert len(of(staff, Kind.GRANT)) == 4, "two second payments and two papers"
    late = next(one for one in staff if one.label == "Imprimer")
    assert (late.is_late, late.state) == (True, "En retard")
    assert len(of(staff, Kind.FORUM)) == 1

    grantee = acting_as(ctx, make_user(session, Role.GRANTEE, lilas))
    found = items(grantee, YEAR)
    assert of(found, Kind.MEETING) == ["La nôtre"]
    assert of(found, Kind.POLL) == ["Sondage La nôtre"]
    assert of(found, Kind.STEP) == ["Réserver la salle"]
    assert len(of(found, Kind.GRANT)) == 2
    assert of(found, Kind.CALL) == of(staff, Kind.CALL)
    # Nor does asking for another organisation give its plan.
    assert (
        of(items(grantee, Wanted(YEAR.start, organisation_id=other.id)), Kind.STEP, Kind.GRANT)
        == []
    )

    chosen = items(ctx, Wanted(YEAR.start, frozenset({Kind.MEETING, Kind.STEP}), lilas.id))
    assert sorted(one.label for one in chosen) == ["COPIL", "La nôtre", "Réserver la salle"]
    with pytest.raises(ForbiddenError):
        items(acting_as(ctx, make_user(session, Role.PARTNER, other)), YEAR)


def test_a_year_at_a_glance_costs_the_same_full_or_empty(ctx: Context) -> None:
    session = ctx.session
    year = calendar_view.year(ctx, YEAR)
    assert [month.name for month in year.months][:2] == ["décembre 2026", "janvier 2027"]
    assert year.title == "Décembre 2026 – novembre 2027"
    assert [one.label for one in year.under_way] == [
        "Période de déploiement des actions d’aller-vers"
    ]
    may, june = year.months[5], year.months[6]
    assert [(one.label[:5], one.starts_on.day) for one in may.items] == [("Fin\u00a0:", 31)]
    assert [one.month_only for one in june.items] == [True, True, False]
    assert "jusqu’au 30 juin 2027" in may.items[0].detail, "the call says both"
    february = year.months[2]
    assert [(one.label, one.starts_on.day) for one in february.closed] == [("Vacances d’hiver", 20)]
    squares = {one.day: one for week in february.weeks for one in week if one}
    assert len(squares) == 28
    assert squares[date(2027, 2, 22)].is_holiday
    assert squares[date(2027, 2, 21)].is_off
    assert year.known_until is not None
    assert year.knows_all_holidays is (year.known_until >= date(2027, 11, 30))

    # The same step of two grantees is one line.
    for name in ("Les Lilas", "Autre"):
        make_step(session, make_grantee(session, name=name), label="Installer le stand")
    (line,) = calendar_view.year(ctx, YEAR).months[1].items
    assert (line.label, sorted(one.who for one in line.each)) == (
        "Installer le stand", ["Autre", "Les Lilas"],
    )  # fmt: skip

    costs = []
    for number in (5, 45):
        for rank in range(number):
            at = datetime(2027, 1, 5, 9, tzinfo=UTC) + timedelta(days=rank)
            committee = make_committee(session, led_by=make_grantee(session))
            make_meeting(session, committee, starts_at=at, ends_at=at + timedelta(hours=1))
            make_step(session, committee.led_by)
            make_poll(session, committee, dates=0)
        costs.append(cost(session, lambda: calendar_view.year(ctx, YEAR)))
    assert costs[0] == costs[1]


def test_the_dates_of_the_call_are_loaded_once_and_may_be_corrected(ctx: Context) -> None:
    number = ctx.session.scalar(select(func.count(CalendarEntry.id)))
    assert number == 12
    forum = ctx.session.scalars(
        select(CalendarEntry).where(CalendarEntry.label.startswith("Forum"))
    ).one()
    day = EntryData("Forum d’accès aux droits", date(2026, 12, 5), section=forum.section)
    revision = forum.revision
    entries.update(ctx, forum.id, day, revision)
    assert reference_data.load(ctx).dates == 12
    kept = ctx.session.get_one(CalendarEntry, forum.id)
    assert (kept.starts_on, kept.label) == (date(2026, 12, 5), "Forum d’accès aux droits")
    assert ctx.session.scalar(select(func.count(CalendarEntry.id))) == number
    with pytest.raises(ConflictError):
        entries.update(ctx, forum.id, day, revision)
    with pytest.raises(ConflictError):
        entries.remove(ctx, forum.id)

    own = entries.create(ctx, EntryData("Conseil", date(2027, 3, 17), month_only=True))
    assert own.starts_on == date(2027, 3, 1)
    assert of(items(ctx, YEAR), Kind.CUA) == ["Conseil"]
    for wrong, field in (
        (EntryData(" ", date(2027, 3, 1)), "label"),
        (EntryData("Conseil", date(2027, 3, 2), date(2027, 3, 1)), "ends_on"),
        (EntryData("Conseil", date(9000, 3, 2)), "starts_on"),
        (EntryData("Conseil", date(2027, 3, 2), note="1 85 05 78 006 084 36"), "note"),
    ):
        with pytest.raises(InvalidError) as refusal:
            entries.create(ctx, wrong)
        assert refusal.value.field == field
    entries.remove(ctx, own.id)
    with pytest.raises(NotFoundError):
        entries.remove(ctx, own.id)
    grantee = acting_as(ctx, make_user(ctx.session, Role.GRANTEE, make_grantee(ctx.session)))
    with pytest.raises(ForbiddenError):
        entries.create(grantee, day)


def test_the_periods_to_avoid_follow_the_official_calendar(app: Flask, ctx: Context) -> None:
    session = ctx.session
    known = {(one.label, one.starts_on) for one in school_holidays.known()}
    stored = session.scalars(select(ClosedPeriod)).all()
    assert {(one.label, one.starts_on) for one in stored} == known
    assert closed_periods.known_until(ctx) == max(one.ends_on for one in stored)
    mine = closed_periods.add(ctx, PeriodData("Élections", date(2027, 3, 1), date(2027, 3, 14)))
    label, first = "Vacances de Noël", date(2026, 12, 19)
    holidays = next(one for one in stored if (one.label, one.starts_on) == (label, first))
    # Known wrongly, withdrawn since, and typed by hand before it was published.
    holidays.ends_on, holidays.is_school_holiday = first, False
    session.add(
        ClosedPeriod(label="Retirées", starts_on=first, ends_on=first, is_school_holiday=True)
    )
    session.commit()
    assert closed_periods.load(ctx) == closed_periods.load(ctx) == len(known)
    found = {(one.label, one.starts_on): one for one in session.scalars(select(ClosedPeriod))}
    assert found.keys() == known | {("Élections", date(2027, 3, 1))}
    assert (found[label, first].ends_on, found[label, first].is_school_holiday) == (
        date(2027, 1, 3),
        True,
    )

    with pytest.raises(ConflictError):
        closed_periods.remove(ctx, holidays.id)
    for wrong, field in (
        (PeriodData("", date(2027, 3, 1), date(2027, 3, 2)), "label"),
        (PeriodData("Congés", date(2027, 3, 2), date(2027, 3, 1)), "ends_on"),
        (PeriodData("Congés", date(2027, 3, 2), date(2029, 3, 1)), "ends_on"),
    ):
        with pytest.raises(InvalidError) as refusal:
            closed_periods.add(ctx, wrong)
        assert refusal.value.field == field
    closed_periods.remove(ctx, mine.id)
    with pytest.raises(NotFoundError):
        closed_periods.remove(ctx, mine.id)
    twice = PeriodData("Congés", date(2027, 8, 1), date(2027, 8, 20))
    assert race(app, [lambda c: closed_periods.add(c, twice)] * 3) == ["ConflictError"] * 2 + [
        "won"
    ]
    grantee = acting_as(ctx, make_user(session, Role.GRANTEE, make_grantee(session)))
    assert closed_periods.listed(grantee)
    for act in (
        lambda: closed_periods.add(grantee, twice),
        lambda: closed_periods.remove(grantee, 1),
    ):
        with pytest.raises(ForbiddenError):
            act()


def test_a_meeting_fixed_alone_is_warned_of_the_same_days(ctx: Context) -> None:
    assert closed_periods.remarks(ctx, date(2027, 2, 22)) == [
        "À éviter si possible\u00a0: vacances d’hiver (zone B)."
    ]
    # Week-ends and public holidays are told elsewhere; an ordinary day says nothing.
    assert closed_periods.remarks(ctx, date(2027, 3, 29)) == []
    assert closed_periods.remarks(ctx, date(2027, 2, 18)) == []


def test_an_address_replaced_twice_at_once_is_replaced_once(app: Flask, ctx: Context) -> None:
    user = make_user(ctx.session, Role.GRANTEE, make_grantee(ctx.session))
    make_meeting(ctx.session, make_committee(ctx.session, led_by=user.organisation))
    feed_id, user_id = personal_feeds.create(acting_as(ctx, user)).id, user.id

    def renew(other: Context) -> None:
        personal_feeds.renew(acting_as(other, other.session.get_one(User, user_id)), feed_id)

    assert race(app, [renew] * 3) == ["ConflictError"] * 2 + ["won"]
    (row,) = personal_feeds.listed(acting_as(ctx, ctx.session.get_one(User, user_id)))
    token = row.https.rpartition("/")[2].removesuffix(".ics")
    # The meeting, and the five dates of the call that are not long over.
    assert len(personal_calendar.read(ctx, token).events) == 6
