"""Decisions and actions as they are typed during the meeting: each field saves itself at a pause.

An entry is named by the id that its screen made up, so that a save whose answer was lost, sent
again, writes it once. Two people in two fields of one entry both keep what they typed; in the same
field, the second is told what the first wrote."""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from enum import StrEnum

from zna_network.models.meeting import Meeting
from zna_network.models.minutes import ActionItem, Decision, Minutes
from zna_network.queries import actions as action_queries
from zna_network.queries import meeting_day as queries
from zna_network.queries import minutes as minutes_queries
from zna_network.services import actions, decisions, meetings
from zna_network.services.actions import ActionData
from zna_network.services.committee_access import readable_meeting
from zna_network.services.context import Context
from zna_network.services.decisions import DecisionData
from zna_network.services.errors import ConflictError, InvalidError, NotFoundError
from zna_network.services.french_time import local_date
from zna_network.services.meeting_times import Slot
from zna_network.services.meetings import MeetingData
from zna_network.services.minutes_access import locked_draft
from zna_network.services.text_merging import assemble, contains, fingerprint, normalised

UNASSIGNED = "À préciser"
_CLIENT_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Kind(StrEnum):
    DECISION = "decisions"
    ACTION = "actions"

    @property
    def label(self) -> str:
        return {Kind.DECISION: "Décision", Kind.ACTION: "Action"}[self]


FIELDS = {Kind.DECISION: ("text", "owner"), Kind.ACTION: ("text", "owner", "due_on")}
Entry = Decision | ActionItem


@dataclass(frozen=True)
class EntryData:
    """``section_id`` is the topic it belongs to; ``client_id`` empty where no screen named it."""

    kind: Kind
    text: str
    owner: str = ""
    due_on: date | None = None
    section_id: int | None = None
    client_id: str = ""


@dataclass(frozen=True)
class FieldSave:
    """``key`` is the entry's number, or the id that the screen gave it; ``seen`` the fingerprint of
    what the screen knew to be in the field."""

    kind: Kind
    key: str
    field: str
    typed: str
    seen: str
    section_id: int | None = None


class FieldTakenError(ConflictError):
    """Somebody else wrote ``other`` in the field meanwhile; ``assembled`` holds both."""

    def __init__(self, field: str, other: str, mine: str) -> None:
        super().__init__("Quelqu’un d’autre a rempli ce champ pendant votre saisie.")
        both = {"text": assemble(other, mine), "owner": f"{other} / {mine}", "due_on": mine}
        self.other = other
        self.assembled = both[field]


def add_entry(ctx: Context, meeting_id: int, data: EntryData) -> Entry:
    """Write it whole, as the button does. Sent twice, or typed already, it is brought up to date
    rather than written again."""
    with ctx.unit_of_work():
        locked_draft(ctx, meeting_id)
        found = _typed(ctx, meeting_id, data.kind, data.client_id) if data.client_id else None
        if found is None:
            return _create(ctx, meeting_id, data)
        changes: dict[str, object] = {
            "text": data.text,
            "owner": data.owner,
            "section_id": data.section_id,
        }
        if data.kind is Kind.ACTION:
            changes["due_on"] = data.due_on
        return _update(ctx, meeting_id, found, changes)


def save_field(ctx: Context, meeting_id: int, given: FieldSave) -> Entry:
    """Keep one field of an entry, which its text brings into being.

    Raises FieldTakenError; InvalidError, for instance while there is no text yet."""
    if given.field not in FIELDS[given.kind]:
        raise NotFoundError("Ce champ n’existe pas.")
    typed = normalised(given.typed).strip()
    with ctx.unit_of_work():
        locked_draft(ctx, meeting_id)
        entry = _entry(ctx, meeting_id, given)
        if entry is None:
            return _first_field(ctx, meeting_id, given, typed)
        current = value_of(entry, given.field)
        if typed == current:
            return entry
        # A text that goes on from the other one loses none of its words: often one's own, whose
        # answer was lost on the way.
        if given.seen != fingerprint(current) and not contains(typed, current):
            raise FieldTakenError(given.field, current, typed)
        value = _day(typed) if given.field == "due_on" else typed
        return _update(ctx, meeting_id, entry, {given.field: value})


