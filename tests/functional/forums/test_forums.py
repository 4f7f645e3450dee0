"""The pages of a forum: preparing it, publishing it, who sees what."""

import pytest
from flask import Flask

from tests.factories.accounts import make_user
from tests.factories.forums import make_forum, make_stand, stand_link
from tests.factories.organisations import make_organisation
from tests.page_checks import Browser
from zna_network.models.account import Role
from zna_network.models.forum import Forum, ForumState
from zna_network.models.stand import StandState
from zna_network.services import registrations
from zna_network.services.attendee_links import token_of
from zna_network.services.context import Context
from zna_network.services.registration_values import RegistrationData

FORM = {
    "title": "Forum d’accès aux droits",
    "held_on": "2026-12-16",
    "opens_at": "9h30",
    "closes_at": "17:00",
    "place": "Hall d’exemple",
    "gauge": "400",
    "commune_insee": "62041",
}


def test_an_agent_creates_publishes_and_changes_a_forum(ctx: Context, agent: Browser) -> None:
    assert "Aucun forum" in agent.get("/forums").text
    refused = agent.post("/forums/nouveau", {**FORM, "title": "", "gauge": "beaucoup"})
    assert "Donnez un nom à ce forum." in refused.text
    assert refused.value_of("place") == "Hall d’exemple"
    page = agent.follow(agent.post("/forums/nouveau", FORM))
    assert "En préparation" in page.text
    assert "Mercredi 16 décembre 2026" in page.text
    address = "/forums/forum-d-acces-aux-droits"
    changed = agent.post(f"{address}/etat", {"state": "published", "revision": "1"})
    assert "Le forum est publié" in agent.follow(changed).text
    stale = agent.post(f"{address}/etat", {"state": "closed", "revision": "1"})
    assert "modifié ces informations" in agent.follow(stale).text
    edit = agent.get(f"{address}/modifier")
    assert edit.value_of("held_on") == "2026-12-16"
    sent = {**FORM, "held_on": "", "revision": edit.value_of("revision")}
    assert "date à annoncer" in agent.follow(agent.post(f"{address}/modifier", sent)).text.lower()
    late = agent.post(f"{address}/modifier", {**sent, "gauge": "10"})
    assert "Ce qui est enregistré maintenant" in late.text
    assert late.value_of("gauge") == "10"
    assert "À annoncer" in agent.get("/forums").text
    mistake = agent.follow(agent.post("/forums/nouveau", {**FORM, "title": "Erreur"}))
    assert "Supprimer" in mistake.text
    gone = agent.post("/forums/erreur/supprimer", {"revision": "1"})
    assert "Forum supprimé." in agent.follow(gone).text
    kept = agent.post(f"{address}/supprimer", {"revision": "3"})
    assert "Seul un forum en préparation" in agent.follow(kept).text


@pytest.mark.parametrize("role", [Role.GRANTEE, Role.PARTNER])
def test_other_accounts_read_without_changing(app: Flask, ctx: Context, role: Role) -> None:
    forum = make_forum(ctx.session, state=ForumState.DRAFT)
    reader = Browser(app).sign_in(make_user(ctx.session, role, make_organisation(ctx.session)))
    page = reader.get(f"/forums/{forum.slug}")
    assert "Modifier" not in page.text
    assert "Visiteurs" not in page.text
    assert f"/forums/{forum.slug}/stands" in page.links()
    assert reader.get("/forums/nouveau").status == 403
    assert reader.post(f"/forums/{forum.slug}/etat", {"state": "published"}).status == 403
    assert reader.get("/forums/inconnu").status == 404


def test_the_overview_says_what_waits(ctx: Context, agent: Browser) -> None:
    forum = make_forum(ctx.session)
    make_stand(ctx.session, forum)
    make_stand(ctx.session, forum, state=StandState.APPLIED)
    page = agent.get(f"/forums/{forum.slug}")
    assert "1 candidature de stand à accepter" in page.text.replace("\u00a0", " ")
    assert f"/forums/{forum.slug}/stands?etat=applied" in page.links()
    tabs = [link for link in page.links() if link.startswith(f"/forums/{forum.slug}/")]
    for side in ("stands", "plan", "ateliers", "visiteurs", "badges", "porte", "tableau", "bilan"):
        assert f"/forums/{forum.slug}/{side}" in tabs
    assert ctx.session.query(Forum).count() == 1


def test_a_forum_is_cancelled_and_its_public_pages_say_so(
    app: Flask, ctx: Context, agent: Browser, browser: Browser
) -> None:
    forum = make_forum(ctx.session)
    stand = make_stand(ctx.session, forum)
    held = stand_link(ctx.settings, ctx.session, stand)
    visitor = registrations.register(ctx, forum.id, RegistrationData("Camille"))
    badge = f"/forum/b/{token_of(ctx.settings, visitor)}"
    address = f"/forums/{forum.slug}"
    form = agent.get(f"{address}/annuler")
    assert "1 stand confirmé" in form.text
    sent = {"reason": " ", "revision": form.value_of("revision")}
    assert "Indiquez le motif" in agent.post(f"{address}/annuler", sent).text
    done = agent.post(f"{address}/annuler", {**sent, "reason": "La salle est inondée."})
    page = agent.follow(done)
    assert "Ce forum est annulé" in page.text
    assert "Modifier" not in page.text
    public = f"/forum/{forum.slug}"
    for path in (public, badge, held, f"{public}/inscription"):
        assert "La salle est inondée." in browser.get(path).text, path
    assert "annulé" in browser.get(f"{public}/avis").text
    assert "Je m’inscris" not in browser.get(public).text
    calendar = browser.send("GET", f"{public}/forum.ics").text
    assert "STATUS:CANCELLED" in calendar
    assert "This forum is cancelled." in browser.get(f"{public}?langue=en").text
