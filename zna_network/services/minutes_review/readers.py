"""Who is asked to read a draft: chosen among those of the meeting, asked again, withdrawn.

Whoever asks or withdraws holds the minutes, so that two people who do it at once write to nobody
twice; the unique address of a reader holds it as well."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from zna_network.models.meeting import Meeting
from zna_network.models.minutes import Minutes, Presence
from zna_network.models.minutes_review import MinutesReader
from zna_network.queries import minutes_review as queries
from zna_network.services.attendance_lines import AttendanceLine, lines
from zna_network.services.clean_values import clean_text
from zna_network.services.context import Context
from zna_network.services.errors import InvalidError, NotFoundError
from zna_network.services.french_time import from_local, local_date
from zna_network.services.minutes_access import locked_draft, locked_minutes
from zna_network.services.minutes_review import mails
from zna_network.services.minutes_review.links import fresh_link
from zna_network.services.permissions import Permission

LAST_HOUR = time(23, 59)
USUAL_DAYS, LONGEST_DAYS = 7, 90
NOTE_LENGTH = 2000
_WERE_THERE = {Presence.PRESENT, Presence.REMOTE}


@dataclass(frozen=True)
class Candidate:
    """Somebody of the meeting who has an address. ``was_there`` begins ticked; ``reader`` is what
    they were asked already."""

    email: str
    name: str
    organisation: str
    presence: Presence
    reader: MinutesReader | None

    @property
    def was_there(self) -> bool:
        return self.presence in _WERE_THERE

    @property
    def is_asked(self) -> bool:
        return self.reader is not None and self.reader.revoked_at is None


@dataclass(frozen=True)
class Asked:
    """``known`` had been asked with the same limit already, and are not written to again."""

    readers: Sequence[MinutesReader]
    known: Sequence[MinutesReader]


def candidates(ctx: Context, minutes: Minutes) -> list[Candidate]:
    asked = {reader.email: reader for reader in ctx.session.scalars(queries.readers_of(minutes.id))}
    found: dict[str, Candidate] = {}
    for line in lines(ctx, minutes.meeting):
        if line.email and line.email not in found:
            found[line.email] = Candidate(
                line.email, line.name, line.organisation, line.presence, asked.get(line.email)
            )
    return list(found.values())


def usual_limit(ctx: Context) -> date:
    return local_date(ctx.now) + timedelta(days=USUAL_DAYS)


def ask(
    ctx: Context, meeting_id: int, emails: Collection[str], until: date, note: str = ""
) -> Asked:
    """Ask these people of the meeting to read the draft until the end of that day, each by a link
    of their own. Asked again with another limit, they are told of it; their link stays.

    Raises InvalidError beside the field at fault, ConflictError once the minutes are validated."""
    with ctx.unit_of_work():
        minutes = locked_draft(ctx, meeting_id)
        limit = _limit(ctx, until)
        said = clean_text(note, field="note", limit=NOTE_LENGTH)
        chosen = _chosen(ctx, minutes.meeting, emails)
        present = {
            reader.email: reader
            for reader in ctx.session.scalars(queries.held_readers(minutes.id, list(chosen)))
        }
        asked, known = [], []
        for email, line in chosen.items():
            reader = present.get(email)
            if reader is not None and reader.revoked_at is None and reader.reads_until == limit:
                known.append(reader)
                continue
            asked.append(_asked(ctx, minutes, line, reader, limit, said))
        if asked:
            ctx.record("minutes.readers_asked", minutes, number=len(asked))
    return Asked(asked, known)


def _asked(
    ctx: Context,
    minutes: Minutes,
    line: AttendanceLine,
    reader: MinutesReader | None,
    limit: datetime,
    note: str,
) -> MinutesReader:
    again = reader is not None and reader.revoked_at is None
    if reader is None:
        reader = MinutesReader(
            minutes=minutes,
            name=line.name,
            organisation_name=line.organisation,
            email=line.email,
            sent_at=ctx.now,
            reads_until=limit,
            **fresh_link(ctx.settings),
        )
        ctx.session.add(reader)
    elif reader.revoked_at is not None:
        fresh = fresh_link(ctx.settings)
        reader.link_salt, reader.link_hash = fresh["link_salt"], fresh["link_hash"]
        reader.revoked_at = None
    reader.reads_until, reader.sent_at, reader.reminded_at = limit, ctx.now, None
    ctx.session.flush()
    mails.ask(ctx, reader, note, again=again)
    return reader


def withdraw(ctx: Context, meeting_id: int, reader_id: int) -> MinutesReader:
    """Stop the link of one reader; what they said stays. Done twice, it stays so."""
    with ctx.unit_of_work():
        minutes = locked_minutes(ctx, meeting_id, Permission.MINUTES_WRITE)
        reader = ctx.session.scalar(queries.held_reader(reader_id))
        if reader is None or reader.minutes_id != minutes.id:
            raise NotFoundError("Cette personne n’est pas parmi les relecteurs.")
        if reader.revoked_at is None:
            reader.revoked_at = ctx.now
            ctx.record("minutes.reader_withdrawn", reader, meeting=meeting_id)
    return reader


def _limit(ctx: Context, until: date) -> datetime:
    today = local_date(ctx.now)
    if until <= today:
        raise InvalidError("Choisissez une date à venir : demain au plus tôt.", field="until")
    if until > today + timedelta(days=LONGEST_DAYS):
        raise InvalidError(
            f"Choisissez une date dans les {LONGEST_DAYS} jours qui viennent.", field="until"
        )
    return from_local(until, LAST_HOUR, field="until")


def _chosen(ctx: Context, meeting: Meeting, emails: Collection[str]) -> dict[str, AttendanceLine]:
    """By address, in the order of the attendance list. Nobody picked is a refusal."""
    if not emails:
        raise InvalidError("Choisissez au moins une personne.", field="emails")
    by_email: dict[str, AttendanceLine] = {}
    for line in lines(ctx, meeting):
        if line.email in emails:
            by_email.setdefault(line.email, line)
    if set(emails) - set(by_email):
        raise InvalidError(
            "Une adresse choisie n’est plus celle d’un participant : relisez la liste.",
            field="emails",
        )
    return by_email
