"""« Fiche à jour ? » as agents and organisations see it."""

import re

import pytest
from flask import Flask

from tests.factories.accounts import make_user
from tests.factories.organisations import make_contact, make_offer, make_organisation
from tests.mail_reading import mails, text_of
from tests.page_checks import Browser
from tests.statements import counted_statements
from zna_network.extensions import db
from zna_network.models.account import Role
from zna_network.models.directory_work import RecordReview, ReviewState
from zna_network.models.organisation import Organisation
from zna_network.services import record_reviews
from zna_network.services.context import Context

LIST = "/annuaire/verifications"


@pytest.fixture
def organisation(ctx: Context) -> Organisation:
    organisation = make_organisation(
        db.session(), name="CCAS d’exemple", phone="03 21 00 00 00", city="Lens"
    )
    make_contact(db.session(), organisation, is_referent=True, email="referente@ccas.example")
    return organisation


@pytest.fixture
def link(ctx: Context, organisation: Organisation) -> str:
    record_reviews.ask_organisations(ctx, [organisation.id])
    return re.findall(r"/fiche/[\w-]+", text_of(mails(db.session(), "record_review")[-1]))[0]


def _typed(browser: Browser, link: str, **changes: str) -> dict[str, str]:
    """The form of the page as it would come back, with these changes."""
    page = browser.get(link)
    names = {e.get("name") or "" for tag in ("input", "textarea", "select") for e in page.all(tag)}
    return {**{name: page.value_of(name) for name in names if name}, **changes}


def _review() -> RecordReview:
    [review] = db.session.query(RecordReview)
    return review


def _correct(browser: Browser, link: str, **changes: str) -> RecordReview:
    page = browser.post(f"{link}/corriger", _typed(browser, link, **changes))
    assert page.status == 303, page.text
    return _review()


def test_the_record_is_shown_to_whoever_holds_the_link_and_kept_private(
    browser: Browser, organisation: Organisation, link: str
) -> None:
    make_offer(db.session(), organisation, title="Permanence du mardi", opening_hours="9 h à 12 h")
    page = browser.get(link)
    assert "03 21 00 00 00" in page.text
    assert "Permanence du mardi" in page.text
    headers = page.response.headers
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in headers["X-Robots-Tag"]
    assert "no-store" in headers["Cache-Control"]
    assert page.all("meta", name="robots")
    assert _review().state is ReviewState.SENT


def test_all_is_right_takes_one_button_and_spends_the_link(
    browser: Browser, organisation: Organisation, link: str
) -> None:
    seen = browser.get(link).value_of("seen")
    page = browser.post(f"{link}/confirmer", {"seen": seen})
    assert "Votre fiche est confirmée" in browser.follow(page).text
    db.session.refresh(organisation)
    assert organisation.last_verified_on is not None
    gone = browser.get(link)
    assert gone.status == 410
    assert "déjà servi" in gone.text
    assert browser.post(f"{link}/confirmer", {"seen": seen}).status == 410
    assert browser.post(f"{link}/corriger", {"seen": seen}).status == 410


def test_a_record_changed_meanwhile_is_shown_again(
    browser: Browser, organisation: Organisation, link: str
) -> None:
    seen = browser.get(link).value_of("seen")
    organisation.phone = "03 21 22 22 22"
    db.session.commit()
    page = browser.post(f"{link}/confirmer", {"seen": seen})
    assert page.status == 409
    assert "a changé" in page.text
    assert "03 21 22 22 22" in page.text
    again = browser.post(f"{link}/confirmer", {"seen": page.value_of("seen")})
    assert again.status == 303


def test_an_unknown_link_is_gone(browser: Browser) -> None:
    page = browser.get("/fiche/inconnu")
    assert page.status == 410
    assert "aucune fiche" in page.text
    assert page.response.headers["Referrer-Policy"] == "no-referrer"


def test_what_was_typed_is_kept_beside_what_is_wrong(browser: Browser, link: str) -> None:
    typed = _typed(browser, link, phone="12", opening_hours="Le matin")
    page = browser.post(f"{link}/corriger", typed)
    assert page.status == 422
    assert page.value_of("phone") == "12"
    assert page.value_of("opening_hours") == "Le matin"
    assert page.all("input", name="phone")[0].get("aria-invalid") == "true"
    unchanged = browser.post(f"{link}/corriger", _typed(browser, link))
    assert "Vous n’avez rien changé" in unchanged.text
    forged = browser.post(f"{link}/corriger", _typed(browser, link, commune_insee="99999"))
    assert forged.status == 422
    assert _review().state is ReviewState.SENT


