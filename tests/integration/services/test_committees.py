"""Committees against a real database, on both engines."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from tests.acting import acting_as
from tests.factories.accounts import make_user
from tests.factories.committees import make_committee
from tests.factories.meetings import make_meeting
from tests.factories.organisations import make_grantee, make_organisation
from tests.races import results_at_once
from tests.world import FrozenClock
from zna_network.models.account import Role
from zna_network.models.audit import AuditEvent
from zna_network.models.committee import Committee, CommitteeKind
from zna_network.services import committees
from zna_network.services.committees import CommitteeData
from zna_network.services.context import Context
from zna_network.services.errors import (
    ConflictError,
    ForbiddenError,
    InvalidError,
    NotFoundError,
)

DATA = CommitteeData(CommitteeKind.TECHNICAL, "Comité technique du lot 1")


def test_opens_a_committee_led_by_a_grantee(ctx: Context) -> None:
    grantee = make_grantee(ctx.session, name="Association Exemple Solidaire")
    data = CommitteeData(
        CommitteeKind.TECHNICAL,
        "  Comité technique   du lot 1 ",
        "Suit les actions\r\ndu lot 1.",
        led_by_id=str(grantee.id),
    )
    committee = committees.create_committee(ctx, data)
    assert committee.name == "Comité technique du lot 1"
    assert committee.description == "Suit les actions\ndu lot 1."
    assert committee.led_by_id == grantee.id
    assert ctx.session.query(AuditEvent).filter_by(action="committee.created").count() == 1


def test_takes_the_grantee_by_its_name_when_nothing_was_chosen(ctx: Context) -> None:
    grantee = make_grantee(ctx.session, name="Association Exemple Solidaire")
    data = CommitteeData(CommitteeKind.TECHNICAL, "Lot 1", led_by="association exemple solidaire")
    assert committees.create_committee(ctx, data).led_by_id == grantee.id


def test_refuses_a_grantee_that_is_unknown(ctx: Context) -> None:
    data = CommitteeData(CommitteeKind.TECHNICAL, "Lot 1", led_by="Inconnue")
    with pytest.raises(InvalidError) as refusal:
        committees.create_committee(ctx, data)
    assert refusal.value.field == "led_by"
    assert ctx.session.query(Committee).count() == 0


def test_only_a_grantee_is_given_a_committee_to_lead(ctx: Context) -> None:
    make_grantee(ctx.session, name="Association Lauréate")
    other = make_organisation(ctx.session, name="Caisse d’exemple")
    with_account = make_organisation(ctx.session)
    make_user(ctx.session, Role.GRANTEE, with_account)
    make_user(ctx.session, Role.PARTNER, other)
    wanted = replace(DATA, led_by_id=str(other.id))
    with pytest.raises(InvalidError, match=r"n’est pas lauréat.*Association Lauréate") as refusal:
        committees.create_committee(ctx, wanted)
    assert refusal.value.field == "led_by"
    assert ctx.session.query(Committee).count() == 0
    led = committees.create_committee(ctx, replace(DATA, led_by_id=str(with_account.id)))
    with pytest.raises(InvalidError, match="« Caisse d’exemple » n’est pas lauréat"):
        committees.update_committee(ctx, led.id, wanted, led.revision)
    assert led.led_by_id == with_account.id
    # Whoever led before losing the grant keeps its committee when something else is changed.
    former = make_committee(ctx.session, led_by=other)
    same = replace(wanted, name="Lot 2", description="Corrigée")
    committees.update_committee(ctx, former.id, same, former.revision)
    assert (former.led_by_id, former.description) == (other.id, "Corrigée")


@pytest.mark.parametrize("name", ["", "   ", "x" * 161])
def test_refuses_a_name_that_is_missing_or_too_long(ctx: Context, name: str) -> None:
    with pytest.raises(InvalidError) as refusal:
        committees.create_committee(ctx, CommitteeData(CommitteeKind.STEERING, name))
    assert refusal.value.field == "name"


def test_refuses_a_name_already_taken_whatever_its_capitals(ctx: Context) -> None:
    make_committee(ctx.session, name="Comité Technique du Lot 1")
    with pytest.raises(ConflictError) as refusal:
        committees.create_committee(ctx, DATA)
    assert refusal.value.field == "name"


def test_one_name_serves_once_when_two_people_take_it_at_once(app: Flask, ctx: Context) -> None:
    outcomes = results_at_once(app, [lambda ctx: committees.create_committee(ctx, DATA).id] * 4)
    assert sum(isinstance(outcome, int) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, ConflictError) for outcome in outcomes) == 3
    assert ctx.session.query(Committee).count() == 1


def test_changes_a_committee(ctx: Context) -> None:
    committee = make_committee(ctx.session)
    data = CommitteeData(CommitteeKind.STEERING, "COPIL du territoire")
    committees.update_committee(ctx, committee.id, data, committee.revision)
    assert (committee.kind, committee.name) == (CommitteeKind.STEERING, "COPIL du territoire")


def test_keeps_its_own_name(ctx: Context) -> None:
    committee = make_committee(ctx.session, name=DATA.name)
    committees.update_committee(ctx, committee.id, DATA, committee.revision)


def test_refuses_a_change_made_from_an_older_version(ctx: Context) -> None:
    committee = make_committee(ctx.session)
    seen = committee.revision
    committees.update_committee(ctx, committee.id, DATA, seen)
    other = CommitteeData(CommitteeKind.TECHNICAL, "Un autre nom")
    with pytest.raises(ConflictError):
        committees.update_committee(ctx, committee.id, other, seen)
    assert committee.name == DATA.name


def test_an_archived_committee_stays_as_it_is_until_opened_again(ctx: Context) -> None:
    committee = make_committee(ctx.session)
    committees.archive_committee(ctx, committee.id)
    with pytest.raises(ConflictError, match="archivée"):
        committees.update_committee(ctx, committee.id, DATA, committee.revision)
    with pytest.raises(ConflictError, match="archivée"):
        committees.archive_committee(ctx, committee.id)
    committees.restore_committee(ctx, committee.id)
    assert committee.archived_at is None
    with pytest.raises(ConflictError, match="n’est pas archivée"):
        committees.restore_committee(ctx, committee.id)


def test_is_not_archived_while_a_meeting_is_to_come(ctx: Context, clock: FrozenClock) -> None:
    meeting = make_meeting(ctx.session)
    with pytest.raises(ConflictError, match="à venir"):
        committees.archive_committee(ctx, meeting.committee_id)
    clock.set(meeting.ends_at + timedelta(minutes=1))
    assert committees.archive_committee(ctx, meeting.committee_id).archived_at == ctx.now


def test_refuses_a_committee_that_does_not_exist(ctx: Context) -> None:
    with pytest.raises(NotFoundError):
        committees.update_committee(ctx, 999, DATA, 1)


@pytest.mark.parametrize("role", [Role.GRANTEE, Role.PARTNER])
def test_only_staff_open_change_and_archive(ctx: Context, role: Role) -> None:
    organisation = make_organisation(ctx.session)
    committee = make_committee(ctx.session, led_by=organisation)
    other = acting_as(ctx, make_user(ctx.session, role, organisation))
    with pytest.raises(ForbiddenError):
        committees.create_committee(other, DATA)
    with pytest.raises(ForbiddenError):
        committees.update_committee(other, committee.id, DATA, committee.revision)
    with pytest.raises(ForbiddenError):
        committees.archive_committee(other, committee.id)
    with pytest.raises(ForbiddenError):
        committees.restore_committee(other, committee.id)
