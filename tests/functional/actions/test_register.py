"""The register of actions."""

from datetime import date, timedelta
from io import BytesIO

import docx
import pytest

from tests.factories.accounts import make_user
from tests.factories.committees import make_committee, make_membership
from tests.factories.meetings import make_meeting
from tests.factories.minutes import make_action, make_minutes
from tests.factories.organisations import make_contact, make_organisation
from tests.page_checks import Browser
from zna_network.extensions import db
from zna_network.models.account import Role
from zna_network.models.minutes import ActionItem, ActionState, MinutesVersion
from zna_network.queries.committees import Reach
from zna_network.queries.dashboard import late_actions
from zna_network.services.context import Context

URL = "/instances/actions"
DOCUMENT = "/ordre-du-jour.docx"


@pytest.fixture
def late(ctx: Context) -> ActionItem:
    """An action that was due the day before, beside one that is not and one that is done."""
    meeting = make_meeting(ctx.session, make_committee(ctx.session, name="Comité du lot 1"))
    make_action(ctx.session, meeting, text="Pour plus tard", owner="Mme Autre")
    make_action(ctx.session, meeting, text="Déjà faite", state=ActionState.DONE)
    return make_action(
        ctx.session, meeting, text="Relancer les bailleurs", owner="M. Fictif",
        due_on=date(2026, 12, 2),
    )  # fmt: skip


def _written(content: bytes) -> str:
    return "".join(docx.Document(BytesIO(content)).element.body.itertext())


def _rows(browser: Browser, query: str = "") -> list[str]:
    page = browser.get(URL + query)
    return [" ".join("".join(cell.itertext()).split()) for cell in page.all("th", scope="row")]


def test_open_ones_first_and_the_late_one_stands_out(agent: Browser, late: ActionItem) -> None:
    assert _rows(agent) == ["Relancer les bailleurs", "Pour plus tard"]
    page = agent.get(URL)
    (row,) = page.all("tr", class_="is-late")
    assert "En retard" in "".join(row.itertext())
    assert "Relancer les bailleurs" in "".join(row.itertext())
    assert "Ouvertes 2" in page.text
    assert "En retard 1" in page.text


def test_filters_and_sorts(agent: Browser, late: ActionItem) -> None:
    committee = late.meeting.committee_id
    assert _rows(agent, "?etat=en-retard") == ["Relancer les bailleurs"]
    assert _rows(agent, "?etat=closes") == ["Déjà faite"]
    assert _rows(agent, "?qui=Mme+Autre") == ["Pour plus tard"]
    assert len(_rows(agent, f"?etat=toutes&instance={committee}")) == 3
    assert _rows(agent, "?instance=999999") == []
    assert _rows(agent, "?tri=owner&sens=desc") == ["Pour plus tard", "Relancer les bailleurs"]
    page = agent.get(f"{URL}?qui=Mme+Autre&instance={committee}")
    assert "Instance : Comité du lot 1" in page.text
    assert page.value_of("qui") == "Mme Autre"
    assert "Aucune action ne correspond" in agent.get(f"{URL}?qui=Inconnue").text


def test_many_are_cut_in_pages(agent: Browser, ctx: Context) -> None:
    meeting = make_meeting(ctx.session)
    for _ in range(30):
        make_action(ctx.session, meeting)
    assert len(_rows(agent)) == 25
    assert len(_rows(agent, "?page=2")) == 5


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("", "Aucune action en cours"),
        ("?etat=en-retard", "Rien n’est en retard"),
        ("?etat=closes", "Aucune action close"),
    ],
)
def test_an_empty_register_says_what_to_do(agent: Browser, query: str, words: str) -> None:
    assert words in agent.get(URL + query).text


def test_closes_and_opens_again(agent: Browser, late: ActionItem) -> None:
    url = f"{URL}/{late.id}/clore"
    page = agent.post(url, {"state": "dropped", "outcome": " "})
    assert "Dites pourquoi l’action est abandonnée." in page.text
    assert page.value_of("state") == "dropped"
    closed = agent.post(url, {"state": "dropped", "outcome": "Sans objet"})
    assert "Action close : abandonnée." in agent.follow(closed).text
    again = agent.post(url, {"state": "done"})
    assert "a déjà été close" in again.text
    assert "Sans objet" in agent.get(f"{URL}?etat=closes").text
    opened = agent.post(f"{URL}/{late.id}/rouvrir")
    assert "elle reviendra à la prochaine réunion" in agent.follow(opened).text
    db.session.expire_all()
    assert late.is_open
    assert agent.post(f"{URL}/{late.id}/rouvrir").status == 409
    assert agent.get(f"{URL}/999999/clore").status == 404


def test_it_comes_back_at_the_next_meeting(agent: Browser, late: ActionItem) -> None:
    meeting = late.meeting
    following = make_meeting(
        db.session(), meeting.committee,
        starts_at=meeting.starts_at + timedelta(days=30),
        ends_at=meeting.ends_at + timedelta(days=30),
    )  # fmt: skip
    url = f"/instances/reunions/{following.id}"
    assert "Relancer les bailleurs" in agent.get(url).text
    agent.post(f"{url}/compte-rendu/commencer")
    assert "Relancer les bailleurs" in agent.get(f"{url}/compte-rendu").text
    agent.post(f"{URL}/{late.id}/clore", {"state": "done"})
    assert "Relancer les bailleurs" not in agent.get(url).text


def test_a_member_reads_and_only_the_leader_closes(agent: Browser, ctx: Context) -> None:
    leading, sitting = (make_organisation(ctx.session) for _ in range(2))
    committee = make_committee(ctx.session, led_by=leading)
    make_membership(ctx.session, committee, make_contact(ctx.session, sitting))
    action = make_action(
        ctx.session, make_meeting(ctx.session, committee), text="Écrire aux mairies"
    )
    app = agent.client.application
    leader = Browser(app).sign_in(make_user(ctx.session, Role.GRANTEE, leading))
    member = Browser(app).sign_in(make_user(ctx.session, Role.PARTNER, sitting))
    assert _rows(leader) == ["Écrire aux mairies"]
    assert f"{URL}/{action.id}/clore" in leader.get(URL).links()
    assert _rows(member) == [], "the minutes are not validated"
    theirs, much_later = Reach(organisation_id=sitting.id), date(2028, 1, 1)
    assert ctx.session.scalar(late_actions(theirs, much_later)) == 0
    following = make_meeting(
        ctx.session, committee,
        starts_at=action.meeting.starts_at + timedelta(days=30),
        ends_at=action.meeting.ends_at + timedelta(days=30),
    )  # fmt: skip
    page = f"/instances/reunions/{following.id}"

    def told(reader: Browser) -> tuple[bool, bool]:
        return (
            "Écrire aux mairies" in reader.get(page).text,
            "Écrire aux mairies" in _written(reader.get(page + DOCUMENT).response.data),
        )

    assert (told(leader), told(member)) == ((True, True), (False, False))
    minutes = make_minutes(ctx.session, action.meeting)
    ctx.session.add(
        MinutesVersion(minutes_id=minutes.id, number=1, values={}, document=b"", created_at=ctx.now)
    )
    ctx.session.commit()
    assert _rows(member) == ["Écrire aux mairies"]
    assert ctx.session.scalar(late_actions(theirs, much_later)) == 1
    assert told(member) == (True, True)
    for url in (f"{URL}/{action.id}/clore", f"{URL}/{action.id}/rouvrir"):
        assert member.post(url, {"state": "done"}).status == 403
    assert leader.post(f"{URL}/{action.id}/clore", {"state": "done"}).status == 302
