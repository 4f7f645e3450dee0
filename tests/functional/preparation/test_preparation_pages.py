"""The pages of the preparation: tasks and the shift plan, by staff, a grantee and a partner."""

from datetime import date, time

import pytest
from flask import Flask

from tests.factories.accounts import make_user
from tests.factories.forums import make_forum
from tests.factories.organisations import make_grantee, make_organisation
from tests.page_checks import Browser
from tests.statements import counted_statements
from zna_network.extensions import db
from zna_network.models.account import Role
from zna_network.models.forum import Forum, ForumTask, Shift, ShiftPerson, TaskState
from zna_network.services import forum_tasks, shifts
from zna_network.services.context import Context
from zna_network.services.forum_tasks import TaskData
from zna_network.services.shifts import PersonData, ShiftData


@pytest.fixture
def engine_name() -> str:
    return "sqlite"


@pytest.fixture
def forum(ctx: Context) -> Forum:
    return make_forum(ctx.session, slug="forum", title="Forum d’exemple")


HOME = "/forums/forum/preparation"
PLAN = f"{HOME}/creneaux"
PRIVATE = "hawa@exemple.example"


def _rows(browser: Browser, query: str = "") -> list[str]:
    page = browser.get(HOME + query)
    return [" ".join("".join(cell.itertext()).split()) for cell in page.all("th", scope="row")]


def test_an_agent_keeps_the_list_of_tasks(agent: Browser, ctx: Context, forum: Forum) -> None:
    empty = agent.get(HOME)
    assert "Rien à faire pour l’instant" in empty.text
    assert f"{HOME}/taches/nouvelle" in empty.links()
    fields = {
        "title": "Poser les affiches", "owner": "Hawa Genêt", "owner_email": PRIVATE,
        "due_on": "2026-12-02", "state": "to_do",
    }  # fmt: skip
    refused = agent.post(f"{HOME}/taches/nouvelle", {**fields, "owner_email": "hawa"})
    assert "n’est pas valable" in refused.text
    assert refused.value_of("title") == "Poser les affiches"
    assert agent.post(f"{HOME}/taches/nouvelle", fields).status == 302
    forum_tasks.create_task(
        ctx, forum.id, TaskData("Écrire le bilan", owner="Driss", due_on=date(2026, 12, 20))
    )
    assert _rows(agent) == ["Poser les affiches", "Écrire le bilan"]
    assert _rows(agent, "?tri=due&sens=desc") == ["Écrire le bilan", "Poser les affiches"]
    page = agent.get(HOME)
    (row,) = page.all("tr", class_="is-late")
    assert "En retard" in "".join(row.itertext())
    assert "1 tâche en retard" in page.text.replace("\u00a0", " ")
    assert _rows(agent, "?etat=en-retard") == ["Poser les affiches"]

    task = ctx.session.query(ForumTask).filter_by(title="Poser les affiches").one()
    url = f"{HOME}/taches/{task.id}"
    form = agent.get(url)
    old = form.value_of("revision")
    assert agent.post(f"{url}/etat", {"etat": "done"}).status == 302
    assert agent.post(f"{url}/etat", {"etat": "n’importe"}).status == 404
    assert _rows(agent) == ["Écrire le bilan"]
    assert _rows(agent, "?etat=closes") == ["Poser les affiches"]
    assert "Rien n’est en retard" in agent.get(f"{HOME}?etat=en-retard").text
    conflict = agent.post(url, {**fields, "title": "Coller les affiches", "revision": old})
    assert "Ce qui est enregistré maintenant" in conflict.text
    assert conflict.value_of("title") == "Coller les affiches"
    again = {**fields, "title": "Coller", "revision": conflict.value_of("revision")}
    assert agent.post(url, again).status == 302
    assert agent.post(f"{url}/supprimer", {}).status == 302
    assert agent.get(url).status == 404


