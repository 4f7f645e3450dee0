"""The files of the demonstration's people: what they said of themselves and agreed to, what they
are found by, and for some of them a diagnostic of their rights."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from random import Random
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import insert

from zna_network.models.person import (
    Consent,
    ConsentAnswer,
    ConsentEvent,
    Diagnostic,
    Person,
    PersonKey,
    Purpose,
    RightStatus,
)
from zna_network.queries import demo_referrals as queries
from zna_network.services import blind_index
from zna_network.services.context import Context
from zna_network.services.demo import referral_words as words
from zna_network.services.demo.past import at
from zna_network.services.demo.referral_people import INVENTED, Invented
from zna_network.services.french_time import local_date
from zna_network.services.links import token_hash
from zna_network.services.referrals import consents
from zna_network.services.referrals.access import Author
from zna_network.services.referrals.consent_notice import NOTICE_VERSION
from zna_network.services.referrals.consents import ConsentData

_ALPHABET = "23456789BCDFGHJKMNPQRTVWXYZ"
_STATUSES = (
    RightStatus.HAS, RightStatus.TO_CHECK, RightStatus.NOT_CONCERNED, RightStatus.NOT_CONCERNED,
    RightStatus.DECLINES,
)  # fmt: skip


def save(
    ctx: Context,
    invented: Sequence[Invented],
    owners: Sequence[int],
    authors: Sequence[Author],
    met_at: Sequence[datetime],
) -> list[Person]:
    """One file each, in the same order; ``met_at`` is when, ``owners`` and ``authors`` whose."""
    people = [
        _person(someone, owners[someone.owner], authors[someone.owner], moment)
        for someone, moment in zip(invented, met_at, strict=True)
    ]
    ctx.session.add_all(people)
    ctx.session.flush()
    keys = [
        {"person_id": person.id, "kind": kind, "key": key}
        for person in people
        for kind, key in blind_index.rows(
            ctx.settings,
            blind_index.PEOPLE,
            name=person.name,
            email=person.email,
            phone=person.phone,
        )
    ]
    ctx.session.execute(insert(PersonKey), keys)
    for someone, person, moment in zip(invented, people, met_at, strict=True):
        then = at(ctx, moment)
        then.record("person.created", person)
        for purpose, answer in (
            (Purpose.CONTACT, someone.contact),
            (Purpose.EVALUATION, someone.evaluation),
        ):
            _keep(then, person, purpose, answer, someone, authors[someone.owner])
    ctx.session.flush()
    return people


def _keep(
    ctx: Context,
    person: Person,
    purpose: Purpose,
    answer: ConsentAnswer,
    someone: Invented,
    author: Author,
) -> None:
    """As the services leave a first answer: there is no referral yet to tell of it."""
    said = {
        "answer": answer,
        "notice_version": NOTICE_VERSION,
        "language": someone.language,
        "channel": someone.channel,
        "answered_at": ctx.now,
        "recorded_by": author.label,
    }
    person.consents.append(Consent(purpose=purpose, **said))
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


def diagnose(
    ctx: Context, person: Person, rank: int, wanted: Sequence[str], author: Author, moment: datetime
) -> Diagnostic:
    """What the conversation found: ``wanted`` is to be checked, the rest by chance."""
    chance = Random(f"diagnostic:{rank}")  # noqa: S311 - a story, not a secret
    statuses = {
        code: RightStatus.TO_CHECK if code in wanted else chance.choice(_STATUSES)
        for code in sorted({*words.HELPERS, *wanted})
        if code in wanted or chance.random() < 0.8
    }
    return Diagnostic(
        client_id=str(uuid5(NAMESPACE_URL, f"demo-diagnostic:{rank}")),
        person=person,
        made_at=moment,
        made_by_id=author.user_id,
        made_by=author.label,
        statuses={code: status.value for code, status in statuses.items()},
    )


def change_their_minds(
    ctx: Context, people: Sequence[Person], authors: dict[int, Author], today: date
) -> None:
    """Some withdraw what they had agreed to, some agree later: a few days ago, of those whose
    referrals have not moved since."""
    moved = dict(ctx.session.execute(queries.last_moves([p.id for p in people])).all())
    for rank, person in enumerate(people):
        moment = ctx.now - timedelta(days=2 + rank % 5, hours=1)
        later = consents_later(rank, person)
        if later is None or (moved.get(person.id) or ctx.now) >= moment:
            continue
        then = at(ctx, moment)
        consents.record(then, person, later, authors[person.owner_id])
        person.last_contact_on = max(person.last_contact_on, local_date(moment))
        person.updated_at = moment


def consents_later(rank: int, person: Person) -> ConsentData | None:
    purpose = Purpose.EVALUATION if rank % 3 else Purpose.CONTACT
    consent = person.consent(purpose)
    if rank % 17 or consent is None:
        return None
    answer = words.LATER.get(consent.answer)
    return None if answer is None else ConsentData({purpose: answer}, consent.channel)


def case_number(rank: int) -> str:
    """The same each time; real ones are drawn."""
    drawn = int(token_hash(f"demo-person:{rank}"), 16)
    letters = []
    for _ in range(6):
        drawn, letter = divmod(drawn, len(_ALPHABET))
        letters.append(_ALPHABET[letter])
    return "D-" + "".join(letters)


def _person(someone: Invented, owner_id: int, author: Author, moment: datetime) -> Person:
    return Person(
        case_number=case_number(someone.rank),
        owner_id=owner_id,
        created_by_id=author.user_id,
        name=someone.name,
        email=someone.email,
        phone=someone.phone,
        note=INVENTED,
        birth_year=someone.birth_year,
        commune=someone.commune,
        qpv=someone.qpv,
        is_from_elsewhere=someone.is_from_elsewhere,
        age_band=someone.age_band,
        target_group=someone.target_group,
        language=someone.language,
        last_contact_on=local_date(moment),
        consents=[],
        created_at=moment,
        updated_at=moment,
    )
