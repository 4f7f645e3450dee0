"""The life of the minutes, on both engines: begun, validated, opened again."""

from datetime import timedelta
from io import BytesIO

import docx
import pytest
from flask import Flask

from tests.acting import acting_as
from tests.factories.accounts import make_user
from tests.factories.committees import make_committee
from tests.factories.docx_files import docx_with, text_of
from tests.factories.invitations import make_invitation
from tests.factories.meetings import make_agenda_item, make_meeting
from tests.factories.minutes import (
    make_action,
    make_attendance,
    make_decision,
    make_minutes,
)
from tests.factories.organisations import make_organisation
from tests.races import refusals_at_once
from tests.world import FrozenClock
from zna_network.models.account import Role
from zna_network.models.document import DocumentKind, DocumentTemplate
from zna_network.models.invitation import Answer
from zna_network.models.meeting import Meeting, MeetingState
from zna_network.models.minutes import ActionState, Minutes, MinutesState, MinutesVersion
from zna_network.services import minutes as service
from zna_network.services import minutes_documents, minutes_text
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from zna_network.services.minutes_sections import follow_agenda, shown_sections
from zna_network.services.minutes_text import TextSave


def _as(ctx: Context, role: Role, organisation: object = None) -> Context:
    return acting_as(ctx, make_user(ctx.session, role, organisation))  # type: ignore[arg-type]


def _validate(ctx: Context, minutes: Minutes) -> MinutesVersion:
    seal = service.reading(ctx, minutes).seal
    return service.validate(ctx, minutes.meeting_id, seal)


def test_begins_with_a_section_a_point_and_the_rest(ctx: Context) -> None:
    meeting = make_meeting(ctx.session)
    titles = [make_agenda_item(ctx.session, meeting).title for _ in range(3)]
    writer = _as(ctx, Role.AGENT)
    minutes = service.start(writer, meeting.id)
    assert [s.title for s in minutes.sections] == [*titles, "Points divers"]
    assert writer.actor is not None
    assert (minutes.state, minutes.secretary) == (MinutesState.DRAFT, writer.actor.name)
    assert service.start(ctx, meeting.id).id == minutes.id


def test_people_who_begin_at_once_begin_one(app: Flask, ctx: Context) -> None:
    meeting = make_meeting(ctx.session)
    make_agenda_item(ctx.session, meeting)
    meeting_id = meeting.id
    assert refusals_at_once(app, [lambda c: service.start(c, meeting_id)] * 6) == []
    assert len(ctx.session.query(Minutes).one().sections) == 2


def test_a_cancelled_meeting_has_no_minutes(ctx: Context) -> None:
    meeting = make_meeting(ctx.session, state=MeetingState.CANCELLED)
    with pytest.raises(ConflictError, match="annulée"):
        service.start(ctx, meeting.id)
    with pytest.raises(NotFoundError):
        service.start(ctx, 999_999)


def test_the_grantee_who_leads_writes_and_only_staff_validate(ctx: Context) -> None:
    leading, sitting = (make_organisation(ctx.session) for _ in range(2))
    meeting = make_meeting(ctx.session, make_committee(ctx.session, led_by=leading))
    grantee = _as(ctx, Role.GRANTEE, leading)
    minutes = service.start(grantee, meeting.id)
    for refused in (_as(ctx, Role.GRANTEE, sitting), _as(ctx, Role.PARTNER, leading)):
        with pytest.raises(ForbiddenError):
            service.start(refused, meeting.id)
    seal = service.reading(ctx, minutes).seal
    for act in (
        lambda: service.validate(grantee, meeting.id, seal),
        lambda: service.reopen(grantee, meeting.id, "Motif"),
    ):
        with pytest.raises(ForbiddenError):
            act()
    assert minutes.state is MinutesState.DRAFT


def test_the_sections_follow_the_agenda_and_keep_their_text(ctx: Context) -> None:
    minutes = make_minutes(ctx.session, sections=2)
    meeting = minutes.meeting
    first, second = meeting.agenda
    section = minutes.sections[0]
    minutes_text.save_section(ctx, meeting.id, TextSave(section.id, "Ce qui a été dit", 1))
    revision = section.revision
    second.title, second.position, first.position = "Titre nouveau", 1, 2
    make_agenda_item(ctx.session, meeting, title="Point ajouté", position=3)
    with ctx.unit_of_work():
        follow_agenda(ctx, ctx.session.get_one(Meeting, meeting.id))
    ctx.session.expire_all()
    assert [s.title for s in minutes.sections] == [
        "Titre nouveau", first.title, "Point ajouté", "Points divers",
    ]  # fmt: skip
    assert (minutes.sections[1].text, minutes.sections[1].revision) == (
        "Ce qui a été dit",
        revision,
    )


