"""The sections of a draft follow the agenda as it is changed, on both engines."""

from flask import Flask

from tests.factories.minutes import make_minutes
from tests.races import refusals_at_once
from zna_network.models.minutes import Decision, Minutes
from zna_network.services import agenda, decisions, minutes_text
from zna_network.services.agenda import AgendaItemData
from zna_network.services.context import Context
from zna_network.services.decisions import DecisionData
from zna_network.services.french_time import local_date
from zna_network.services.minutes_sections import shown_sections
from zna_network.services.minutes_text import TextSave


def _titles(ctx: Context, minutes: Minutes) -> list[str]:
    ctx.session.expire_all()
    return [section.title for section in shown_sections(ctx, minutes)]


def test_points_added_renamed_moved_and_removed(ctx: Context) -> None:
    minutes = make_minutes(ctx.session, sections=2)
    meeting_id = minutes.meeting_id
    first, second = minutes.meeting.agenda
    one, two = first.title, second.title
    added = agenda.add_item(ctx, meeting_id, AgendaItemData("Point ajouté"))
    assert _titles(ctx, minutes) == [one, two, "Point ajouté", "Points divers"]
    agenda.move_item(ctx, meeting_id, added.id, up=True)
    assert _titles(ctx, minutes) == [one, "Point ajouté", two, "Points divers"]
    data = AgendaItemData("Point renommé")
    agenda.update_item(ctx, meeting_id, added.id, data, added.revision)
    assert _titles(ctx, minutes) == [one, "Point renommé", two, "Points divers"]
    agenda.remove_item(ctx, meeting_id, added.id)
    assert _titles(ctx, minutes) == [one, two, "Points divers"]


def test_a_text_typed_while_its_point_moves_is_taken(ctx: Context) -> None:
    minutes = make_minutes(ctx.session, sections=2)
    section = minutes.sections[1]
    shown = section.revision
    agenda.move_item(ctx, minutes.meeting_id, section.agenda_item_id or 0, up=True)
    save = TextSave(section.id, "Tapé pendant ce temps", shown)
    assert minutes_text.save_section(ctx, minutes.meeting_id, save).text == "Tapé pendant ce temps"


def test_a_text_typed_while_its_point_is_removed_is_kept(ctx: Context) -> None:
    minutes = make_minutes(ctx.session, sections=1)
    section = minutes.sections[0]
    agenda.remove_item(ctx, minutes.meeting_id, section.agenda_item_id or 0)
    minutes_text.save_section(ctx, minutes.meeting_id, TextSave(section.id, "Tapé", 1))
    assert _titles(ctx, minutes)[0] == section.title


def test_the_agenda_and_the_minutes_changed_at_once_never_wait_in_a_circle(
    app: Flask, ctx: Context
) -> None:
    minutes = make_minutes(ctx.session, sections=1)
    meeting_id, section_id = minutes.meeting_id, minutes.sections[0].id
    day = local_date(ctx.now)
    jobs = [
        job
        for number in range(4)
        for job in (
            lambda c, n=number: agenda.add_item(c, meeting_id, AgendaItemData(f"Point {n}")),
            lambda c, n=number: decisions.create_decision(
                c, meeting_id, DecisionData(f"Décision {n}", day, section_id=section_id)
            ),
        )
    ]
    assert refusals_at_once(app, jobs) == []
    assert ctx.session.query(Decision).count() == 4
    assert len(minutes.sections) == 6
