"""The demonstration's meetings: one held, with its minutes; one convened; the COPIL in
preparation. Dated around today, on Thursdays that are working days."""

from datetime import date, time, timedelta

from zna_network.models.committee import Committee, CommitteeKind
from zna_network.models.invitation import Answer, Invitation
from zna_network.models.meeting import Meeting
from zna_network.models.minutes import Presence
from zna_network.queries import demo as queries
from zna_network.services import (
    actions,
    agenda,
    attendance,
    decisions,
    invitations,
    invitees,
    meetings,
    minutes,
    minutes_sending,
    minutes_text,
    rsvp,
)
from zna_network.services.actions import ActionData
from zna_network.services.agenda import AgendaItemData
from zna_network.services.attendance import Tick
from zna_network.services.case_sheets import TOPIC
from zna_network.services.context import Context
from zna_network.services.decisions import DecisionData
from zna_network.services.demo.committees import COPIL
from zna_network.services.demo.past import at
from zna_network.services.french_holidays import why_closed
from zna_network.services.french_time import from_local, local_date
from zna_network.services.meeting_times import Slot
from zna_network.services.meetings import MeetingData
from zna_network.services.minutes_text import TextSave
from zna_network.services.representatives import Representative
from zna_network.services.rsvp import AnswerData

LOT_1, LOT_2 = "Comité technique — lot 1", "Comité technique — lot 2"
_THURSDAY = 3
_ROOM = "Hôtel communautaire, salle de démonstration, Arras"
_AGENDA = (
    AgendaItemData("Accueil et tour de table", 15, "Service Cohésion sociale"),
    AgendaItemData("Bilan des actions d’aller-vers", 40, "Lauréat du lot"),
    AgendaItemData(TOPIC, 45, "Lauréat du lot"),
    AgendaItemData("Préparation du forum d’accès aux droits", 20, "Service Cohésion sociale"),
)
_TO_DECIDE = AgendaItemData(
    "Poursuite des permanences",
    20,
    "Service Cohésion sociale",
    decision_awaited="Reconduire les permanences itinérantes au second semestre.",
)
_TEXTS = (
    "Tour de table. Les partenaires présents confirment leur participation.",
    "Depuis la dernière réunion :\n- 46 personnes rencontrées lors de 8 permanences ;\n"
    "- 17 orientations acceptées par les partenaires ;\n- 9 droits ouverts.",
    "Trois situations sont examinées à partir de fiches pseudonymisées. Le point de blocage "
    "commun est le délai de réponse aux demandes de pièces.",
    "Les organismes sont invités à réserver leur stand. Les ateliers sont à proposer avant la "
    "fin du mois.",
)
_ANSWERS = (Answer.ON_SITE, Answer.REMOTE, Answer.ON_SITE, Answer.DECLINED, Answer.REPRESENTED)


def build(ctx: Context, committees: dict[str, Committee]) -> int:
    """The number of meetings of the demonstration; each is made once."""
    known = set(ctx.session.scalars(queries.committee_ids_with_meetings()))
    for name, make in ((LOT_1, _past_then_next), (LOT_2, _next_only), (COPIL, _copil)):
        if committees[name].id not in known:
            make(ctx, committees[name])
    return ctx.session.scalar(queries.number_of_meetings()) or 0


def _past_then_next(ctx: Context, committee: Committee) -> None:
    day = _thursday_around(local_date(ctx.now) - timedelta(days=24))
    before = at(ctx, from_local(day - timedelta(days=16), time(10, 0)))
    held = _meeting(before, committee, day)
    _convene(before, held)
    _answer(at(ctx, from_local(day - timedelta(days=9), time(11, 0))), held)
    _hold(at(ctx, from_local(day, time(16, 30))), held)
    _next_only(ctx, committee)


def _next_only(ctx: Context, committee: Committee) -> None:
    meeting = _meeting(ctx, committee, _thursday_around(local_date(ctx.now) + timedelta(days=15)))
    _convene(ctx, meeting)
    _answer(ctx, meeting)