def test_a_point_that_leaves_the_agenda_keeps_its_text(ctx: Context) -> None:
    minutes = make_minutes(ctx.session, sections=3)
    written, empty, stays = minutes.sections[:3]
    meeting = minutes.meeting
    minutes_text.save_section(ctx, meeting.id, TextSave(written.id, "Déjà dit", 1))
    with ctx.unit_of_work():
        for item in ctx.session.get_one(Meeting, meeting.id).agenda[:2]:
            ctx.session.delete(item)
        follow_agenda(ctx, ctx.session.get_one(Meeting, meeting.id))
    ctx.session.expire_all()
    shown = shown_sections(ctx, minutes)
    assert [s.id for s in shown][:2] == [written.id, stays.id]
    assert written.was_removed
    assert empty.id not in {s.id for s in shown}
    minutes_text.save_section(ctx, meeting.id, TextSave(empty.id, "Tapé trop tard", 1))
    ctx.session.expire_all()
    assert empty.id in {s.id for s in shown_sections(ctx, minutes)}


def test_validated_minutes_no_longer_follow_the_agenda_until_reopened(ctx: Context) -> None:
    minutes = make_minutes(ctx.session, sections=1)
    _validate(ctx, minutes)
    make_agenda_item(ctx.session, minutes.meeting, title="Point oublié")
    with ctx.unit_of_work():
        follow_agenda(ctx, minutes.meeting)
    assert len(minutes.sections) == 2
    service.reopen(ctx, minutes.meeting_id, "Un point manquait")
    ctx.session.expire_all()
    assert [s.title for s in minutes.sections][1:] == ["Point oublié", "Points divers"]


def test_validating_freezes_the_values_and_the_document(ctx: Context) -> None:
    minutes = make_minutes(ctx.session, chair="Mme Présidente Fictive")
    meeting = minutes.meeting
    make_invitation(ctx.session, meeting, answer=Answer.ON_SITE, name="Mme Invitée Fictive")
    make_attendance(ctx.session, meeting, name="M. Imprévu Fictif", presence="remote")
    make_decision(ctx.session, meeting, text="On ouvre une permanence")
    make_action(ctx.session, meeting, text="Prévenir les communes")
    earlier = make_meeting(
        ctx.session, meeting.committee, starts_at=meeting.starts_at - timedelta(days=40),
        ends_at=meeting.starts_at - timedelta(days=39),
    )  # fmt: skip
    make_action(ctx.session, earlier, text="Relancer les bailleurs")
    section = minutes.sections[0]
    minutes_text.save_section(ctx, meeting.id, TextSave(section.id, "Dit :\n- une chose", 1))
    agent = _as(ctx, Role.AGENT)
    version = _validate(agent, minutes)
    assert (version.number, minutes.state) == (1, MinutesState.VALIDATED)
    assert agent.actor is not None
    assert version.values["compte_rendu"]["valide_par"] == agent.actor.name
    words = text_of(version.document)
    for expected in (
        "Mme Présidente Fictive", "Mme Invitée Fictive", "M. Imprévu Fictif", "une chose",
        "On ouvre une permanence", "Prévenir les communes", "Relancer les bailleurs", section.title,
    ):  # fmt: skip
        assert expected in words, expected
    assert "PROJET" not in words
    assert docx.Document(BytesIO(version.document)).core_properties.title


def test_a_draft_is_marked_as_such(ctx: Context) -> None:
    minutes = make_minutes(ctx.session)
    word = minutes_documents.draft_document(ctx, minutes.meeting_id)
    assert word.filename == "compte-rendu-2026-12-17-projet-v1.docx"
    assert "PROJET" in text_of(word.content)


def test_validating_what_was_not_read_is_refused(ctx: Context) -> None:
    minutes = make_minutes(ctx.session)
    seal = service.reading(ctx, minutes).seal
    section = minutes.sections[0]
    minutes_text.save_section(ctx, minutes.meeting_id, TextSave(section.id, "Ajouté après", 1))
    with pytest.raises(ConflictError, match="relisez"):
        service.validate(ctx, minutes.meeting_id, seal)
    assert minutes.state is MinutesState.DRAFT
    assert ctx.session.query(MinutesVersion).count() == 0


