"""The door seen from the office."""

from datetime import time, timedelta

from flask import Flask

from tests.door import open_door
from tests.factories.accounts import make_user
from tests.factories.forums import make_stand
from tests.factories.organisations import make_organisation
from tests.factories.workshops import make_session, make_workshop
from tests.page_checks import Browser
from tests.statements import cost
from tests.world import FrozenClock
from zna_network.extensions import db
from zna_network.models.account import Role
from zna_network.models.door import Verdict
from zna_network.services import badges, devices, points
from zna_network.services.context import Context


def test_a_phone_is_paired_watched_and_revoked(
    agent: Browser, ctx: Context, clock: FrozenClock
) -> None:
    door = open_door(ctx)
    home = f"/forums/{door.forum.slug}/porte"
    assert "Aucun téléphone associé" in agent.get(home).text
    refused = agent.post(f"{home}/telephones/nouveau", data={"name": " ", "point_id": ""})
    assert devices.NAME_NEEDED in refused.text
    page = agent.follow(
        agent.post(
            f"{home}/telephones/nouveau", data={"name": "Porte A", "point_id": door.in_point.id}
        )
    )
    (shown,) = page.all("strong", class_="pairing-text")
    assert page.response.headers["Cache-Control"] == "no-store, private"
    (steps,) = [one for one in page.all("ol") if one.get("data-pairing")]
    state = steps.get("data-pairing")
    assert agent.send("GET", str(state)).get_json() == {"is_waiting": True}
    paired = devices.pair(ctx, shown.text or "")
    assert agent.send("GET", str(state)).get_json() == {"is_waiting": False}
    assert (paired.device.name, paired.device.point_id) == ("Porte A", door.in_point.id)
    one = f"{home}/telephones/{paired.device.id}"
    assert "Afficher un nouveau code" in agent.get(one).text
    paired.device.last_seen_at, paired.device.last_skew_s = clock.now(), 7500
    paired.device.waiting = 12
    ctx.session.commit()
    listed = agent.get(home).text
    assert "En ligne" in listed
    assert "2 h 05 d’avance" in listed
    assert "Rangé exprès" not in [one.text for one in agent.get(home).all("button")]
    clock.move(timedelta(minutes=4))
    assert "Sans nouvelles" in agent.get(home).text
    kept = agent.follow(agent.post(f"{one}/ranger"))
    assert "noté comme rangé" in kept.text
    assert "Sans nouvelles" not in kept.text
    paired.device.last_seen_at = clock.now() + timedelta(seconds=5)  # It speaks again.
    ctx.session.commit()
    assert "En ligne" in agent.get(home).text
    agent.post(f"{one}/modifier", data={"name": "Porte B", "point_id": ""})
    assert "Porte B" in agent.get(one).text
    agent.post(f"{one}/revoquer")
    assert "Révoqué" in agent.get(home).text
    agent.post(f"{one}/associer")
    assert "Code à lire" in agent.get(home).text
    clock.move(timedelta(days=1))
    assert "Le forum est passé" in agent.get(home).text
    assert agent.get(f"{home}/telephones/999").status == 404


def test_points_follow_the_stands(agent: Browser, ctx: Context) -> None:
    door = open_door(ctx)
    make_stand(ctx.session, door.forum, make_organisation(ctx.session, name="CAF exemple"))
    home = f"/forums/{door.forum.slug}/porte"
    assert "Stand 1 · CAF exemple" in agent.get(home).text
    assert "Un point porte déjà ce nom" in agent.post(
        f"{home}/points", data={"name": "porte a", "kind": "entry"}
    ).text  # fmt: skip
    made = agent.follow(agent.post(f"{home}/points", data={"name": "Porte C", "kind": "exit"}))
    assert "Point créé : Porte C" in made.text
    phone = door.phone("A")
    phone.scan(door.tickets(1)[0])
    used = agent.follow(agent.post(f"{home}/points/{door.in_point.id}/supprimer"))
    assert "il ne peut plus être supprimé" in used.text
    free = agent.follow(agent.post(f"{home}/points/{door.out_point.id}/supprimer"))
    assert "Point supprimé" in free.text


def test_points_are_in_the_order_that_people_look_for(agent: Browser, ctx: Context) -> None:
    door = open_door(ctx)
    for number in range(1, 12):
        make_stand(ctx.session, door.forum, make_organisation(ctx.session, name=f"O{12 - number}"))
    workshop = make_workshop(ctx.session, door.forum, title="Budget")
    for hour in (14, 10, 11):
        make_session(ctx.session, workshop, starts=time(hour), ends=time(hour, 30))
    names = [point.name for point in points.keep_up_with_forum(ctx, door.forum.id)]
    assert names == [
        "Porte A", "Sortie",
        *(f"Stand {number} · O{12 - number}" for number in range(1, 12)),
        *(f"Budget · {hour}\u00a0h" for hour in (10, 11, 14)),
    ]  # fmt: skip
    page = agent.get(f"/forums/{door.forum.slug}/porte/telephones/nouveau")
    groups = [group.get("label") for group in page.all("optgroup")]
    assert groups == ["Entrées", "Sorties", "Stands", "Ateliers"]


def test_what_is_to_be_checked(agent: Browser, ctx: Context, clock: FrozenClock) -> None:
    door = open_door(ctx)
    ticket, revoked = door.tickets(2)
    badges.revoke(ctx, badges.locked(ctx, 2).id)
    home = f"/forums/{door.forum.slug}/porte"
    assert "À vérifier" not in agent.get(home).text
    clock.move(timedelta(minutes=30))
    for name, at in (("A", -9), ("B", -8)):
        door.phone(name).scan(ticket, at, decided=Verdict.ADMITTED)
    door.phone("C").scan(revoked, -5, decided=Verdict.ADMITTED)
    page = agent.get(home).text
    assert "Accepté par deux portes" in page
    assert "Annulé, accepté quand même" in page

    def read() -> None:
        agent.get(home)

    forum_id = door.forum.id
    few = cost(ctx.session, read)
    for n in range(20):
        devices.issue_token(ctx, forum_id, f"Téléphone {n}")
    assert cost(ctx.session, read) == few


def test_only_staff_manage_the_door(app: Flask, ctx: Context) -> None:
    door = open_door(ctx)
    partner = Browser(app).sign_in(
        make_user(db.session(), Role.PARTNER, organisation=make_organisation(ctx.session))
    )
    assert partner.get(f"/forums/{door.forum.slug}/porte").status == 403
