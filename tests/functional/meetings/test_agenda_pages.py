"""Writing the agenda through its pages, with no script at all."""

from io import BytesIO

import docx
import pytest
from flask import Flask

from tests.factories.accounts import make_user
from tests.factories.committees import make_committee, make_membership
from tests.factories.docx_files import docx_with
from tests.factories.files import EXECUTABLE, PDF
from tests.factories.meetings import make_agenda_item, make_attachment, make_meeting
from tests.factories.organisations import make_contact, make_organisation
from tests.page_checks import Browser
from zna_network.extensions import db
from zna_network.models.account import Role
from zna_network.models.document import DocumentKind, DocumentTemplate
from zna_network.models.meeting import AgendaItem, Attachment, Meeting


@pytest.fixture
def meeting(app: Flask) -> Meeting:
    return make_meeting(db.session())


def _url(meeting: Meeting, *parts: object) -> str:
    return "/".join(["/instances/reunions", *(str(part) for part in (meeting.id, *parts))])


def test_points_are_added_with_the_hour_of_each(agent: Browser, meeting: Meeting) -> None:
    for title, minutes in (("Tour de table", "10"), ("Bilan", "45"), ("Suites", "")):
        answer = agent.post(
            _url(meeting, "points/nouveau"),
            {"title": title, "minutes_allotted": minutes, "presenter": "Lou Exemple"},
        )
        assert answer.response.location.startswith(f"{_url(meeting)}#point-")
    text = agent.get(_url(meeting)).text
    for words in ("14 h 1. Tour de table", "14 h 10 2. Bilan", "14 h 55 3. Suites", "45 min"):
        assert words in text
    assert "Durée prévue : 55 min" in text


def test_says_when_the_points_do_not_fit(agent: Browser, meeting: Meeting) -> None:
    make_agenda_item(db.session(), meeting, minutes_allotted=150)
    assert "Dépasse la réunion de 30 min" in agent.get(_url(meeting)).text


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"title": ""}, "Donnez un titre à ce point."),
        ({"title": "Bilan", "minutes_allotted": "0"}, "Indiquez une durée de 1 à 480 minutes"),
        ({"title": "Bilan", "minutes_allotted": "dix"}, "entier"),
        ({"title": "x" * 201}, "trop long"),
    ],
)
def test_a_mistake_is_said_and_what_was_typed_kept(
    agent: Browser, meeting: Meeting, typed: dict[str, str], words: str
) -> None:
    page = agent.post(_url(meeting, "points/nouveau"), {**typed, "presenter": "Lou Exemple"})
    assert words in page.text
    assert page.value_of("title") == typed["title"]
    assert page.value_of("presenter") == "Lou Exemple"
    assert db.session.query(AgendaItem).count() == 0


def test_a_point_moves_with_a_plain_button(agent: Browser, meeting: Meeting) -> None:
    first, second = (make_agenda_item(db.session(), meeting, title=t) for t in ("Un", "Deux"))
    page = agent.get(_url(meeting))
    buttons = [b for b in page.all("button", name="sens") if b.get("disabled") is None]
    assert [button.get("value") for button in buttons] == ["bas", "haut"]
    answer = agent.post(_url(meeting, "points", second.id, "deplacer"), {"sens": "haut"})
    assert answer.response.location.endswith(f"#point-{second.id}")
    text = agent.get(_url(meeting)).text
    assert text.index("1. Deux") < text.index("2. Un")
    agent.post(_url(meeting, "points", second.id, "deplacer"), {"sens": "bas"})
    assert agent.get(_url(meeting)).text.index("1. Un") > 0
    assert first.position < second.position


def test_a_point_is_edited_and_the_other_text_shown_on_conflict(
    agent: Browser, meeting: Meeting
) -> None:
    item = make_agenda_item(db.session(), meeting, title="Bilan")
    url = _url(meeting, "points", item.id)
    data = {"revision": agent.get(url).value_of("revision"), "minutes_allotted": "20"}
    assert agent.post(url, {**data, "title": "Bilan complet"}).status == 302
    page = agent.post(url, {**data, "title": "Bilan bref", "description": "Mon texte"})
    assert "Quelqu’un d’autre a modifié" in page.text
    assert "Bilan complet" in page.text
    assert page.value_of("title") == "Bilan bref"
    assert "Mon texte" in page.value_of("description")
    data["revision"] = page.value_of("revision")
    assert agent.post(url, {**data, "title": "Bilan bref"}).status == 302
    assert item.title == "Bilan bref"


def test_text_typed_shows_its_list_and_no_html(agent: Browser, meeting: Meeting) -> None:
    make_agenda_item(
        db.session(), meeting, description="Par <b>commune</b>\n- un\n- deux", title="<i>Bilan</i>"
    )
    page = agent.get(_url(meeting))
    assert "Par <b>commune</b>" in page.text
    assert "<i>Bilan</i>" in page.text
    assert {"un", "deux"} <= {"".join(li.itertext()) for li in page.all("li")}


