"""What an agent sees of the mails, and can do about them."""

from pathlib import Path

import pytest
from flask import Flask

from tests.conftest import make_settings
from tests.factories.accounts import make_user
from tests.factories.outbox import make_message
from tests.page_checks import Browser
from zna_network.extensions import db
from zna_network.models.account import Role
from zna_network.models.outbox import OutboxState
from zna_network.ports.mailer import Envelope

FAILED = {"state": OutboxState.FAILED, "attempts": 8, "last_error": "550 boîte inconnue"}
MAIL = (
    b"From: reunions@zna.example\r\nTo: x@organisme.example\r\nSubject: Convocation\r\n"
    b"Date: Thu, 03 Dec 2026 10:00:00 +0100\r\n\r\nVoir http://127.0.0.1:8000/r/abc"
)


def test_an_empty_outbox_says_what_will_come(agent: Browser) -> None:
    assert "Aucun message pour l’instant" in agent.get("/messages").text


def test_failed_mails_show_their_reason(agent: Browser) -> None:
    make_message(db.session(), **FAILED)
    make_message(db.session(), recipient="autre@organisme.example")
    page = agent.get("/messages?etat=failed")
    assert "550 boîte inconnue" in page.text
    assert "autre@organisme.example" not in page.text


def test_words_find_a_recipient(agent: Browser) -> None:
    make_message(db.session(), recipient="trouvee@organisme.example")
    make_message(db.session(), recipient="autre@organisme.example")
    page = agent.get("/messages?q=TROUVEE")
    assert "trouvee@" in page.text
    assert "autre@" not in page.text


@pytest.mark.parametrize("query", ["etat=inconnu", "page=99999999999", "tri=xx&sens=yy", "page=-3"])
def test_an_odd_address_is_no_error(agent: Browser, query: str) -> None:
    make_message(db.session())
    assert agent.get(f"/messages?{query}").status == 200


def test_a_failed_mail_can_be_sent_again(agent: Browser) -> None:
    message = make_message(db.session(), **FAILED)
    page = agent.follow(agent.post(f"/messages/{message.id}/renvoyer"))
    assert "de nouveau en attente" in page.text
    assert (message.state, message.attempts) == (OutboxState.PENDING, 0)


def test_a_mail_that_left_cannot_be_sent_again(agent: Browser) -> None:
    message = make_message(db.session(), state=OutboxState.SENT)
    assert agent.post(f"/messages/{message.id}/renvoyer").status == 409
    assert message.state is OutboxState.SENT


def test_all_failures_can_be_put_back_at_once(agent: Browser) -> None:
    messages = [make_message(db.session(), **FAILED) for _ in range(3)]
    make_message(db.session(), **{**FAILED, "content": None})
    page = agent.follow(agent.post("/messages/renvoyer"))
    assert "Messages remis en attente : 3." in page.text
    assert all(message.state is OutboxState.PENDING for message in messages)


def test_an_unknown_mail_is_not_found(agent: Browser) -> None:
    assert agent.get("/messages/999").status == 404
    assert agent.post("/messages/999/renvoyer").status == 404


@pytest.mark.parametrize("role", [Role.GRANTEE, Role.PARTNER])
def test_only_staff_reads_mails(app: Flask, role: Role) -> None:
    from tests.factories.organisations import make_organisation

    user = make_user(db.session(), role, make_organisation(db.session()))
    visitor = Browser(app).sign_in(user)
    assert visitor.get("/messages").status == 403
    assert visitor.get("/messages/fichiers").status == 403


def test_a_trial_set_up_shows_the_mails_themselves(app: Flask, agent: Browser) -> None:
    from zna_network.adapters.file_mailer import FileMailer

    folder = app.extensions["zna_settings"].mail_folder
    FileMailer(folder).send(Envelope("a@zna.example", "x@organisme.example", "<1@zna>", MAIL))
    listing = agent.get("/messages/fichiers")
    assert "Convocation" in listing.text
    url = next(link for link in listing.links() if link.endswith(".eml"))
    page = agent.get(url)
    assert "http://127.0.0.1:8000/r/abc" in page.links()
    assert agent.get(f"{url}/source").response.data == MAIL


@pytest.mark.parametrize("name", ["absent.eml", "..%2Fsecret_key", "secret_key"])
def test_nothing_else_can_be_read_through_the_mails(agent: Browser, name: str) -> None:
    assert agent.get(f"/messages/fichiers/{name}").status == 404


def test_a_public_site_never_shows_mails(app: Flask, agent: Browser, tmp_path: Path) -> None:
    app.extensions["zna_settings"] = make_settings(
        tmp_path, app.extensions["zna_settings"].database_url, base_url="https://znr.example"
    )
    assert agent.get("/messages/fichiers").status == 404