def test_an_agent_reads_a_correction_and_applies_what_they_choose(
    agent: Browser, app: Flask, organisation: Organisation, link: str
) -> None:
    review = _correct(
        Browser(app), link, phone="0321111111", description="Autre", contacts_comment="M. Y arrive"
    )
    waiting = agent.get(LIST)
    assert "CCAS d’exemple" in waiting.text
    page = agent.get(f"{LIST}/{review.id}")
    for shown in ("03 21 00 00 00", "03 21 11 11 11", "M. Y arrive"):
        assert shown in page.text
    data = {"parts": ["phone"], "seen": page.value_of("seen")}
    done = agent.follow(agent.post(f"{LIST}/{review.id}/appliquer", data))
    assert "Correction appliquée" in done.text
    assert "Aucune correction à relire" in done.text
    db.session.refresh(organisation)
    assert (organisation.phone, organisation.description) == ("03 21 11 11 11", "")
    twice = agent.post(f"{LIST}/{review.id}/appliquer", data)
    assert "vient d’être traitée" in twice.text
    assert "Repris" in agent.get(f"{LIST}/{review.id}").text


def test_an_agent_must_choose_or_give_a_reason(agent: Browser, app: Flask, link: str) -> None:
    review = _correct(Browser(app), link, phone="03 21 11 11 11")
    page = agent.post(f"{LIST}/{review.id}/appliquer", {"seen": "x"})
    assert "La fiche a changé" in page.text
    empty = agent.post(f"{LIST}/{review.id}/appliquer", {"seen": page.value_of("seen")})
    assert "Cochez ce que vous appliquez" in empty.text
    assert "Donnez le motif" in agent.post(f"{LIST}/{review.id}/refuser", {"reason": ""}).text
    refused = agent.post(f"{LIST}/{review.id}/refuser", {"reason": "C’est l’ancien numéro."})
    assert "Correction refusée" in agent.follow(refused).text
    assert "C’est l’ancien numéro." in agent.get(f"{LIST}/{review.id}").text


def test_records_to_verify_say_who_would_be_written_to(
    agent: Browser, organisation: Organisation
) -> None:
    make_organisation(db.session(), name="Injoignable")
    page = agent.get(f"{LIST}?onglet=fiches")
    assert "referente@ccas.example" in page.text
    assert "Personne : ajoutez un référent" in page.text
    data = {"organisations": [str(organisation.id)]}
    sent = agent.follow(agent.post(f"{LIST}/envoyer", data))
    assert "1 lien envoyé" in sent.text
    assert "Lien en attente de réponse" in agent.get(f"{LIST}?onglet=fiches").text


def test_nothing_ticked_is_said_beside_the_list(agent: Browser, organisation: Organisation) -> None:
    page = agent.post(f"{LIST}/envoyer", {})
    assert "Cochez au moins une fiche" in page.text
    assert agent.post(f"{LIST}/envoyer", {"organisations": "abc"}).status < 500
    assert mails(db.session(), "record_review") == []


def test_a_record_offers_to_ask_and_a_link_can_be_revoked(
    agent: Browser, browser: Browser, organisation: Organisation, link: str
) -> None:
    address = f"/annuaire/organismes/{organisation.slug}"
    assert "Demander une vérification" in agent.get(address).text
    back = agent.post(f"{LIST}/envoyer", {"organisations": str(organisation.id), "suite": address})
    assert back.response.location == address
    assert browser.get(link).status == 410
    last = db.session.query(RecordReview).order_by(RecordReview.id.desc()).first()
    assert last is not None
    page = agent.follow(agent.post(f"{LIST}/{last.id}/annuler"))
    assert "Lien annulé" in page.text
    assert agent.get(f"{LIST}/{last.id}").status == 404


@pytest.mark.parametrize("role", [Role.GRANTEE, Role.PARTNER])
def test_others_do_not_enter(app: Flask, organisation: Organisation, role: Role) -> None:
    other = Browser(app).sign_in(make_user(db.session(), role, organisation))
    assert other.get(LIST).status == 403
    assert other.post(f"{LIST}/envoyer", {"organisations": str(organisation.id)}).status == 403
    assert other.get(f"{LIST}/1").status == 403


def test_the_lists_take_the_same_number_of_queries_whatever_their_length(
    agent: Browser, ctx: Context
) -> None:
    def add(number: int) -> None:
        made = [make_organisation(db.session()) for _ in range(number)]
        for one in made:
            make_contact(db.session(), one, is_referent=True)
        record_reviews.ask_organisations(ctx, [one.id for one in made])
        for review in db.session.query(RecordReview).filter(RecordReview.id % 2 == 0):
            review.state, review.answered_at = ReviewState.CORRECTION_PROPOSED, ctx.now
        db.session.commit()

    def statements() -> list[int]:
        counts = []
        for tab in ("corrections", "fiches", "liens"):
            with counted_statements() as seen:
                assert agent.get(f"{LIST}?onglet={tab}").status == 200
            counts.append(len(seen))
        return counts

    add(5)
    few = statements()
    add(45)
    assert statements() == few
