"""The agent's side of the stands: the list and its export, inviting, deciding, the plan."""

import csv
from io import BytesIO, StringIO

from flask import Flask
from openpyxl import load_workbook
from PIL import Image

from tests.acting import acting_as
from tests.factories.accounts import make_user
from tests.factories.forums import make_forum, make_stand
from tests.factories.organisations import make_grantee, make_organisation
from tests.mail_reading import mails
from tests.page_checks import Browser
from tests.statements import cost
from zna_network.models.account import Role
from zna_network.models.audit import AuditEvent
from zna_network.models.forum import Forum
from zna_network.models.stand import Stand, StandPerson, StandState
from zna_network.models.territory import Right
from zna_network.services.context import Context
from zna_network.services.permissions import Permission
from zna_network.services.stand_squares import Place, place_of


def test_the_list_filters_sorts_and_totals(ctx: Context, agent: Browser) -> None:
    forum = make_forum(ctx.session)
    rsa = ctx.session.get(Right, "RSA")
    caf = make_organisation(ctx.session, name="Zed, caisse d’exemple")
    make_stand(ctx.session, forum, caf, rights=[rsa], place=Place(0, 0, 2, 2), needs_screen=True)
    make_stand(ctx.session, forum, make_organisation(ctx.session, name="Asso d’exemple"))
    make_stand(
        ctx.session, forum, organisation_name="Élan inconnu", state=StandState.APPLIED, tables=5
    )
    url = f"/forums/{forum.slug}/stands"
    page = agent.get(f"{url}?tri=name")
    names = ["".join(th.itertext()).strip() for th in page.all("th", scope="row")]
    assert names == ["Asso d’exemple", "Zed, caisse d’exemple", "Élan inconnu"]
    assert "+ 5 en attente" in page.text
    values = ["".join(p.itertext()) for p in page.all("p", class_="stat-value")]
    assert values == ["2", "4", "4", "2", "1"]
    for query, number in (
        ("etat=applied", 1),
        ("droit=RSA", 1),
        ("place=non", 2),
        ("place=oui", 1),
        ("q=caisse", 1),
        ("q=inconnu", 1),
        ("q=rien", 0),
        ("etat=nimporte&place=2&droit=x", 3),
    ):
        assert len(agent.get(f"{url}?{query}").all("th", scope="row")) == number, query


