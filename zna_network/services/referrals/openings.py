"""An agent who needs a name says why: the file opens to them for an hour. Those who follow the
person see who opened it and why; the journal keeps it too."""

from enum import StrEnum

from zna_network.models.person import FileOpening
from zna_network.queries import people as queries
from zna_network.services.clean_values import clean_line
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, InvalidError
from zna_network.services.permissions import Permission
from zna_network.services.referrals import people
from zna_network.services.referrals.access import OPENING, opening_of
from zna_network.services.sensitive_text import refuse_sensitive

LONGEST_REASON = 300


class OpeningReason(StrEnum):
    """Why somebody who does not follow a person has to know who they are."""

    PRESENT = "present"
    RIGHTS = "rights"
    ASKED = "asked"
    URGENT = "urgent"
    DUPLICATE = "duplicate"
    OTHER = "other"

    @property
    def label(self) -> str:
        return {
            OpeningReason.PRESENT: "La personne appelle ou se présente",
            OpeningReason.RIGHTS: "Elle veut lire, corriger ou effacer ses données",
            OpeningReason.ASKED: "Un organisme demande de l’aide sur ce dossier",
            OpeningReason.URGENT: "Urgence",
            OpeningReason.DUPLICATE: "Vérifier un doublon",
            OpeningReason.OTHER: "Autre raison",
        }[self]


def open_file(ctx: Context, person_id: int, reason: str, words: str = "") -> FileOpening:
    """Raises InvalidError without a reason. Open already, the file stays open an hour from now."""
    ctx.require(Permission.PERSON_OPEN)
    why = reason_of(reason, field="reason")
    said = refuse_sensitive(clean_line(words, field="words", limit=LONGEST_REASON), field="words")
    if why is OpeningReason.OTHER and not said:
        raise InvalidError("Dites pourquoi vous ouvrez ce dossier.", field="words")
    with ctx.unit_of_work():
        person = people.find(ctx, person_id, lock=True)
        if person.anonymised_at is not None:
            raise ConflictError(people.ANONYMISED)
        opening = FileOpening(
            person_id=person.id,
            user_id=ctx.actor_id,
            reason=f"{why.label} : {said}" if said else why.label,
            opened_at=ctx.now,
            closes_at=ctx.now + OPENING,
        )
        ctx.session.add(opening)
        ctx.record("person.opened", person, reason=why.value)
    return opening


def close_file(ctx: Context, person_id: int) -> None:
    """Before the hour is over. Closed already, nothing happens."""
    ctx.require(Permission.PERSON_OPEN)
    with ctx.unit_of_work():
        person = people.find(ctx, person_id)
        while (opening := opening_of(ctx, person)) is not None:
            opening.closes_at = ctx.now
            ctx.session.flush()
            ctx.record("person.closed", person)


def openings_of(ctx: Context, person_id: int) -> list[FileOpening]:
    return list(ctx.session.scalars(queries.openings_of(person_id)))


def reason_of(value: str, *, field: str) -> OpeningReason:
    try:
        return OpeningReason(value)
    except ValueError:
        raise InvalidError("Choisissez pourquoi.", field=field) from None
