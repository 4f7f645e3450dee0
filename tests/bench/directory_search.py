"""How fast the directory answers at five thousand organisations, on both engines.

    python -m pytest -q -s tests/bench/directory_search.py

prints one line of JSON an engine: medians and bests in milliseconds, server side, and how many
times an empty request each page takes. The limits are held against the best of the repeats: the
medians also tell what else the machine was doing."""

import json
import random
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import insert
from sqlalchemy.orm import Session

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
SEARCH_LIMIT_MS = 50
PAGE_LIMIT_MS = 100
DUPLICATES_LIMIT_MS = 5000
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


@dataclass(frozen=True)
class Timing:
    """Milliseconds."""

    median: float
    best: float


def timed(act: Callable[[], object], repeats: int = REPEATS) -> Timing:
    act()
    times = []
    for _ in range(repeats):
        began = time.perf_counter()
        act()
        times.append((time.perf_counter() - began) * 1000)
    return Timing(round(statistics.median(times), 1), round(min(times), 1))


def _searches(app: Flask) -> dict[str, Timing]:
    """The search itself, as the page asks for it: count and one page of records."""
    ctx = system_context(app)
    places = territory.load(ctx)
    times = {}
    for query in QUERIES:
        wanted = directory_search.DirectoryFilter(words=tuple(search_words(query)))

        def search(wanted: directory_search.DirectoryFilter = wanted) -> None:
            ctx.session.expunge_all()
            directory_search.find(ctx, wanted, PageRequest(), places)

        times[query] = timed(search)
    return times


@pytest.mark.timeout(900)
def test_the_directory_answers_at_once(app: Flask, engine_name: str) -> None:
    fill(db.session())
    browser = Browser(app).sign_in(make_user(db.session()))
    db.session.remove()
    empty = timed(lambda: browser.client.get("/healthz"))
    searches = _searches(app)
    pages = {name: timed(lambda url=url: browser.client.get(url)) for name, url in PAGES.items()}
    pairs = timed(lambda: duplicates.find_pairs(system_context(app)), repeats=3)
    result = {
        "engine": engine_name,
        "organisations": ORGANISATIONS,
        "empty_request_ms": empty.median,
        "search_median_ms": {name: timing.median for name, timing in searches.items()},
        "search_best_ms": {name: timing.best for name, timing in searches.items()},
        "page_median_ms": {name: timing.median for name, timing in pages.items()},
        "page_best_ms": {name: timing.best for name, timing in pages.items()},
        "page_over_empty": {
            name: round(timing.median / empty.median, 1) for name, timing in pages.items()
        },
        "duplicates_best_ms": pairs.best,
    }
    print(f"\n{json.dumps(result, ensure_ascii=False)}")  # noqa: T201 - the point of a bench
    assert max(timing.best for timing in searches.values()) < SEARCH_LIMIT_MS
    assert max(timing.best for timing in pages.values()) < PAGE_LIMIT_MS
    assert pairs.best < DUPLICATES_LIMIT_MS
