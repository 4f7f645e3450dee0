"""Individual situations before a comité technique: which referrals are stuck, what is proposed,
what was decided. Everything here names nobody: a sheet shows the case number and broad facts.

A COPIL sees figures only: no sheet can be brought before one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Select

from zna_network.models.case_sheet import CaseSheet
from zna_network.models.committee import CommitteeKind
from zna_network.models.meeting import Meeting
from zna_network.models.referral import EventKind, Referral, Side
from zna_network.queries import case_sheets as queries
from zna_network.queries import referrals as referral_queries
from zna_network.queries.case_sheets import Within
from zna_network.services import committee_access
from zna_network.services.agenda import AgendaItemData, add_item
from zna_network.services.clean_values import clean_text
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, InvalidError, NotFoundError
from zna_network.services.french_time import local_date
from zna_network.services.meetings import meeting_to_prepare
from zna_network.services.permissions import Permission
from zna_network.services.referrals import flow, mails, news
from zna_network.services.referrals.access import Author, author_for
from zna_network.services.referrals.acting import ANONYMISED
from zna_network.services.sensitive_text import refuse_sensitive
from zna_network.services.unit_of_work import CHANGED_MEANWHILE

TOPIC = "Situations individuelles"
MINUTES_EACH = 5
RECENT = timedelta(days=180)  # what was refused before has found another way, or none
LONGEST = 2000
A_YEAR = timedelta(days=366)
FAR_AWAY = "Relisez ce jour : il est à plus d’un an de la réunion."
GONE = "Cette fiche n’est plus à l’ordre du jour de cette réunion."
NOT_BEFORE_A_COPIL = (
    "Un COPIL ne voit que des chiffres d’ensemble : les situations individuelles se traitent en "
    "comité technique."
)


@dataclass(frozen=True)
class SheetData:
    """What the grantee prepares, and what the committee decided: none of it names anybody."""

    blocking_point: str = ""
    proposal: str = ""
    decision: str = ""
    decided_on: date | None = None


def prepared_meeting(ctx: Context, meeting_id: int) -> Meeting:
    """The meeting, for those who prepare it. Raises ForbiddenError, NotFoundError, or InvalidError
    for a COPIL."""
    meeting = committee_access.readable_meeting(ctx, meeting_id)
    ctx.require(Permission.CASE_SHEET_EDIT, meeting.committee.led_by_id)
    if meeting.committee.kind is CommitteeKind.STEERING:
        raise InvalidError(NOT_BEFORE_A_COPIL)
    return meeting


def read_sheets(ctx: Context, meeting: Meeting) -> Sequence[CaseSheet]:
    """Those of the meeting; the journal says who read them."""
    with ctx.unit_of_work():
        ctx.record("case_sheet.read", meeting)
    return ctx.session.scalars(queries.of_meeting(meeting.id)).all()


def candidates(ctx: Context, meeting: Meeting) -> Sequence[Referral]:
    """The referrals that do not move and that the actor may bring: a grantee its own people's."""
    return ctx.session.scalars(_stuck(ctx, meeting)).all()


def bring(ctx: Context, meeting_id: int, referral_ids: Sequence[int]) -> list[CaseSheet]:
    """Put situations on the agenda, under one point of it, five minutes each. What is there
    already stays as it is; what the actor may not bring, or has moved since, is refused as a
    whole."""
    if not referral_ids:
        raise InvalidError("Cochez au moins une situation.", field="referrals")
    wanted = sorted(set(referral_ids))
    with ctx.unit_of_work():
        meeting_to_prepare(ctx, meeting_id)  # held: two people bring situations one after the other
        meeting = prepared_meeting(ctx, meeting_id)
        present = {sheet.referral_id for sheet in _sheets(ctx, meeting_id)}
        missing = [one for one in wanted if one not in present]
        found = ctx.session.scalars(queries.ids_among(missing, _stuck(ctx, meeting))).all()
        if len(found) != len(missing):
            raise ConflictError(
                "Une situation cochée a avancé entre-temps, ou n’est pas la vôtre. "
                "Relisez la liste."
            )
        item_id = _topic(ctx, meeting, present=len(present), added=len(found))
        made = [_sheet(ctx, meeting, referral, item_id) for referral in found]
        ctx.session.add_all(made)
        ctx.session.flush()
        ctx.record_each("case_sheet.brought", CaseSheet, [s.id for s in made], meeting=meeting_id)
    return made


