"""All that is known of a person, for whoever asks for their own data (GDPR, articles 15 and 20):
for a program, and in words on paper."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from zna_network.models.attendee import Attendee, Need, VisitReason
from zna_network.models.audit import AuditEvent
from zna_network.models.document import DocumentKind
from zna_network.models.person import Person, RightStatus
from zna_network.models.referral import Appointment, Outcome, Referral, ReferralEvent
from zna_network.queries import journal as journal_queries
from zna_network.queries import people as queries
from zna_network.queries import territory as territory_queries
from zna_network.services.context import Context
from zna_network.services.document_rendering import WordFile, render
from zna_network.services.documents.facts import issuer
from zna_network.services.documents.person_file import (
    FileEntry,
    FileSection,
    PersonFileDocument,
    person_file_values,
)
from zna_network.services.french_time import local_date, long_date, to_local
from zna_network.services.languages import language_of
from zna_network.services.permissions import Permission
from zna_network.services.referrals import people

Facts = dict[str, Any]
MOST_READINGS = 500
_READINGS = {
    "person.created": "dossier créé",
    "person.changed": "dossier modifié",
    "person.read": "dossier lu",
    "person.opened": "dossier ouvert par un agent",
    "person.exported": "données exportées",
    "person.consent": "réponse enregistrée",
    "person.merged": "réuni avec un autre dossier",
}


@dataclass(frozen=True)
class JsonFile:
    filename: str
    content: bytes


def as_json(ctx: Context, person_id: int) -> JsonFile:
    """Raises NotFoundError or ForbiddenError; the journal says who took it."""
    facts, number = _collected(ctx, person_id, "json")
    text = json.dumps(facts, ensure_ascii=False, indent=2, default=_iso)
    return JsonFile(f"dossier-{number}.json", text.encode())


def as_word(ctx: Context, person_id: int) -> WordFile:
    """The same on paper. Raises InvalidError too, when the template in use cannot be filled."""
    facts, number = _collected(ctx, person_id, "docx")
    document = PersonFileDocument(
        issuer=issuer(ctx.settings),
        produced_at=ctx.now,
        case_number=number,
        sections=[FileSection(_told(title), list(_entries(part))) for title, part in facts.items()],
    )
    content = render(ctx, DocumentKind.PERSON_FILE, person_file_values(document))
    return WordFile(f"dossier-{number}.docx", content)


def _collected(ctx: Context, person_id: int, form: str) -> tuple[Facts, str]:
    with ctx.unit_of_work():
        person = people.find(ctx, person_id)
        people.refuse_unless_named(ctx, person)
        ctx.record("person.exported", person, format=form)
    person = people.find(ctx, person_id)
    names = {right.code: right.label for right in ctx.session.scalars(territory_queries.rights())}
    facts = {
        "identité": _identity(person),
        "accords": [
            {
                "question": event.purpose.label,
                "réponse": event.answer.label,
                "le": event.answered_at,
                "moyen": event.channel.label,
                "langue": language_of(event.language).name,
                "notice": event.notice_version,
                "recueilli par": event.recorded_by,
            }
            for event in ctx.session.scalars(queries.consent_history(person.id))
        ],
        "orientations": [
            _referral(one) for one in ctx.session.scalars(queries.whole_referrals_of(person.id))
        ],
        "diagnostics": [
            {
                "le": one.made_at,
                "par": one.made_by,
                "droits": {
                    names.get(code, code): RightStatus(status).label
                    for code, status in one.statuses.items()
                },
                "note": one.note,
            }
            for one in ctx.session.scalars(queries.diagnostics_of(person.id))
        ],
        "inscriptions à un forum": _registrations(ctx, person),
        "badges": [
            {"forum": badge.forum.title, "numéro": badge.shown_number}
            for badge in ctx.session.scalars(queries.badges_of(person.id))
        ],
        "ouvertures par un agent": [
            {"le": one.opened_at, "raison": one.reason}
            for one in ctx.session.scalars(queries.openings_of(person.id))
        ],
        "lectures": [_reading(event) for event in _journal(ctx, person)],
    }
    return facts, person.case_number


def _journal(ctx: Context, person: Person) -> list[AuditEvent]:
    events = journal_queries.events_about("Person", person.id, MOST_READINGS)
    return list(ctx.session.scalars(events))


def _reading(event: AuditEvent) -> Facts:
    """What was done and when; who, is the journal's to say."""
    return {"le": event.at, "quoi": _READINGS.get(event.action, event.action)}


