"""Importing from the pages: choose a file, look, decide, apply."""

import io

import pytest
from flask import Flask
from openpyxl import load_workbook

from tests.factories.accounts import make_user
from tests.factories.import_files import csv_file
from tests.factories.organisations import make_organisation
from tests.page_checks import Browser, Page
from tests.statements import counted_statements
from zna_network.extensions import db
from zna_network.models.account import Role
from zna_network.models.organisation import Organisation

ROW = {"Nom": "CCAS de Rœux", "Ville": "Roeux", "Téléphone": "0321000000", "Couleur": "bleu"}
WRONG = {"Nom": "Autre", "Droits": "XYZ"}


def _upload(agent: Browser, content: bytes, name: str = "liste.csv") -> Page:
    return agent.post("/annuaire/import", {"file": (io.BytesIO(content), name)})


def _preview(agent: Browser, *rows: dict[str, str]) -> tuple[Page, str]:
    page = _upload(agent, csv_file(*rows))
    assert page.status == 302, page.text
    return agent.follow(page), str(page.response.location)


def _apply(agent: Browser, url: str, page: Page, **values: str) -> Page:
    return agent.post(f"{url}/appliquer", {"seen": page.value_of("seen"), **values})


def _count() -> int:
    return db.session.query(Organisation).count()


def test_the_page_says_what_is_accepted_and_gives_a_model(agent: Browser) -> None:
    page = agent.get("/annuaire/import")
    assert "10 Mo au plus" in page.text
    assert "Aucun fichier pour l’instant" in page.text
    model = agent.get("/annuaire/import/modele.xlsx")
    sheet = load_workbook(io.BytesIO(model.response.get_data())).worksheets[0]
    assert sheet["A1"].value == "Nom"
    assert agent.get("/annuaire/import/modele.csv").response.mimetype == "text/csv"
    assert agent.get("/annuaire/import/modele.ods").status == 404


def test_a_file_is_previewed_then_imported(agent: Browser) -> None:
    page, url = _preview(agent, ROW)
    assert "Rien n’est encore écrit" in page.text
    assert "1 colonne ignorée : Couleur" in page.text
    assert "UTF-8, séparateur : point-virgule" in page.text
    assert "03 21 00 00 00" in page.text
    assert _count() == 0
    page = agent.follow(_apply(agent, url, page))
    assert "Import terminé" in page.text
    assert "1 organisme créé" in page.text
    assert "/annuaire/organismes/ccas-de-roeux" in page.links()
    assert _count() == 1
    assert "liste.csv" in agent.get("/annuaire/import").text


def test_before_and_after_are_shown(agent: Browser) -> None:
    make_organisation(db.session(), name=ROW["Nom"], commune_insee="62718", phone="3949")
    page, _ = _preview(agent, ROW)
    assert "Avant : 3949" in page.text
    assert "Après : 03 21 00 00 00" in page.text


def test_rejected_lines_need_a_tick(agent: Browser) -> None:
    page, url = _preview(agent, ROW, WRONG)
    assert "droit inconnu : « XYZ »" in page.text
    assert "Laisser de côté la ligne rejetée" in page.text
    refused = _apply(agent, url, page)
    assert refused.status == 422
    assert "1 ligne rejetée : corrigez le fichier" in refused.text
    assert _count() == 0
    agent.follow(_apply(agent, url, refused, leave_rejected="y"))
    assert _count() == 1


def test_the_directory_changed_meanwhile(agent: Browser) -> None:
    page, url = _preview(agent, ROW)
    make_organisation(db.session(), name=ROW["Nom"], commune_insee="62718", phone="3949")
    refused = _apply(agent, url, page)
    assert refused.status == 422
    assert "L’annuaire a changé depuis cet aperçu" in refused.text
    assert "Avant : 3949" in refused.text
    assert refused.value_of("seen") != page.value_of("seen")
    agent.follow(_apply(agent, url, refused))
    assert db.session.query(Organisation).one().phone == "03 21 00 00 00"


def test_an_import_applied_twice_says_so(agent: Browser) -> None:
    page, url = _preview(agent, ROW)
    _apply(agent, url, page)
    again = _apply(agent, url, page)
    assert again.status == 422
    assert "déjà été fait" in again.text
    assert _count() == 1


