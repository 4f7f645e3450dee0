"""How fast the directory answers at five thousand organisations, on both engines.

    python -m pytest -q -s tests/bench/directory_search.py

prints one line of JSON an engine: medians in milliseconds, server side, and how many times an empty
request each page, each search and the search for duplicates takes."""

import random

import pytest
from flask import Flask
from sqlalchemy import insert
from sqlalchemy.orm import Session

from tests.bench.measuring import Act, Timing, medians, ratios, tell, timed_in_turn
from tests.conftest import system_context
from tests.factories.accounts import make_user
from tests.page_checks import Browser
from tests.world import FrozenClock
from zna_network.extensions import db
from zna_network.models.organisation import (
    Offer,
    OfferTargetGroup,
    Organisation,
    OrganisationKind,
    offer_communes,
    offer_qpv,
    offer_rights,
)
from zna_network.models.territory import Commune, Qpv, Right, TargetGroup
from zna_network.queries.listing import PageRequest
from zna_network.services import directory_search, duplicates, territory
from zna_network.services.folding import fold, search_text
from zna_network.services.search_words import search_words

ORGANISATIONS = 5000
REPEATS = 25
FLOOR = "empty_request"
# A page takes 7 to 95 empty requests, a search 6 to 30, the duplicates 1,000 to 1,500.
LIMITS = {"page": 150, "search": 75, "work": 6000}
QUERIES = ("Boisieux", "ccas saint", "rsa", "maroeil", "C.C.A.S. d’Arras", "insertion", "zzzz")
PAGES = {
    "list": "/annuaire",
    "last_page": "/annuaire?page=200",
    "words": "/annuaire?q=insertion",
    "commune": "/annuaire?commune=62041",
    "everything": "/annuaire?q=ccas&commune=62041&droit=RSA&lot=2&public=seniors&a_verifier=y",
    "sorted": "/annuaire?tri=verified&sens=desc",
    "suggestions": "/annuaire/suggestions/organismes?q=insertion",
    "contacts": "/annuaire/suggestions/contacts?q=insertion",
}
_WORDS = (
    "insertion", "entraide", "famille", "jeunesse", "santé", "logement", "numérique", "écoute",
    "emploi", "mobilité",
)  # fmt: skip


def fill(session: Session, number: int = ORGANISATIONS) -> None:
    """A directory of that size, written in bulk: two offers an organisation, every territory."""
    chance = random.Random(62041)
    communes, qpvs = session.query(Commune).all(), session.query(Qpv).all()
    rights = session.query(Right).all()
    now = FrozenClock().now()
    rows: dict[str, list[dict[str, object]]] = {
        key: [] for key in ("organisations", "offers", "rights", "communes", "qpvs", "groups")
    }
    for n in range(1, number + 1):
        commune, words = chance.choice(communes), chance.sample(_WORDS, 3)
        name = f"{chance.choice(('CCAS', 'Association', 'Maison'))} {' '.join(words)} {n}"
        found_by = [name, commune.name, commune.aliases]
        for offer_id in (2 * n - 1, 2 * n):
            covers = chance.random() < 0.2
            named = [] if covers else chance.sample(communes, chance.randint(0, 4))
            lots = [chance.randint(1, 3)] if not covers and chance.random() < 0.3 else []
            offered = chance.sample(rights, 3)
            rows["offers"].append(
                {
                    "id": offer_id, "organisation_id": n, "kind": "permanence", "title": "Accueil",
                    "description": "", "place": "", "opening_hours": "", "lots": lots,
                    "covers_whole_epci": covers or not (named or lots), "revision": 1,
                    "created_at": now, "updated_at": now,
                }
            )  # fmt: skip
            rows["rights"] += [{"offer_id": offer_id, "right_code": r.code} for r in offered]
            rows["communes"] += [{"offer_id": offer_id, "insee": c.insee} for c in named]
            if chance.random() < 0.1:
                rows["qpvs"].append({"offer_id": offer_id, "qpv_id": chance.choice(qpvs).id})
            if chance.random() < 0.5:
                group = chance.choice(list(TargetGroup))
                rows["groups"].append({"offer_id": offer_id, "target_group": group})
            found_by += [r.label for r in offered] + [c.name for c in named]
        rows["organisations"].append(
            {
                "id": n, "slug": f"organisme-{n}", "name": name, "acronym": "", "siret": "",
                "kind": chance.choice(list(OrganisationKind)), "description": "Texte. " * 20,
                "email": "", "phone": "", "website": "", "address": "", "postcode": "", "city": "",
                "opening_hours": "", "accessibility_url": "", "notes": "", "revision": 1,
                "commune_insee": commune.insee, "sort_key": fold(name), "created_at": now,
                "updated_at": now, "search_text": search_text(*found_by),
            }
        )  # fmt: skip
    for table, key in (
        (Organisation, "organisations"), (Offer, "offers"), (offer_rights, "rights"),
        (offer_communes, "communes"), (offer_qpv, "qpvs"), (OfferTargetGroup, "groups"),
    ):  # fmt: skip
        session.execute(insert(table), rows[key])
    session.commit()
    if session.get_bind().dialect.name == "postgresql":
        session.connection().exec_driver_sql("ANALYZE")
        session.commit()


def _searches(app: Flask) -> dict[str, Act]:
    """The search itself, as the page asks for it: one page of records and how many there are."""
    ctx = system_context(app)
    places = territory.load(ctx)

    def search(query: str) -> None:
        wanted = directory_search.DirectoryFilter(words=tuple(search_words(query)))
        ctx.session.expunge_all()
        directory_search.find(ctx, wanted, PageRequest(), places)

    return {query: lambda query=query: search(query) for query in QUERIES}


def _with_floor(floor: Act, acts: dict[str, Act], repeats: int = REPEATS) -> dict[str, Timing]:
    """Timed in turn with the floor, under the key FLOOR, once all of it has been done once."""
    together = {FLOOR: floor, **acts}
    for act in together.values():
        act()
    return timed_in_turn(together, repeats)


@pytest.mark.timeout(900)
def test_the_directory_answers_at_once(app: Flask, engine_name: str) -> None:
    fill(db.session())
    client = Browser(app).sign_in(make_user(db.session())).client
    db.session.remove()

    def empty() -> None:
        client.get("/healthz")

    pages = _with_floor(
        empty, {name: lambda url=url: client.get(url) for name, url in PAGES.items()}
    )
    searches = _with_floor(empty, _searches(app))
    pairs = _with_floor(
        empty, {"duplicates": lambda: duplicates.find_pairs(system_context(app))}, repeats=3
    )
    measured = {"page": pages, "search": searches, "work": pairs}
    over_empty = {kind: ratios(times, times[FLOOR]) for kind, times in measured.items()}
    tell(
        engine=engine_name,
        organisations=ORGANISATIONS,
        median_ms={kind: medians(times) for kind, times in measured.items()},
        over_empty_request=over_empty,
    )
    for kind, limit in LIMITS.items():
        assert max(over_empty[kind].values()) < limit, kind
