"""The desk of who decides: what waits, requests side by side, the decision, and moves."""

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.factories.accounts import make_user
from tests.factories.organisations import make_grantee
from tests.factories.van import make_booking, make_driver, make_stop, make_vehicle
from tests.page_checks import Browser, Page
from tests.statements import counted_statements
from zna_network.extensions import db
from zna_network.models.account import Role
from zna_network.models.booking import Booking, BookingEvent, BookingState
from zna_network.models.outbox import OutboxMessage
from zna_network.models.van import Vehicle
from zna_network.services.slugs import slugify

MARCH = datetime(2027, 3, 4, 8, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ARRAS, ACHICOURT = "62041", "62004"


@pytest.fixture
def van(app: Flask) -> Vehicle:
    return make_vehicle(db.session(), name="Le fourgon")


def _request(
    van: Vehicle, starts_at: datetime, name: str, insee: str = ARRAS, **values: object
) -> Booking:
    """With somebody who may drive, in one commune."""
    email = f"{slugify(name)}@association.example"
    organisation = make_grantee(db.session(), name=name, email=email)
    driver = make_driver(db.session(), organisation)
    booking = make_booking(
        db.session(), van, starts_at, None, organisation, **{"driver": driver, **values}
    )
    make_stop(db.session(), booking, insee)
    return booking


def _url(booking: Booking, page: str = "decision") -> str:
    return f"/cua-mobile/reservations/{booking.id}/{page}"


def _decide(agent: Browser, booking: Booking, choice: str, **typed: str) -> Page:
    revision = agent.get(_url(booking)).value_of("revision")
    return agent.post(_url(booking), {"choice": choice, "revision": revision, **typed})


def _state(booking: Booking) -> BookingState:
    return db.session.get_one(Booking, booking.id, populate_existing=True).state


def test_what_waits_is_listed_oldest_first_and_competitors_together(
    agent: Browser, van: Vehicle
) -> None:
    assert "Rien à décider" in agent.get("/cua-mobile/decisions").text
    now = datetime(2026, 12, 3, 9, tzinfo=UTC)
    late = _request(van, MARCH + DAY, "La Tardive", requested_at=now - 9 * DAY, escalated_at=now)
    early = _request(van, MARCH, "Aux Aurores", requested_at=now - 3 * DAY)
    rival = _request(van, MARCH + HOUR, "En Lice", requested_at=now - DAY)
    # It leaves the minute that the turn-round of the one before is over: no competition.
    after = _request(van, rival.block_end, "Juste Après", requested_at=now - 2 * HOUR)
    make_booking(db.session(), van, MARCH + DAY, state=BookingState.APPROVED)
    held = _request(van, MARCH + DAY, "La Patiente", state=BookingState.WAITING)
    other = make_vehicle(db.session())
    _request(other, MARCH, "Ailleurs", requested_at=now)

    text = agent.get("/cua-mobile/decisions").text
    order = [text.index(one.reference) for one in (late, early, rival, after, held)]
    assert order == sorted(order)
    assert text.count("demandes pour le même créneau") == 1
    assert "2 demandes pour le même créneau" in text
    assert "En retard" in text
    assert "Véhicule déjà pris" in text
    assert "sans réponse elle se ferme le 13/12/2026" in text


def test_the_desk_costs_the_same_for_many(agent: Browser, van: Vehicle) -> None:
    def cost(url: str) -> int:
        agent.get(url)
        with counted_statements() as statements:
            agent.get(url)
        return len(statements)

    def more(number: int) -> Booking:
        for rank in range(number):
            asked = _request(van, MARCH + rank * HOUR, f"Association {van.id} {number} {rank}")
        return asked

    booking = more(5)
    urls = ("/cua-mobile/decisions", _url(booking))
    few = [cost(url) for url in urls]
    more(20)
    assert [cost(url) for url in urls] == few


def test_side_by_side_an_approval_puts_the_others_on_the_waiting_list(
    agent: Browser, van: Vehicle
) -> None:
    van.quota_days = 6
    done = _request(van, MARCH - 30 * DAY, "Habitude", state=BookingState.RETURNED)
    done.stops[0].was_done = True
    db.session.commit()
    mine = _request(van, MARCH, "Nouvelle venue", insee=ACHICOURT, target_groups=["seniors"])
    rival = make_booking(
        db.session(), van, MARCH + HOUR, None, done.organisation, purpose="Une autre place"
    )
    make_stop(db.session(), rival, ARRAS)
    page = agent.get(_url(mine))
    assert "Choisir entre 2 demandes" in page.text
    assert "Priorité : première visite à Achicourt" in page.text
    assert "Jamais visitée" in page.text
    assert "Pas encore rencontré" in page.text
    assert "resterait 4 jours de ce véhicule, sur 6" in page.text
    (button,) = page.all("button", name="choice", value="approve")
    assert "passe en liste d’attente" in (button.get("data-confirm") or "")
    assert agent.get(_url(rival)).all("button", value="approve") == []  # nobody to drive

    told = agent.follow(_decide(agent, mine, "approve", reason="Jamais allés là-bas."))
    assert f"{mine.reference} est accordée à" in told.text
    assert "L’autre demande passe en liste d’attente" in told.text
    assert (_state(mine), _state(rival)) == (BookingState.APPROVED, BookingState.WAITING)
    words = db.session.scalars(
        select(BookingEvent.words).where(BookingEvent.booking_id == mine.id)
    ).all()
    assert "Jamais allés là-bas." in words
    mails = db.session.scalars(select(OutboxMessage.kind)).all()
    assert {"van_approved", "van_waiting"} <= set(mails)


def test_somebody_else_has_decided_at_the_same_second(agent: Browser, van: Vehicle) -> None:
    booking = _request(van, MARCH, "Une association")
    seen = agent.get(_url(booking)).value_of("revision")
    _decide(agent, booking, "refuse", reason="Pas cette fois.")
    page = agent.post(
        _url(booking), {"choice": "wait", "revision": seen, "reason": "On attend un peu."}
    )
    assert page.status == 200
    assert "vient de passer à « refusée »" in page.text
    assert page.value_of("reason") == "On attend un peu."
    assert _state(booking) is BookingState.REFUSED
    edited = agent.post(_url(booking), {"choice": "approve", "revision": seen})
    assert "Rien n’a été écrasé" in edited.text
    assert _state(booking) is BookingState.REFUSED


def test_a_refusal_says_why_and_may_be_taken_back(agent: Browser, van: Vehicle) -> None:
    booking = _request(van, MARCH, "Une association")
    page = _decide(agent, booking, "refuse")
    assert "Dites pourquoi" in page.text
    assert _state(booking) is BookingState.REQUESTED
    spoilt = agent.post(_url(booking), {"choice": "burn", "revision": "abc"})
    assert "Choisissez une décision." in spoilt.text
    secret = _decide(agent, booking, "refuse", reason="Voir le 1 85 05 62 041 001 23")
    assert "numéro de sécurité sociale" in secret.text
    assert _state(booking) is BookingState.REQUESTED
    assert booking.organisation is not None
    booking.organisation.email = ""
    db.session.commit()
    done = _decide(agent, booking, "refuse", reason="Le véhicule est réservé au forum.")
    assert "prévenez l’association vous-même" in agent.follow(done).text
    assert _state(booking) is BookingState.REFUSED
    page = agent.get(f"/cua-mobile/reservations/{booking.id}")
    assert "Revenir sur cette décision" in page.text
    assert "Reprendre la demande" in agent.get(_url(booking)).text
    _decide(agent, booking, "restore", reason="Le forum est déplacé.")
    assert _state(booking) is BookingState.REQUESTED


def test_a_rule_is_waived_with_words_and_papers_never(agent: Browser, van: Vehicle) -> None:
    sunday = datetime(2027, 3, 7, 8, tzinfo=UTC)
    booking = _request(van, sunday, "Du dimanche")
    page = _decide(agent, booking, "approve")
    assert "Le véhicule part et revient" in page.text
    assert _state(booking) is BookingState.REQUESTED
    done = _decide(agent, booking, "approve", exception="Fête de quartier.")
    assert done.status == 302, done.text
    assert _state(booking) is BookingState.APPROVED

    unseen = _request(van, MARCH, "Sans permis")
    assert unseen.driver is not None
    unseen.driver.licence_until = date(2027, 3, 3)
    db.session.commit()
    page = agent.get(_url(unseen))
    assert "ne peut pas encore être accordée" in page.text
    assert f"/cua-mobile/conducteurs/{unseen.driver_id}" in page.links()
    forced = _decide(agent, unseen, "approve", exception="Tant pis.")
    assert forced.status == 200
    assert _state(unseen) is BookingState.REQUESTED


def test_the_booking_in_the_way_is_moved_first(agent: Browser, van: Vehicle) -> None:
    held = _request(van, MARCH, "La Première", state=BookingState.APPROVED)
    wanted = _request(van, MARCH, "La Seconde")
    page = agent.get(_url(wanted))
    assert "Le véhicule est déjà pris sur ce créneau" in page.text
    assert page.all("button", value="approve") == []
    move = _url(held, "deplacer")
    assert move in page.links()
    page = agent.get(move)
    (slot, *_) = [link for link in page.links() if link.startswith(f"{move}?")]
    assert agent.get(slot).value_of("starts_on") != "2027-03-04"
    assert agent.get(f"{move}?depart=hier&heure_depart=99").value_of("starts_on") == "2027-03-04"
    form = {
        "starts_on": "2027-03-04",
        "leaves_at": "09:00",
        "ends_on": "2027-03-04",
        "returns_at": "12:00",
        "reason": "Faire de la place.",
        "revision": page.value_of("revision"),
    }
    for wrong, message in (
        ({}, "C’est déjà la période"),
        ({"ends_on": "2027-03-03"}, "doit suivre"),
        ({"starts_on": "2027-03-28", "leaves_at": "02:30"}, "n’existe pas"),
        ({"starts_on": "2027-10-31", "leaves_at": "02:30"}, "arrive deux fois"),
        ({"returns_at": ""}, "Indiquez l’heure du retour."),
        ({"starts_on": "2027-03-11", "ends_on": "2027-03-11", "reason": ""}, "Dites pourquoi"),
    ):
        refused = agent.post(move, {**form, **wrong})
        assert (refused.status, message in refused.text) == (200, True), message
    assert _state(held) is BookingState.APPROVED
    moved = {**form, "starts_on": "2027-03-11", "ends_on": "2027-03-11"}
    assert "est déplacée" in agent.follow(agent.post(move, moved)).text
    stop = db.session.get_one(Booking, held.id, populate_existing=True).stops[0]
    assert stop.starts_at == MARCH + 7 * DAY
    assert _decide(agent, wanted, "approve").status == 302
    assert _state(wanted) is BookingState.APPROVED


def test_who_borrows_decides_nothing(app: Flask, van: Vehicle) -> None:
    booking = _request(van, MARCH, "Juge et partie")
    account = make_user(db.session(), Role.GRANTEE, organisation=booking.organisation)
    grantee = Browser(app).sign_in(account)
    for url in ("/cua-mobile/decisions", _url(booking), _url(booking, "deplacer")):
        assert grantee.get(url).status == 403
    assert grantee.post(_url(booking), {"choice": "approve", "revision": "1"}).status == 403
    assert _state(booking) is BookingState.REQUESTED


def test_what_is_not_to_be_decided_says_so(agent: Browser, van: Vehicle) -> None:
    back = _request(van, MARCH - 100 * DAY, "Rentrée", state=BookingState.RETURNED)
    page = agent.get(_url(back))
    assert "Il n’y a plus rien à décider" in page.text
    assert agent.get(_url(back, "deplacer")).status == 409
    shut = make_booking(db.session(), van, MARCH, state=BookingState.MAINTENANCE)
    assert agent.get(_url(shut)).status == 404
    assert agent.get("/cua-mobile/reservations/999/decision").status == 404
