"""What the pages of the minutes show, put in the shapes that their templates take."""

from collections.abc import Mapping
from typing import Any

from zna_network.blueprints.filters import counted
from zna_network.blueprints.minutes.shown import Kept, shown, shown_heading
from zna_network.models.meeting import Meeting
from zna_network.models.minutes import Minutes, MinutesVersion, Presence
from zna_network.queries import minutes as queries
from zna_network.services.attendance_lines import counts, lines
from zna_network.services.context import Context
from zna_network.services.french_time import local_date
from zna_network.services.minutes_access import may_validate, may_write
from zna_network.services.minutes_documents import next_number
from zna_network.services.minutes_review import overview
from zna_network.services.minutes_sections import carried_over_since, shown_sections


def common(ctx: Context, meeting: Meeting, minutes: Minutes | None) -> dict[str, Any]:
    """What every page of the minutes needs. ``storage_key`` begins the names under which this
    person's browser keeps texts that could not be sent yet."""
    committee = meeting.committee
    return {
        "meeting": meeting,
        "committee": committee,
        "minutes": minutes,
        "today": local_date(ctx.now),
        "may_write": may_write(ctx, committee),
        "may_validate": may_validate(ctx, committee),
        "storage_key": f"zna:{ctx.actor_id}:compte-rendu:{meeting.id}",
    }


def draft_page(ctx: Context, minutes: Minutes, kept: Kept | None = None) -> dict[str, Any]:
    meeting = minutes.meeting
    people = lines(ctx, meeting)
    decisions = ctx.session.scalars(queries.decisions_of(meeting.id)).all()
    actions = ctx.session.scalars(queries.actions_of(meeting.id)).all()
    sections = shown(shown_sections(ctx, minutes), decisions, actions, kept)
    carried = queries.carried_over(meeting, carried_over_since(minutes))
    placed = {row.section.id for row in sections}
    remarks = overview.by_section(ctx, minutes)
    return {
        **common(ctx, meeting, minutes),
        "number": next_number(ctx, minutes),
        "heading": shown_heading(minutes, kept),
        "sections": sections,
        "loose_decisions": [d for d in decisions if d.section_id not in placed],
        "loose_actions": [a for a in actions if a.section_id not in placed],
        "remarks": remarks,
        "remark_count": sum(len(found) for found in remarks.values()),
        "loose_remarks": [
            one for key, some in remarks.items() if key not in placed for one in some
        ],
        "carried": ctx.session.scalars(carried).all(),
        "attendance": {presence: n for presence, n in counts(people).items() if n},
        "people": [line for line in people if line.presence is not Presence.ABSENT],
        "to_tick": sum(line.needs_ticking for line in people),
        "to_confirm": sum(line.row is not None and line.row.to_confirm for line in people),
        "errors": kept.errors if kept else {},
        "outcomes": kept.sent.outcomes if kept else {},
        "has_conflicts": bool(kept and not kept.outcome.is_complete),
    }


def version_page(
    ctx: Context, meeting: Meeting, minutes: Minutes, version: MinutesVersion
) -> dict[str, Any]:
    """Minutes as they were validated, whoever reads them."""
    page = common(ctx, meeting, minutes)
    page["version"] = version
    page["values"] = version.values
    if page["may_validate"]:
        page["mails"] = ctx.session.scalars(queries.mails_of(meeting.id)).all()
    return page


def warnings(ctx: Context, page: Mapping[str, Any]) -> list[str]:
    """What somebody may have forgotten before validating; nothing here forbids it."""
    found = []
    if page["meeting"].starts_at > ctx.now:
        found.append("La réunion n’a pas encore commencé.")
    if not page["minutes"].chair:
        found.append("Qui a présidé n’est pas indiqué.")
    if page["to_tick"]:
        found.append("Des personnes sans réponse n’ont pas été pointées : elles figurent absentes.")
    if page["to_confirm"]:
        found.append(
            f"{counted(page['to_confirm'], 'personne')} à confirmer : venues hors liste, elles "
            "ont donné leur nom par le code de la salle."
        )
    if page["remark_count"]:
        found.append(
            f"{counted(page['remark_count'], 'remarque')} de relecteurs à traiter : une fois le "
            "compte-rendu validé, elles n’y changeront plus rien."
        )
    empty = [
        row.section.title
        for row in page["sections"]
        if row.section.agenda_item_id and not row.text.strip()
    ]
    if empty:
        found.append(f"Rien n’est écrit sous : {' ; '.join(empty)}.")
    return found
