"""What nobody types: each is refused with a word, nothing is written, and what was right stays; and
what a receiver is not told."""

from datetime import date, time

import pytest

from tests.factories.accounts import make_user
from tests.factories.meetings import make_meeting
from tests.factories.organisations import make_organisation
from tests.factories.referrals import make_person, make_referral, referral_link
from tests.page_checks import Browser
from zna_network.models.account import Role
from zna_network.models.case_sheet import CaseSheet
from zna_network.models.person import ConsentAnswer, Diagnostic, Person
from zna_network.models.referral import Appointment, Outcome, Referral, ReferralState
from zna_network.models.territory import Commune
from zna_network.services import case_sheets
from zna_network.services.context import Context
from zna_network.services.referrals import appointments
from zna_network.services.referrals.appointments import AppointmentData

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
HUGE = "9" * 5000
FAR = "Relisez cette date"


def test_impossible_numbers_name_nobody(ctx: Context, browser: Browser) -> None:
    own = make_organisation(ctx.session)
    grantee = browser.sign_in(make_user(ctx.session, Role.GRANTEE, organisation=own))
    url = "/orientations/diagnostic"
    typed = {"name": "Zoé Exemple", "droit-RSA": "to_check"}
    for number in ("²", HUGE, "-1", "1e3"):
        page = grantee.post(url, {**typed, "act": "adapt", "person_id": number})
        assert (page.status, page.value_of("name")) == (200, "Zoé Exemple")
        assert grantee.get(f"{url}?personne={number}").status in {200, 404}
        assert grantee.get(f"/orientations/nouvelle?personne={number}").status in {200, 404}
    refused = grantee.post(url, {**typed, "client_id": "pas un numéro"})
    assert (refused.status, refused.value_of("name")) == (422, "Zoé Exemple")
    assert "Cet envoi n’a pas son numéro" in refused.text
    refused = grantee.post(
        "/orientations/nouvelle", {"client_id": "court", "rights": "RSA", "name": "Zoé Exemple"}
    )
    assert (refused.status, refused.value_of("name")) == (422, "Zoé Exemple")
    assert ctx.session.query(Person).count() == ctx.session.query(Diagnostic).count() == 0


def test_amounts_and_days_that_nobody_means(ctx: Context, browser: Browser) -> None:
    person = make_person(ctx.session, None, ConsentAnswer.GIVEN)
    referral = make_referral(ctx.session, person, state=ReferralState.ACCEPTED, seen_at=ctx.now)
    link = referral_link(ctx.settings, ctx.session, referral)
    for amount, why in (
        ("-5", "Exemple : 635,70"), ("1e9", "Exemple : 635,70"), ("beaucoup", "Exemple : 635,70"),
        ("1000000,01", "un million"), (HUGE, "Exemple : 635,70"), ("1.234,50", "Exemple : 635,70"),
    ):  # fmt: skip
        typed = {
            "resultat-right_code": "RSA", "resultat-result": "opened", "resultat-amount": amount,
            "resultat-period": "monthly", "resultat-evidence": "payment_seen",
        }  # fmt: skip
        page = browser.post(f"{link}/resultat", typed)
        assert page.status == 422
        assert why in page.text, amount
        assert page.value_of("resultat-amount") == amount
    for field, wrong in (
        ("resultat-right_code", "RIEN"), ("resultat-result", "peut-être"),
        ("resultat-period", "yearly"), ("resultat-evidence", "facture"),
        ("resultat-effective_on", "0001-01-01"), ("resultat-effective_on", "hier"),
    ):  # fmt: skip
        page = browser.post(f"{link}/resultat", {**typed, "resultat-amount": "10", field: wrong})
        assert page.status == 422, (field, wrong)
    rdv = {"rendez-vous-hour": "14:00", "rendez-vous-minutes": "30", "rendez-vous-place": "Mairie"}
    for day in ("0001-01-01", "9999-12-31", "2025-01-01", "demain"):
        page = browser.post(f"{link}/rendez-vous", {**rdv, "rendez-vous-day": day})
        assert (page.status, page.value_of("rendez-vous-place")) == (422, "Mairie"), day
    assert (
        browser.post(f"{link}/etape", {"etape-step": "met", "etape-on": "0001-01-01"}).status == 422
    )
    assert ctx.session.query(Outcome).count() == ctx.session.query(Appointment).count() == 0
    amount = {**typed, "resultat-amount": "1 234,50 €"}
    assert browser.post(f"{link}/resultat", amount).status == 303
    assert ctx.session.query(Outcome).one().amount_cents == 123_450


