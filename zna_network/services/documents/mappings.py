"""From a document's facts to the values of its template.

The values hold only texts, numbers, booleans, lists and mappings, so that they can be kept as
JSON beside the version handed out, and every key is always there, empty where nothing is known.
"""

from zna_network.models.invitation import Answer
from zna_network.models.minutes import Presence
from zna_network.services.documents.common import (
    Values,
    action_values,
    agenda_values,
    committee_values,
    document_values,
    hours,
    issuer_values,
    meeting_values,
    plain_date,
)
from zna_network.services.documents.typed_text import CIVILITIES, opening, paragraphs
from zna_network.services.documents.values import (
    AgendaDocument,
    AttendanceSheetDocument,
    Attendee,
    ConvocationDocument,
    DecisionFacts,
    ExpectedAttendee,
    MinutesDocument,
    NextMeeting,
    Topic,
)
from zna_network.services.french_time import local_date, long_date, short_date

_LISTS = {
    "presents": Presence.PRESENT,
    "a_distance": Presence.REMOTE,
    "representes": Presence.REPRESENTED,
    "excuses": Presence.EXCUSED,
    "absents": Presence.ABSENT,
}
_MODES = {
    Answer.ON_SITE: "Sur place",
    Answer.REMOTE: "Visio",
    Answer.TENTATIVE: "À confirmer",
    Answer.DECLINED: "Excusé",
    Answer.REPRESENTED: "Représenté",
}
_Document = MinutesDocument | AttendanceSheetDocument | AgendaDocument | ConvocationDocument


def minutes_values(minutes: MinutesDocument) -> Values:
    day = local_date(minutes.meeting.starts_at)
    return {
        **_shared(minutes, "Compte-rendu"),
        **{name: _attendees(minutes, presence) for name, presence in _LISTS.items()},
        "points": [_topic(rank, topic) for rank, topic in enumerate(minutes.topics, start=1)],
        "decisions": [_decision(rank, d) for rank, d in enumerate(minutes.decisions, start=1)],
        "actions": action_values(minutes.actions, day),
        "actions_reportees": action_values(minutes.carried_over, day),
        "prochaine_reunion": _next_meeting(minutes.next_meeting),
        "compte_rendu": _status(minutes),
    }


def attendance_sheet_values(sheet: AttendanceSheetDocument) -> Values:
    people = [_expected(rank, person) for rank, person in enumerate(sheet.attendees, start=1)]
    blank = range(len(people) + 1, len(people) + 1 + sheet.blank_rows)
    return {
        **_shared(sheet, "Feuille d’émargement"),
        "participants": people,
        "lignes_vides": [{"numero": number} for number in blank],
    }


def agenda_document_values(agenda: AgendaDocument) -> Values:
    day = local_date(agenda.meeting.starts_at)
    return {
        **_shared(agenda, "Ordre du jour"),
        "points": agenda_values(agenda.points, agenda.meeting.starts_at),
        "actions_ouvertes": action_values(agenda.open_actions, day),
    }


def convocation_values(letter: ConvocationDocument) -> Values:
    addressee, signatory = letter.addressee, letter.signatory
    return {
        **_shared(letter, "Convocation"),
        "destinataire": {
            "appel": opening(addressee.salutation, addressee.civility),
            "civilite": CIVILITIES.get(addressee.civility, addressee.civility),
            "nom": addressee.name,
            "fonction": addressee.function,
            "organisme": addressee.organisation,
            "adresse": addressee.address,
        },
        "signataire": {"nom": signatory.name, "fonction": signatory.function},
        "points": agenda_values(letter.points, letter.meeting.starts_at),
        "reponse": {
            "lien": letter.reply_url,
            "avant_le": long_date(letter.reply_before) if letter.reply_before else "",
        },
        "reference": letter.reference,
    }


def _shared(facts: _Document, name: str) -> Values:
    title = f"{name} – {facts.meeting.title} – {long_date(facts.meeting.starts_at)}"
    return {
        "document": document_values(title, facts.issuer, facts.produced_at),
        "organisateur": issuer_values(facts.issuer),
        "instance": committee_values(facts.committee),
        "reunion": meeting_values(facts.meeting),
    }


def _attendees(minutes: MinutesDocument, presence: Presence) -> list[Values]:
    return [_attendee(person) for person in minutes.attendees if person.presence is presence]


def _attendee(person: Attendee) -> Values:
    return {
        "nom": person.name,
        "fonction": person.function,
        "organisme": person.organisation,
        "represente_par": person.represented_by,
    }


def _expected(rank: int, person: ExpectedAttendee) -> Values:
    mode = _MODES[person.answer] if person.answer else ""
    if person.answer is Answer.REPRESENTED and person.represented_by:
        mode = f"Représenté par {person.represented_by}"
    return {
        "numero": rank,
        "nom": person.name,
        "fonction": person.function,
        "organisme": person.organisation,
        "mode": mode,
        "represente_par": person.represented_by,
    }


def _topic(rank: int, topic: Topic) -> Values:
    return {
        "numero": rank,
        "titre": topic.title,
        "rapporteur": topic.presenter,
        "texte": topic.text,
        "paragraphes": paragraphs(topic.text),
    }


def _decision(rank: int, decision: DecisionFacts) -> Values:
    return {
        "numero": rank,
        "texte": decision.text,
        "responsable": decision.owner,
        "date": short_date(decision.decided_on) if decision.decided_on else "",
    }


def _next_meeting(meeting: NextMeeting | None) -> Values:
    if meeting is None:
        return {"date": "", "horaires": "", "lieu": ""}
    return {
        "date": long_date(meeting.starts_at),
        "horaires": hours(meeting.starts_at, meeting.ends_at),
        "lieu": meeting.place,
    }


def _status(minutes: MinutesDocument) -> Values:
    """``mention`` says in one line whether the text can be relied on."""
    validated = minutes.validated_at
    mention = f"PROJET, version {minutes.version}\u00a0: document de travail non validé"
    if validated:
        by = f" par {minutes.validated_by}" if minutes.validated_by else ""
        mention = f"Validé le {plain_date(validated)}{by}"
    return {
        "version": minutes.version,
        "statut": "Validé" if validated else "Projet",
        "mention": mention,
        "est_projet": validated is None,
        "est_valide": validated is not None,
        "valide_le": plain_date(validated) if validated else "",
        "valide_par": minutes.validated_by,
    }
