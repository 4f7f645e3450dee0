"""What the pages about meetings show, put in the shapes that their components take."""

from dataclasses import dataclass
from typing import Any

from flask import flash, url_for

from zna_network.blueprints.meetings.forms import AgendaItemForm
from zna_network.models.invitation import Answer
from zna_network.models.meeting import Meeting
from zna_network.models.minutes import MinutesState
from zna_network.queries import meetings as queries
from zna_network.queries.minutes import open_actions_before
from zna_network.services import agenda, committee_access, meetings
from zna_network.services.context import Context
from zna_network.services.documents.typed_text import duration
from zna_network.services.french_time import local_date, time_range
from zna_network.services.meeting_times import remarks
from zna_network.services.planning import closed_periods


@dataclass(frozen=True)
class Step:
    """One thing to do for a meeting; ``detail`` says how far it is."""

    label: str
    detail: str
    is_done: bool
    url: str


@dataclass(frozen=True)
class Answers:
    """How many people were invited, and what they answered."""

    invited: int
    answered: int
    lines: tuple[tuple[str, int], ...]


def show_page(ctx: Context, meeting: Meeting) -> dict[str, Any]:
    committee = meeting.committee
    may_prepare = committee_access.may_prepare(ctx, committee)
    page: dict[str, Any] = {
        "meeting": meeting,
        "committee": committee,
        "items": agenda.timed(meeting),
        "total": duration(agenda.total_minutes(meeting)),
        "over": duration(agenda.minutes_over(meeting)),
        "actions": ctx.session.scalars(open_actions_before(meeting, with_drafts=may_prepare)).all(),
        "has_begun": meeting.starts_at <= ctx.now,
        "may_prepare": may_prepare,
        "may_change": may_prepare and not meeting.is_cancelled,
        "item_form": AgendaItemForm(formdata=None),
    }
    if may_prepare:
        page["answers"] = answers(ctx, meeting)
    if page["may_change"]:
        page["steps"] = todo = steps(ctx, meeting)
        page["next_step"] = next((step for step in todo if not step.is_done), None)
        if not page["has_begun"]:
            page["remarks"] = [
                *remarks(meeting.starts_at, meeting.ends_at),
                *closed_periods.remarks(ctx, local_date(meeting.starts_at)),
                *_clashes(ctx, meeting),
            ]
    return page


def answers(ctx: Context, meeting: Meeting) -> Answers:
    counts = dict(ctx.session.execute(queries.answer_counts(meeting.id)).all())
    waiting = counts.pop(None, 0)
    given = tuple((answer.label, counts[answer]) for answer in Answer if answer in counts)
    answered = sum(counts.values())
    lines = (*given, ("Sans réponse", waiting)) if waiting else given
    return Answers(invited=answered + waiting, answered=answered, lines=lines)


def steps(ctx: Context, meeting: Meeting) -> list[Step]:
    """From the agenda to the minutes, as guidance: nothing forbids another order."""
    points, convened, ticked, state = ctx.session.execute(queries.progress(meeting.id)).one()
    return [
        Step("Ordre du jour", _count(points, "point", "à préparer"), points > 0, "#ordre-du-jour"),
        Step(
            "Convocations",
            _count(convened, "personne convoquée", "à envoyer", "personnes convoquées"),
            convened > 0,
            url_for("invitations.index", meeting_id=meeting.id),
        ),
        Step(
            "Présence",
            _count(ticked, "personne pointée", "le jour de la réunion", "personnes pointées"),
            ticked > 0,
            url_for("attendance.show", meeting_id=meeting.id),
        ),
        Step(
            "Compte-rendu",
            state.label.lower() if state else "après la réunion",
            state is MinutesState.SENT,
            url_for("minutes.show", meeting_id=meeting.id),
        ),
    ]


def warn_of(ctx: Context, meeting: Meeting) -> None:
    """Say what is unusual about a slot that has just been fixed."""
    found = remarks(meeting.starts_at, meeting.ends_at)
    found += closed_periods.remarks(ctx, local_date(meeting.starts_at))
    for text in (*found, *_clashes(ctx, meeting)):
        flash(text, "warning")


def _clashes(ctx: Context, meeting: Meeting) -> list[str]:
    """The other meeting's name is told only to those who may read it."""
    found = []
    for other in meetings.clashes(ctx, meeting):
        when = time_range(other.starts_at, other.ends_at)
        name = "une autre réunion"
        if committee_access.may_read(ctx, other.committee):
            name = f"« {other.title} » ({other.committee.name})"
        found.append(f"Au même moment : {name}, {when}. Des membres y sont aussi attendus.")
    return found


def _count(number: int, singular: str, none: str, plural: str = "") -> str:
    if not number:
        return none
    return f"{number} {singular if number == 1 else plural or singular + 's'}"
