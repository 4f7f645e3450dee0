"""The COPIL's file: who takes it, what it holds, and the PDF where there is an office suite."""

from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import docx
import pytest
from flask import Flask

from tests.factories.accounts import make_user
from tests.factories.committees import make_committee
from tests.factories.meetings import make_agenda_item, make_meeting
from tests.factories.minutes import make_action, make_decision, make_minutes
from tests.factories.organisations import make_grantee
from tests.page_checks import Browser
from zna_network.adapters.libreoffice import NOT_THERE
from zna_network.extensions import db
from zna_network.models.account import Role
from zna_network.models.committee import CommitteeKind
from zna_network.models.minutes import MinutesState, MinutesVersion
from zna_network.services.context import Context

DECISION = "Reconduire la permanence d’Achicourt"
EARLIER, DRAFT = "Ouvrir un second créneau à Beaurains", "Décision encore en projet"


@dataclass
class World:
    meeting_id: int

    @property
    def page(self) -> str:
        return f"/instances/reunions/{self.meeting_id}/dossier"


@pytest.fixture
def world(app: Flask, ctx: Context) -> World:
    session = ctx.session
    copil = make_committee(session, kind=CommitteeKind.STEERING)
    held = make_meeting(
        session,
        copil,
        starts_at=datetime(2026, 9, 17, 12, tzinfo=UTC),
        ends_at=datetime(2026, 9, 17, 14, tzinfo=UTC),
    )
    made = datetime(2026, 9, 18, 8, tzinfo=UTC)
    minutes = make_minutes(session, held, state=MinutesState.VALIDATED)
    make_decision(session, held, text=EARLIER, created_at=made)
    make_action(session, held, text="Écrire aux bailleurs", created_at=made)
    session.add(
        MinutesVersion(minutes_id=minutes.id, number=1, values={}, document=b"", created_at=ctx.now)
    )
    drafted = make_meeting(
        session,
        copil,
        starts_at=datetime(2026, 10, 15, 12, tzinfo=UTC),
        ends_at=datetime(2026, 10, 15, 14, tzinfo=UTC),
    )
    make_minutes(session, drafted)
    make_decision(session, drafted, text=DRAFT)
    meeting = make_meeting(session, copil, title="COPIL de décembre")
    make_agenda_item(session, meeting, title="Suite de l’action", decision_awaited=DECISION)
    make_agenda_item(session, meeting, title="Tour de table")
    session.commit()
    return World(meeting.id)


def test_it_says_what_is_to_be_decided_and_where_the_territory_stands(
    agent: Browser, world: World
) -> None:
    page = agent.get(world.page)
    assert DECISION in page.text
    assert "1 action encore ouverte" in page.text
    taken = agent.send("GET", f"{world.page}.docx")
    assert "dossier-copil-2026-12-17.docx" in taken.headers["Content-Disposition"]
    document = docx.Document(BytesIO(taken.data))
    cells = [
        [cell.text.strip() for cell in row.cells] for table in document.tables for row in table.rows
    ]
    assert ["1. Suite de l’action", DECISION, ""] in cells
    said = "\n".join([p.text for p in document.paragraphs] + [" ".join(row) for row in cells])
    assert "Tour de table" in said
    assert "Écrire aux bailleurs" in said
    assert EARLIER in said
    assert DRAFT not in said, "what no validated minutes hold is not decided"
    assert "sur 46" in said
    assert "© IGN" in said
    pictures = document.element.body.xpath(".//wp:docPr/@descr")
    assert any(words.startswith("Carte des communes") for words in pictures)


def test_the_decision_awaited_is_typed_with_the_point(agent: Browser, world: World) -> None:
    address = f"/instances/reunions/{world.meeting_id}/points/nouveau"
    agent.post(address, {"title": "Budget", "decision_awaited": "Approuver le budget 2027"})
    assert (
        "Décision attendue : Approuver le budget 2027"
        in agent.get(f"/instances/reunions/{world.meeting_id}").text
    )
    refused = agent.post(address, {"title": "Trop long", "decision_awaited": "a" * 401})
    assert "400" in refused.text
    assert refused.value_of("title") == "Trop long"


def test_without_an_office_suite_there_is_the_word_file_alone(
    agent: Browser, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "dossier.pdf" not in "".join(agent.get(world.page).links())
    assert NOT_THERE in agent.follow(agent.get(f"{world.page}.pdf")).text


@pytest.mark.parametrize("ending", ["", ".docx", ".pdf"])
def test_it_is_the_staff_s_and_the_copil_s(
    app: Flask, ctx: Context, browser: Browser, agent: Browser, world: World, ending: str
) -> None:
    assert browser.send("GET", world.page + ending).status_code == 302
    grantee = make_grantee(ctx.session)
    technical = make_meeting(ctx.session, make_committee(ctx.session, led_by=grantee))
    reader = Browser(app).sign_in(make_user(ctx.session, Role.GRANTEE, grantee))
    partner = Browser(app).sign_in(make_user(ctx.session, Role.PARTNER, grantee))
    other = f"/instances/reunions/{technical.id}/dossier{ending}"
    db.session.commit()
    for who in (reader, partner):
        assert who.send("GET", world.page + ending).status_code == 403
        assert who.send("GET", other).status_code == 403
    assert agent.send("GET", other).status_code == 404