def _copil(ctx: Context, committee: Committee) -> None:
    """Composed and dated, not yet convened: the letters can be prepared."""
    _meeting(ctx, committee, _thursday_around(local_date(ctx.now) + timedelta(days=43)))


def _thursday_around(day: date) -> date:
    """The first Thursday from ``day`` on that is no public holiday."""
    day += timedelta(days=(_THURSDAY - day.weekday()) % 7)
    while why_closed(day):
        day += timedelta(days=7)
    return day


def _meeting(ctx: Context, committee: Committee, day: date) -> Meeting:
    meeting = meetings.create_meeting(
        ctx,
        committee.id,
        MeetingData(
            slot=Slot(day, time(14, 0), time(16, 0)),
            place=_ROOM,
            visio_url="https://visio.cua.example/znr",
        ),
    )
    for item in _AGENDA:
        # A COPIL sees figures only.
        if item.title != TOPIC or committee.kind is CommitteeKind.TECHNICAL:
            agenda.add_item(ctx, meeting.id, item)
    if committee.kind is CommitteeKind.STEERING:
        agenda.add_item(ctx, meeting.id, _TO_DECIDE)
    invitees.add_members(ctx, meeting.id, [m.id for m in invitees.proposals(ctx, meeting)])
    return meeting


def _convene(ctx: Context, meeting: Meeting) -> None:
    invitations.send_convocations(ctx, meeting.id)


def _answer(ctx: Context, meeting: Meeting) -> None:
    """All but the last three answer, each in their own way."""
    invited = list(ctx.session.scalars(queries.invitations_of(meeting.id)))
    for rank, invitation in enumerate(invited[:-3]):
        rsvp.enter_answer(ctx, meeting.id, invitation.id, _given(rank, invitation))


def _given(rank: int, invitation: Invitation) -> AnswerData:
    answer = _ANSWERS[rank % len(_ANSWERS)]
    if answer is not Answer.REPRESENTED:
        return AnswerData(answer)
    domain = invitation.email.partition("@")[2] or "organisme.example"
    return AnswerData(
        answer,
        representative=Representative(
            name="Sacha Pervenche", function="Suppléance", email=f"sacha.pervenche{rank}@{domain}"
        ),
    )


def _hold(ctx: Context, meeting: Meeting) -> None:
    """Attendance, minutes, decisions and actions of the meeting just over, sent to everybody."""
    invited = list(ctx.session.scalars(queries.invitations_of(meeting.id)))
    attendance.tick(
        ctx, meeting.id, [Tick(f"i{invitation.id}", Presence.PRESENT) for invitation in invited[:2]]
    )
    draft = minutes.start(ctx, meeting.id)
    sections = list(draft.sections)
    for section, text in zip(sections, _TEXTS, strict=False):
        minutes_text.save_section(ctx, meeting.id, TextSave(section.id, text, section.revision))
    day = local_date(meeting.starts_at)
    decisions.create_decision(
        ctx,
        meeting.id,
        DecisionData("Une permanence mensuelle est ouverte en mairie.", day, "Lauréat du lot 1"),
    )
    for text, owner, delay, rank in (
        ("Transmettre la liste des référents droits", "CAF du Pas-de-Calais", 14, 0),
        ("Proposer deux ateliers pour le forum", "CPAM de l’Artois", 40, 1),
        ("Diffuser les affiches dans les mairies", "Service Cohésion sociale", 30, None),
    ):
        email = "" if rank is None else invited[rank].email
        actions.create_action(
            ctx,
            meeting.id,
            ActionData(text, owner, due_on=day + timedelta(days=delay), owner_email=email),
        )
    version = minutes.validate(ctx, meeting.id, minutes.reading(ctx, draft).seal)
    known = minutes_sending.recipients(ctx, meeting, version)
    minutes_sending.send(ctx, meeting.id, version.number, [p.email for p in known.people])