def test_an_agent_draws_the_plan_and_sees_what_is_missing(
    agent: Browser, ctx: Context, forum: Forum
) -> None:
    assert "Aucun créneau pour l’instant" in agent.get(PLAN).text
    fields = {
        "post": "Accueil", "day": "0", "starts": "09:00", "ends": "12:00", "needed": "2",
        "place": "Parvis",
    }  # fmt: skip
    refused = agent.post(f"{PLAN}/nouveau", {**fields, "ends": "08:00"})
    assert "La fin doit venir après le début" in refused.text
    assert agent.post(f"{PLAN}/nouveau", fields).status == 302
    first = ctx.session.query(Shift).one()
    assert (
        agent.post(f"{PLAN}/nouveau", {**fields, "starts": "11:00", "ends": "13:00"}).status == 302
    )
    second = ctx.session.query(Shift).order_by(Shift.id.desc()).first()
    assert second is not None
    person = {"name": "Hawa Genêt", "email": PRIVATE}
    assert agent.post(f"{PLAN}/{first.id}", person).status == 302
    double = agent.post(f"{PLAN}/{second.id}", person)
    assert "ne peut être à deux postes en même temps" in double.text
    assert double.value_of("name") == "Hawa Genêt"
    page = agent.get(PLAN)
    # Two overlapping shifts of one post: two rows of the timetable, headed once.
    (heading,) = [th for th in page.all("th", scope="row") if (th.text or "") == "Accueil"]
    assert heading.get("rowspan") == "2"
    assert "Il manque 3 personnes" in page.text.replace("\u00a0", " ")
    assert "Mercredi 16 décembre 2026" in page.text
    printed = agent.get(f"{PLAN}/imprimer")
    assert "Hawa Genêt" in printed.text
    assert "À trouver" in printed.text
    old = agent.get(f"{PLAN}/{first.id}/modifier").value_of("revision")
    changed = {**fields, "needed": "1", "revision": old}
    assert agent.post(f"{PLAN}/{first.id}/modifier", changed).status == 302
    conflict = agent.post(f"{PLAN}/{first.id}/modifier", changed)
    assert "Ce qui est enregistré maintenant" in conflict.text
    held = ctx.session.query(ShiftPerson).one()
    taking_off = f"{PLAN}/{first.id}/personnes/{held.id}/retirer"
    assert agent.post(taking_off, {}).status == 302
    assert agent.post(taking_off, {}).status == 404
    next_year = make_forum(ctx.session, slug="suivant", held_on=None)
    copy = "/forums/suivant/preparation/creneaux/copier"
    assert "Forum d’exemple" in agent.get(copy).text
    assert agent.post(copy, {"source": str(forum.id)}).status == 302
    assert ctx.session.query(Shift).filter_by(forum_id=next_year.id).count() == 2
    assert "reste à annoncer" in agent.get("/forums/suivant/preparation/creneaux").text
    assert agent.post(f"{PLAN}/{second.id}/supprimer", {}).status == 302
    assert ctx.session.query(Shift).filter_by(forum_id=forum.id).count() == 1


def test_a_grantee_takes_part_and_a_partner_only_reads(
    app: Flask, ctx: Context, forum: Forum
) -> None:
    grantee = make_grantee(ctx.session, name="Lauréat d’exemple")
    other = make_organisation(ctx.session, name="Caisse d’exemple")
    theirs = forum_tasks.create_task(
        ctx, forum.id, TaskData("Réserver", organisation_id=str(other.id), owner_email=PRIVATE)
    )
    shift = shifts.create_shift(ctx, forum.id, ShiftData("Accueil", time(9), time(12)))
    shifts.add_person(ctx, forum.id, shift.id, PersonData("Hawa Genêt", PRIVATE))

    staff = Browser(app).sign_in(make_user(db.session(), Role.AGENT))
    edit = staff.get(f"{HOME}/taches/{theirs.id}")
    assert edit.value_of("organisation") == "Caisse d’exemple"
    own = Browser(app).sign_in(make_user(db.session(), Role.GRANTEE, grantee))
    assert "Lauréat d’exemple" in own.get(f"{HOME}/taches/nouvelle").text
    sent = {"title": "Trouver des tables", "state": "to_do", "organisation": "Caisse d’exemple"}
    assert own.post(f"{HOME}/taches/nouvelle", sent).status == 302
    mine = ctx.session.query(ForumTask).filter_by(title="Trouver des tables").one()
    assert mine.organisation_id == grantee.id
    assert own.post(f"{HOME}/taches/{mine.id}/etat", {"etat": "done"}).status == 302
    ctx.session.refresh(mine)
    assert mine.state is TaskState.DONE
    assert own.get(f"{HOME}/taches/{theirs.id}").status == 403
    assert own.post(f"{HOME}/taches/{theirs.id}/supprimer", {}).status == 403
    assert own.post(f"{PLAN}/{shift.id}", {"name": "Igor Orpin"}).status == 302
    page = own.get(f"{PLAN}/{shift.id}")
    assert "Hawa Genêt" in page.text
    assert PRIVATE not in page.text
    assert own.get(f"{PLAN}/nouveau").status == 403

    reader = Browser(app).sign_in(make_user(db.session(), Role.PARTNER, other))
    for url in (HOME, PLAN, f"{PLAN}/imprimer"):
        page = reader.get(url)
        assert page.status == 200
        assert PRIVATE not in page.text
        assert not [
            form
            for form in page.all("form", method="post")
            if "preparation" in (form.get("action") or "")
        ]
    assert reader.get(f"{PLAN}/{shift.id}").status == 403
    assert reader.post(f"{HOME}/taches/{theirs.id}/etat", {"etat": "done"}).status == 403


def test_the_pages_cost_the_same_for_few_rows_and_for_many(
    agent: Browser, ctx: Context, forum: Forum
) -> None:
    def costs() -> list[int]:
        found = []
        for url in (f"{HOME}?etat=toutes", PLAN, f"{PLAN}/imprimer"):
            with counted_statements() as statements:
                assert agent.get(url).status == 200
            found.append(len(statements))
        return found

    def fill(number: int) -> None:
        for rank in range(number):
            organisation = make_organisation(ctx.session)
            chosen = str(organisation.id)
            forum_tasks.create_task(ctx, forum.id, TaskData("Relire", organisation_id=chosen))
            shift = shifts.create_shift(ctx, forum.id, ShiftData(f"P{rank}", time(9), time(12)))
            shifts.add_person(
                ctx, forum.id, shift.id,
                PersonData(f"N {organisation.id}", organisation_id=chosen),
            )  # fmt: skip

    fill(3)
    few = costs()
    fill(20)
    assert costs() == few