def test_the_pages_of_the_team_refuse_too(ctx: Context, agent: Browser) -> None:
    for day in ("0001-01-01", "9999-12-31", "hier"):
        for name in ("du", "au"):
            assert agent.get(f"/bilan?{name}={day}").status == 200
            assert agent.get(f"/bilan/dgcs?{name}={day}").status == 200
    assert FAR in agent.get("/bilan?au=9999-12-31").text
    stamp = agent.get("/bilan/barometre").value_of("stamp")
    commune = ctx.session.query(Commune).order_by(Commune.insee).first()
    assert commune is not None
    commune.barometer_class = 3
    ctx.session.commit()
    for wrong in ("6", "²", HUGE, "trois"):
        page = agent.post("/bilan/barometre", {f"commune-{commune.insee}": wrong, "stamp": stamp})
        assert page.status == 422, wrong[:9]
    ctx.session.expire_all()
    assert commune.barometer_class == 3

    meeting = make_meeting(ctx.session)
    referral = make_referral(ctx.session, state=ReferralState.EXPIRED)
    [sheet] = case_sheets.bring(ctx, meeting.id, [referral.id])
    url = f"/instances/reunions/{meeting.id}/situations/{sheet.id}"
    page = agent.post(url, {"revision": "1", "decision": "Oui", "decided_on": "0001-01-01"})
    assert "à plus d’un an de la réunion" in page.text
    assert page.value_of("decision") == "Oui"
    assert ctx.session.query(CaseSheet).one().decision == ""
    assert ctx.session.query(Referral).count() == 1


def test_a_receiver_without_a_name_learns_no_language(ctx: Context, browser: Browser) -> None:
    person = make_person(ctx.session, language="uk", note="Préfère le matin")
    referral = make_referral(ctx.session, person)
    url = f"/orientations/personnes/{person.id}"
    receiver = browser.sign_in(make_user(ctx.session, Role.PARTNER, referral.receiver))
    assert "Українська" not in receiver.get(url).text
    agreed = make_person(ctx.session, None, ConsentAnswer.GIVEN, language="uk", note="Au matin")
    make_referral(ctx.session, agreed, receiver=referral.receiver)
    page = receiver.get(f"/orientations/personnes/{agreed.id}")
    assert "Українська" in page.text
    assert "Au matin" not in page.text
    asked, evaluation = "Être contacté par l’organisme", "évaluation nationale"
    for reader, told in (
        (receiver, False),
        (
            Browser(receiver.client.application).sign_in(
                make_user(ctx.session, Role.PARTNER, person.owner)
            ),
            True,
        ),
    ):
        page = reader.get(f"/orientations/{referral.id}")
        assert asked in page.text
        assert (evaluation in page.text) is told


def test_where_a_meeting_is_held_waits_for_the_file_to_be_open(
    ctx: Context, agent: Browser
) -> None:
    """It may be the person's home; so may what the form to move it is filled with."""
    person = make_person(ctx.session, None, ConsentAnswer.GIVEN)
    referral = make_referral(ctx.session, person, state=ReferralState.ACCEPTED, seen_at=ctx.now)
    place, note = "3 impasse des Lilas", "Interphone Fictive"
    rdv = AppointmentData(date(2026, 12, 10), time(14, 0), 30, place, note)
    appointment = appointments.propose(ctx, referral.id, rdv)
    url, file = f"/orientations/{referral.id}", f"rendez-vous/{appointment.id}.ics"

    def told() -> set[str]:
        page = agent.get(url).response.get_data(as_text=True)
        content = agent.client.get(f"{url}/{file}").get_data(as_text=True)
        return {words for words in (place, note) if words in page or words in content}

    assert told() == set()
    assert "Déplacer un rendez-vous" not in agent.get(url).text
    agent.post(f"/orientations/personnes/{person.id}/ouvrir", {"reason": "asked"})
    assert told() == {place, note}
    link = referral_link(ctx.settings, ctx.session, referral)
    holder = Browser(agent.client.application)
    assert place in holder.client.get(f"{link}/{file}").get_data(as_text=True)
    referral.state = ReferralState.WITHDRAWN
    ctx.session.commit()
    assert place not in holder.client.get(f"{link}/{file}").get_data(as_text=True)
