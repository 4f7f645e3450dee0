"""The figures page, its files, and the words of the survey."""

from datetime import UTC, datetime, timedelta
from io import BytesIO
from zipfile import ZipFile

import pypdfium2
import pytest
from flask import Flask

from tests.factories.accounts import make_user
from tests.factories.attendees import make_attendee, make_badge
from tests.factories.door import make_device, make_entry
from tests.factories.forums import make_forum
from tests.factories.organisations import make_organisation
from tests.page_checks import Browser
from tests.world import FrozenClock
from zna_network.extensions import db
from zna_network.models.account import Role
from zna_network.models.door import SurveyAnswer
from zna_network.models.forum import Forum
from zna_network.models.territory import TargetGroup

OPENS = datetime(2026, 12, 16, 8, 30, tzinfo=UTC)


@pytest.fixture
def engine_name() -> str:
    return "sqlite"


@pytest.fixture
def forum(app: Flask, clock: FrozenClock) -> Forum:
    """Twenty seniors and three young people came; six answered the survey."""
    clock.set(OPENS + timedelta(hours=8))
    session = db.session()
    forum = make_forum(session)
    device = make_device(session, forum)
    for group, number in ((TargetGroup.SENIORS, 20), (TargetGroup.YOUTH, 3), (None, 8)):
        for _ in range(number):
            person = make_attendee(session, forum, target_group=group)
            make_entry(session, device, make_badge(session, forum, person))
    for note in (5, 5, 5, 5, 5, 2):
        session.add(
            SurveyAnswer(
                forum_id=forum.id, satisfaction=note, found="yes", recommends=True,
                words="Jeanne m’a aidé" if note == 2 else "", answered_on=OPENS,
            )
        )  # fmt: skip
    session.commit()
    return forum


@pytest.fixture
def grantee(app: Flask) -> Browser:
    organisation = make_organisation(db.session())
    return Browser(app).sign_in(make_user(db.session(), Role.GRANTEE, organisation))


def test_staff_see_exact_figures_and_what_stays_with_them(agent: Browser, forum: Forum) -> None:
    page = agent.get(f"/forums/{forum.slug}/bilan")
    assert "Vous voyez les chiffres exacts." in page.text
    assert "Jeunes ne sort pas de l’équipe 3" in page.text
    assert "4,5 sur 5, pour 6 réponses" in page.text
    assert "Jeanne m’a aidé" in page.text


def test_grantees_see_what_may_leave_the_team(grantee: Browser, forum: Forum) -> None:
    page = grantee.get(f"/forums/{forum.slug}/bilan")
    assert "Jeunes masqué" in page.text
    assert "Seniors 20" in page.text
    assert "Jeanne" not in page.text
    assert "Peu satisfait masqué" in page.text.replace("2 : ", "")
    refused = grantee.post(f"/forums/{forum.slug}/bilan/avis/1/effacer")
    assert refused.status == 403


def test_grantees_wait_for_the_doors_to_close(
    grantee: Browser, forum: Forum, clock: FrozenClock
) -> None:
    clock.move(timedelta(hours=-4))
    url = f"/forums/{forum.slug}/bilan"
    page = grantee.get(url)
    assert "après la fermeture des portes" in page.text
    assert "Seniors" not in page.text
    assert "Bilan Word" not in page.text
    for path in ("export/csv", "bilan.docx"):
        refused = grantee.get(grantee.post(f"{url}/{path}").response.location)
        assert "seront là après la fermeture" in refused.text
    assert grantee.post(f"{url}/export/pdf").status == 404


def test_words_are_erased_and_the_notes_stay(agent: Browser, forum: Forum) -> None:
    answer = db.session().query(SurveyAnswer).filter(SurveyAnswer.words != "").one()
    url = f"/forums/{forum.slug}/bilan/avis/{answer.id}/effacer"
    page = agent.get(agent.post(url).response.location)
    assert "Ces mots sont effacés" in page.text
    assert "Jeanne" not in page.text
    assert "pour 6 réponses" in page.text
    other = make_forum(db.session())
    elsewhere = agent.post(f"/forums/{other.slug}/bilan/avis/{answer.id}/effacer")
    assert "n’existe plus" in agent.get(elsewhere.response.location).text


@pytest.mark.parametrize("path", ["export/csv", "export/xlsx", "bilan.docx"])
def test_files_are_handed_out_and_kept_by_no_cache(
    agent: Browser, grantee: Browser, forum: Forum, path: str
) -> None:
    for reader in (agent, grantee):
        response = reader.send("POST", f"/forums/{forum.slug}/bilan/{path}")
        assert response.status_code == 200
        assert response.headers["Cache-Control"] == "private, no-store"
        assert f"bilan-{forum.slug}." in response.headers["Content-Disposition"]
        content = response.data
        if not path.endswith("csv"):
            with ZipFile(BytesIO(content)) as archive:
                content = b"".join(archive.read(name) for name in archive.namelist())
        assert b"Jeanne" not in content
        assert b"n.c." in content


def test_poster_of_the_survey_shows_its_address(agent: Browser, forum: Forum) -> None:
    response = agent.send("GET", f"/forums/{forum.slug}/bilan/affiche.pdf")
    assert response.mimetype == "application/pdf"
    with pypdfium2.PdfDocument(response.data) as document:
        text = document[0].get_textpage().get_text_bounded()
    assert "Votre avis compte" in text
    assert f"/forum/{forum.slug}/avis" in "".join(text.split())


def test_figures_of_an_empty_forum_invite_to_the_board(agent: Browser) -> None:
    empty = make_forum(db.session(), held_on=None)
    page = agent.get(f"/forums/{empty.slug}/bilan")
    assert "Personne n’est encore venu" in page.text
    assert "Personne n’a encore répondu." in page.text


def test_figures_are_closed_to_partners(app: Flask, forum: Forum) -> None:
    partner = make_user(db.session(), Role.PARTNER, make_organisation(db.session()))
    browser = Browser(app).sign_in(partner)
    assert browser.get(f"/forums/{forum.slug}/bilan").status == 403
    assert browser.send("POST", f"/forums/{forum.slug}/bilan/bilan.docx").status_code == 403
