"""Making one file of two: decided by somebody who has seen both, never by itself. The one that is
kept has the last word, and takes from the other what it lacks."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, update

from zna_network.models.person import (
    Consent,
    ConsentAnswer,
    Diagnostic,
    DistinctPeople,
    Person,
    PersonBadge,
    PersonKey,
    Purpose,
)
from zna_network.models.referral import Side
from zna_network.queries import people as queries
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, InvalidError
from zna_network.services.permissions import Permission
from zna_network.services.referrals import consents, people
from zna_network.services.referrals.access import author_as
from zna_network.services.referrals.consents import ConsentData
from zna_network.services.unit_of_work import CHANGED_MEANWHILE

SAME = "Choisissez deux dossiers différents."
TWO_OWNERS = (
    "Ces deux dossiers sont suivis par deux organismes : chacun garde le sien. Rien n’a été changé."
)
_FIELDS = {
    "name": "Nom",
    "email": "Adresse e-mail",
    "phone": "Téléphone",
    "birth_year": "Année de naissance",
    "commune_insee": "Commune",
    "age_band": "Âge",
    "target_group": "Public",
    "note": "Note",
}


@dataclass(frozen=True)
class Line:
    """A field of the two files, and what the file kept will say."""

    label: str
    kept: str
    other: str
    result: str

    @property
    def is_lost(self) -> bool:
        """Whether something of the other file does not go on."""
        return bool(self.other) and self.other != self.result


@dataclass(frozen=True)
class MergePreview:
    """``moved``: what goes from one file to the other, in words; ``answers``: the consents that
    will be in force."""

    kept: Person
    other: Person
    lines: list[Line]
    referrals: int
    diagnostics: int
    badges: int
    answers: list[tuple[Purpose, ConsentAnswer]]


def preview(ctx: Context, kept_id: int, other_id: int) -> MergePreview:
    """What merging would do, to who may read both names. Raises ForbiddenError, NotFoundError,
    ConflictError or InvalidError."""
    with ctx.unit_of_work():
        kept, other = _both(ctx, kept_id, other_id)
        for person in (kept, other):
            ctx.record("person.read", person, what="merge")
    kept, other = _both(ctx, kept_id, other_id)
    answers = [
        (purpose, said.answer)
        for purpose in Purpose
        if (said := _in_force(kept.consent(purpose), other.consent(purpose))) is not None
    ]
    return MergePreview(
        kept,
        other,
        [_line(kept, other, field, label) for field, label in _FIELDS.items()],
        len(ctx.session.scalars(queries.referrals_of(other.id)).all()),
        len(ctx.session.scalars(queries.diagnostics_of(other.id)).all()),
        len(ctx.session.scalars(queries.badges_of(other.id)).all()),
        answers,
    )


def merge(
    ctx: Context, kept_id: int, other_id: int, kept_revision: int, other_revision: int
) -> Person:
    """Everything of ``other`` goes to ``kept``, as the preview showed; ``other`` names nobody any
    more and leads to ``kept``. Raises ConflictError when one changed since the preview."""
    with ctx.unit_of_work():
        kept, other = _both(ctx, kept_id, other_id, lock=True)
        if (kept.revision, other.revision) != (kept_revision, other_revision):
            raise ConflictError(CHANGED_MEANWHILE)
        given = {purpose: other.consent(purpose) for purpose in Purpose}
        _move(ctx, kept, other)
        _complete(kept, other)
        _empty(ctx, other, kept)
        for purpose, said in given.items():
            _take_answer(ctx, kept, purpose, said)
        kept.last_contact_on = max(kept.last_contact_on, other.last_contact_on)
        kept.updated_at = ctx.now
        people.refresh_keys(ctx, kept)
        ctx.record("person.merged", kept, other=other.id)
    return kept


def _both(
    ctx: Context, kept_id: int, other_id: int, *, lock: bool = False
) -> tuple[Person, Person]:
    """Locked in one order, so that two merges never wait for each other."""
    if kept_id == other_id:
        raise InvalidError(SAME)
    found = {one: people.find(ctx, one, lock=lock) for one in sorted((kept_id, other_id))}
    kept, other = found[kept_id], found[other_id]
    for person in (kept, other):
        people.refuse_unless_named(ctx, person)
        ctx.require(Permission.PERSON_READ, person.owner_id)
    if kept.owner_id != other.owner_id:
        raise ConflictError(TWO_OWNERS)
    return kept, other


def _move(ctx: Context, kept: Person, other: Person) -> None:
    for referral in ctx.session.scalars(queries.referrals_of(other.id)):
        referral.person = kept
    ctx.session.execute(
        update(Diagnostic).where(Diagnostic.person_id == other.id).values(person_id=kept.id)
    )
    for badge in ctx.session.scalars(queries.badges_of(other.id)).all():
        people.link_badge(ctx, kept, badge)
    ctx.session.flush()
    ctx.session.execute(delete(PersonBadge).where(PersonBadge.person_id == other.id))
    # What had been merged into the other leads straight to the one that stays.
    for earlier in ctx.session.scalars(queries.merged_into(other.id)):
        earlier.merged_into_id = kept.id
    either = (DistinctPeople.low_id == other.id) | (DistinctPeople.high_id == other.id)
    ctx.session.execute(delete(DistinctPeople).where(either))


def _complete(kept: Person, other: Person) -> None:
    for field in _FIELDS:
        if field in {"commune_insee", "note"}:
            continue
        if not getattr(kept, field):
            setattr(kept, field, getattr(other, field))
    if not (kept.commune_insee or kept.is_from_elsewhere):
        kept.commune_insee, kept.qpv_id = other.commune_insee, other.qpv_id
        kept.is_from_elsewhere = other.is_from_elsewhere
    kept.note = _both_notes(kept, other)


def _empty(ctx: Context, other: Person, kept: Person) -> None:
    """Only what leads from one file to the other stays, with the answers given, for good."""
    other.name = other.email = other.phone = other.note = ""
    other.birth_year = None
    other.merged_into_id = kept.id
    other.updated_at = ctx.now
    other.consents.clear()
    ctx.session.execute(delete(PersonKey).where(PersonKey.person_id == other.id))
    ctx.session.flush()


def _take_answer(ctx: Context, kept: Person, purpose: Purpose, said: Consent | None) -> None:
    """What the person said last is in force, wherever it was written down."""
    before = kept.consent(purpose)
    if said is None or _in_force(before, said) is not said:
        return
    data = ConsentData({purpose: said.answer}, said.channel, said.language, said.notice_version)
    consents.record(ctx, kept, data, author_as(ctx, Side.SENDER), said.answered_at)


def _in_force(one: Consent | None, other: Consent | None) -> Consent | None:
    """The last answer; of two given together, the one that agrees to less."""
    asked = [said for said in (one, other) if said and said.answer is not ConsentAnswer.NOT_ASKED]
    if not asked:
        return one or other
    return max(asked, key=_rank)


def _rank(said: Consent) -> tuple[datetime, bool]:
    return said.answered_at, said.answer is not ConsentAnswer.GIVEN


def _line(kept: Person, other: Person, field: str, label: str) -> Line:
    ours, theirs = _told(kept, field), _told(other, field)
    result = _both_notes(kept, other) if field == "note" else ours or theirs
    return Line(label, ours, theirs, result)


def _told(person: Person, field: str) -> str:
    if field == "commune_insee":
        where = person.qpv.name if person.qpv else ""
        commune = person.commune.name if person.commune else ""
        away = "Hors du territoire" if person.is_from_elsewhere else ""
        return " — ".join(part for part in (commune or away, where) if part)
    value: Any = getattr(person, field)
    return str(getattr(value, "label", value) or "")


def _both_notes(kept: Person, other: Person) -> str:
    return "\n\n".join(dict.fromkeys(note for note in (kept.note, other.note) if note))
