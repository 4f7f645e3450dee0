"""What the type-to-find fields are answered."""

from typing import Any

from flask import Flask

from tests.factories.accounts import make_user
from tests.factories.organisations import make_contact, make_organisation
from tests.page_checks import Browser
from zna_network.extensions import db, limiter
from zna_network.models.account import Role
from zna_network.models.organisation import OrganisationKind


def _asked(browser: Browser, what: str, typed: str) -> list[dict[str, str]]:
    page = browser.get(f"/annuaire/suggestions/{what}", query_string={"q": typed})
    assert page.status == 200
    answer: Any = page.response.get_json()
    assert isinstance(answer, list)
    return answer


def test_organisations_best_first_with_where_they_are(agent: Browser) -> None:
    caf = make_organisation(
        db.session(), name="Caisse d’allocations", acronym="CAF", kind=OrganisationKind.CAF,
        commune_insee="62041",
    )  # fmt: skip
    make_organisation(db.session(), name="Décafé")
    make_organisation(db.session(), name="CAF disparue", archived_at=caf.created_at)
    found = _asked(agent, "organismes", "caf")
    assert found[0] == {
        "value": str(caf.id), "label": "Caisse d’allocations", "hint": "CAF · Arras",
    }  # fmt: skip
    assert [choice["label"] for choice in found] == ["Caisse d’allocations", "Décafé"]


def test_people_by_name_or_organisation(agent: Browser) -> None:
    organisation = make_organisation(db.session(), name="Emmaüs")
    contact = make_contact(
        db.session(), organisation, first_name="Zoé", last_name="Églantine",
        sort_key="eglantine zoe", function="Directrice",
    )  # fmt: skip
    gone = make_contact(db.session(), organisation, archived_at=contact.created_at)
    for typed in ("eglan", "zoé emm", "emmaus"):
        assert _asked(agent, "contacts", typed) == [
            {"value": str(contact.id), "label": "Zoé Églantine", "hint": "Directrice · Emmaüs"}
        ]
    assert gone.archived_at is not None


def test_communes_by_any_spelling(agent: Browser) -> None:
    assert [choice["label"] for choice in _asked(agent, "communes", "boisieux")] == [
        "Boisleux-au-Mont", "Boisleux-Saint-Marc",
    ]  # fmt: skip
    assert _asked(agent, "communes", "roeux") == [
        {"value": "62718", "label": "Rœux", "hint": "62118"}
    ]
    assert len(_asked(agent, "communes", "saint")) == 8


def test_too_little_or_nothing_known_is_an_empty_list(agent: Browser) -> None:
    make_contact(db.session(), make_organisation(db.session(), name="Autre"), sort_key="b c")
    for what in ("organismes", "contacts", "communes"):
        for typed in ("", " ", "a", "%", "\x00", "zzzz"):
            assert _asked(agent, what, typed) == []


def test_suggestions_are_for_those_who_are_signed_in(app: Flask, browser: Browser) -> None:
    json_only = {"headers": {"Accept": "application/json"}}
    for what in ("organismes", "contacts", "communes"):
        assert browser.get(f"/annuaire/suggestions/{what}?q=caf", **json_only).status == 403
    organisation = make_organisation(db.session())
    partner = Browser(app).sign_in(make_user(db.session(), Role.PARTNER, organisation))
    assert partner.get("/annuaire/suggestions/contacts?q=caf").status == 403
    assert partner.get("/annuaire/suggestions/organismes?q=caf").status == 200


def test_faster_than_anybody_types_is_told_to_wait(app: Flask, agent: Browser) -> None:
    enabled, limiter.enabled = limiter.enabled, True
    try:
        url = "/annuaire/suggestions/communes?q=arras"
        statuses = [agent.client.get(url).status_code for _ in range(185)]
        other = Browser(app).sign_in(make_user(db.session(), Role.AGENT))
        assert other.get(url).status == 200, "the limit is one account's"
    finally:
        limiter.enabled = enabled
        limiter.reset()
    assert statuses.count(200) == 180
    assert set(statuses) == {200, 429}
