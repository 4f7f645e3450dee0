"""What people agree to. The last answer to each purpose is in force; every answer is kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from zna_network.models.person import (
    Consent,
    ConsentAnswer,
    ConsentChannel,
    ConsentEvent,
    Person,
    Purpose,
)
from zna_network.models.referral import Callback, EventKind, Side
from zna_network.queries import people as queries
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError
from zna_network.services.languages import language_of
from zna_network.services.permissions import Permission
from zna_network.services.referrals import flow, people
from zna_network.services.referrals.access import Author, author_as
from zna_network.services.referrals.consent_notice import NOTICE_VERSION

_BY_NAME = frozenset({Callback.PHONE, Callback.SMS, Callback.EMAIL})


@dataclass(frozen=True)
class ConsentData:
    """``answers`` to the purposes that were spoken of; ``notice_version`` and ``language`` are the
    notice's that was read or shown."""

    answers: Mapping[Purpose, ConsentAnswer]
    channel: ConsentChannel = ConsentChannel.ORAL
    language: str = "fr"
    notice_version: str = NOTICE_VERSION


def record(
    ctx: Context, person: Person, data: ConsentData, author: Author, at: datetime | None = None
) -> None:
    """Keep the answers, in the caller's transaction. What is in force is the answer given last,
    whichever arrives last; « not asked » never takes the place of an answer."""
    agreed = person.agrees_to(Purpose.CONTACT)
    for purpose, answer in data.answers.items():
        _keep(ctx, person, purpose, answer, data, author, at or ctx.now)
    if person.agrees_to(Purpose.CONTACT) is not agreed:
        _tell_referrals(ctx, person, author)


def change(ctx: Context, person_id: int, data: ConsentData) -> Person:
    """What the person says later, to those who follow them or to the staff: withdrawing must be as
    easy as agreeing, so that no opening is asked for."""
    with ctx.unit_of_work():
        person = people.find(ctx, person_id, lock=True)
        ctx.require(Permission.PERSON_READ, person.owner_id)
        if person.anonymised_at is not None:
            raise ConflictError(people.ANONYMISED)
        record(ctx, person, data, author_as(ctx, Side.SENDER))
        people.touch(ctx, person)
        person.updated_at = ctx.now
    return person


def read(ctx: Context, person_id: int) -> Person:
    """The file for its page of answers, to who may change them; the journal says who read it."""
    with ctx.unit_of_work():
        person = people.find(ctx, person_id)
        ctx.require(Permission.PERSON_READ, person.owner_id)
        ctx.record("person.read", person, what="consents")
    return people.find(ctx, person_id)


def history(ctx: Context, person: Person) -> list[ConsentEvent]:
    """Every answer, the last first, those of the files that were merged into this one included."""
    return list(ctx.session.scalars(queries.consent_history(person.id)))


def _keep(
    ctx: Context,
    person: Person,
    purpose: Purpose,
    answer: ConsentAnswer,
    data: ConsentData,
    author: Author,
    at: datetime,
) -> None:
    before = person.consent(purpose)
    if answer is ConsentAnswer.NOT_ASKED and before is not None:
        return
    if answer is ConsentAnswer.WITHDRAWN and not person.agrees_to(purpose):
        answer = ConsentAnswer.REFUSED
    said = {
        "answer": answer,
        "notice_version": data.notice_version[:20],
        "language": language_of(data.language).code,
        "channel": data.channel,
        "answered_at": at,
        "recorded_by": author.label,
    }
    if before is None:
        person.consents.append(Consent(purpose=purpose, **said))
    elif before.answered_at <= at or before.answer is ConsentAnswer.NOT_ASKED:
        for column, value in said.items():
            setattr(before, column, value)
    ctx.session.add(
        ConsentEvent(
            person_id=person.id,
            purpose=purpose,
            recorded_at=ctx.now,
            author_id=author.user_id,
            **said,
        )
    )
    ctx.record("person.consent", person, purpose=purpose.value, answer=answer.value)


def _tell_referrals(ctx: Context, person: Person, author: Author) -> None:
    """Those under way: the receiver knows the person from now on, or no longer does and has to go
    through who refers."""
    ctx.session.flush()
    agrees = person.agrees_to(Purpose.CONTACT)
    for referral in ctx.session.scalars(queries.live_referrals(person.id, lock=True)):
        if not agrees and referral.callback in _BY_NAME:
            referral.callback = Callback.THROUGH_SENDER
        answer = person.consent(Purpose.CONTACT)
        flow.append(
            ctx,
            referral,
            EventKind.CONSENT,
            author,
            purpose=Purpose.CONTACT.value,
            answer=answer.answer.value if answer else ConsentAnswer.NOT_ASKED.value,
        )