def test_look_alikes_are_decided_upon_line_by_line(agent: Browser) -> None:
    known = make_organisation(db.session(), name="Épicerie solidaire", commune_insee="62718")
    page, url = _preview(agent, {**ROW, "Nom": "Épicerie solidairee"})
    assert "1 ligne ressemble à une autre fiche" in page.text
    page = agent.get(f"{url}?statut=decider")
    assert page.value_of("choix-2") == "new"
    assert "C’est le même que « Épicerie solidaire »" in page.text
    page = agent.follow(
        agent.post(f"{url}/choix?statut=decider", {"choix-2": f"organisation:{known.id}"})
    )
    assert "Choix enregistrés" in page.text
    page = agent.get(url)
    assert page.value_of("choix-2") == f"organisation:{known.id}"
    agent.follow(_apply(agent, url, page))
    assert _count() == 1


@pytest.mark.parametrize(
    "sent", [{"choix-2": "x"}, {"choix-99": "new"}, {"choix-2": "organisation:1 OR 1"}]
)
def test_a_choice_that_was_not_proposed_is_refused(agent: Browser, sent: dict[str, str]) -> None:
    _, url = _preview(agent, ROW)
    page = agent.post(f"{url}/choix", sent)
    assert page.status == 422
    assert "n’est pas proposé" in page.text


@pytest.mark.parametrize(
    "statut", ["creees", "modifiees", "inchangees", "rejetees", "decider", "x"]
)
def test_the_lines_are_shown_by_effect(agent: Browser, statut: str) -> None:
    _, url = _preview(agent, ROW, WRONG)
    page = agent.get(f"{url}?statut={statut}")
    assert page.status == 200
    shown = {"creees": {"CCAS de Rœux (Roeux)"}, "rejetees": {"Autre"}}
    expected = shown.get(statut, {"CCAS de Rœux (Roeux)", "Autre"} if statut == "x" else set())
    titles = {"".join(th.itertext()).strip() for th in page.all("th", scope="row")}
    assert titles == expected


@pytest.mark.parametrize("query", ["endpoint=x", "_scheme=x", "_anchor=x", "_method=x", "page=x"])
def test_a_meddled_address_breaks_nothing(agent: Browser, query: str) -> None:
    _, url = _preview(agent, *({"Nom": f"Association {number}"} for number in range(30)))
    assert agent.get(f"{url}?{query}").status == 200


def test_a_long_file_is_shown_page_by_page_at_the_same_cost(agent: Browser) -> None:
    def cost(number: int) -> tuple[int, Page]:
        _, url = _preview(agent, *({"Nom": f"Association {number} {n}"} for n in range(number)))
        with counted_statements() as statements:
            page = agent.get(url)
        return len(statements), page

    few, _ = cost(5)
    many, page = cost(60)
    assert many == few
    assert "Page 1 sur 3" in page.text


def test_an_import_can_be_abandoned(agent: Browser) -> None:
    _, url = _preview(agent, ROW)
    page = agent.follow(agent.post(f"{url}/abandonner"))
    assert "Import abandonné" in page.text
    assert agent.get(url).status == 404


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "vide"),
        (b"\xd0\xcf\x11\xe0abc", "ancien format Excel"),
        (b"%PDF-1.7\n\x00", "texte lisible"),
        (b"Couleur\nbleu\n", "Aucune colonne reconnue"),
    ],
)
def test_an_unreadable_file_is_refused_beside_the_field(
    agent: Browser, content: bytes, reason: str
) -> None:
    page = _upload(agent, content)
    assert page.status == 422
    (message,) = page.all("div", id="file-error")
    assert reason in "".join(message.itertext())


def test_no_file_is_refused_beside_the_field(agent: Browser) -> None:
    page = agent.post("/annuaire/import")
    assert page.status == 422
    assert "Choisissez un fichier" in page.text


def test_a_file_beyond_the_limit_is_refused(app: Flask, agent: Browser) -> None:
    app.config["MAX_CONTENT_LENGTH"] = 2_000
    page = _upload(agent, b"x" * 3_000)
    assert page.status == 413
    assert "trop lourd" in page.text


@pytest.mark.parametrize("role", [Role.GRANTEE, Role.PARTNER])
def test_only_staff_may_import(app: Flask, role: Role) -> None:
    user = make_user(db.session(), role, make_organisation(db.session()))
    browser = Browser(app).sign_in(user)
    assert browser.get("/annuaire/import").status == 403
    assert browser.post("/annuaire/import/1/appliquer").status == 403


def test_nobody_imports_without_an_account(browser: Browser) -> None:
    assert "/connexion" in str(browser.get("/annuaire/import").response.location)
    assert browser.post("/annuaire/import").status in {302, 403}