def value_of(entry: Entry, field: str) -> str:
    """The field as the screen shows it; an owner to be found yet is an empty one."""
    if field == "due_on":
        return entry.due_on.isoformat() if isinstance(entry, ActionItem) and entry.due_on else ""
    value = str(getattr(entry, field))
    return "" if field == "owner" and value == UNASSIGNED else value


def plan_next(ctx: Context, meeting_id: int, day: date, starts: time) -> Meeting:
    """Fix the committee's next sitting: as long as this one, at the same place.

    Raises InvalidError beside ``day`` or ``starts``."""
    meeting = readable_meeting(ctx, meeting_id)
    ends = datetime.combine(day, starts) + (meeting.ends_at - meeting.starts_at)
    slot = Slot(day, starts, ends.time())
    data = MeetingData(slot=slot, place=meeting.place, visio_url=meeting.visio_url)
    return meetings.create_meeting(ctx, meeting.committee_id, data)


def _first_field(ctx: Context, meeting_id: int, given: FieldSave, typed: str) -> Entry:
    if not _CLIENT_ID.fullmatch(given.key):
        gone = decisions.GONE if given.kind is Kind.DECISION else actions.GONE
        raise NotFoundError(gone)
    if given.field != "text":
        raise InvalidError("Écrivez d’abord ce qui est décidé ou à faire.", field="text")
    data = EntryData(given.kind, typed, section_id=given.section_id, client_id=given.key)
    return _create(ctx, meeting_id, data)


def _entry(ctx: Context, meeting_id: int, given: FieldSave) -> Entry | None:
    if not given.key.isdecimal() or len(given.key) > 9:
        return _typed(ctx, meeting_id, given.kind, given.key)
    number = int(given.key)
    if given.kind is Kind.DECISION:
        return ctx.session.scalar(minutes_queries.decision(meeting_id, number))
    action = ctx.session.scalar(action_queries.by_id(number, lock=True))
    return action if action is not None and action.meeting_id == meeting_id else None


def _typed(ctx: Context, meeting_id: int, kind: Kind, client_id: str) -> Entry | None:
    if kind is Kind.DECISION:
        return ctx.session.scalar(queries.decision_typed(meeting_id, client_id))
    return ctx.session.scalar(queries.action_typed(meeting_id, client_id))


def _create(ctx: Context, meeting_id: int, data: EntryData) -> Entry:
    entry: Entry
    if data.kind is Kind.DECISION:
        day = local_date(_meeting_of(ctx, meeting_id).starts_at)
        decision = DecisionData(data.text, day, data.owner, data.section_id)
        entry = decisions.create_decision(ctx, meeting_id, decision)
    else:
        owner = data.owner.strip() or UNASSIGNED
        action = ActionData(data.text, owner, data.due_on, section_id=data.section_id)
        entry = actions.create_action(ctx, meeting_id, action)
    if _CLIENT_ID.fullmatch(data.client_id):
        entry.client_id = data.client_id
        ctx.session.flush()
    return entry


def _meeting_of(ctx: Context, meeting_id: int) -> Meeting:
    minutes: Minutes | None = ctx.session.scalar(minutes_queries.of_meeting(meeting_id))
    assert minutes is not None  # held by the caller
    return minutes.meeting


def _update(ctx: Context, meeting_id: int, entry: Entry, changes: dict[str, object]) -> Entry:
    """Through the use cases of the minutes, so that their rules and what follows them hold."""
    if isinstance(entry, Decision):
        said = DecisionData(entry.text, entry.decided_on, entry.owner, entry.section_id)
        said = replace(said, **changes)  # type: ignore[arg-type]
        updated: Entry = decisions.update_decision(ctx, meeting_id, entry.id, said, entry.revision)
    else:
        if "owner" in changes:
            changes["owner"] = str(changes["owner"]).strip() or UNASSIGNED
        action = replace(_action_data(entry), **changes)  # type: ignore[arg-type]
        updated = actions.update_action(ctx, meeting_id, entry.id, action, entry.revision)
    ctx.session.flush()
    return updated


def _action_data(action: ActionItem) -> ActionData:
    return ActionData(
        text=action.text,
        owner=action.owner,
        due_on=action.due_on,
        organisation_id=str(action.organisation_id or ""),
        organisation=action.organisation.name if action.organisation else "",
        section_id=action.section_id,
        owner_email=action.owner_email,
    )


def _day(typed: str) -> date | None:
    if not typed:
        return None
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise InvalidError("Écrivez la date ainsi : 2027-01-31.", field="due_on") from None
