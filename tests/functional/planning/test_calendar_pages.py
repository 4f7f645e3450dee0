"""The governance calendar, its dates, the periods to avoid and series of meetings, as pages."""

from datetime import date, timedelta

from flask import Flask
from sqlalchemy import func, select

from tests.factories.accounts import make_user
from tests.factories.committees import make_committee
from tests.factories.forums import make_forum
from tests.factories.grants import make_grant, make_step
from tests.factories.meetings import make_meeting
from tests.factories.organisations import make_grantee
from tests.factories.polls import make_poll
from tests.page_checks import Browser
from zna_network.models.account import Role
from zna_network.models.meeting import Meeting
from zna_network.models.planning import CalendarEntry, ClosedPeriod
from zna_network.services.context import Context

SITE = "/instances/calendrier"
RULE = {
    "rank": "3", "weekday": "3", "every_months": "1", "starts": "14:00", "ends": "16:00",
    "first_on": "2027-01-01", "last_on": "2027-04-30", "place": "Salle d’exemple",
    "client_id": "0b9c5f0e-0000-4000-8000-000000000002",
}  # fmt: skip


def test_the_calendar_shows_everything_and_filters_it(
    ctx: Context, app: Flask, agent: Browser
) -> None:
    session = ctx.session
    lilas = make_grantee(session, name="Les Lilas")
    committee = make_committee(session, name="Comité du lot 1", led_by=lilas)
    meeting = make_meeting(session, committee, title="Réunion de rentrée")
    poll = make_poll(session, committee, title="Quand se voir")
    make_step(session, lilas, label="Réserver la salle", due_on=date(2026, 12, 1))
    grant = make_grant(session, lilas)
    make_forum(session, held_on=date(2026, 12, 17), title="Forum du jour")
    page = agent.get(SITE)
    for words in (
        "Décembre 2026 – novembre 2027", "Réunion de rentrée", "Quand se voir", "Réserver la salle",
        "En retard", "Fin de la mission", "En juin 2027", "Forum du jour", "Vacances d’hiver",
        "Le lundi de Pâques, férié", "connues jusqu’au", "Du lundi 1er juin 2026 au lundi 31 mai 2027",
    ):  # fmt: skip
        assert words in page.text, words
    links = page.links()
    for url in (
        f"/instances/reunions/{meeting.id}", f"/instances/sondages/{poll.id}",
        f"/conventions/{grant.id}", "#j-2026-12-17", "#m-2027-02",
    ):  # fmt: skip
        assert url in links, url
    # The day of two things has one anchor, and says both to who does not see.
    assert "17 décembre 2026, 3 dates" in page.text
    assert len(page.all("li", id="j-2026-12-17")) == 1

    chosen = agent.get(f"{SITE}?debut=2027-06&types=appel&organisme={lilas.id}")
    assert "Fin de la mission" in chosen.text
    assert "Retirer le filtre Les Lilas" in chosen.text
    assert "Réserver la salle" not in chosen.text
    assert "Rien à ces dates" in agent.get(f"{SITE}?debut=2029-01&types=sondages").text
    for odd in ("debut=9999-99", "debut=0001-01", "types=x&organisme=x", "organisme=99999"):
        assert agent.get(f"{SITE}?{odd}").status == 200, odd
    partner = Browser(app).sign_in(make_user(session, Role.PARTNER, lilas))
    assert partner.get(SITE).status == 403


def test_the_staff_keep_dates_and_lose_nothing_typed(ctx: Context, agent: Browser) -> None:
    new = f"{SITE}/dates/nouvelle"
    refused = agent.post(new, {"label": "", "starts_on": "bientôt"})
    assert "Écrivez une date" in refused.text
    sent = {"label": "Conseil communautaire", "starts_on": "2027-03-18", "precision": "day"}
    page = agent.follow(agent.post(new, sent))
    assert "Jeudi 18 mars 2027" in page.text
    entry = ctx.session.scalars(
        select(CalendarEntry).where(CalendarEntry.label == sent["label"])
    ).one()
    url = f"{SITE}/dates/{entry.id}"
    assert url in page.links()
    old = agent.get(url).value_of("revision")
    agent.post(url, {**sent, "precision": "month", "revision": old})
    assert "En mars 2027" in agent.get(f"{SITE}?debut=2027-03").text
    stale = agent.post(url, {**sent, "label": "Mon titre", "revision": old})
    assert "Ce qui est enregistré maintenant" in stale.text
    assert stale.value_of("label") == "Mon titre"
    agent.post(url, {**sent, "label": "Mon titre", "revision": stale.value_of("revision")})
    assert "Mon titre" in agent.get(f"{SITE}?debut=2027-03").text
    assert agent.follow(agent.post(f"{url}/retirer")).status == 200
    assert agent.get(url).status == 404
    of_call = ctx.session.scalars(select(CalendarEntry.id).limit(1)).one()
    assert agent.post(f"{SITE}/dates/{of_call}/retirer").status == 409