def test_a_point_is_removed(agent: Browser, meeting: Meeting) -> None:
    url = _url(
        meeting, "points", make_agenda_item(db.session(), meeting, title="Point à retirer").id
    )
    page = agent.follow(agent.post(f"{url}/retirer"))
    assert "Point retiré" in page.text
    assert "Point à retirer" not in page.text
    assert agent.get(url).status == 404


def test_a_file_is_attached_downloaded_and_removed(agent: Browser, meeting: Meeting) -> None:
    item = make_agenda_item(db.session(), meeting)
    answer = agent.post(
        _url(meeting, "points", item.id, "pieces"),
        {"file": (BytesIO(PDF), "Note d’étape.pdf")},
        content_type="multipart/form-data",
    )
    assert "Note d’étape.pdf" in agent.follow(answer).text
    file = db.session.query(Attachment).one()
    url = _url(meeting, "pieces", file.id)
    assert url in agent.get(_url(meeting)).links()
    response = agent.get(url).response
    assert response.data == PDF
    assert response.mimetype == "application/pdf"
    assert response.headers["Content-Disposition"].startswith("attachment;")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in response.headers["Cache-Control"]
    answer = agent.post(_url(meeting, "pieces", file.id, "retirer"), {"point": item.id})
    assert "Pièce jointe retirée" in agent.follow(answer).text
    assert agent.get(url).status == 404


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("note.exe", EXECUTABLE, "pas accepté"),
        ("note.pdf", EXECUTABLE, "ne correspond pas"),
        ("note.pdf", b"", "vide"),
    ],
)
def test_a_wrong_file_is_refused_beside_the_field(
    agent: Browser, meeting: Meeting, name: str, content: bytes, words: str
) -> None:
    item = make_agenda_item(db.session(), meeting, title="Bilan")
    page = agent.post(
        _url(meeting, "points", item.id, "pieces"),
        {"file": (BytesIO(content), name)},
        content_type="multipart/form-data",
    )
    assert words in page.text
    assert page.all("input", name="file")[0].get("aria-invalid") == "true"
    assert page.value_of("title") == "Bilan"
    assert db.session.query(Attachment).count() == 0


def test_no_file_chosen_is_said(agent: Browser, meeting: Meeting) -> None:
    item = make_agenda_item(db.session(), meeting)
    page = agent.post(_url(meeting, "points", item.id, "pieces"))
    assert "Choisissez un fichier." in page.text


@pytest.mark.parametrize(("megabytes", "status"), [(12, 200), (31, 413)])
def test_a_file_too_large_is_said(
    agent: Browser, meeting: Meeting, megabytes: int, status: int
) -> None:
    """Beside the field as long as the server takes it in, in a page of its own beyond."""
    item = make_agenda_item(db.session(), meeting)
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="note.pdf"\r\n\r\n'
    content = PDF + bytes(megabytes * 1_000_000 - len(PDF))
    page = agent.post(
        _url(meeting, "points", item.id, "pieces"),
        head + content + b"\r\n--x--\r\n",
        content_type="multipart/form-data; boundary=x",
    )
    assert page.status == status
    if status == 200:
        assert "Ce fichier pèse 12,0 Mo ; la limite est de 10 Mo." in page.text
    assert db.session.query(Attachment).count() == 0


def test_those_who_sit_read_the_agenda_and_change_nothing(app: Flask) -> None:
    own = make_organisation(db.session())
    committee = make_committee(db.session())
    make_membership(db.session(), committee, make_contact(db.session(), own))
    meeting = make_meeting(db.session(), committee)
    item = make_agenda_item(db.session(), meeting, title="Bilan")
    file = make_attachment(db.session(), item)
    partner = Browser(app).sign_in(make_user(db.session(), Role.PARTNER, own))
    page = partner.get(_url(meeting))
    assert "Bilan" in page.text
    assert _url(meeting, "pieces", file.id) in page.links()
    assert page.all("button", name="sens") == []
    for hidden in ("modifier", "points/nouveau", f"points/{item.id}", "convocations"):
        assert _url(meeting, hidden) not in page.links()


def test_the_agenda_is_downloaded_as_a_word_document(agent: Browser, meeting: Meeting) -> None:
    make_agenda_item(db.session(), meeting, title="Bilan des permanences")
    response = agent.get(_url(meeting, "ordre-du-jour.docx")).response
    assert response.headers["Content-Disposition"].startswith("attachment;")
    tables = docx.Document(BytesIO(response.data)).tables
    cells = [cell.text for table in tables for row in table.rows for cell in row.cells]
    assert any("Bilan des permanences" in cell for cell in cells)


def test_a_template_that_cannot_be_filled_is_said_on_the_page(
    agent: Browser, meeting: Meeting
) -> None:
    db.session.add(
        DocumentTemplate(
            kind=DocumentKind.AGENDA,
            filename="modele.docx",
            content=docx_with("{{ reunion.titre"),
            uploaded_at=meeting.created_at,
        )
    )
    db.session.commit()
    page = agent.follow(agent.get(_url(meeting, "ordre-du-jour.docx")))
    assert "Le modèle « Ordre du jour » n’a pas pu être rempli" in page.text
