"""Two records made into one, on both engines."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.acting import acting_as
from tests.factories.accounts import make_user
from tests.factories.committees import make_committee, make_membership
from tests.factories.invitations import make_invitation
from tests.factories.meetings import make_meeting
from tests.factories.minutes import make_action
from tests.factories.organisations import make_contact, make_offer, make_organisation
from tests.factories.van import make_booking, make_vehicle
from tests.races import race
from zna_network.models.account import Role
from zna_network.models.audit import AuditEvent
from zna_network.models.directory_work import DismissedDuplicate, RecordReview
from zna_network.models.organisation import Contact, Grantee, Offer, Organisation
from zna_network.services import contacts, merging, organisations
from zna_network.services.contacts import ContactData
from zna_network.services.context import Context
from zna_network.services.errors import (
    ConflictError,
    ForbiddenError,
    InvalidError,
    NotFoundError,
)
from zna_network.services.merging import MergeData, merge_organisations

SIRET = "20003357900018"


@pytest.fixture
def kept(ctx: Context) -> Organisation:
    return make_organisation(ctx.session, name="Emmaüs", phone="03 21 00 00 00", notes="à garder")


@pytest.fixture
def other(ctx: Context) -> Organisation:
    return make_organisation(
        ctx.session,
        name="Association Emmaüs",
        siret=SIRET,
        phone="03 21 11 11 11",
        address="1 rue d’exemple",
        postcode="62000",
        commune_insee="62041",
        last_verified_on=date(2026, 10, 1),
    )


def _data(kept: Organisation, other: Organisation, *from_other: str) -> MergeData:
    return MergeData(kept.id, other.id, kept.revision, other.revision, frozenset(from_other))


def test_each_value_is_the_one_chosen(
    ctx: Context, kept: Organisation, other: Organisation
) -> None:
    merge_organisations(ctx, _data(kept, other, "siret", "address", "name"))
    assert (kept.name, kept.siret, kept.phone) == ("Association Emmaüs", SIRET, "03 21 00 00 00")
    assert (kept.address, kept.postcode, kept.commune_insee) == (
        "1 rue d’exemple", "62000", "62041",
    )  # fmt: skip
    assert kept.sort_key == "association emmaus"
    assert kept.notes == "à garder"
    assert kept.last_verified_on is None
    assert " arras" in kept.search_text
    assert not kept.is_archived
    assert other.is_archived
    assert other.merged_into is kept
    events = ctx.session.query(AuditEvent).order_by(AuditEvent.id).all()
    assert [(event.action, event.object_id) for event in events] == [
        ("organisation.merged", str(kept.id)),
        ("organisation.merged_away", str(other.id)),
    ]
    assert events[0].detail["fields"] == ["address", "name", "siret"]


def test_everything_that_belonged_to_the_other_follows(
    ctx: Context, kept: Organisation, other: Organisation
) -> None:
    session = ctx.session
    third = make_organisation(session)
    earlier = make_organisation(session, archived_at=ctx.now, merged_into_id=other.id)
    contact = make_contact(session, other)
    make_contact(session, kept)
    make_offer(session, other, title="Atelier budget", rights=["RSA"], communes=["62151"])
    user = make_user(session, Role.PARTNER, other)
    committee = make_committee(session, led_by=other)
    member = make_membership(session, committee, contact)
    meeting = make_meeting(session, committee)
    invitation = make_invitation(session, meeting, contact=contact, organisation=other)
    action = make_action(session, meeting, organisation=other)
    session.add(Grantee(organisation_id=other.id, call_year=2026, lots=[1]))
    review = RecordReview(
        organisation_id=other.id, contact_id=contact.id, recipient="r@emmaus.example",
        token_hash="h", sent_at=ctx.now, expires_at=ctx.now,
    )  # fmt: skip
    low, high = sorted((other.id, third.id))
    session.add(DismissedDuplicate(low_id=low, high_id=high, dismissed_at=ctx.now))
    session.add(review)
    session.commit()

    merge_organisations(ctx, _data(kept, other))
    session.expire_all()
    owners = {
        contact.organisation_id, user.organisation_id, committee.led_by_id,
        invitation.organisation_id, action.organisation_id, review.organisation_id,
        earlier.merged_into_id, session.query(Offer).one().organisation_id,
        session.query(Grantee).one().organisation_id,
    }  # fmt: skip
    assert owners == {kept.id}
    assert len(kept.contacts) == 2
    assert member.contact is contact
    assert "atelier budget" in kept.search_text
    assert "boisieux" in kept.search_text
    assert session.query(DismissedDuplicate).count() == 0


def test_no_table_is_forgotten(ctx: Context, kept: Organisation, other: Organisation) -> None:
    """Whatever table points to organisations, today or later, nothing is left behind."""
    contact = make_contact(ctx.session, other)
    make_offer(ctx.session, other)
    invitation = make_invitation(ctx.session, make_meeting(ctx.session), contact=contact)
    invitation.organisation = other
    ctx.session.commit()
    merge_organisations(ctx, _data(kept, other))
    columns = list(merging.references())
    names = {table.name for table, _ in columns}
    assert {"contact", "offer", "user", "committee", "invitation", "action_item"} <= names
    for table, column in columns:
        left = ctx.session.scalar(select(func.count()).select_from(table).where(column == other.id))
        assert left == 0, f"{table.name}.{column.name}"


def test_trips_follow_and_a_partner_is_on_board_once(
    ctx: Context, kept: Organisation, other: Organisation
) -> None:
    session, vehicle = ctx.session, make_vehicle(ctx.session)
    start = ctx.now + timedelta(days=30)
    trip = make_booking(session, vehicle, start, organisation=other, partners=[kept])
    joint = make_booking(session, vehicle, start + timedelta(days=1), partners=[kept, other])
    merge_organisations(ctx, _data(kept, other))
    session.expire_all()
    assert trip.organisation is kept
    assert (trip.partners, joint.partners) == ([kept], [kept])


@pytest.mark.parametrize("lots", [None, [2]])
def test_two_grants_become_one_of_both_lots(
    ctx: Context, kept: Organisation, other: Organisation, lots: list[int] | None
) -> None:
    ctx.session.add(Grantee(organisation_id=other.id, call_year=2026, lots=[1, 3]))
    if lots is not None:
        ctx.session.add(Grantee(organisation_id=kept.id, call_year=2026, lots=lots))
    ctx.session.commit()
    merge_organisations(ctx, _data(kept, other))
    grantee = ctx.session.query(Grantee).one()
    assert grantee.organisation_id == kept.id
    assert grantee.lots == sorted({1, 3, *(lots or [])})


def test_what_cannot_be_merged(ctx: Context, kept: Organisation, other: Organisation) -> None:
    with pytest.raises(InvalidError):
        merge_organisations(ctx, _data(kept, kept))
    with pytest.raises(InvalidError):
        merge_organisations(ctx, _data(kept, other, "slug"))
    with pytest.raises(NotFoundError):
        merge_organisations(ctx, replace(_data(kept, other), other_id=404))
    for change in ({"kept_revision": 9}, {"other_revision": 9}):
        with pytest.raises(ConflictError, match="Quelqu’un a modifié"):
            merge_organisations(ctx, replace(_data(kept, other), **change))
    organisations.archive_organisation(ctx, other.id)
    with pytest.raises(ConflictError, match="n’est plus dans l’annuaire"):
        merge_organisations(ctx, _data(kept, other))
    ctx.session.refresh(kept)
    assert not kept.is_archived
    assert other.merged_into_id is None


def test_a_failure_half_way_leaves_everything_as_it_was(
    ctx: Context, kept: Organisation, other: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    contact = make_contact(ctx.session, other)

    def fail(_organisation: Organisation) -> None:
        raise RuntimeError("half-way")

    monkeypatch.setattr(merging, "refresh_search_text", fail)
    with pytest.raises(RuntimeError):
        merge_organisations(ctx, _data(kept, other, "siret"))
    ctx.session.expire_all()
    assert contact.organisation_id == other.id
    assert not other.is_archived
    assert kept.siret == ""
    assert ctx.session.query(AuditEvent).count() == 0


@pytest.mark.parametrize("role", [Role.GRANTEE, Role.PARTNER])
def test_only_staff_merge(
    ctx: Context, kept: Organisation, other: Organisation, role: Role
) -> None:
    reader = acting_as(ctx, make_user(ctx.session, role, kept))
    with pytest.raises(ForbiddenError):
        merge_organisations(reader, _data(kept, other))


def test_two_merges_of_the_same_pair_at_once_and_one_happens(
    app: Flask, ctx: Context, kept: Organisation, other: Organisation
) -> None:
    make_contact(ctx.session, kept)
    make_contact(ctx.session, other)
    one_way, other_way = _data(kept, other, "siret"), _data(other, kept)
    outcomes = race(
        app,
        [lambda c, data=data: merge_organisations(c, data) for data in (one_way, other_way)] * 2,
    )
    assert outcomes == ["ConflictError"] * 3 + ["won"]
    live = ctx.session.query(Organisation).filter(Organisation.archived_at.is_(None)).one()
    gone = ctx.session.query(Organisation).filter(Organisation.archived_at.is_not(None)).one()
    assert gone.merged_into_id == live.id
    assert live.siret == SIRET
    assert {contact.organisation_id for contact in ctx.session.query(Contact)} == {live.id}


def test_a_chain_of_merges_at_once_never_makes_a_circle(app: Flask, ctx: Context) -> None:
    a, b, c = (make_organisation(ctx.session) for _ in range(3))
    moves = [_data(a, b), _data(b, c), _data(c, a)]
    race(app, [lambda x, data=data: merge_organisations(x, data) for data in moves])
    into = {o.id: o.merged_into_id for o in ctx.session.query(Organisation)}
    for start in into:
        steps, here = 0, start
        while into[here] is not None:
            here, steps = into[here], steps + 1
            assert steps < 3
    assert ctx.session.query(Organisation).filter(Organisation.archived_at.is_(None)).count() >= 1


def test_nobody_is_left_behind_by_joining_during_the_merge(
    app: Flask, ctx: Context, kept: Organisation, other: Organisation
) -> None:
    data, other_id = _data(kept, other), other.id
    joining = ContactData(last_name="Exemple", email="exemple@emmaus.example")
    race(
        app,
        [
            lambda c: merge_organisations(c, data),
            lambda c: contacts.create_contact(c, other_id, joining),
        ],
    )
    left = ctx.session.query(Contact).filter(Contact.organisation_id == other_id).count()
    assert left == 0
