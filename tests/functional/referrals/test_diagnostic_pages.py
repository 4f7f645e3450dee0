"""The diagnostic 360° des droits: from the conversation to a set of referrals, and on paper."""

import pytest
from flask import Flask

from tests.factories.accounts import make_user
from tests.factories.docx_files import text_of
from tests.factories.organisations import make_offer, make_organisation
from tests.page_checks import Browser
from tests.statements import cost
from zna_network.extensions import db
from zna_network.models.account import Role
from zna_network.models.organisation import Organisation
from zna_network.models.person import ConsentAnswer, Diagnostic, Person, Purpose
from zna_network.models.referral import Callback, Referral
from zna_network.models.territory import Right
from zna_network.services.context import Context
from zna_network.services.languages import LANGUAGES

URL = "/orientations/diagnostic"


@pytest.fixture
def caf(ctx: Context) -> Organisation:
    """Offers help with two rights, in the whole territory."""
    caf = make_organisation(ctx.session, name="CAF d’exemple", email="caf@exemple.example")
    make_offer(ctx.session, caf, rights=["RSA", "PPA"])
    return caf


@pytest.fixture
def grantee(ctx: Context, browser: Browser) -> Browser:
    own = make_organisation(ctx.session, name="Association Passerelle")
    return browser.sign_in(make_user(ctx.session, Role.GRANTEE, organisation=own))


def _typed(page_client_id: str, **more: str) -> dict[str, str]:
    return {
        "client_id": page_client_id,
        "name": "Zoé Exemple",
        "phone": "06 00 00 00 00",
        "place": "62041",
        "target_group": "youth",
        "droit-RSA": "to_check",
        "droit-PPA": "to_check",
        "droit-ASPA": "not_concerned",
        "droit-C2S": "has",
        "contact": "given",
        "evaluation": "refused",
        **more,
    }


def test_a_conversation_ends_in_a_set_of_referrals(
    ctx: Context, grantee: Browser, caf: Organisation
) -> None:
    page = grantee.get(URL)
    typed = _typed(page.value_of("client_id"))
    adapted = grantee.post(URL, {**typed, "act": "adapt"})
    assert (adapted.status, ctx.session.query(Diagnostic).count()) == (200, 0)
    assert adapted.value_of("name") == "Zoé Exemple"
    assert "Pour ce public" in adapted.text

    ends = grantee.follow(grantee.post(URL, {**typed, "act": "send"}))
    grantee.follow(grantee.post(URL, {**typed, "act": "send"}))  # sent twice, kept once
    made = ctx.session.query(Diagnostic).one()
    assert made.statuses == {"RSA": "to_check", "PPA": "to_check", "ASPA": "not_concerned",
                             "C2S": "has"}  # fmt: skip
    person = ctx.session.query(Person).one()
    assert person.name == "Zoé Exemple"
    assert person.agrees_to(Purpose.CONTACT)
    consent = person.consent(Purpose.EVALUATION)
    assert consent is not None
    assert consent.answer is ConsentAnswer.REFUSED
    assert "CAF d’exemple" in ends.text

    url = f"/orientations/diagnostics/{made.id}"
    nothing = grantee.post(url, {"callback": "phone"})
    assert (nothing.status, "au moins une orientation" in nothing.text) == (422, True)
    sent = {"leg": "RSA+PPA", "callback": "phone", "urgency": "soon", "need": "Rappeler."}
    after = grantee.follow(grantee.post(url, sent))
    referral = ctx.session.query(Referral).one()
    assert [line.right_code for line in referral.rights] == ["RSA", "PPA"]
    assert (referral.receiver_id, referral.diagnostic_id) == (caf.id, made.id)
    assert (referral.callback, referral.need) == (Callback.PHONE, "Rappeler.")
    assert f"Orientation {referral.shown_number} envoyée" in after.text
    assert "Orientations proposées" not in after.text

    paper = text_of(grantee.get(f"{url}.docx").response.data)
    assert person.case_number in paper
    assert "Zoé" not in paper
    assert "☒" in paper


def test_refuses_with_what_was_typed_kept(ctx: Context, grantee: Browser) -> None:
    client_id = grantee.get(URL).value_of("client_id")
    silent = {k: v for k, v in _typed(client_id).items() if not k.startswith("droit-")}
    for change, message in (
        (silent, "Répondez au moins pour un droit"),
        (_typed(client_id, **{"droit-RSA": "perhaps"}), "Choisissez une réponse de la liste"),
        (_typed(client_id, note="NIR 1 85 05 78 006 084 36"), "numéro de sécurité sociale"),
        (_typed(client_id, phone="12"), "Ce numéro"),
    ):
        page = grantee.post(URL, {**change, "act": "send"})
        assert (page.status, message in page.text) == (422, True), page.text
        assert page.value_of("name") == "Zoé Exemple"
    assert ctx.session.query(Person).count() == 0
    assert ctx.session.query(Diagnostic).count() == 0


def test_nobody_else_reads_it(app: Flask, ctx: Context, grantee: Browser) -> None:
    client_id = grantee.get(URL).value_of("client_id")
    grantee.post(URL, _typed(client_id, act="send"))
    made = ctx.session.query(Diagnostic).one()
    other = Browser(app).sign_in(
        make_user(ctx.session, Role.GRANTEE, organisation=make_organisation(ctx.session))
    )
    for rest in ("", ".docx"):
        assert other.get(f"/orientations/diagnostics/{made.id}{rest}").status == 404


def test_paper_in_every_language(ctx: Context, grantee: Browser) -> None:
    blank = text_of(grantee.get(f"{URL}/vierge.docx?public=seniors").response.data)
    assert "☒" not in blank
    assert "Seniors" in blank
    for right in ctx.session.query(Right).filter_by(is_active=True):
        assert right.label in blank
    texts = {
        language.code: text_of(
            grantee.get(f"/orientations/consentement/{language.code}.docx").response.data
        )
        for language in LANGUAGES
    }
    assert len(set(texts.values())) == len(LANGUAGES)
    assert "Vos informations et votre accord" in texts["fr"]
    assert "Signature" not in texts["ar"]
    assert grantee.get("/orientations/consentement/xx.docx").status == 404


def test_the_ends_cost_the_same_however_many_rights_one_organisation_checks(
    ctx: Context, grantee: Browser, caf: Organisation
) -> None:
    costs = []
    for answers in ({"droit-RSA": "to_check"}, {"droit-RSA": "to_check", "droit-C2S": "has"}):
        client_id = grantee.get(URL).value_of("client_id")
        grantee.post(URL, {"client_id": client_id, "act": "send", **answers})
        last = ctx.session.query(Diagnostic).order_by(Diagnostic.id.desc()).first()
        assert last is not None
        url = f"/orientations/diagnostics/{last.id}"
        costs.append(cost(db.session(), lambda url=url: grantee.get(url)))
    assert costs[0] == costs[1]
