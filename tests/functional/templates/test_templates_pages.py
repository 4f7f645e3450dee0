"""The Word templates: trying one, putting it in place, going back."""

from io import BytesIO

import pytest

from tests.factories.accounts import make_user
from tests.factories.docx_files import docx_with, text_of
from tests.factories.organisations import make_organisation
from tests.page_checks import Browser, Page
from zna_network.blueprints.templates.views import SLUGS
from zna_network.extensions import db
from zna_network.models.account import Role
from zna_network.models.document import DocumentKind, DocumentTemplate
from zna_network.ports.documents import DOCX_MEDIA_TYPE
from zna_network.services import document_templates
from zna_network.services.document_rendering import default_template

URL = "/modeles/compte-rendu"
GOOD = docx_with("Compte-rendu de {{ reunion.titre }}")
BROKEN = docx_with("Bonjour", "Lieu : {{ reunion.lieux }}")


def _upload(agent: Browser, content: bytes, name: str = "notre.docx", url: str = URL) -> Page:
    return agent.post(url, {"file": (BytesIO(content), name)}, content_type="multipart/form-data")


# A placeholder of each document, and words of its sample, where they are not a COPIL's.
_SIGNS = {
    DocumentKind.BILAN: ("ensemble.orientees", "208"),
    DocumentKind.FORUM_REPORT: ("forum.titre", "Forum d’accès aux droits"),
    DocumentKind.CASE_SHEET: ("fiches.blocage", "D-7K3QF2"),
    DocumentKind.CONSENT_FORM: ("questions.question", "C’est vous qui décidez"),
    DocumentKind.DIAGNOSTIC: ("themes.droits.nom", "D-7K3QF2"),
    DocumentKind.PERSON_FILE: ("parties.titre", "D-7K3QF2"),
    DocumentKind.MISSION_ORDER: ("sortie.reference", "CM-0042"),
    DocumentKind.TRIP_SHEET: ("etapes.commune", "CM-0042"),
}


def test_every_kind_of_document_has_its_template(agent: Browser) -> None:
    page = agent.get("/modeles")
    assert set(SLUGS.values()) == set(DocumentKind)
    for slug, kind in SLUGS.items():
        assert f"/modeles/{slug}" in page.links()
        assert kind.label in page.text
        one = agent.get(f"/modeles/{slug}")
        assert "Modèle d’origine" in one.text
        placeholder, words = _SIGNS.get(kind, ("reunion.titre", "Deuxième comité de pilotage"))
        assert placeholder in one.text
        for path in ("en-vigueur.docx", "origine.docx"):
            answer = agent.get(f"/modeles/{slug}/{path}").response
            assert (answer.mimetype, answer.data) == (DOCX_MEDIA_TYPE, default_template(kind))
        preview = agent.get(f"/modeles/{slug}/exemple.docx").response
        assert words in text_of(preview.data)


def test_the_table_says_what_each_placeholder_means(agent: Browser) -> None:
    page = agent.get(URL)
    rows = ["|".join("".join(cell.itertext()) for cell in row) for row in page.all("tr")]
    assert "presents.nom|civilité et nom|Mme Jeanne Exemple" in rows
    assert "reunion.lieu|lieu|Salle des conférences, 2e étage" in rows
    assert not any(row.startswith("participants.nom") for row in rows)


def test_a_good_template_is_in_use_and_the_last_one_kept(agent: Browser) -> None:
    page = agent.follow(_upload(agent, GOOD, "premier.docx"))
    assert "« premier.docx » sert maintenant de modèle" in page.text
    assert "premier.docx, déposé le 03/12/2026 à 10:00 par Personne Fictive" in page.text
    assert agent.get(f"{URL}/en-vigueur.docx").response.data == GOOD
    page = agent.follow(_upload(agent, docx_with("{{ reunion.date }}"), "second.docx"))
    assert "second.docx, déposé le" in page.text
    first = db.session.query(DocumentTemplate).order_by(DocumentTemplate.id).first()
    assert first is not None
    assert agent.get(f"{URL}/anciens/{first.id}.docx").response.data == GOOD
    back = agent.post(f"{URL}/anciens/{first.id}/reprendre")
    assert "« premier.docx » sert de nouveau de modèle." in agent.follow(back).text
    ours = agent.post(f"{URL}/origine")
    page = agent.follow(ours)
    assert "Modèle d’origine, fourni avec le site" in page.text
    assert "premier.docx" in page.text
    assert "second.docx" in agent.get(URL).text
    assert "Fourni avec le site" in agent.get("/modeles").text


def test_a_broken_template_is_explained_line_by_line(agent: Browser) -> None:
    page = _upload(agent, BROKEN, "cassé.docx")
    assert page.status == 422
    assert "un problème est à corriger" in page.text
    assert "Ce qui est à corriger dans « cassé.docx »" in page.text
    cells = ["".join(cell.itertext()) for cell in page.all("tbody")[0].iter("td")]
    assert cells[0] == "2"
    assert "{{ reunion.lieux }}" in cells[1]
    assert "reunion.lieux" in cells[2]
    assert db.session.query(DocumentTemplate).count() == 0


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "vide.docx", "Choisissez le fichier Word"),
        (b"du texte", "texte.docx", "un problème est à corriger"),
    ],
)
def test_what_is_no_template_is_refused(
    agent: Browser, content: bytes, name: str, words: str
) -> None:
    page = _upload(agent, content, name)
    assert page.status == 422
    assert words in page.text
    assert db.session.query(DocumentTemplate).count() == 0


def test_a_file_too_large_is_said(agent: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document_templates, "LARGEST_MB", 0)
    page = _upload(agent, b"x", "gros.docx")
    assert page.status == 422
    assert "trop lourd" in page.text


def test_no_file_at_all_is_said(agent: Browser) -> None:
    assert "Choisissez le fichier Word" in agent.post(URL, {}).text


def test_an_earlier_template_that_no_longer_works_stays_aside(agent: Browser) -> None:
    now = make_user(db.session()).created_at
    old = DocumentTemplate(
        kind=DocumentKind.MINUTES, filename="vieux.docx", content=BROKEN, uploaded_at=now,
        retired_at=now,
    )  # fmt: skip
    db.session.add(old)
    db.session.commit()
    page = agent.post(f"{URL}/anciens/{old.id}/reprendre")
    assert page.status == 422
    assert "reunion.lieux" in page.text


def test_a_template_in_use_that_breaks_gives_a_message(agent: Browser) -> None:
    db.session.add(
        DocumentTemplate(
            kind=DocumentKind.MINUTES, filename="x.docx", content=b"rien",
            uploaded_at=make_user(db.session()).created_at,
        )
    )  # fmt: skip
    db.session.commit()
    answer = agent.get(f"{URL}/exemple.docx")
    assert "n’a pas pu être rempli" in agent.follow(answer).text


def test_what_does_not_exist_is_not_found(agent: Browser) -> None:
    for path in ("/modeles/inconnu", f"{URL}/anciens/999.docx", "/modeles/inconnu/exemple.docx"):
        assert agent.get(path).status == 404
    assert agent.post(f"{URL}/anciens/999/reprendre").status == 404


def test_only_staff_reach_the_templates(browser: Browser) -> None:
    session = db.session()
    user = make_user(session, Role.GRANTEE, make_organisation(session))
    grantee = Browser(browser.client.application).sign_in(user)
    for path in ("/modeles", URL, f"{URL}/en-vigueur.docx"):
        assert grantee.get(path).status == 403
    assert _upload(grantee, GOOD).status == 403
