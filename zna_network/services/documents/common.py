"""The placeholders that every document shares: the file, the issuer, the committee, the meeting."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from zna_network.services.documents.typed_text import duration, paragraphs
from zna_network.services.documents.values import (
    ActionFacts,
    AgendaPoint,
    CommitteeFacts,
    Issuer,
    MeetingFacts,
)
from zna_network.services.french_time import (
    local_date,
    long_date,
    short_date,
    short_time,
)

Values = dict[str, Any]


def document_values(title: str, issuer: Issuer, produced_at: datetime) -> Values:
    """``horodatage`` dates the file itself, so that the same facts give the same file."""
    return {
        "titre": title,
        "auteur": issuer.name,
        "date": plain_date(produced_at),
        "horodatage": produced_at.astimezone(UTC).isoformat(timespec="seconds"),
    }


def issuer_values(issuer: Issuer) -> Values:
    return {
        "nom": issuer.name,
        "service": issuer.department,
        "adresse": issuer.address,
        "ville": issuer.city,
        "courriel": issuer.email,
        "telephone": issuer.phone,
    }


def committee_values(committee: CommitteeFacts) -> Values:
    kind = "Comité de pilotage" if committee.is_steering else "Comité technique"
    return {
        "nom": committee.name,
        "type": kind,
        "est_copil": committee.is_steering,
        "animee_par": committee.led_by,
    }


def meeting_values(meeting: MeetingFacts) -> Values:
    return {
        "titre": meeting.title,
        "date": long_date(meeting.starts_at),
        "date_courte": short_date(meeting.starts_at),
        "heure_debut": short_time(meeting.starts_at),
        "heure_fin": short_time(meeting.ends_at),
        "horaires": hours(meeting.starts_at, meeting.ends_at),
        "lieu": meeting.place,
        "visio": meeting.visio_url,
        "president": meeting.chair,
        "animateur": meeting.facilitator,
        "secretaire": meeting.secretary,
        "consigne": meeting.notice,
        "consignes": paragraphs(meeting.notice),
    }


def hours(starts_at: datetime, ends_at: datetime | None) -> str:
    """« de 14 h à 16 h 30 », « à 14 h » where no end is known, with the days when it runs over
    several."""
    if ends_at is None:
        return f"à {short_time(starts_at)}"
    if local_date(starts_at) == local_date(ends_at):
        return f"de {short_time(starts_at)} à {short_time(ends_at)}"
    first, last = long_date(starts_at), long_date(ends_at)
    return f"du {first} à {short_time(starts_at)} au {last} à {short_time(ends_at)}"


def plain_date(value: date | datetime) -> str:
    """« 17 décembre 2026 », as a letter is dated."""
    return long_date(value).partition(" ")[2]


def agenda_values(points: tuple[AgendaPoint, ...], starts_at: datetime) -> list[Values]:
    """``heure`` is when a point should start; empty once an earlier point has no length."""
    rows: list[Values] = []
    at: datetime | None = starts_at
    for number, point in enumerate(points, start=1):
        rows.append(
            {
                "numero": number,
                "titre": point.title,
                "rapporteur": point.presenter,
                "duree": duration(point.minutes_allotted),
                "heure": short_time(at) if at else "",
                "texte": point.description,
                "paragraphes": paragraphs(point.description),
                "pieces": [{"nom": name} for name in point.attachments],
                "decision_attendue": point.decision_awaited,
            }
        )
        length = point.minutes_allotted
        at = at + timedelta(minutes=length) if at and length else None
    return rows


def action_values(actions: tuple[ActionFacts, ...], on: date) -> list[Values]:
    """``en_retard`` compares the due date with ``on``, the day of the meeting."""
    return [
        {
            "numero": number,
            "texte": action.text,
            "responsable": action.owner,
            "echeance": short_date(action.due_on) if action.due_on else "",
            "etat": action.state.label,
            "origine": short_date(action.decided_on) if action.decided_on else "",
            "en_retard": action.is_late(on),
        }
        for number, action in enumerate(actions, start=1)
    ]
