"""The same acts, by accounts: each side's own, the staff's, and nobody else's."""

import pytest

from tests.factories.accounts import make_user
from tests.factories.organisations import make_contact, make_organisation
from tests.factories.referrals import make_person, make_referral, referral_link
from tests.page_checks import Browser, Page
from zna_network.extensions import db
from zna_network.models.account import Role
from zna_network.models.organisation import Organisation
from zna_network.models.person import ConsentAnswer
from zna_network.models.referral import EventKind, Referral, ReferralState
from zna_network.services.context import Context

NAME = "Yamina Fictive"


@pytest.fixture
def referral(ctx: Context) -> Referral:
    sender, receiver = make_organisation(ctx.session), make_organisation(ctx.session)
    for organisation, email in ((sender, "oriente"), (receiver, "recoit")):
        make_contact(ctx.session, organisation, is_referent=True, email=f"{email}@exemple.example")
    person = make_person(ctx.session, sender, ConsentAnswer.GIVEN, name=NAME)
    return make_referral(ctx.session, person, receiver=receiver)


def _as(browser: Browser, role: Role, organisation: Organisation | None = None) -> Browser:
    return browser.sign_in(make_user(db.session(), role, organisation))


def _do(browser: Browser, referral: Referral, act: str, **values: str) -> Page:
    typed = {f"{act}-{key}": value for key, value in values.items()}
    return browser.post(f"/orientations/{referral.id}/{act}", typed)


def test_the_receiver_decides_and_notes_what_comes(
    ctx: Context, browser: Browser, referral: Referral
) -> None:
    partner = _as(browser, Role.PARTNER, referral.receiver)
    page = _do(partner, referral, "refuser", shown="open", words="Complet jusqu’en mars")
    assert page.status == 422
    assert "Choisissez une raison." in page.text
    assert page.value_of("refuser-words") == "Complet jusqu’en mars"
    assert referral.state is ReferralState.OPEN
    assert _do(partner, referral, "accepter", shown="open").status == 303
    assert _do(partner, referral, "etape", step="contacted").status == 303
    page = _do(partner, referral, "rendez-vous", day="2020-01-01", hour="14:00", minutes="30")
    assert page.status == 422
    assert "Choisissez une date à venir" in page.text
    right = {"right_code": "RSA", "result": "opened", "evidence": "person_says"}
    assert _do(partner, referral, "resultat", **right).status == 303
    assert [event.kind for event in referral.events][2:] == [
        *(EventKind.SEEN, EventKind.ACCEPTED, EventKind.STEP, EventKind.OUTCOME)
    ]
    assert _do(partner, referral, "arreter-le-lien").status == 403


def test_the_sender_keeps_the_link(ctx: Context, browser: Browser, referral: Referral) -> None:
    former = referral_link(ctx.settings, ctx.session, referral)
    grantee = _as(browser, Role.GRANTEE, referral.sender)
    for act in ("accepter", "recue"):
        assert _do(grantee, referral, act, shown="open").status == 403
    assert _do(grantee, referral, "question", words="Où en est-on ?").status == 303
    assert _do(grantee, referral, "nouveau-lien").status == 303
    assert browser.get(former).status == 404
    assert _do(grantee, referral, "arreter-le-lien").status == 303
    page = _do(grantee, referral, "renvoyer-le-lien")
    assert page.status == 422
    assert "faites-en un nouveau" in page.text


def test_the_staff_act_by_the_case_number_and_strangers_see_nothing(
    ctx: Context, browser: Browser, referral: Referral
) -> None:
    partner = _as(Browser(browser.client.application), Role.PARTNER, referral.receiver)
    assert _do(partner, referral, "question", words="Vit-elle seule ?").status == 303
    agent = _as(browser, Role.AGENT)
    page = agent.get(f"/orientations/{referral.id}")
    assert "Une question attend une réponse" in page.text
    assert "Elle se lit une fois le dossier ouvert." in page.text
    assert "Vit-elle seule ?" not in page.text
    assert _do(agent, referral, "reponse", words="Oui").status == 303
    assert "attend une réponse" not in agent.get(f"/orientations/{referral.id}").text
    assert _do(agent, referral, "note", words="La caisse rappelle demain").status == 303
    page = _do(agent, referral, "note", words="FR76 3000 6000 0112 3456 7890 189")
    assert page.status == 422
    assert "compte bancaire" in page.text
    assert NAME not in page.text
    assert "La caisse rappelle demain" not in page.text
    assert "ne s’affichent pas ici" in page.text
    stranger = _as(
        Browser(browser.client.application), Role.PARTNER, make_organisation(ctx.session)
    )
    for act in ("note", "accepter", "rouvrir", "suite", "resultat"):
        page = _do(stranger, referral, act, words="Bonjour", shown="open", result="opened")
        assert page.status in {404, 422}
        assert page.status == 404 or "n’existe pas" in page.text
        assert referral.shown_number not in page.text