def _registrations(ctx: Context, person: Person) -> list[Facts]:
    """Where the badge is this person's alone, and for who may read the visitors: a badge is given
    by its number, which anybody can write down."""
    if not ctx.may(Permission.ATTENDEES_READ):
        return []
    return [_registration(one) for one in ctx.session.scalars(queries.registrations_of(person.id))]


def _registration(visitor: Attendee) -> Facts:
    return {
        "forum": visitor.forum.title,
        "le": visitor.created_at,
        "nom": visitor.name,
        "e-mail": visitor.email,
        "téléphone": visitor.phone,
        "vient pour": [one.label for one in VisitReason if one.value in visitor.reasons],
        "besoins": [one.label for one in Need if one.value in visitor.needs],
        "accompagnants": visitor.companions,
        "note": visitor.note,
        "notice": visitor.notice_version,
    }


def _identity(person: Person) -> Facts:
    return {
        "dossier": person.case_number,
        "nom": person.name,
        "e-mail": person.email,
        "téléphone": person.phone,
        "année de naissance": person.birth_year,
        "commune": person.commune.name if person.commune else "",
        "quartier": person.qpv.name if person.qpv else "",
        "hors du territoire": person.is_from_elsewhere,
        "âge": person.age_band.label if person.age_band else "",
        "public": person.target_group.label if person.target_group else "",
        "langue": language_of(person.language).name,
        "note": person.note,
        "suivi par": person.owner.name,
        "créé le": person.created_at,
        "dernier contact": person.last_contact_on,
    }


def _referral(referral: Referral) -> Facts:
    return {
        "numéro": referral.shown_number,
        "faite le": referral.made_at,
        "qui oriente": referral.sender.name,
        "organisme destinataire": referral.receiver.name,
        "droits": [one.right.label for one in referral.rights],
        "besoin": referral.need,
        "cause de non-recours": referral.cause.label if referral.cause else "",
        "urgence": referral.urgency.label,
        "rappel": referral.callback.label,
        "quand rappeler": referral.callback_when,
        "état": referral.state.label,
        "étape": referral.step.label,
        "motif de refus": referral.refusal.label if referral.refusal else "",
        "rendez-vous": [_appointment(one) for one in referral.appointments],
        "résultats": [_outcome(one) for one in referral.outcomes if one.replaced_at is None],
        "suivi": [_event(one) for one in referral.events],
    }


def _appointment(one: Appointment) -> Facts:
    return {
        "le": one.starts_at,
        "lieu": one.place,
        "note": one.note,
        "état": one.state.label,
    }


def _outcome(one: Outcome) -> Facts:
    amount = f"{one.amount_cents / 100:.2f} €" if one.amount_cents is not None else ""
    return {
        "droit": one.right.label,
        "résultat": one.result.label,
        "montant": f"{amount} {one.period.label}" if one.period else amount,
        "à partir du": one.effective_on,
        "connu par": one.evidence.label,
    }


def _event(one: ReferralEvent) -> Facts:
    return {"le": one.at, "quoi": one.kind.label, "par": one.author, "mots": one.words}


def _entries(part: Any) -> Iterator[FileEntry]:
    """Each thing of a part as lines of a label and its words; what is not known is left out."""
    things = part if isinstance(part, list) else [part]
    if things and all(thing.keys() == {"le", "quoi"} for thing in things):
        yield FileEntry([(_words(thing["le"]), thing["quoi"]) for thing in things])
        return
    for thing in things:
        lines = [(_told(label), _words(value)) for label, value in thing.items()]
        yield FileEntry([(label, words) for label, words in lines if words])


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return "oui" if value else ""
    if isinstance(value, datetime):
        local = to_local(value)
        return f"{long_date(local_date(value))}, {local:%H:%M}"
    if isinstance(value, date):
        return long_date(value)
    if isinstance(value, dict) and {"le", "quoi", "par", "mots"} == value.keys():
        said = f" : {value['mots']}" if value["mots"] else ""
        return f"{_words(value['le'])}, {value['quoi']}, par {value['par']}{said}"
    if isinstance(value, dict):
        parts = ((label, _words(inner)) for label, inner in value.items())
        return " ; ".join(f"{label} : {words}" for label, words in parts if words)
    if isinstance(value, list):
        between = "\n" if any(isinstance(inner, dict) for inner in value) else ", "
        return between.join(_words(inner) for inner in value)
    return "" if value is None else str(value)


def _told(label: str) -> str:
    return label[:1].upper() + label[1:]


def _iso(value: object) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise TypeError(value)