def test_the_list_costs_the_same_for_five_stands_and_fifty(ctx: Context, agent: Browser) -> None:
    forum = make_forum(ctx.session)
    slug, forum_id = forum.slug, forum.id

    def open_pages() -> None:
        agent.get(f"/forums/{slug}/stands")
        agent.get(f"/forums/{slug}/plan")
        agent.get(f"/forum/{slug}/plan")

    for column in range(5):
        make_stand(ctx.session, forum, place=Place(column, 0, 1, 1))
    five = cost(ctx.session, open_pages)
    forum = ctx.session.get_one(Forum, forum_id)
    for number in range(45):
        make_stand(ctx.session, forum, place=Place(number % 24, 1 + number // 24, 1, 1))
    assert cost(ctx.session, open_pages) == five


def test_the_export_is_harmless_and_journalled(ctx: Context, agent: Browser) -> None:
    forum = make_forum(ctx.session)
    danger = '=HYPERLINK("https://mal.example")'
    stand = make_stand(ctx.session, forum, other_needs=danger, contact_phone="+32 2 000 00 00")
    stand.people = [StandPerson(name="@Awa", function="conseillère")]
    ctx.session.commit()
    make_stand(ctx.session, forum, state=StandState.WITHDRAWN)
    url = f"/forums/{forum.slug}/stands/export?etat=confirmed"
    content = agent.send("POST", url, data={"format": "csv"}).data
    assert content.startswith(b"\xef\xbb\xbf")
    headings, row = csv.reader(StringIO(content.decode("utf-8-sig")), delimiter=";")
    line = dict(zip(headings, row, strict=True))
    assert line["Autres besoins"] == f"'{danger}"
    assert line["Tenu par"] == "'@Awa, conseillère"
    assert line["Téléphone"] == "+32 2 000 00 00"
    book = load_workbook(BytesIO(agent.send("POST", url, data={"format": "xlsx"}).data))
    cells = [cell for cells in book.active.iter_rows(min_row=2) for cell in cells]
    assert {cell.data_type for cell in cells if cell.value} == {"s"}
    assert ctx.session.query(AuditEvent).filter_by(action="stand.exported").count() == 2
    assert agent.client.get(url).status_code == 405


def test_inviting_and_deciding(ctx: Context, agent: Browser) -> None:
    forum = make_forum(ctx.session)
    url = f"/forums/{forum.slug}/stands"
    grantee = make_grantee(ctx.session, email="accueil@laureat.example")
    assert "Indiquez un organisme" in agent.post(f"{url}/inviter", {"organisation": ""}).text
    unknown = agent.post(f"{url}/inviter", {"organisation": "Personne"})
    assert "Aucun organisme ne s’appelle « Personne »" in unknown.text
    assert grantee.name in unknown.text
    nobody = agent.post(f"{url}/inviter/plusieurs", {})
    assert "Cochez au moins un organisme." in nobody.text
    sent = agent.post(f"{url}/inviter/plusieurs", {"organisations": [str(grantee.id)]})
    assert "1 invitation" in agent.follow(sent).text.replace("\u00a0", " ")
    page = agent.get(f"{url}/1")
    revision = page.value_of("revision")
    confirmed = agent.post(f"{url}/1/confirmer", {"revision": revision})
    assert "confirmé" in agent.follow(confirmed).text
    refused = agent.post(f"{url}/1/retirer", {"revision": revision, "reason": "Trop tard"})
    assert refused.status == 422
    assert "modifié ces informations" in refused.text
    again = {"revision": refused.value_of("revision"), "reason": "Trop tard"}
    assert "Retiré" in agent.follow(agent.post(f"{url}/1/retirer", again)).text
    assert agent.get(f"{url}/99").status == 404


def test_members_see_the_stands_confirmed_and_correct_their_own(app: Flask, ctx: Context) -> None:
    forum = make_forum(ctx.session)
    own = make_organisation(ctx.session)
    mine = make_stand(ctx.session, forum, own, state=StandState.INVITED)
    other = make_stand(ctx.session, forum, contact_email="secret@autre.example")
    hidden = make_stand(ctx.session, forum, state=StandState.APPLIED)
    user = make_user(ctx.session, Role.PARTNER, own)
    member = Browser(app).sign_in(user)
    url = f"/forums/{forum.slug}/stands"
    page = member.get(url)
    assert f"{url}/{mine.number}" in page.links()
    assert other.name in page.text
    assert hidden.name not in page.text
    assert f"{url}/{other.number}" not in page.links()
    assert member.get(f"{url}/{other.number}").status == 403
    assert member.get(f"{url}/inviter").status == 403
    assert "secret@" not in member.get(f"/forums/{forum.slug}/plan").text
    edit = member.get(f"{url}/{mine.number}/modifier")
    sent = {
        "tables": "4",
        "chairs": "2",
        "sockets": "0",
        "contact_email": edit.value_of("contact_email"),
        "revision": edit.value_of("revision"),
    }
    assert member.post(f"{url}/{mine.number}/modifier", sent).status == 302
    assert ctx.session.get_one(Stand, mine.id).tables == 4
    assert acting_as(ctx, user).may(Permission.STAND_MANAGE, own.id)
    assert mails(ctx.session) == []


def test_the_plan_by_forms_and_by_script(ctx: Context, agent: Browser) -> None:
    forum = make_forum(ctx.session)
    first = make_stand(ctx.session, forum, place=Place(0, 0, 2, 2))
    second = make_stand(ctx.session, forum)
    url = f"/forums/{forum.slug}/stands"
    place = {"column": "2", "row": "1", "width": "2", "height": "2", "revision": "1"}
    taken = agent.post(f"{url}/2/place", place)
    assert taken.status == 422
    assert f"Cette place est prise par le stand n° 1, {first.name}." in taken.text
    assert (
        "Écrivez un nombre en chiffres."
        in agent.post(f"{url}/2/place", {**place, "column": "x"}).text
    )
    moved = agent.post(f"{url}/2/place", {**place, "column": "3"})
    assert moved.response.location == f"/forums/{forum.slug}/plan#stand-2"
    assert place_of(second) == Place(2, 0, 2, 2)
    json = {"Accept": "application/json"}
    answer = agent.send("POST", f"{url}/2/place", data=place, headers=json)
    assert answer.status_code == 409
    assert answer.json == {
        "revision": second.revision,
        "place": {"column": 3, "row": 1, "width": 2, "height": 2},
        "message": "Quelqu’un d’autre vient de modifier ce stand : le plan montre maintenant sa "
        "place actuelle.",
    }
    off = {"revision": str(second.revision)}
    answer = agent.send("POST", f"{url}/2/place/retirer", data=off, headers=json)
    assert (answer.status_code, answer.json["place"]) == (200, None)
    anywhere = {"revision": str(answer.json["revision"])}
    answer = agent.send("POST", f"{url}/2/place/auto", data=anywhere, headers=json)
    assert answer.json["place"] == {"column": 3, "row": 1, "width": 2, "height": 2}


def test_the_plan_over_an_image(ctx: Context, agent: Browser, browser: Browser) -> None:
    forum = make_forum(ctx.session)
    make_stand(ctx.session, forum, place=Place(5, 5, 2, 2))
    url = f"/forums/{forum.slug}/plan"
    grid = {"plan_columns": "6", "plan_rows": "14", "revision": str(forum.revision)}
    assert "ne tiendrait plus sur le plan" in agent.post(f"{url}/reglages", grid).text
    assert agent.post(f"{url}/reglages", {**grid, "plan_columns": "30"}).status == 302
    wrong = agent.post(f"{url}/image", {"image": (BytesIO(b"<svg/>"), "plan.png")})
    assert wrong.status == 422
    assert "n’est pas une image lisible" in wrong.text
    assert browser.send("GET", f"/forum/{forum.slug}/plan/image").status_code == 404
    image = BytesIO()
    Image.new("RGB", (60, 40), "white").save(image, "PNG")
    image.seek(0)
    assert agent.post(f"{url}/image", {"image": (image, "plan.png")}).status == 302
    served = browser.send("GET", f"/forum/{forum.slug}/plan/image")
    assert (served.status_code, served.mimetype) == (200, "image/png")
    assert len(browser.get(f"/forum/{forum.slug}/plan").all("image")) == 1
    assert agent.post(f"{url}/image/retirer").status == 302
    assert len(agent.get(url).all("image")) == 0
