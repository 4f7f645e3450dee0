"""Accounts, as an administrator manages them."""

import pytest
from flask import Flask

from tests.factories.accounts import make_user
from tests.factories.organisations import make_organisation
from tests.page_checks import Browser
from zna_network.extensions import db
from zna_network.models.account import Role, User


@pytest.fixture
def admin(app: Flask) -> Browser:
    return Browser(app).sign_in(make_user(db.session(), Role.ADMIN))


NEW = {"name": "Lucie Iris", "email": "lucie.iris@cua.example", "role": "agent"}


def _user(email: str) -> User:
    return db.session.query(User).filter_by(email=email).one()


def test_opens_an_account_and_lists_it(admin: Browser) -> None:
    page = admin.follow(admin.post("/comptes/nouveau", NEW))
    assert "Un lien pour choisir un mot de passe part vers lucie.iris@cua.example." in page.text
    assert "Lucie Iris" in page.text


def test_a_partner_is_found_by_the_name_typed(admin: Browser) -> None:
    organisation = make_organisation(db.session(), name="Épicerie d’exemple")
    data = {**NEW, "role": "partner", "organisation": "epicerie d'exemple"}
    assert admin.post("/comptes/nouveau", data).status == 302
    assert _user(NEW["email"]).organisation_id == organisation.id


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"name": ""}, "Indiquez le nom de la personne."),
        ({"email": "pas une adresse"}, "n’est pas valable"),
        ({"role": "partner"}, "organisme"),
        ({"role": "chef"}, "choix"),
    ],
)
def test_says_what_is_wrong_and_keeps_what_was_typed(
    admin: Browser, change: dict[str, str], message: str
) -> None:
    page = admin.post("/comptes/nouveau", {**NEW, **change})
    assert page.status == 200
    assert message in page.text
    assert page.value_of("email") == {**NEW, **change}["email"]
    assert db.session.query(User).count() == 1


def test_an_address_already_taken_is_said_beside_it(admin: Browser) -> None:
    admin.post("/comptes/nouveau", NEW)
    assert "Un compte existe déjà pour cette adresse." in admin.post("/comptes/nouveau", NEW).text


def test_closes_an_account(admin: Browser) -> None:
    user = make_user(db.session())
    data = {"name": user.name, "email": user.email, "role": "agent"}
    admin.follow(admin.post(f"/comptes/{user.id}", data))
    assert not user.is_active


def test_nobody_closes_their_own_account(admin: Browser) -> None:
    own = db.session.query(User).one()
    page = admin.post(f"/comptes/{own.id}", {"name": "x", "email": own.email, "role": "admin"})
    assert "ni désactiver votre propre compte" in page.text
    assert own.is_active


def test_an_unknown_account_is_not_found(admin: Browser) -> None:
    assert admin.get("/comptes/999").status == 404


def test_only_administrators_manage_accounts(agent: Browser) -> None:
    assert agent.get("/comptes").status == 403
    assert agent.post("/comptes/nouveau", NEW).status == 403
