"""The agenda as a Word document."""

from datetime import timedelta
from io import BytesIO

import docx
import pytest

from tests.acting import acting_as
from tests.factories.accounts import make_user
from tests.factories.committees import make_committee
from tests.factories.meetings import make_agenda_item, make_attachment, make_meeting
from tests.factories.minutes import make_action
from tests.factories.organisations import make_organisation
from zna_network.models.account import Role
from zna_network.services.agenda_documents import agenda_document
from zna_network.services.context import Context
from zna_network.services.errors import ForbiddenError, NotFoundError


def _text(content: bytes) -> str:
    document = docx.Document(BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    lines = [*(paragraph.text for paragraph in document.paragraphs), *cells]
    return " ".join(" ".join(lines).split())


def test_states_the_points_the_files_and_the_open_actions(ctx: Context) -> None:
    committee = make_committee(ctx.session, name="Comité technique du lot 1")
    meeting = make_meeting(ctx.session, committee, title="Réunion de décembre")
    earlier = make_meeting(
        ctx.session,
        committee,
        starts_at=meeting.starts_at - timedelta(days=30),
        ends_at=meeting.ends_at - timedelta(days=30),
    )
    make_action(ctx.session, earlier, text="Relancer les bailleurs")
    item = make_agenda_item(ctx.session, meeting, title="Bilan", presenter="Lou Exemple")
    make_attachment(ctx.session, item, filename="bilan.pdf")
    make_agenda_item(ctx.session, meeting, title="Suites & perspectives <2027>")
    file = agenda_document(ctx, meeting.id)
    assert file.filename == "ordre-du-jour-comite-technique-du-lot-1-2026-12-17.docx"
    text = _text(file.content)
    for words in (
        "Réunion de décembre",
        "Jeudi 17 décembre 2026",
        "Bilan",
        "Lou Exemple",
        "bilan.pdf",
        "Suites & perspectives <2027>",
        "14 h 20",
        "Relancer les bailleurs",
    ):
        assert words in text


def test_an_empty_agenda_makes_a_document_too(ctx: Context) -> None:
    meeting = make_meeting(ctx.session)
    assert "pas encore fixé" in _text(agenda_document(ctx, meeting.id).content)


def test_is_for_those_who_may_read_the_meeting(ctx: Context) -> None:
    meeting = make_meeting(ctx.session)
    organisation = make_organisation(ctx.session)
    other = acting_as(ctx, make_user(ctx.session, Role.PARTNER, organisation))
    with pytest.raises(ForbiddenError):
        agenda_document(other, meeting.id)
    with pytest.raises(NotFoundError):
        agenda_document(ctx, 999)
