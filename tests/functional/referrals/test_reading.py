"""The list, one referral's page, its withdrawal, and the lines of the home page."""

import pytest

from tests.factories.accounts import make_user
from tests.factories.organisations import make_contact, make_organisation
from tests.factories.referrals import make_person, make_referral
from tests.page_checks import Browser
from zna_network.extensions import db
from zna_network.models.account import Role
from zna_network.models.person import ConsentAnswer
from zna_network.models.referral import Referral, ReferralState
from zna_network.services.context import Context

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
NAME, NEED = "Lina Fictive", "Le loyer de novembre"


@pytest.fixture
def referral(ctx: Context) -> Referral:
    receiver = make_organisation(ctx.session, name="Maison d’exemple")
    make_contact(ctx.session, receiver, is_referent=True)
    person = make_person(ctx.session, None, ConsentAnswer.GIVEN, name=NAME, commune_insee="62041")
    return make_referral(ctx.session, person, receiver=receiver, need=NEED)


def test_each_reads_what_is_theirs(app: object, agent: Browser, referral: Referral) -> None:
    session, url = db.session(), f"/orientations/{referral.id}"
    sides = {
        who: Browser(agent.client.application).sign_in(make_user(session, Role.PARTNER, one))
        for who, one in (
            ("sender", referral.sender),
            ("receiver", referral.receiver),
            ("stranger", make_organisation(session)),
        )
    }
    for who in ("sender", "receiver"):
        for page in (sides[who].get(url), sides[who].get("/orientations")):
            assert NAME in page.text, who
        assert NEED in sides[who].get(url).text
        assert sides[who].get(url).response.headers["Cache-Control"] == "no-store, private"
    assert "Orientations à traiter" in sides["receiver"].get("/").text
    for page in (agent.get(url), agent.get("/orientations")):
        assert page.status == 200
        assert NAME not in page.text
        assert NEED not in page.text
        assert "D-" in page.text
    assert sides["stranger"].get(url).status == 404
    assert "Aucune orientation" in sides["stranger"].get("/orientations").text
    assert sides["stranger"].get("/orientations/export.pdf").status == 404

    filters = "?suivi=a-traiter&etat=open&droit=RSA&commune=62041&q=O-1&tri=receiver&sens=desc"
    filtered = sides["receiver"].get(f"/orientations{filters}")
    assert referral.shown_number in filtered.text
    assert "Droit : RSA" in filtered.text
    assert "ne correspond" in agent.get("/orientations?etat=refused").text
    assert "Rien n’est en retard" in agent.get("/orientations?suivi=en-retard").text
    spoilt = agent.get("/orientations?etat=%00&droit=x&lot=9&page=-3&tri=%27&suivi=y&qui=z")
    assert referral.shown_number in spoilt.text

    withdrawal = f"{url}/retirer"
    assert sides["receiver"].post(withdrawal).status == 403
    assert sides["stranger"].post(withdrawal).status == 404
    refused = sides["sender"].post(withdrawal, {"words": "IBAN FR76 3000 6000 0112 3456 7890 189"})
    assert refused.status == 422
    assert "compte bancaire" in refused.text
    done = sides["sender"].follow(sides["sender"].post(withdrawal, {"words": "Plus besoin."}))
    assert "L’orientation est retirée" in done.text
    assert db.session.get_one(Referral, referral.id).state is ReferralState.WITHDRAWN
    assert NAME not in sides["receiver"].get(url).text
    assert NAME not in sides["receiver"].get("/orientations").text
