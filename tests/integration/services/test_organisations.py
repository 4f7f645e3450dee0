"""The records of the directory, on both engines."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask

from tests.acting import acting_as
from tests.factories.accounts import make_user
from tests.factories.organisations import make_organisation
from tests.races import race
from tests.world import FrozenClock
from zna_network.models.account import Role
from zna_network.models.audit import AuditEvent
from zna_network.models.organisation import Organisation, OrganisationKind
from zna_network.services import organisations
from zna_network.services.context import Context
from zna_network.services.errors import (
    ConflictError,
    ForbiddenError,
    InvalidError,
    NotFoundError,
)
from zna_network.services.organisations import (
    InvalidValuesError,
    OrganisationData,
    SameOrganisationError,
)

SIRET = "20003357900018"
CCAS = OrganisationData(
    name="CCAS d’Arras",
    kind=OrganisationKind.CCAS,
    acronym="CCAS",
    siret=SIRET,
    email=" Accueil@CCAS.example ",
    phone="0321000000",
    website="www.ccas.example",
    address="1 place du Théâtre",
    postcode="62000",
    commune_insee="62041",
)


def _events(ctx: Context) -> list[str]:
    return [event.action for event in ctx.session.query(AuditEvent).order_by(AuditEvent.id)]


def test_a_record_is_stored_in_one_form_and_written_in_the_journal(ctx: Context) -> None:
    organisation = organisations.create_organisation(ctx, CCAS)
    ctx.session.expire_all()
    assert organisation.slug == "ccas-d-arras"
    assert organisation.email == "accueil@ccas.example"
    assert organisation.phone == "03 21 00 00 00"
    assert organisation.website == "https://www.ccas.example"
    assert organisation.place_name == "Arras"
    assert organisation.last_verified_on is None
    assert " centre communal d action sociale" in organisation.search_text
    assert _events(ctx) == ["organisation.created"]


def test_everything_that_is_wrong_is_said_at_once_and_nothing_written(ctx: Context) -> None:
    wrong = OrganisationData(
        name=" ",
        kind=OrganisationKind.OTHER,
        siret="123",
        email="pas une adresse",
        phone="abc",
        website="javascript:1",
        postcode="62",
        commune_insee="75056",
        last_verified_on=date(2026, 12, 4),
    )
    with pytest.raises(InvalidValuesError) as refusal:
        organisations.create_organisation(ctx, wrong)
    fields = {problem.field for problem in refusal.value.problems}
    assert fields == {
        "name", "siret", "email", "phone", "website", "postcode", "commune_insee",
        "last_verified_on",
    }  # fmt: skip
    assert {problem.field for problem in organisations.problems(ctx, wrong)} == fields
    assert organisations.problems(ctx, CCAS) == []
    assert ctx.session.query(Organisation).count() == 0
    assert _events(ctx) == []


def test_postcode_and_commune_must_agree_and_neither_gives_the_other(ctx: Context) -> None:
    for insee, postcode, address, accepted in (
        ("62041", "62000", "", True),
        ("62037", "62223", "", True),
        ("62290", "62223", "", True),
        ("62041", "", "", True),
        (None, "59000", "", True),
        ("62041", "62223", "", False),
        ("62041", "62026", "BP 7, 62026 Arras CEDEX 9", True),
        ("62041", "59026", "BP 7 CEDEX", False),
    ):
        data = replace(CCAS, commune_insee=insee, postcode=postcode, address=address)
        problems = organisations.problems(ctx, data)
        assert [problem.field for problem in problems] == ([] if accepted else ["postcode"])
        if not accepted:
            assert "n’est pas un code postal de Arras (62000)" in problems[0].message


def test_the_town_is_for_those_outside_the_territory(ctx: Context) -> None:
    there = organisations.create_organisation(
        ctx, replace(CCAS, siret="", commune_insee=None, postcode="59650", city="Villeneuve")
    )
    assert there.place_name == "Villeneuve"
    here = organisations.create_organisation(ctx, replace(CCAS, city="Villeneuve"))
    assert (here.place_name, here.city) == ("Arras", "")


def test_an_address_of_a_record_is_never_given_twice(ctx: Context) -> None:
    first = organisations.create_organisation(ctx, CCAS)
    organisations.archive_organisation(ctx, first.id)
    second = organisations.create_organisation(ctx, CCAS)
    third = organisations.create_organisation(
        ctx, replace(CCAS, siret="", commune_insee="62013", postcode="")
    )
    assert [o.slug for o in (first, second, third)] == [
        "ccas-d-arras", "ccas-d-arras-2", "ccas-d-arras-3",
    ]  # fmt: skip


def test_the_same_name_in_the_same_commune_needs_insisting(ctx: Context) -> None:
    first = organisations.create_organisation(ctx, replace(CCAS, siret=""))
    again = replace(CCAS, name="ccas d'arras", siret="")
    with pytest.raises(SameOrganisationError) as refusal:
        organisations.create_organisation(ctx, again)
    assert refusal.value.existing_slug == first.slug
    assert refusal.value.may_insist
    assert ctx.session.query(Organisation).count() == 1
    organisations.create_organisation(ctx, again, despite_same_name=True)
    assert ctx.session.query(Organisation).count() == 2


def test_the_same_name_elsewhere_is_no_trouble(ctx: Context) -> None:
    for insee, city in (("62041", ""), ("62013", ""), (None, "Lens"), (None, "Lille")):
        organisations.create_organisation(
            ctx, replace(CCAS, siret="", postcode="", commune_insee=insee, city=city)
        )
    assert ctx.session.query(Organisation).count() == 4


def test_a_siret_is_of_one_record_even_when_insisting(ctx: Context) -> None:
    organisations.create_organisation(ctx, CCAS)
    with pytest.raises(SameOrganisationError) as refusal:
        organisations.create_organisation(ctx, replace(CCAS, name="Autre"), despite_same_name=True)
    assert (refusal.value.field, refusal.value.may_insist) == ("siret", False)
    other = organisations.create_organisation(ctx, replace(CCAS, name="Autre", siret=""))
    with pytest.raises(SameOrganisationError):
        organisations.update_organisation(
            ctx, other.id, replace(CCAS, name="Autre"), other.revision
        )


def test_sending_the_form_twice_at_once_creates_one_record(app: Flask, ctx: Context) -> None:
    data = replace(CCAS, siret="")
    acts = [lambda c: organisations.create_organisation(c, data)] * 4
    outcomes = race(app, acts)
    assert outcomes == ["SameOrganisationError"] * 3 + ["won"]
    assert ctx.session.query(Organisation).count() == 1


def test_a_change_keeps_the_address_and_names_the_fields_in_the_journal(ctx: Context) -> None:
    organisation = organisations.create_organisation(ctx, CCAS)
    changed = replace(CCAS, name="Centre d’action sociale", phone="03 21 11 11 11")
    organisations.update_organisation(ctx, organisation.id, changed, organisation.revision)
    assert organisation.slug == "ccas-d-arras"
    assert organisation.sort_key == "centre d action sociale"
    event = ctx.session.query(AuditEvent).order_by(AuditEvent.id.desc()).first()
    assert event is not None
    assert event.action == "organisation.updated"
    assert event.detail == {"fields": ["name", "phone"]}


def test_nothing_changed_writes_nothing(ctx: Context) -> None:
    organisation = organisations.create_organisation(ctx, CCAS)
    organisations.mark_verified(ctx, organisation.id)
    before, events = organisation.revision, len(_events(ctx))
    organisations.update_organisation(ctx, organisation.id, CCAS, before)
    assert organisation.revision == before
    assert organisation.last_verified_on == date(2026, 12, 3)
    assert len(_events(ctx)) == events


def test_an_older_view_of_the_record_changes_nothing(ctx: Context) -> None:
    organisation = organisations.create_organisation(ctx, CCAS)
    seen = organisation.revision
    organisations.update_organisation(ctx, organisation.id, replace(CCAS, phone="115"), seen)
    with pytest.raises(ConflictError, match="Quelqu’un d’autre"):
        organisations.update_organisation(ctx, organisation.id, replace(CCAS, phone="114"), seen)
    ctx.session.refresh(organisation)
    assert organisation.phone == "115"


def test_two_agents_save_at_the_same_instant_and_one_wins(app: Flask, ctx: Context) -> None:
    organisation = organisations.create_organisation(ctx, CCAS)
    organisation_id, seen = organisation.id, organisation.revision
    phones = ["112", "114", "115", "119"]
    outcomes = race(
        app,
        [
            lambda c, phone=phone: organisations.update_organisation(
                c, organisation_id, replace(CCAS, phone=phone), seen
            )
            for phone in phones
        ],
    )
    assert outcomes == ["ConflictError"] * 3 + ["won"]
    ctx.session.expire_all()
    assert organisation.phone in phones
    assert organisation.revision == seen + 1


def test_verified_today_or_on_a_given_day_but_not_tomorrow(ctx: Context) -> None:
    organisation = make_organisation(ctx.session)
    today = date(2026, 12, 3)
    assert organisation.is_stale(today)
    organisations.mark_verified(ctx, organisation.id)
    assert organisation.last_verified_on == today
    assert not organisation.is_stale(today)
    organisations.mark_verified(ctx, organisation.id, date(2026, 6, 2))
    assert organisation.is_stale(today)
    with pytest.raises(InvalidError, match="avenir"):
        organisations.mark_verified(ctx, organisation.id, today + timedelta(days=1))


def test_today_is_the_day_in_arras(ctx: Context, clock: FrozenClock) -> None:
    organisation = make_organisation(ctx.session)
    clock.set(clock.now().replace(hour=23, minute=30))  # 00:30 on the 4th in Arras
    organisations.mark_verified(ctx, organisation.id)
    assert organisation.last_verified_on == date(2026, 12, 4)


def test_archived_then_restored(ctx: Context) -> None:
    organisation = organisations.create_organisation(ctx, CCAS)
    organisations.archive_organisation(ctx, organisation.id)
    with pytest.raises(ConflictError, match="archivé"):
        organisations.archive_organisation(ctx, organisation.id)
    with pytest.raises(ConflictError, match="archivé"):
        organisations.update_organisation(ctx, organisation.id, CCAS, organisation.revision)
    with pytest.raises(ConflictError, match="archivé"):
        organisations.mark_verified(ctx, organisation.id)
    assert not organisations.restore_organisation(ctx, organisation.id).is_archived
    assert not organisations.restore_organisation(ctx, organisation.id).is_archived


def test_restoring_cannot_give_a_siret_to_two_records(ctx: Context) -> None:
    first = organisations.create_organisation(ctx, CCAS)
    organisations.archive_organisation(ctx, first.id)
    organisations.create_organisation(ctx, CCAS)
    with pytest.raises(SameOrganisationError):
        organisations.restore_organisation(ctx, first.id)
    ctx.session.refresh(first)
    assert first.is_archived


@pytest.mark.parametrize("role", [Role.GRANTEE, Role.PARTNER])
def test_only_staff_write_in_the_directory(ctx: Context, role: Role) -> None:
    organisation = make_organisation(ctx.session)
    own = acting_as(ctx, make_user(ctx.session, role, organisation))
    for act in (
        lambda: organisations.create_organisation(own, CCAS),
        lambda: organisations.update_organisation(own, organisation.id, CCAS, 1),
        lambda: organisations.archive_organisation(own, organisation.id),
        lambda: organisations.restore_organisation(own, organisation.id),
        lambda: organisations.mark_verified(own, organisation.id),
    ):
        with pytest.raises(ForbiddenError):
            act()
    assert _events(ctx) == []


def test_a_record_by_its_address(ctx: Context) -> None:
    organisation = make_organisation(ctx.session)
    partner = make_user(ctx.session, Role.PARTNER, organisation)
    reader = acting_as(ctx, partner)
    assert organisations.organisation_by_slug(reader, organisation.slug) is organisation
    for slug in ("inconnu", "\x00", "é", "a" * 5000, "' OR 1=1"):
        with pytest.raises(NotFoundError):
            organisations.organisation_by_slug(reader, slug)
    organisations.archive_organisation(ctx, organisation.id)
    with pytest.raises(NotFoundError):
        organisations.organisation_by_slug(reader, organisation.slug)
    assert organisations.organisation_by_slug(ctx, organisation.slug) is organisation
    with pytest.raises(ForbiddenError):
        organisations.organisation_by_slug(replace(ctx, is_system=False), organisation.slug)


def test_an_unknown_record_is_not_found(ctx: Context) -> None:
    with pytest.raises(NotFoundError):
        organisations.archive_organisation(ctx, 404)