def test_a_template_that_breaks_validates_nothing(ctx: Context) -> None:
    minutes = make_minutes(ctx.session)
    ctx.session.add(
        DocumentTemplate(
            kind=DocumentKind.MINUTES, filename="cassé.docx", uploaded_at=ctx.now,
            content=docx_with("{{ reunion.inconnu }}"),
        )
    )  # fmt: skip
    ctx.session.commit()
    with pytest.raises(InvalidError, match="Compte-rendu"):
        _validate(ctx, minutes)
    assert minutes.state is MinutesState.DRAFT
    assert ctx.session.query(MinutesVersion).count() == 0
    with pytest.raises(InvalidError, match="n’a pas pu être rempli"):
        minutes_documents.draft_document(ctx, minutes.meeting_id)


def test_people_who_validate_at_once_make_one_version(app: Flask, ctx: Context) -> None:
    minutes = make_minutes(ctx.session)
    meeting_id, seal = minutes.meeting_id, service.reading(ctx, minutes).seal
    jobs = [lambda c: service.validate(c, meeting_id, seal)] * 3
    refusals = refusals_at_once(app, jobs)
    assert [type(refusal) for refusal in refusals] == [ConflictError] * 2
    assert ctx.session.query(MinutesVersion).count() == 1


def test_a_text_saved_at_the_instant_of_validation_is_in_it_or_refused(
    app: Flask, ctx: Context
) -> None:
    minutes = make_minutes(ctx.session)
    meeting_id, section_id = minutes.meeting_id, minutes.sections[0].id
    seal = service.reading(ctx, minutes).seal
    refusals = refusals_at_once(
        app,
        [
            lambda c: service.validate(c, meeting_id, seal),
            lambda c: minutes_text.save_section(c, meeting_id, TextSave(section_id, "Au vol", 1)),
        ],
    )
    assert [type(refusal) for refusal in refusals] == [ConflictError]
    is_validated = minutes.state is MinutesState.VALIDATED
    assert minutes.sections[0].text == ("" if is_validated else "Au vol")


def test_reopening_makes_the_next_version_and_keeps_the_first(
    ctx: Context, clock: FrozenClock
) -> None:
    minutes = make_minutes(ctx.session)
    agent = _as(ctx, Role.AGENT)
    first = _validate(agent, minutes)
    document = first.document
    with pytest.raises(InvalidError, match="pourquoi") as refusal:
        service.reopen(agent, minutes.meeting_id, "  ")
    assert refusal.value.field == "reason"
    service.reopen(agent, minutes.meeting_id, "Une erreur de date")
    assert (first.reopen_reason, first.reopened_by) == ("Une erreur de date", agent.actor)
    with pytest.raises(ConflictError, match="déjà en cours"):
        service.reopen(agent, minutes.meeting_id, "Encore")
    clock.move(timedelta(days=1))
    assert "version 2" in text_of(minutes_documents.draft_document(ctx, minutes.meeting_id).content)
    assert _validate(agent, minutes).number == 2
    word = minutes_documents.version_document(agent, minutes.meeting_id, 1)
    assert (word.filename, word.content) == ("compte-rendu-2026-12-17-v1.docx", document)
    with pytest.raises(NotFoundError):
        minutes_documents.version_document(agent, minutes.meeting_id, 3)


def test_an_action_closed_during_the_meeting_is_still_spoken_of(ctx: Context) -> None:
    minutes = make_minutes(ctx.session)
    earlier = make_meeting(
        ctx.session, minutes.meeting.committee,
        starts_at=ctx.now - timedelta(days=30), ends_at=ctx.now - timedelta(days=29),
    )  # fmt: skip
    make_action(ctx.session, earlier, text="Close ici", state=ActionState.DONE)
    make_action(
        ctx.session, earlier, text="Close avant", state=ActionState.DONE,
        closed_at=ctx.now - timedelta(days=2),
    )  # fmt: skip
    values = service.reading(ctx, minutes).values
    carried = [(a["texte"], a["etat"]) for a in values["actions_reportees"]]  # type: ignore[attr-defined]
    assert carried == [("Close ici", "Faite")]


def test_the_draft_is_not_for_those_who_only_sit(ctx: Context) -> None:
    minutes = make_minutes(ctx.session)
    partner = _as(ctx, Role.PARTNER, make_organisation(ctx.session))
    with pytest.raises(ForbiddenError):
        minutes_documents.draft_document(partner, minutes.meeting_id)
    with pytest.raises(ForbiddenError):
        minutes_documents.version_document(partner, minutes.meeting_id, 1)