def update_sheet(
    ctx: Context, meeting_id: int, sheet_id: int, data: SheetData, revision: int
) -> CaseSheet:
    """A decision, once there is one, also goes to the history of the referral; changed, it goes
    there again. Raises ConflictError when somebody else has changed the sheet meanwhile."""
    with ctx.unit_of_work():
        prepared_meeting(ctx, meeting_id)
        sheet = ctx.session.scalar(queries.by_id(meeting_id, sheet_id, lock=True))
        if sheet is None:
            raise NotFoundError(GONE)
        if sheet.revision != revision:
            raise ConflictError(CHANGED_MEANWHILE)
        if sheet.referral.person.anonymised_at is not None:
            raise ConflictError(ANONYMISED)
        sheet.blocking_point = _words(data.blocking_point, "blocking_point")
        sheet.proposal = _words(data.proposal, "proposal")
        sheet.updated_at = ctx.now
        _decide(ctx, sheet, _words(data.decision, "decision"), data.decided_on)
        ctx.record("case_sheet.updated", sheet, meeting=meeting_id)
    return sheet


def remove(ctx: Context, meeting_id: int, sheet_id: int) -> None:
    """Take a situation off; taken off already, nothing happens. A decision stays: it is in the
    history of the referral."""
    with ctx.unit_of_work():
        prepared_meeting(ctx, meeting_id)
        sheet = ctx.session.scalar(queries.by_id(meeting_id, sheet_id, lock=True))
        if sheet is None:
            return
        if sheet.decision:
            raise ConflictError("Le comité a pris une décision sur cette situation : elle reste.")
        ctx.record("case_sheet.removed", sheet, meeting=meeting_id)
        ctx.session.delete(sheet)


def _decide(ctx: Context, sheet: CaseSheet, decision: str, decided_on: date | None) -> None:
    if decision and decided_on is None:
        raise InvalidError("Indiquez le jour de la décision.", field="decided_on")
    if decided_on is not None and abs(decided_on - local_date(sheet.meeting.starts_at)) > A_YEAR:
        raise InvalidError(FAR_AWAY, field="decided_on")
    if sheet.decision and not decision:
        raise InvalidError(
            "Une décision prise ne s’efface pas : écrivez celle qui la remplace.", field="decision"
        )
    if not decision or (sheet.decision == decision and sheet.decided_on == decided_on):
        return
    assert decided_on is not None
    sheet.decision, sheet.decided_on = decision, decided_on
    referral = ctx.session.scalars(referral_queries.by_id(sheet.referral_id, lock=True)).one()
    author = _author(ctx, referral, sheet)
    flow.append(
        ctx,
        referral,
        EventKind.COMMITTEE,
        author,
        words=decision,
        decided_on=decided_on.isoformat(),
    )
    mails.tell_others(ctx, referral, author, news.committee_decided())


def _author(ctx: Context, referral: Referral, sheet: CaseSheet) -> Author:
    """Who writes the decision down: whoever prepares the meeting, be the person theirs or not."""
    try:
        author = author_for(ctx, referral)
    except NotFoundError:
        author = Author(Side.SENDER, ctx.actor.name if ctx.actor else "")
    return Author(author.side, sheet.meeting.committee.name, author.user_id)


def _stuck(ctx: Context, meeting: Meeting) -> Select[Referral]:
    silent_since = ctx.now - timedelta(days=ctx.settings.referral_escalation_days)
    return queries.stuck(meeting.id, silent_since, ctx.now - RECENT, _within(ctx, meeting))


def _within(ctx: Context, meeting: Meeting) -> Within:
    """A grantee brings its own people's situations; the staff, in a committee that a grantee
    leads, those of the grantee and of its lots; elsewhere everybody's."""
    if not ctx.may(Permission.CASE_SHEET_EDIT):
        own = ctx.actor.organisation_id if ctx.actor else None
        return Within(own or 0)
    leader_id = meeting.committee.led_by_id
    if leader_id is None:
        return Within()
    return Within(leader_id, tuple(ctx.session.scalar(queries.lots_of(leader_id)) or ()))


def _sheets(ctx: Context, meeting_id: int) -> Sequence[CaseSheet]:
    return ctx.session.scalars(queries.of_meeting(meeting_id)).all()


def _topic(ctx: Context, meeting: Meeting, *, present: int, added: int) -> int:
    """The point of the agenda that holds them, made once; its length follows their number."""
    minutes = min(MINUTES_EACH * (present + added), 480)
    item = next((item for item in meeting.agenda if item.title == TOPIC), None)
    if item is None:
        return add_item(ctx, meeting.id, AgendaItemData(TOPIC, minutes_allotted=minutes)).id
    if item.minutes_allotted is None or item.minutes_allotted < minutes:
        item.minutes_allotted = minutes
    return item.id


def _sheet(ctx: Context, meeting: Meeting, referral: Referral, item_id: int) -> CaseSheet:
    return CaseSheet(
        referral=referral,
        meeting_id=meeting.id,
        agenda_item_id=item_id,
        created_at=ctx.now,
        updated_at=ctx.now,
    )


def _words(typed: str, field: str) -> str:
    return refuse_sensitive(clean_text(typed, field=field, limit=LONGEST), field=field)
