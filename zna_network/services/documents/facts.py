"""From the rows of a meeting to the facts that every document of it states."""

from collections.abc import Iterable

from zna_network.config import Settings
from zna_network.models.committee import Committee, CommitteeKind
from zna_network.models.meeting import AgendaItem, Meeting
from zna_network.models.minutes import ActionItem
from zna_network.services.addresses import sender
from zna_network.services.documents.values import (
    ActionFacts,
    AgendaPoint,
    CommitteeFacts,
    Issuer,
    MeetingFacts,
    Signatory,
)
from zna_network.services.french_time import local_date

# How the settings, which hold on one line, part the lines of an address.
NEW_LINE = "|"


def issuer(settings: Settings) -> Issuer:
    """The letterhead: the service that runs the network, at its monitored address."""
    lines = (line.strip() for line in settings.organiser_address.split(NEW_LINE))
    return Issuer(
        settings.organiser_name,
        department=settings.organiser_service,
        address="\n".join(line for line in lines if line),
        city=settings.organiser_city,
        email=sender(settings).email,
        phone=settings.organiser_phone,
    )


def signatory(settings: Settings) -> Signatory:
    """Who signs the letters of convocation; nobody is named where none is set."""
    return Signatory(settings.signatory_name, function=settings.signatory_function)


def committee_facts(committee: Committee) -> CommitteeFacts:
    return CommitteeFacts(
        name=committee.name,
        is_steering=committee.kind is CommitteeKind.STEERING,
        led_by=committee.led_by.name if committee.led_by else "",
    )


def meeting_facts(meeting: Meeting, *, chair: str = "", secretary: str = "") -> MeetingFacts:
    """``chair`` and ``secretary`` are known from the minutes."""
    return MeetingFacts(
        title=meeting.title,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        place=meeting.place,
        visio_url=meeting.visio_url,
        chair=chair,
        facilitator=meeting.committee.led_by.name if meeting.committee.led_by else "",
        secretary=secretary,
        notice=meeting.notice,
    )


def agenda_points(items: Iterable[AgendaItem]) -> tuple[AgendaPoint, ...]:
    return tuple(
        AgendaPoint(
            title=item.title,
            presenter=item.presenter,
            minutes_allotted=item.minutes_allotted,
            description=item.description,
            attachments=tuple(attachment.filename for attachment in item.attachments),
            decision_awaited=item.decision_awaited,
        )
        for item in items
    )


def action_facts(actions: Iterable[ActionItem]) -> tuple[ActionFacts, ...]:
    """The actions with their meeting loaded: its day is the day that they were decided."""
    return tuple(
        ActionFacts(
            text=action.text,
            owner=action.owner,
            due_on=action.due_on,
            state=action.state,
            decided_on=local_date(action.meeting.starts_at),
        )
        for action in actions
    )
