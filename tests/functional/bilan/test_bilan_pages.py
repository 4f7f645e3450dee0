"""The pages of the bilan, of the export to the DGCS and of the barometer."""

import csv
from io import BytesIO
from zipfile import ZipFile

import pytest
from flask import Flask

from tests.factories.accounts import make_user
from tests.factories.organisations import make_organisation
from tests.factories.referrals import make_outcome, make_person, make_referral
from tests.integration.services.test_bilan import OCTOBER
from tests.page_checks import Browser
from zna_network.extensions import db
from zna_network.models.account import Role
from zna_network.models.case_sheet import EvaluationMapping
from zna_network.models.person import ConsentAnswer
from zna_network.models.referral import ReferralState, Step
from zna_network.models.territory import Commune


@pytest.fixture
def engine_name() -> str:
    return "sqlite"


@pytest.fixture
def grantee(app: Flask) -> Browser:
    organisation = make_organisation(db.session())
    return Browser(app).sign_in(make_user(db.session(), Role.GRANTEE, organisation))


@pytest.fixture
def referred(app: Flask) -> None:
    """Nine people of Arras, of whom six agree to the evaluation, and two of Basseux."""
    session = db.session()
    owner = make_organisation(session, name="Mission d’exemple")
    receiver = make_organisation(session, name="CAF d’exemple")
    for number in range(11):
        answer = ConsentAnswer.GIVEN if number < 6 else ConsentAnswer.REFUSED
        person = make_person(
            session, owner, evaluation=answer, created_at=OCTOBER,
            commune_insee="62041" if number < 9 else "62085",
        )  # fmt: skip
        referral = make_referral(
            session, person, owner, receiver, made_at=OCTOBER, state=ReferralState.ACCEPTED,
            step=Step.OPENED,
        )  # fmt: skip
        make_outcome(session, referral, monthly=100, recorded_at=OCTOBER)


def test_the_team_sees_all_and_others_what_may_leave(
    agent: Browser, grantee: Browser, referred: None
) -> None:
    page = agent.get("/bilan")
    assert "Vous voyez les chiffres exacts" in page.text
    assert "1 100 €" in page.text
    assert "Basseux 2 2 2 2" not in page.text
    assert "2 *" in page.text
    assert "Évaluation nationale" in page.text
    november = agent.get("/bilan?du=2026-11-01&au=2026-11-30")
    assert "Aucune orientation dans cette période" in november.text
    assert 'name="du" value="2026-11-01"' in november.response.get_data(as_text=True)
    turned = agent.get("/bilan?du=2026-11-30&au=2026-11-01")
    assert "La fin de la période précède son début." in turned.text
    seen = grantee.get("/bilan?du=2026-11-01")
    assert "Les chiffres s’arrêtent à la fin du mois dernier" in seen.text
    assert "Basseux" in seen.text
    assert "masqué" in seen.text
    assert " *" not in seen.text
    assert "Évaluation nationale" not in seen.text


def test_files_are_handed_out_and_kept_by_no_cache(
    agent: Browser, grantee: Browser, referred: None
) -> None:
    for reader in (agent, grantee):
        for name in ("bilan.xlsx", "bilan.docx"):
            response = reader.send("POST", f"/bilan/{name}")
            assert response.status_code == 200
            assert response.headers["Cache-Control"] == "private, no-store"
            with ZipFile(BytesIO(response.data)) as archive:
                content = b"".join(archive.read(one) for one in archive.namelist())
            assert b"n.c." in content
            assert b"Camille" not in content


def test_who_may_not_is_refused(app: Flask, grantee: Browser) -> None:
    partner = Browser(app).sign_in(
        make_user(db.session(), Role.PARTNER, make_organisation(db.session()))
    )
    for path in ("/bilan", "/bilan/dgcs", "/bilan/dgcs/colonnes", "/bilan/barometre"):
        assert partner.get(path).status == 403
    for path in ("/bilan/dgcs", "/bilan/dgcs/colonnes", "/bilan/barometre"):
        assert grantee.get(path).status == 403
    assert grantee.send("POST", "/bilan/dgcs/export/csv").status_code == 403


