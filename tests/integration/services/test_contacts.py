"""The people of the organisations, on both engines."""

from dataclasses import replace

import pytest
from flask import Flask

from tests.acting import acting_as
from tests.factories.accounts import make_user
from tests.factories.organisations import make_contact, make_organisation
from tests.races import race
from zna_network.models.account import Role
from zna_network.models.audit import AuditEvent
from zna_network.models.organisation import Civility, Contact
from zna_network.services import contacts, organisations
from zna_network.services.contacts import ContactData
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, ForbiddenError, NotFoundError
from zna_network.services.organisations import InvalidValuesError

ELECTED = ContactData(
    last_name="Exemple",
    first_name="Dominique",
    civility=Civility.MADAM,
    function="Vice-présidente",
    email="D.Exemple@commune.example",
    phone="0321000000",
    is_elected=True,
    salutation="Madame la Vice-Présidente",
    is_referent=True,
)


def test_a_person_is_stored_and_told_in_the_organisation_s_history(ctx: Context) -> None:
    organisation = make_organisation(ctx.session)
    contact = contacts.create_contact(ctx, organisation.id, ELECTED)
    assert contact.formal_name == "Mme Dominique Exemple"
    assert contact.sort_key == "exemple dominique"
    assert contact.email == "d.exemple@commune.example"
    assert not contact.is_fictitious
    event = ctx.session.query(AuditEvent).one()
    assert (event.action, event.object_type, event.object_id) == (
        "contact.created", "Organisation", str(organisation.id),
    )  # fmt: skip
    assert event.detail == {"contact": contact.id}


def test_everything_wrong_about_a_person_is_said_at_once(ctx: Context) -> None:
    organisation = make_organisation(ctx.session)
    wrong = ContactData(last_name=" ", email="x", phone="y", function="f" * 200)
    with pytest.raises(InvalidValuesError) as refusal:
        contacts.create_contact(ctx, organisation.id, wrong)
    fields = {problem.field for problem in refusal.value.problems}
    assert fields == {"last_name", "email", "phone", "function"}
    assert ctx.session.query(Contact).count() == 0


def test_a_referent_has_an_address(ctx: Context) -> None:
    organisation = make_organisation(ctx.session)
    with pytest.raises(InvalidValuesError) as refusal:
        contacts.create_contact(ctx, organisation.id, replace(ELECTED, email=""))
    assert refusal.value.field == "email"


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("a@organisme.example", "A@organisme.example", True),
        ("a@organisme.example", "", True),
        ("", "", True),
        ("a@organisme.example", "b@organisme.example", False),
    ],
)
def test_the_same_person_is_not_entered_twice(
    ctx: Context, first: str, second: str, same: bool
) -> None:
    organisation = make_organisation(ctx.session)
    data = replace(ELECTED, is_referent=False)
    contacts.create_contact(ctx, organisation.id, replace(data, email=first))
    if not same:
        assert contacts.create_contact(ctx, organisation.id, replace(data, email=second)).id
        return
    with pytest.raises(ConflictError, match="figure déjà") as refusal:
        contacts.create_contact(ctx, organisation.id, replace(data, email=second))
    assert refusal.value.field == "last_name"


def test_sending_the_form_twice_at_once_creates_one_person(app: Flask, ctx: Context) -> None:
    organisation_id = make_organisation(ctx.session).id
    outcomes = race(app, [lambda c: contacts.create_contact(c, organisation_id, ELECTED)] * 3)
    assert outcomes == ["ConflictError", "ConflictError", "won"]
    assert ctx.session.query(Contact).count() == 1


def test_nobody_joins_an_archived_organisation(ctx: Context) -> None:
    organisation = make_organisation(ctx.session)
    organisations.archive_organisation(ctx, organisation.id)
    with pytest.raises(ConflictError, match="archivé"):
        contacts.create_contact(ctx, organisation.id, ELECTED)


def test_a_change_needs_the_latest_version(ctx: Context) -> None:
    contact = make_contact(ctx.session, make_organisation(ctx.session))
    seen = contact.revision
    contacts.update_contact(ctx, contact.id, ELECTED, seen)
    assert contact.sort_key == "exemple dominique"
    assert contact.is_fictitious, "the mark of the demonstration stays"
    with pytest.raises(ConflictError):
        contacts.update_contact(ctx, contact.id, replace(ELECTED, phone=""), seen)
    assert contact.phone == "03 21 00 00 00"


def test_nothing_changed_writes_nothing(ctx: Context) -> None:
    contact = contacts.create_contact(ctx, make_organisation(ctx.session).id, ELECTED)
    contacts.update_contact(ctx, contact.id, contacts.data_of(contact), contact.revision)
    assert contact.revision == 1
    assert ctx.session.query(AuditEvent).count() == 1


def test_two_agents_save_the_same_person_and_one_wins(app: Flask, ctx: Context) -> None:
    contact = make_contact(ctx.session, make_organisation(ctx.session))
    contact_id, seen = contact.id, contact.revision
    outcomes = race(
        app,
        [
            lambda c, phone=phone: contacts.update_contact(
                c, contact_id, replace(ELECTED, phone=phone), seen
            )
            for phone in ("112", "115")
        ],
    )
    assert outcomes == ["ConflictError", "won"]


def test_archived_then_restored(ctx: Context) -> None:
    contact = make_contact(ctx.session, make_organisation(ctx.session))
    contacts.archive_contact(ctx, contact.id)
    contacts.archive_contact(ctx, contact.id)
    assert contact.archived_at == ctx.now
    with pytest.raises(ConflictError, match="archivé"):
        contacts.update_contact(ctx, contact.id, ELECTED, contact.revision)
    contacts.restore_contact(ctx, contact.id)
    contacts.restore_contact(ctx, contact.id)
    assert contact.archived_at is None
    actions = [event.action for event in ctx.session.query(AuditEvent)]
    assert actions == ["contact.archived", "contact.restored"]


def test_who_may_do_what(ctx: Context) -> None:
    organisation = make_organisation(ctx.session)
    contact = make_contact(ctx.session, organisation)
    grantee = acting_as(ctx, make_user(ctx.session, Role.GRANTEE, organisation))
    partner = acting_as(ctx, make_user(ctx.session, Role.PARTNER, organisation))
    assert contacts.create_contact(grantee, organisation.id, ELECTED).id
    with pytest.raises(ForbiddenError):
        contacts.create_contact(partner, organisation.id, ELECTED)
    for ctx_ in (grantee, partner):
        with pytest.raises(ForbiddenError):
            contacts.update_contact(ctx_, contact.id, ELECTED, contact.revision)
        with pytest.raises(ForbiddenError):
            contacts.archive_contact(ctx_, contact.id)
        with pytest.raises(ForbiddenError):
            contacts.restore_contact(ctx_, contact.id)


def test_an_unknown_person_is_not_found(ctx: Context) -> None:
    with pytest.raises(NotFoundError):
        contacts.archive_contact(ctx, 404)
