"""Sending the validated minutes, with their document, to those who should have them."""

from collections.abc import Collection
from dataclasses import dataclass

from zna_network.models.meeting import Meeting
from zna_network.models.minutes import Minutes, MinutesState, MinutesVersion, Presence
from zna_network.ports.calendar import Address
from zna_network.ports.documents import DOCX_MEDIA_TYPE
from zna_network.ports.messages import Attachment
from zna_network.queries import minutes as queries
from zna_network.services.attendance_lines import lines
from zna_network.services.clean_values import clean_text
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, InvalidError
from zna_network.services.links import token_hash
from zna_network.services.minutes_access import locked_minutes
from zna_network.services.minutes_documents import version_name
from zna_network.services.minutes_pdf import of_version
from zna_network.services.outbox import Post, post
from zna_network.services.permissions import Permission

NOT_VALIDATED = "Ce compte-rendu n’est pas validé : il ne peut pas encore être envoyé."


@dataclass(frozen=True)
class Recipient:
    """``was_sent`` tells that this version has already been put in the outbox for that address."""

    email: str
    name: str
    organisation: str
    presence: Presence
    was_sent: bool


@dataclass(frozen=True)
class Recipients:
    """``without_email`` are the names of the people who can only be given the paper."""

    people: tuple[Recipient, ...]
    without_email: tuple[str, ...]


def recipients(ctx: Context, meeting: Meeting, version: MinutesVersion) -> Recipients:
    """Everybody convened, and those who came unannounced, once an address."""
    sent = {mail.dedup_key for mail in ctx.session.scalars(queries.mails_of(meeting.id))}
    people: dict[str, Recipient] = {}
    without = []
    for line in lines(ctx, meeting):
        if not line.email:
            without.append(line.name)
        elif line.email not in people:
            was_sent = _key(version, line.email) in sent
            people[line.email] = Recipient(
                line.email, line.name, line.organisation, line.presence, was_sent
            )
    return Recipients(tuple(people.values()), tuple(without))


def send(
    ctx: Context,
    meeting_id: int,
    version_number: int,
    emails: Collection[str],
    note: str = "",
    *,
    with_pdf: bool = False,
) -> int:
    """Put one mail an address in the outbox, once whatever is clicked twice. Returns how many.

    ``version_number`` is the version that the page offered to send: a later one refuses.
    ``with_pdf`` attaches the same minutes as PDF beside the Word document."""
    with ctx.unit_of_work():
        minutes = locked_minutes(ctx, meeting_id, Permission.MINUTES_VALIDATE)
        version = ctx.session.scalar(queries.latest_version(minutes.id))
        if minutes.state is MinutesState.DRAFT or version is None:
            raise ConflictError(NOT_VALIDATED)
        if version.number != version_number:
            raise ConflictError("Une autre version a été validée entre-temps : relisez la page.")
        meeting = minutes.meeting
        chosen = _chosen(recipients(ctx, meeting, version), emails)
        said = clean_text(note, field="note", limit=2000)
        files = _files(ctx, meeting, version, with_pdf=with_pdf) if chosen else ()
        for person in chosen:
            post(ctx, _mail(meeting, minutes, version, person, said, files))
        if chosen:
            minutes.state = MinutesState.SENT
            minutes.sent_at = minutes.sent_at or ctx.now
            minutes.updated_at = ctx.now
            ctx.record("minutes.sent", minutes, version=version.number, recipients=len(chosen))
    return len(chosen)


def _chosen(known: Recipients, emails: Collection[str]) -> list[Recipient]:
    """Those picked to whom this version has not been sent yet. Nobody picked is a refusal."""
    by_email = {person.email: person for person in known.people}
    if not emails:
        raise InvalidError("Choisissez au moins une personne.", field="emails")
    strangers = [email for email in emails if email not in by_email]
    if strangers:
        raise InvalidError(
            "Une adresse choisie n’est plus celle d’un participant : relisez la liste.",
            field="emails",
        )
    return [person for email, person in by_email.items() if email in emails and not person.was_sent]


def _files(
    ctx: Context, meeting: Meeting, version: MinutesVersion, *, with_pdf: bool
) -> tuple[Attachment, ...]:
    word = Attachment(version_name(meeting, version), DOCX_MEDIA_TYPE, version.document)
    if not with_pdf:
        return (word,)
    pdf = of_version(ctx, meeting, version)
    return (word, Attachment(pdf.filename, pdf.media_type, pdf.content))


def _mail(
    meeting: Meeting,
    minutes: Minutes,
    version: MinutesVersion,
    person: Recipient,
    note: str,
    files: tuple[Attachment, ...],
) -> Post:
    return Post(
        mail=queries.MAIL,
        recipient=Address(person.email, person.name),
        values={
            "name": person.name,
            "title": meeting.title,
            "committee": meeting.committee.name,
            "starts_at": meeting.starts_at,
            "number": version.number,
            "note": note,
            "files": "Le document Word est joint"
            if len(files) == 1
            else "Le document est joint en Word et en PDF",
        },
        thread_key=f"minutes:{minutes.id}:{token_hash(person.email)[:32]}",
        dedup_key=_key(version, person.email),
        meeting_id=meeting.id,
        attachments=files,
        supersedes_thread=True,
    )


def _key(version: MinutesVersion, email: str) -> str:
    return f"minutes:{version.minutes_id}:{version.number}:{token_hash(email)}"
