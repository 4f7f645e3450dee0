"""Exporting from the pages: the formats, the filters, the people."""

import pytest
from flask import Flask

from tests.factories.accounts import make_user
from tests.factories.organisations import make_contact, make_organisation
from tests.page_checks import Browser
from zna_network.extensions import db
from zna_network.models.account import Role
from zna_network.models.audit import AuditEvent
from zna_network.models.organisation import Organisation, OrganisationKind

URL = "/annuaire/export"


@pytest.fixture
def organisation(app: Flask) -> Organisation:
    organisation = make_organisation(db.session(), name="CCAS", kind=OrganisationKind.CCAS)
    make_contact(db.session(), organisation, last_name="Secret")
    return organisation


def _exports() -> list[AuditEvent]:
    return db.session.query(AuditEvent).filter_by(action="directory.exported").all()


@pytest.mark.parametrize(
    ("wanted", "media_type", "extension"),
    [
        ("csv", "text/csv", "csv"),
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
        ("vcard", "text/vcard", "vcf"),
        ("data-inclusion", "application/json", "json"),
    ],
)
def test_each_format_is_downloaded_and_written_down(
    agent: Browser, organisation: Organisation, wanted: str, media_type: str, extension: str
) -> None:
    response = agent.post(URL, {"format": wanted}).response
    assert response.status_code == 200
    assert response.mimetype == media_type
    assert f"annuaire-znr-2026-12-03.{extension}" in response.headers["Content-Disposition"]
    assert response.headers["Cache-Control"] == "private, no-store"
    assert b"Secret" not in response.get_data()
    assert len(_exports()) == 1


def test_looking_at_the_page_writes_nothing(agent: Browser, organisation: Organisation) -> None:
    assert "1 organisme" in agent.get(URL).text
    assert _exports() == []


def test_people_come_when_ticked(agent: Browser, organisation: Organisation) -> None:
    response = agent.post(URL, {"format": "csv", "with_contacts": "y"}).response
    assert b"Secret" in response.get_data()
    assert _exports()[0].detail["with_contacts"] is True


def test_data_inclusion_with_people_is_refused_beside_the_box(
    agent: Browser, organisation: Organisation
) -> None:
    page = agent.post(URL, {"format": "data-inclusion", "with_contacts": "y"})
    assert page.status == 422
    assert page.all("div", id="with_contacts-error")
    assert _exports() == []


@pytest.mark.parametrize("wanted", ["", "pdf"])
def test_an_unknown_format_is_refused(agent: Browser, wanted: str) -> None:
    assert agent.post(URL, {"format": wanted}).status == 422


def test_the_list_is_exported_with_its_filters(agent: Browser, organisation: Organisation) -> None:
    make_organisation(db.session(), name="Autre")
    listed = agent.get("/annuaire?type=ccas-cias")
    (link,) = [href for href in listed.links() if href.startswith(URL) and "type" in href]
    page = agent.get(link)
    assert "1 organisme, selon les filtres" in page.text
    assert "Type : CCAS, CIAS" in page.text
    content = agent.post(link, {"format": "csv"}).response.get_data(as_text=True)
    assert "CCAS" in content
    assert "Autre" not in content


@pytest.mark.parametrize(
    "query", ["endpoint=x", "_external=1", "csrf_token=x", "format=pdf", "type=x"]
)
def test_a_meddled_address_breaks_nothing(agent: Browser, query: str) -> None:
    assert agent.get(f"{URL}?{query}").status == 200
    assert agent.get(f"{URL}/controle?{query}").status == 200


def test_what_data_inclusion_refuses_is_told(agent: Browser) -> None:
    assert "Tout est accepté" in agent.get(f"{URL}/controle").text
    make_organisation(db.session(), name="AB")
    assert "AB : « nom » : texte trop court" in agent.get(f"{URL}/controle").text


def test_a_grantee_exports_without_the_people(app: Flask, organisation: Organisation) -> None:
    browser = Browser(app).sign_in(make_user(db.session(), Role.GRANTEE, organisation))
    assert not browser.get(URL).all("input", name="with_contacts")
    response = browser.post(URL, {"format": "csv", "with_contacts": "y"}).response
    assert b"Secret" not in response.get_data()
    assert b"CCAS" in response.get_data()


def test_a_partner_does_not_export(app: Flask, organisation: Organisation) -> None:
    browser = Browser(app).sign_in(make_user(db.session(), Role.PARTNER, organisation))
    assert browser.get(URL).status == 403
    assert browser.post(URL, {"format": "csv"}).status == 403
