"""The public programme: what anybody sees, without an account and without JavaScript."""

from datetime import date, time

import pytest
from flask import Flask
from icalendar import Calendar

from tests.factories.attendees import make_attendee
from tests.factories.forums import make_forum
from tests.factories.organisations import make_organisation
from tests.factories.workshops import make_room, make_seat, make_session, make_workshop
from tests.page_checks import Browser, Page
from tests.statements import counted_statements
from zna_network.extensions import db
from zna_network.models.forum import Forum, ForumState
from zna_network.models.stand import Stand, StandState
from zna_network.models.territory import Right, TargetGroup
from zna_network.models.workshop import Workshop
from zna_network.services import programme as programmes
from zna_network.services.links import new_salt, token_hash


def _right(code: str) -> Right:
    return db.session.get_one(Right, code)


def _stand(forum: Forum, number: int, state: StandState = StandState.CONFIRMED) -> Stand:
    salt = new_salt()
    stand = Stand(
        forum=forum,
        organisation=make_organisation(db.session(), name=f"Structure {number}"),
        number=number,
        state=state,
        column=3 * number % 20,
        row=number // 6,
        width=2,
        height=1,
        rights=[_right("RSA")],
        link_salt=salt,
        link_hash=token_hash(salt),
        uid=f"stand-{forum.id}-{number}@cua.example",
        created_at=forum.created_at,
        updated_at=forum.created_at,
    )
    db.session.add(stand)
    db.session.commit()
    return stand


def _workshop(forum: Forum, title: str, rights: list[str], groups: list[TargetGroup]) -> Workshop:
    return make_workshop(
        db.session(),
        forum,
        title=title,
        rights=[_right(code) for code in rights],
        target_groups=[group.value for group in groups],
    )


@pytest.fixture
def forum(app: Flask) -> Forum:
    """Three workshops in four sessions, three stands of which one has not confirmed."""
    session = db.session()
    forum = make_forum(session, slug="forum-2026", title="Forum des droits")
    full = make_session(
        session,
        _workshop(forum, "Mon logement", ["APL"], [TargetGroup.YOUTH]),
        starts=time(10),
        capacity=1,
    )
    make_seat(session, full, make_attendee(session, forum), 1)
    make_seat(session, full, make_attendee(session, forum), None)
    retirement = _workshop(forum, "Petite retraite", ["ASPA"], [TargetGroup.SENIORS])
    make_session(session, retirement, starts=time(14), ends=time(15), host="Jeanne Romarin")
    make_session(
        session,
        retirement,
        starts=time(16),
        ends=time(17),
        cancelled_at=forum.created_at,
        cancel_reason="L’animatrice est souffrante.",
    )
    make_session(session, _workshop(forum, "Démarches en ligne", [], []), starts=time(10))
    _workshop(forum, "Plus tard", ["RSA"], [])
    for number, state in (
        (1, StandState.CONFIRMED),
        (2, StandState.CONFIRMED),
        (3, StandState.INVITED),
    ):
        _stand(forum, number, state)
    return forum


def _titles(page: Page) -> list[str]:
    return ["".join(h.itertext()) for h in page.all("h4")]


def test_the_programme_says_what_there_is_by_the_hour(browser: Browser, forum: Forum) -> None:
    page = browser.follow(browser.get("/forum"))
    assert "mercredi 16 décembre 2026" in page.text
    text = page.text.replace("\u00a0", " ")
    hours = [" ".join("".join(h.itertext()).split()) for h in page.all("h3", class_="hour-title")]
    assert hours == ["10 h", "14 h", "16 h", "Horaire à venir"]
    assert _titles(page)[2:] == ["Petite retraite", "Petite retraite", "Plus tard"]
    assert set(_titles(page)[:2]) == {"Mon logement", "Démarches en ligne"}
    for words in (
        "Complet, 1 personne attend", "5 places libres", "Jeanne Romarin",
        "Séance annulée", "L’animatrice est souffrante.", "Structure 2", "9 h 30 – 17 h",
    ):  # fmt: skip
        assert words in text, words
    assert "Structure 3" not in text  # Invited, not confirmed.
    assert page.all("svg", class_="plan-sheet")
    assert {"/forum/forum-2026/inscription", "/forum/forum-2026/affiche.pdf"} <= set(page.links())


@pytest.mark.parametrize(
    ("query", "titles", "stands"),
    [
        (
            "public=seniors",
            ["Démarches en ligne", "Petite retraite", "Petite retraite", "Plus tard"],
            True,
        ),
        ("droit=APL", ["Mon logement"], False),
        ("droit=RSA", ["Plus tard"], True),
        ("droit=APL&public=seniors", [], False),
        ("droit=%00%27&public=personne", [], False),
        (
            "public=personne",
            [
                "Mon logement",
                "Démarches en ligne",
                "Petite retraite",
                "Petite retraite",
                "Plus tard",
            ],
            True,
        ),
    ],
)
def test_filters_by_right_and_public(
    browser: Browser, forum: Forum, query: str, titles: list[str], stands: bool
) -> None:
    page = browser.get(f"/forum/forum-2026?{query}")
    assert sorted(_titles(page)) == sorted(titles)
    assert bool(page.all("p", class_="stand-name")) is stands
    if not titles:
        assert "Aucun atelier ne correspond" in page.text