def test_the_export_is_tried_then_made_and_logged(agent: Browser, referred: None) -> None:
    page = agent.get("/bilan/dgcs")
    assert "Consentement refusé55" in page.text
    assert "Aucun export n’a encore été fait." in page.text
    response = agent.send("POST", "/bilan/dgcs/export/csv", data={"du": "2026-10-01"})
    assert response.headers["Cache-Control"] == "private, no-store"
    rows = list(csv.reader(response.data.decode("utf-8-sig").splitlines(), delimiter=";"))
    assert len(rows) == 7
    after = agent.get("/bilan/dgcs")
    assert "01/10/2026" in after.text
    assert agent.send("POST", "/bilan/dgcs/export/pdf").status_code == 404


def test_columns_are_changed_with_reasons_and_kept(agent: Browser, app: Flask) -> None:
    page = agent.get("/bilan/dgcs/colonnes")
    assert "(d’origine)" in page.text
    wrong = agent.post("/bilan/dgcs/colonnes", {"content": "version;2\nnom;nom", "seen": "0"})
    assert wrong.status == 422
    assert "Ligne 2 : écrivez" in wrong.text
    assert "version;2" in wrong.response.get_data(as_text=True)
    table = "version;2\ncolonne;champ;valeurs\nX;lot;\n"
    done = agent.post("/bilan/dgcs/colonnes", {"content": table, "seen": "0"})
    assert "La version « 2 » sert maintenant" in agent.follow(done).text
    late = agent.post("/bilan/dgcs/colonnes", {"content": table.replace("2", "3"), "seen": "0"})
    assert late.status == 422
    assert "Quelqu’un d’autre" in late.text
    file = {"file": (BytesIO(table.replace("2", "4").encode()), "c.csv"), "seen": "1"}
    sent = agent.post("/bilan/dgcs/colonnes", file, content_type="multipart/form-data")
    assert "« 4 »" in agent.follow(sent).text
    first = db.session().query(EvaluationMapping).filter_by(version="2").one()
    again = agent.post(f"/bilan/dgcs/colonnes/{first.id}/reprendre")
    assert "« 2 » sert de nouveau" in agent.follow(again).text
    assert b"X;lot" in agent.send("GET", "/bilan/dgcs/colonnes.csv").data
    assert b"identifiant" in agent.send("GET", "/bilan/dgcs/colonnes.csv?table=0").data
    assert agent.get("/bilan/dgcs/colonnes.csv?table=99").status == 404
    back = agent.post("/bilan/dgcs/colonnes/origine")
    assert "d’origine sert de nouveau" in agent.follow(back).text


def test_the_barometer_is_filled_in_by_one_at_a_time(agent: Browser, app: Flask) -> None:
    page = agent.get("/bilan/barometre")
    stamp = page.value_of("stamp")
    done = agent.post("/bilan/barometre", {"stamp": stamp, "commune-62041": "4", "qpv-1": ""})
    assert "1 modifiée." in agent.follow(done).text
    assert db.session().get_one(Commune, "62041").barometer_class == 4
    late = agent.post("/bilan/barometre", {"stamp": stamp, "commune-62041": "2"})
    assert late.status == 422
    assert "Quelqu’un d’autre" in late.text
    stamp = agent.get("/bilan/barometre").value_of("stamp")
    same = agent.post("/bilan/barometre", {"stamp": stamp, "commune-62041": "4"})
    assert "Rien n’avait changé." in agent.follow(same).text
    wrong = agent.post("/bilan/barometre", {"stamp": stamp, "commune-62041": "7"})
    assert "va de 1 à 5" in wrong.text
    assert db.session().get_one(Commune, "62041").barometer_class == 4
