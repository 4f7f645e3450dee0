"""The page behind the receiver's link, as the organisation sees it: no account, no script."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.factories.organisations import make_contact, make_organisation
from tests.factories.referrals import make_consent, make_person, make_referral, referral_link
from tests.page_checks import Browser, Page
from tests.statements import counted_statements
from tests.world import FrozenClock
from zna_network.models.audit import AuditEvent
from zna_network.models.person import ConsentAnswer, Purpose
from zna_network.models.referral import Callback, Referral, ReferralState, Step
from zna_network.services.context import Context
from zna_network.services.referrals import link_desk, questions

NAME, EMAIL, PHONE = "Yamina Fictive", "yamina@personne.example", "06 00 00 00 01"
NEED = "Craint une expulsion"


@pytest.fixture
def referral(ctx: Context) -> Referral:
    sender = make_organisation(ctx.session, name="Association qui oriente", phone="03 21 00 00 00")
    receiver = make_organisation(ctx.session, name="Caisse destinataire", acronym="CD")
    for organisation, email in ((sender, "oriente"), (receiver, "recoit")):
        make_contact(ctx.session, organisation, is_referent=True, email=f"{email}@exemple.example")
    person = make_person(
        ctx.session, sender, ConsentAnswer.GIVEN, name=NAME, email=EMAIL, phone=PHONE
    )
    return make_referral(ctx.session, person, receiver=receiver, need=NEED, callback=Callback.PHONE)


@pytest.fixture
def link(ctx: Context, referral: Referral) -> str:
    return referral_link(ctx.settings, ctx.session, referral)


def _is_private(page: Page) -> bool:
    headers = page.response.headers
    return (
        headers["Referrer-Policy"] == "no-referrer"
        and "noindex" in headers["X-Robots-Tag"]
        and "no-store" in headers["Cache-Control"]
    )


def _journal(ctx: Context) -> list[str]:
    return list(ctx.session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)))


def test_looking_acknowledges_nothing_and_tells_nothing(
    ctx: Context, browser: Browser, referral: Referral, link: str
) -> None:
    """A program that follows the links of mails, and a person, before the first press."""
    browser.send("HEAD", link)
    page = browser.get(link)
    assert _is_private(page)
    for secret in (NAME, EMAIL, PHONE, NEED, "RSA", "Revenu de solidarité"):
        assert secret not in page.response.get_data(as_text=True)
    assert page.all("script") == [] or all(s.get("src") for s in page.all("script"))
    assert referral.seen_at is None
    assert not {"person.read", "referral.read", "referral.seen"} & set(_journal(ctx))
    page = browser.follow(browser.post(f"{link}/recue"))
    assert "l’organisme qui oriente sait que vous l’avez reçue" in page.text
    assert NAME in page.text
    assert PHONE in page.text
    assert NEED in page.text
    assert f"tel:{PHONE.replace(' ', '')}" in page.links()
    assert referral.seen_at == ctx.now
    assert {"person.read", "referral.read", "referral.seen"} <= set(_journal(ctx))
    detail = ctx.session.scalars(select(AuditEvent.detail)).all()
    assert NAME not in str(detail)


def test_from_acceptance_to_the_right_opened(
    ctx: Context, browser: Browser, referral: Referral, link: str, clock: FrozenClock
) -> None:
    page = browser.follow(browser.post(f"{link}/accepter", {"accepter-shown": "open"}))
    assert "C’est accepté" in page.text
    page = browser.post(f"{link}/rendez-vous", {"rendez-vous-day": "2026-12-10"})
    assert page.status == 422
    assert "Indiquez l’heure." in page.text
    assert page.value_of("rendez-vous-day") == "2026-12-10"
    rdv = {
        "rendez-vous-day": "2026-12-10",
        "rendez-vous-hour": "14:00",
        "rendez-vous-minutes": "45",
        "rendez-vous-place": "12 rue Fictive",
    }
    page = browser.follow(browser.post(f"{link}/rendez-vous", rdv))
    assert "jeudi 10 décembre 2026, de 14 h à 14 h 45" in page.text.replace("\u00a0", " ")
    (file,) = [href for href in page.links() if href.endswith(".ics")]
    calendar = browser.get(file)
    assert _is_private(calendar)
    assert NAME not in calendar.response.get_data(as_text=True)
    number = referral.appointments[0].id
    follow = {"suite-appointment_id": str(number), "suite-state": "agreed"}
    assert "La personne viendra" in page.text
    assert "Elle est venue" not in page.text
    assert "Convenu" in browser.follow(browser.post(f"{link}/suite", follow)).text
    page = browser.post(f"{link}/suite", {"suite-appointment_id": "x", "suite-state": "agreed"})
    assert page.status == 422
    clock.move(timedelta(days=8))
    browser.post(f"{link}/etape", {"etape-step": "filed", "etape-on": "11/12/2026"})
    assert referral.step is Step.FILED
    outcome = {
        "resultat-right_code": "RSA",
        "resultat-result": "opened",
        "resultat-amount": "635,70",
        "resultat-evidence": "notification_seen",
    }
    page = browser.post(f"{link}/resultat", outcome)
    assert page.status == 422
    assert "par mois ou en une fois" in page.text
    assert page.value_of("resultat-amount") == "635,70"
    outcome |= {"resultat-period": "monthly", "resultat-effective_on": "2027-01-01"}
    page = browser.follow(browser.post(f"{link}/resultat", outcome))
    assert "635,70 € par mois" in page.text.replace("\u00a0", " ")
    assert (referral.state, referral.step) == (ReferralState.ACCEPTED, Step.OPENED)
    assert "CD (par le lien)" in page.text


def test_a_refusal_takes_the_name_away(
    ctx: Context, browser: Browser, referral: Referral, link: str
) -> None:
    browser.post(f"{link}/recue")
    page = browser.post(f"{link}/refuser", {"refuser-shown": "open", "refuser-words": "Trop loin"})
    assert page.status == 422
    assert "Choisissez une raison." in page.text
    assert page.value_of("refuser-words") == "Trop loin"
    refusal = {"refuser-shown": "open", "refuser-reason": "out_of_territory"}
    nir = refusal | {"refuser-words": "N° 2 80 05 62 041 001 23"}
    page = browser.post(f"{link}/refuser", nir)
    assert page.status == 422
    assert "sécurité sociale" in page.text
    assert referral.state is ReferralState.OPEN
    page = browser.follow(browser.post(f"{link}/refuser", refusal))
    for secret in (NAME, EMAIL, PHONE, NEED):
        assert secret not in page.response.get_data(as_text=True)
    # Somebody whose page is still the one from before the decision.
    page = browser.post(f"{link}/accepter", {"accepter-shown": "open"})
    assert page.status == 422
    assert "Entre-temps, cette orientation est devenue « refusée » par CD" in page.text
    page = browser.post(f"{link}/accepter", {"accepter-shown": "n’importe quoi"})
    assert page.status == 422
    assert referral.state is ReferralState.REFUSED


@pytest.mark.parametrize("callback", [Callback.COMES, Callback.THROUGH_SENDER])
def test_without_consent_the_page_says_how_to_go_on(
    ctx: Context, browser: Browser, referral: Referral, link: str, callback: Callback
) -> None:
    make_consent(ctx.session, referral.person, Purpose.CONTACT, ConsentAnswer.REFUSED)
    referral.callback = callback
    ctx.session.commit()
    page = browser.follow(browser.post(f"{link}/accepter", {"accepter-shown": "open"}))
    for secret in (NAME, EMAIL, PHONE, NEED):
        assert secret not in page.response.get_data(as_text=True)
    assert referral.person.case_number in page.text
    assert "n’a pas souhaité" in page.text
    assert referral.state is ReferralState.ACCEPTED
    page = browser.follow(browser.post(f"{link}/question", {"question-words": "Quel jour ?"}))
    questions.answer(ctx, referral.id, "Le mardi lui va bien.")
    assert "Le mardi lui va bien." in browser.get(link).text
    questions.ask(ctx, referral.id, "A-t-elle été reçue ?")
    page = browser.get(link)
    assert "Une question vous attend" in page.text
    page = browser.follow(browser.post(f"{link}/reponse", {"reponse-words": "Oui, mardi."}))
    assert "Une question vous attend" not in page.text


def test_links_that_do_not_work_stay_private_and_say_why(
    ctx: Context, browser: Browser, referral: Referral, link: str, clock: FrozenClock
) -> None:
    for path in ("/o/inconnu", "/o/" + "a" * 80, "/o/é"):
        page = browser.get(path)
        assert page.status == 404
        assert _is_private(page)
    assert browser.post(f"{link}/renvoyer-le-lien").status == 404
    link_desk.revoke(ctx, referral.id)
    for page in (browser.get(link), browser.post(f"{link}/accepter", {"accepter-shown": "open"})):
        assert page.status == 410
        assert _is_private(page)
        assert "n’est plus valable" in page.text
        assert NAME not in page.text
    assert referral.state is ReferralState.OPEN


def test_the_page_costs_the_same_whatever_its_history(
    ctx: Context, browser: Browser, referral: Referral, link: str
) -> None:
    browser.post(f"{link}/recue")
    with counted_statements() as few:
        browser.get(link)
    for rank in range(30):
        questions.note(ctx, referral.id, f"Note {rank}")
    with counted_statements() as many:
        assert "Note 29" in browser.get(link).text
    assert len(many) == len(few)
