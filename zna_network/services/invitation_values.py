"""What the mails and calendar objects of an invitation say, from the rows of the meeting."""

from typing import Any

from zna_network.config import Settings
from zna_network.models.invitation import Answer, Invitation
from zna_network.models.meeting import Meeting
from zna_network.ports.calendar import Address, PartStat
from zna_network.services.addresses import sender
from zna_network.services.documents import facts
from zna_network.services.documents.common import agenda_values, hours
from zna_network.services.documents.typed_text import opening
from zna_network.services.french_time import long_date, long_datetime
from zna_network.services.invitation_links import link_of

PARTSTATS = {
    Answer.ON_SITE: PartStat.ACCEPTED,
    Answer.REMOTE: PartStat.ACCEPTED,
    Answer.TENTATIVE: PartStat.TENTATIVE,
    Answer.DECLINED: PartStat.DECLINED,
    Answer.REPRESENTED: PartStat.DELEGATED,
}


def partstat_of(invitation: Invitation) -> PartStat:
    """The answer as we know it; NEEDS-ACTION when there is none or it is to be given again."""
    return PARTSTATS[invitation.answer] if invitation.answer else PartStat.NEEDS_ACTION


def recipient(invitation: Invitation) -> Address:
    return Address(invitation.email, invitation.name)


def mail_values(settings: Settings, meeting: Meeting, invitation: Invitation) -> dict[str, Any]:
    """The values that every mail about an invitation shows."""
    return meeting_mail_values(settings, meeting) | personal_mail_values(settings, invitation)


def meeting_mail_values(settings: Settings, meeting: Meeting) -> dict[str, Any]:
    """Those that are the same for everybody."""
    return {
        "committee": meeting.committee.name,
        "title": meeting.title,
        "day": long_date(meeting.starts_at),
        "hours": hours(meeting.starts_at, meeting.ends_at),
        "when": long_datetime(meeting.starts_at),
        "place": meeting.place,
        "visio_url": meeting.visio_url,
        "notice": meeting.notice,
        "points": agenda_values(facts.agenda_points(meeting.agenda), meeting.starts_at),
        "organiser": facts.issuer(settings).name,
        "reply_to": sender(settings).email,
    }


def personal_mail_values(settings: Settings, invitation: Invitation) -> dict[str, Any]:
    """``answer`` is what the person has answered, in words; empty when an answer is awaited."""
    return {
        "greeting": greeting(invitation),
        "link": link_of(settings, invitation),
        "answer": invitation.answer.label if invitation.answer else "",
        "principal": invitation.represents.name if invitation.represents else "",
    }


def greeting(invitation: Invitation) -> str:
    """« Madame la Vice-Présidente » for those whom letters address so, else « Bonjour … »."""
    contact = invitation.contact
    if contact and contact.salutation:
        return opening(contact.salutation, "")
    return f"Bonjour {invitation.name}"


def summary(meeting: Meeting) -> str:
    """The meeting's name in a calendar, where its committee is not written elsewhere."""
    if meeting.committee.name.lower() in meeting.title.lower():
        return meeting.title
    return f"{meeting.committee.name} : {meeting.title}"


def description(settings: Settings, meeting: Meeting, invitation: Invitation) -> str:
    """What the calendar's entry says below the title: plain text."""
    lines = []
    if meeting.visio_url:
        lines += [f"Participer en visio : {meeting.visio_url}", ""]
    if meeting.agenda:
        lines.append("Ordre du jour")
        lines += [f"{rank}. {item.title}" for rank, item in enumerate(meeting.agenda, start=1)]
        lines.append("")
    if meeting.notice:
        lines += [meeting.notice, ""]
    lines.append(f"Votre réponse, documents : {link_of(settings, invitation)}")
    return "\n".join(lines)


def location(meeting: Meeting) -> str:
    return meeting.place or meeting.visio_url