def test_the_calendars_of_the_day_and_of_a_session(browser: Browser, forum: Forum) -> None:
    page = browser.get("/forum/forum-2026")
    (one, *_rest) = [url for url in page.links() if "/seances/" in url]
    for url, expected in (
        ("/forum/forum-2026/forum.ics", ["Forum des droits"]),
        (one, ["Mon logement"]),
    ):
        answer = browser.send("GET", url)
        assert answer.mimetype == "text/calendar"
        events = Calendar.from_ical(answer.data).walk("VEVENT")
        assert [str(event["SUMMARY"]) for event in events] == expected
        assert not any("ATTENDEE" in event for event in events)
    everything = browser.send("GET", "/forum/forum-2026/forum.ics?seances=1")
    events = Calendar.from_ical(everything.data).walk("VEVENT")
    assert len(events) == 5
    assert [str(e["STATUS"]) for e in events].count("CANCELLED") == 1
    assert len({str(e["UID"]) for e in events}) == 5
    other = make_forum(db.session(), slug="autre")
    wrong = one.replace("forum-2026", other.slug)
    assert browser.get(wrong).status == 404


def test_the_poster_is_a_pdf(browser: Browser, forum: Forum) -> None:
    answer = browser.send("GET", "/forum/forum-2026/affiche.pdf")
    assert answer.mimetype == "application/pdf"
    assert answer.data.startswith(b"%PDF-")


def test_date_to_be_announced(browser: Browser) -> None:
    forum = make_forum(db.session(), slug="prochain", held_on=None)
    make_session(db.session(), make_workshop(db.session(), forum, title="Mon budget"))
    page = browser.get("/forum/prochain")
    assert "Date à annoncer" in page.text
    assert "Mon budget" in page.text
    assert "janvier" not in page.text  # The day that stands for no day is shown nowhere.
    assert not [url for url in page.links() if url.endswith(".ics")]
    for url in ("/forum/prochain/forum.ics", "/forum/prochain/seances/1.ics"):
        assert browser.get(url).status == 404


def test_a_forum_in_preparation_is_for_the_team_only(browser: Browser, agent: Browser) -> None:
    assert "Date à annoncer" in browser.get("/forum").text
    forum = make_forum(db.session(), slug="secret", state=ForumState.DRAFT, title="Projet")
    sitting = make_session(db.session(), make_workshop(db.session(), forum))
    urls = ["/forum/secret", "/forum/secret/forum.ics", "/forum/secret/affiche.pdf"]
    for url in (*urls, f"/forum/secret/seances/{sitting.id}.ics"):
        page = browser.get(url)
        assert (page.status, "Projet" in page.text) == (404, False), url
    assert "Date à annoncer" in browser.get("/forum").text
    assert "en préparation" in agent.get("/forum/secret").text


def test_a_past_forum_and_a_foreign_reader(browser: Browser) -> None:
    forum = make_forum(db.session(), slug="passe", held_on=date(2026, 11, 5))
    make_session(db.session(), make_workshop(db.session(), forum))
    page = browser.get("/forum/passe")
    assert "a eu lieu" in page.text
    assert "Terminé" in page.text
    assert {"/forum/passe/inscription", "/forum/passe/avis"}.isdisjoint(page.links())
    make_forum(db.session(), slug="hier", held_on=date(2026, 12, 2))
    assert "/forum/hier/avis" in browser.get("/forum/hier").links()
    arabic = browser.get("/forum/passe?langue=ar")
    assert (arabic.all("html")[0].get("lang"), arabic.all("html")[0].get("dir")) == ("ar", "rtl")


def test_costs_the_same_for_many(browser: Browser) -> None:
    costs = []
    for size in (5, 50):
        session = db.session()
        forum = make_forum(session, slug=f"taille-{size}")
        room = make_room(session, forum, seats=None)
        for number in range(size):
            workshop = make_workshop(
                session,
                forum,
                organisation=make_organisation(session),
                rights=[_right("RSA"), _right("APL")],
            )
            minutes = 9 * 60 + 30 + 5 * number
            starts, ends = (time(m // 60, m % 60) for m in (minutes, minutes + 5))
            sitting = make_session(session, workshop, room, starts, ends)
            make_seat(session, sitting, make_attendee(session, forum), 1)
            _stand(forum, number + 1)
        with counted_statements() as statements:
            assert browser.get(f"/forum/taille-{size}").status == 200
        costs.append(len(statements))
    assert costs[0] == costs[1], statements


def test_what_goes_wrong_is_said_in_the_language_of_the_page(
    app: Flask, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    arabic = browser.get("/forum/rien/du/tout?langue=ar")
    assert (arabic.status, "هذه الصفحة غير موجودة" in arabic.text) == (404, True)
    (root,) = arabic.all("html")
    assert (root.get("lang"), root.get("dir")) == ("ar", "rtl")
    unknown = browser.get("/forum/inconnu?langue=en")
    assert "This forum does not exist." in unknown.text
    plain = browser.get("/annuaire/rien/du/tout", headers={"Accept-Language": "uk"})
    assert "Cette page n’existe pas" in plain.text  # The team’s pages speak French.
    forum = make_forum(db.session())
    monkeypatch.setattr(programmes, "programme", lambda *_: 1 // 0)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    failed = browser.get(f"/forum/{forum.slug}?langue=uk")
    assert (failed.status, "Сталася помилка" in failed.text) == (500, True)
