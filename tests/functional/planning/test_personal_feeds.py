"""A person's own calendar: its secret address, what two readers find there, when it ends."""

from datetime import UTC, date, datetime, timedelta

import icalendar
import pytest
import vobject
from flask import Flask

from tests.acting import acting_as
from tests.factories.accounts import make_user
from tests.factories.committees import make_committee, make_membership
from tests.factories.grants import make_step
from tests.factories.meetings import make_meeting
from tests.factories.minutes import make_action
from tests.factories.organisations import make_contact, make_grantee, make_organisation
from tests.page_checks import Browser
from tests.statements import cost
from tests.world import FrozenClock
from zna_network.models.account import Role, User
from zna_network.models.planning import PersonalFeed
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, ForbiddenError, NotFoundError
from zna_network.services.meetings import cancel_meeting
from zna_network.services.planning import personal_calendar, personal_feeds

SITE = "/instances/calendrier/abonnement"


def path_of(ctx: Context, user: User) -> str:
    feed = personal_feeds.create(acting_as(ctx, user))
    return personal_feeds.address_of(ctx.settings, feed).removeprefix(ctx.settings.base_url)


def read(browser: Browser, path: str) -> dict[str, icalendar.Event]:
    """The events by title, the two readers agreeing on when each takes place."""
    response = browser.send("GET", path)
    assert response.status_code == 200, response.text
    events = list(icalendar.Calendar.from_ical(response.data).walk("VEVENT"))
    theirs = vobject.readOne(response.get_data(as_text=True))
    starts = {one.uid.value: one.dtstart.value for one in getattr(theirs, "vevent_list", [])}
    assert starts == {str(one["UID"]): one["DTSTART"].dt for one in events}
    assert all("ATTENDEE" not in one for one in events)
    return {str(one["SUMMARY"]).replace("\u00a0", " "): one for one in events}


def test_a_grantee_reads_its_own_dates_and_nobody_is_named(ctx: Context, browser: Browser) -> None:
    session = ctx.session
    lilas, other = make_grantee(session, name="Les Lilas"), make_grantee(session, name="Autre")
    user = make_user(session, Role.GRANTEE, lilas, email="moi@lilas.example", name="Sacha Moi")
    own, theirs = make_committee(session, led_by=lilas), make_committee(session, led_by=other)
    mine = make_meeting(session, own, title="La nôtre", visio_url="https://visio.example/secret")
    make_meeting(session, theirs, title="La leur")
    make_step(session, lilas, label="Réserver la salle", owner="Dominique Responsable")
    make_step(session, other, label="Imprimer")
    for meeting, values in (
        (
            mine,
            {"text": "Écrire aux communes", "owner": "Camille Nommée", "organisation_id": lilas.id},
        ),
        (mine, {"text": "Relire", "owner_email": "moi@lilas.example"}),
        (mine, {"text": "À quelqu’un d’autre", "owner_email": "autre@exemple.example"}),
    ):
        make_action(session, meeting, **values)
    path = path_of(ctx, user)
    events = read(browser, path)
    assert events.keys() >= {
        f"{own.name} : La nôtre", "Réserver la salle", "Action : Écrire aux communes",
        "Action : Relire", "Second versement (50 %) (dans le mois de juin 2027)",
    }  # fmt: skip
    for left_out in ("La leur", "Imprimer", "À quelqu’un"):
        assert not [title for title in events if left_out in title]
    meeting = events[f"{own.name} : La nôtre"]
    assert meeting["DTSTART"].dt == datetime(2026, 12, 17, 13, tzinfo=UTC)
    assert str(meeting["UID"]) != mine.uid, "not taken for the invitation"
    step = events["Réserver la salle"]
    assert (step["DTSTART"].dt, step["DTEND"].dt) == (date(2027, 1, 15), date(2027, 1, 16))
    assert (step["DTSTART"].params["VALUE"], step["TRANSP"]) == ("DATE", "TRANSPARENT")
    period = events["Période de déploiement des actions d’aller-vers"]
    assert (period["DTSTART"].dt, period["DTEND"].dt) == (date(2026, 6, 1), date(2027, 6, 1))
    text = browser.send("GET", path).get_data(as_text=True).replace("\r\n ", "")
    for secret in ("Dominique", "Camille", "Sacha", "moi@lilas", "autre@", "visio.example"):
        assert secret not in text, secret

    cancel_meeting(ctx, mine.id, "Salle fermée")
    cancelled = read(browser, path)[f"Annulée : {own.name} : La nôtre"]
    assert cancelled["STATUS"] == "CANCELLED"
    assert int(cancelled["SEQUENCE"]) > int(meeting["SEQUENCE"])


