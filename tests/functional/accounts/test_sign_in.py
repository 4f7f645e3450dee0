"""Signing in and out, as a person does."""

import pytest

from tests.conftest import system_context
from tests.factories.accounts import PASSWORD, make_user
from tests.page_checks import Browser
from zna_network.extensions import db
from zna_network.services import accounts

NEW_PASSWORD = "Un autre secret, plus long 9"


def test_the_home_page_is_open(browser: Browser) -> None:
    assert browser.get("/").status == 200


def test_a_closed_page_leads_to_sign_in_and_back(browser: Browser) -> None:
    page = browser.get("/compte")
    assert page.response.location == "/connexion?suite=/compte"
    user = make_user(db.session())
    page = browser.post(page.response.location, {"email": user.email, "password": PASSWORD})
    assert page.response.location == "/compte"
    assert user.name in browser.follow(page).text


@pytest.mark.parametrize(
    "target",
    ["https://exemple.example/", "//exemple.example", "/\\exemple.example", "javascript:1"],
)
def test_never_leads_to_another_site(browser: Browser, target: str) -> None:
    user = make_user(db.session())
    page = browser.post(
        "/connexion",
        {"email": user.email, "password": PASSWORD},
        query_string={"suite": target},
    )
    assert page.response.location == "/"


def test_a_wrong_password_is_said_beside_the_field_and_the_address_kept(browser: Browser) -> None:
    page = browser.post("/connexion", {"email": "personne@cua.example", "password": "faux"})
    assert "Adresse e-mail ou mot de passe incorrect." in page.text
    assert page.value_of("email") == "personne@cua.example"
    assert page.value_of("password") == ""


def test_nothing_typed_says_what_is_missing(browser: Browser) -> None:
    page = browser.post("/connexion", {})
    assert "Indiquez votre adresse e-mail." in page.text
    assert "Indiquez votre mot de passe." in page.text


def test_too_many_failures_answer_429(browser: Browser) -> None:
    email = make_user(db.session()).email
    for _ in range(accounts.FAILURES_PER_ACCOUNT):
        browser.post("/connexion", {"email": email, "password": "faux"})
    page = browser.post("/connexion", {"email": email, "password": PASSWORD})
    assert page.status == 429
    assert "Trop d’essais" in page.text


def test_signing_out_closes_the_session(agent: Browser) -> None:
    agent.post("/deconnexion")
    assert agent.get("/compte").status == 302


def test_changing_the_password_ends_the_other_sessions(browser: Browser) -> None:
    app = browser.client.application
    user = make_user(db.session())
    elsewhere = Browser(app).sign_in(user)
    browser.sign_in(user)
    answer = browser.post(
        "/compte", {"current": PASSWORD, "password": NEW_PASSWORD, "again": NEW_PASSWORD}
    )
    assert answer.status == 302
    assert browser.get("/compte").status == 200
    assert elsewhere.get("/compte").status == 302


def test_an_account_closed_by_an_administrator_is_out_at_once(agent: Browser) -> None:
    user = make_user(db.session())
    other = Browser(agent.client.application).sign_in(user)
    accounts.update_user(
        system_context(agent.client.application),
        user.id,
        accounts.AccountData(user.email, user.name, user.role),
        is_active=False,
    )
    assert other.get("/compte").status == 302


def test_an_expired_reset_link_is_a_clear_page(browser: Browser) -> None:
    page = browser.get("/mot-de-passe/inconnu")
    assert page.status == 410
    assert "Demandez-en un autre" in page.text
