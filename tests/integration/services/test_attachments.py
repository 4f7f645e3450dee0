"""Files attached to the agenda, against a real database, on both engines."""

import pytest

from tests.acting import acting_as
from tests.factories.accounts import make_user
from tests.factories.committees import make_committee, make_membership
from tests.factories.files import EXECUTABLE, PDF
from tests.factories.meetings import make_agenda_item, make_attachment, make_meeting
from tests.factories.organisations import make_contact, make_organisation
from zna_network.models.account import Role
from zna_network.models.meeting import AgendaItem, Attachment, Meeting, MeetingState
from zna_network.services import agenda, attachments
from zna_network.services.context import Context
from zna_network.services.errors import (
    ConflictError,
    ForbiddenError,
    InvalidError,
    NotFoundError,
)


def _point(ctx: Context) -> tuple[Meeting, AgendaItem]:
    meeting = make_meeting(ctx.session)
    return meeting, make_agenda_item(ctx.session, meeting)


def test_keeps_the_file_as_it_was_given(ctx: Context) -> None:
    meeting, item = _point(ctx)
    added = attachments.add_attachment(ctx, meeting.id, item.id, "dossier/Note d’étape.PDF", PDF)
    ctx.session.expire_all()
    found = attachments.readable_attachment(ctx, meeting.id, added.id)
    assert (found.filename, found.media_type) == ("Note d’étape.pdf", "application/pdf")
    assert (found.content, found.size) == (PDF, len(PDF))


def test_two_files_of_one_name_stay_apart(ctx: Context) -> None:
    meeting, item = _point(ctx)
    names = [
        attachments.add_attachment(ctx, meeting.id, item.id, "note.pdf", PDF).filename
        for _ in range(3)
    ]
    assert names == ["note.pdf", "note (2).pdf", "note (3).pdf"]


def test_refuses_beside_the_field_and_keeps_nothing(ctx: Context) -> None:
    meeting, item = _point(ctx)
    for filename, content, words in (
        ("note.pdf", b"", "vide"),
        ("", b"", "vide"),
        ("note.exe", EXECUTABLE, "pas accepté"),
        ("note.pdf", EXECUTABLE, "ne correspond pas"),
        (
            "note.pdf",
            PDF + bytes(attachments.LARGEST),
            "10,0\u00a0Mo\u00a0; la limite est de 10\u00a0Mo",
        ),
    ):
        with pytest.raises(InvalidError, match=words) as refusal:
            attachments.add_attachment(ctx, meeting.id, item.id, filename, content)
        assert refusal.value.field == "file"
        assert ctx.session.query(Attachment).count() == 0


def test_a_point_has_so_many_files_and_no_more(
    ctx: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    meeting, item = _point(ctx)
    monkeypatch.setattr(attachments, "MOST_FILES", 1)
    attachments.add_attachment(ctx, meeting.id, item.id, "note.pdf", PDF)
    with pytest.raises(InvalidError, match="1 pièces jointes au plus"):
        attachments.add_attachment(ctx, meeting.id, item.id, "autre.pdf", PDF)


def test_a_file_is_removed_once(ctx: Context) -> None:
    meeting, item = _point(ctx)
    file_id = make_attachment(ctx.session, item).id
    attachments.remove_attachment(ctx, meeting.id, file_id)
    attachments.remove_attachment(ctx, meeting.id, file_id)
    with pytest.raises(NotFoundError):
        attachments.readable_attachment(ctx, meeting.id, file_id)


def test_files_go_with_their_point(ctx: Context) -> None:
    meeting, item = _point(ctx)
    make_attachment(ctx.session, item)
    agenda.remove_item(ctx, meeting.id, item.id)
    assert ctx.session.query(Attachment).count() == 0


def test_a_file_is_found_in_its_own_meeting_only(ctx: Context) -> None:
    meeting, item = _point(ctx)
    file_id = make_attachment(ctx.session, item).id
    other, other_item = _point(ctx)
    with pytest.raises(NotFoundError):
        attachments.readable_attachment(ctx, other.id, file_id)
    attachments.remove_attachment(ctx, other.id, file_id)
    assert attachments.readable_attachment(ctx, meeting.id, file_id).id == file_id
    with pytest.raises(NotFoundError):
        attachments.add_attachment(ctx, meeting.id, other_item.id, "note.pdf", PDF)


def test_nothing_is_attached_to_a_cancelled_meeting(ctx: Context) -> None:
    meeting, item = _point(ctx)
    meeting.state = MeetingState.CANCELLED
    ctx.session.commit()
    with pytest.raises(ConflictError):
        attachments.add_attachment(ctx, meeting.id, item.id, "note.pdf", PDF)


def test_those_who_sit_read_the_files_and_others_do_not(ctx: Context) -> None:
    organisation = make_organisation(ctx.session)
    meeting = make_meeting(ctx.session, make_committee(ctx.session))
    item = make_agenda_item(ctx.session, meeting)
    file_id = make_attachment(ctx.session, item).id
    partner = acting_as(ctx, make_user(ctx.session, Role.PARTNER, organisation))
    with pytest.raises(ForbiddenError):
        attachments.readable_attachment(partner, meeting.id, file_id)
    make_membership(ctx.session, meeting.committee, make_contact(ctx.session, organisation))
    assert attachments.readable_attachment(partner, meeting.id, file_id).id == file_id
    with pytest.raises(ForbiddenError):
        attachments.add_attachment(partner, meeting.id, item.id, "note.pdf", PDF)
    with pytest.raises(ForbiddenError):
        attachments.remove_attachment(partner, meeting.id, file_id)