def test_staff_and_partners_read_what_their_account_shows(ctx: Context, browser: Browser) -> None:
    session = ctx.session
    caf = make_organisation(session, name="CAF")
    seated, elsewhere = make_committee(session), make_committee(session)
    make_membership(session, seated, make_contact(session, caf))
    make_meeting(session, seated, title="Où l’on siège")
    make_meeting(session, elsewhere, title="Ailleurs")
    lilas = make_grantee(session, name="Les Lilas")
    agent = make_user(session, Role.AGENT)
    make_step(session, lilas, label="Suivi par la CUA", owner_id=agent.id)
    make_step(session, lilas, label="Suivi par personne")
    partner = make_user(session, Role.PARTNER, caf)
    seen = read(browser, path_of(ctx, partner))
    assert list(seen) == [f"{seated.name} : Où l’on siège"], "no date of the call, no plan"
    staff = read(browser, path_of(ctx, agent))
    assert sum(" : Où l’on siège" in one or " : Ailleurs" in one for one in staff) == 2
    assert "Les Lilas : Suivi par la CUA" in staff
    assert not [one for one in staff if "personne" in one]


def test_a_feed_costs_the_same_and_is_not_sent_twice(
    ctx: Context, browser: Browser, clock: FrozenClock
) -> None:
    session = ctx.session
    lilas = make_grantee(session)
    user = make_user(session, Role.GRANTEE, lilas)
    token = path_of(ctx, user).rpartition("/")[2].removesuffix(".ics")
    path = f"{personal_feeds.PATH}{token}.ics"
    browser.send("GET", path)
    lilas_id, costs = lilas.id, []
    for number in (5, 45):
        committee = make_committee(session, led_by_id=lilas_id)
        for _ in range(number):
            make_action(session, make_meeting(session, committee), organisation_id=lilas_id)
        costs.append(cost(session, lambda: personal_calendar.read(ctx, token)))
    assert costs[0] == costs[1]
    first = browser.send("GET", path)
    again = browser.send("GET", path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["Referrer-Policy"] == "no-referrer"
    assert "private" in again.headers["Cache-Control"]
    make_meeting(session, session.merge(committee))
    changed = browser.send("GET", path, headers={"If-None-Match": first.headers["ETag"]})
    assert changed.status_code == 200
    clock.move(timedelta(days=200))
    assert len(read(browser, path)) < 50, "what is long over is forgotten"


def test_the_address_is_made_replaced_revoked_and_ends_with_the_account(
    ctx: Context, app: Flask, browser: Browser
) -> None:
    session = ctx.session
    lilas = make_grantee(session)
    user = make_user(session, Role.GRANTEE, lilas)
    mine = acting_as(ctx, user)
    page = Browser(app).sign_in(user)
    assert SITE in page.get("/compte").links()
    assert "Aucune adresse" in page.get(SITE).text
    shown = page.follow(page.post(SITE))
    (row,) = personal_feeds.listed(mine)
    assert shown.all("input", value=row.https)
    assert row.webcal in shown.links()
    stored = session.get_one(PersonalFeed, row.id)
    token = row.https.rpartition("/")[2].removesuffix(".ics")
    assert token not in (stored.link_hash, stored.link_salt)
    path = row.https.removeprefix(ctx.settings.base_url)
    assert browser.send("GET", path).status_code == 200
    page.post(f"{SITE}/{row.id}/remplacement")
    assert browser.get(path).status == 410
    (renewed,) = personal_feeds.listed(mine)
    path = renewed.https.removeprefix(ctx.settings.base_url)
    assert browser.send("GET", path).status_code == 200
    stranger = acting_as(ctx, make_user(session, Role.AGENT))
    for act in (personal_feeds.revoke, personal_feeds.renew):
        with pytest.raises(NotFoundError):
            act(stranger, renewed.id)
    page.post(f"{SITE}/{renewed.id}/revocation")
    assert browser.get(path).status == 410
    assert page.post(f"{SITE}/{renewed.id}/revocation").status == 409
    for _ in range(personal_feeds.MOST):
        path = path_of(ctx, user)
    with pytest.raises(ConflictError):
        personal_feeds.create(mine)
    with pytest.raises(ForbiddenError):
        personal_feeds.create(ctx)
    assert browser.get("/agenda/abc.ics").status == 404
    assert browser.get("/agenda/" + "é" * 90 + ".ics").status == 404
    lilas.archived_at = ctx.now
    session.commit()
    assert browser.get(path).status == 410
    lilas.archived_at = None
    session.get_one(User, user.id).is_active = False
    session.commit()
    assert browser.get(path).status == 410