def test_periods_are_added_and_taken_away(ctx: Context, agent: Browser) -> None:
    site = f"{SITE}/periodes"
    page = agent.get(site)
    assert "Vacances de Noël" in page.text
    assert "Licence Ouverte" in page.text
    refused = agent.post(
        site, {"label": "Congés", "starts_on": "2027-08-20", "ends_on": "2027-08-01"}
    )
    assert refused.status == 422
    assert "La fin ne peut pas venir avant le début." in refused.text
    assert refused.value_of("label") == "Congés"
    agent.post(site, {"label": "Congés", "starts_on": "2027-08-01", "ends_on": "2027-08-20"})
    period = ctx.session.scalars(select(ClosedPeriod).where(ClosedPeriod.label == "Congés")).one()
    assert "du dimanche 1er août 2027 au vendredi 20 août 2027" in agent.get(site).text
    agent.post(f"{site}/{period.id}/retirer")
    assert "Congés" not in agent.get(site).text.replace("Congés du service", "")


def test_a_series_is_previewed_corrected_by_hand_and_made(ctx: Context, agent: Browser) -> None:
    committee = make_committee(ctx.session, name="Comité du lot 2")
    ctx.session.add(
        ClosedPeriod(label="Élections", starts_on=date(2027, 2, 18), ends_on=date(2027, 2, 18))
    )
    ctx.session.commit()
    url = f"/instances/{committee.id}/serie"
    assert url in agent.get(f"/instances/{committee.id}").links()
    blank = agent.get(url)
    assert (blank.value_of("first_on"), blank.value_of("last_on")) == ("2027-01-01", "2027-12-31")
    refused = agent.post(url, {**RULE, "every_months": "beaucoup", "act": "preview"})
    assert refused.status == 422
    assert "Écrivez un nombre en chiffres." in refused.text

    page = agent.post(url, {**RULE, "act": "preview"})
    assert "4 dates, dont 1 déplacée" in page.text
    assert "Jeudi 18 février 2027 évité : Élections." in page.text.replace("\u00a0", " ")
    assert page.value_of("jour-2027-02-18") == "2027-02-11"
    assert ctx.session.scalar(select(func.count(Meeting.id))) == 0
    proposed = {
        f"jour-{day}": page.value_of(f"jour-{day}")
        for day in ("2027-01-21", "2027-02-18", "2027-03-18", "2027-04-15")
    }
    known = [f"{name.removeprefix('jour-')}:{day}" for name, day in proposed.items()]
    # One is taken off, another moved by hand to a day that has something against it.
    sent = {
        **RULE, **proposed, "propose": known, "jour-2027-03-18": "2027-03-29",
        "keep": ["2027-01-21", "2027-02-18", "2027-03-18"],
    }  # fmt: skip
    again = agent.post(url, {**sent, "act": "preview"})
    assert "Jour férié : le lundi de Pâques" in again.text.replace("\u00a0", " ")
    assert again.value_of("jour-2027-03-18") == "2027-03-29"
    assert "2027-03-18:2027-03-29" not in [
        tag.get("value") for tag in again.all("input", name="propose")
    ]
    ticked = [
        tag.get("value") for tag in again.all("input", name="keep") if "checked" in tag.attrib
    ]
    assert ticked == ["2027-01-21", "2027-02-18", "2027-03-18"]
    stopped = agent.post(url, {**sent, "act": "create"})
    assert stopped.status == 422
    assert "Lundi 29 mars 2027" in stopped.text
    assert ctx.session.scalar(select(func.count(Meeting.id))) == 0
    made = agent.follow(agent.post(url, {**sent, "confirmed": "y", "act": "create"}))
    assert "3 réunions au calendrier" in made.text
    agent.post(url, {**sent, "confirmed": "y", "act": "create"})
    days = ctx.session.scalars(select(Meeting.starts_at).order_by(Meeting.starts_at)).all()
    assert [(day + timedelta(hours=2)).date() for day in days] == [
        date(2027, 1, 21), date(2027, 2, 11), date(2027, 3, 29),
    ]  # fmt: skip
    assert agent.get("/instances/99999/serie").status == 404
