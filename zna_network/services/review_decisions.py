"""« Fiche à jour ? », the agent's side after an answer: a correction applied or refused, once."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from zna_network.models.directory_work import RecordReview, ReviewState
from zna_network.models.organisation import Organisation
from zna_network.ports.calendar import Address
from zna_network.queries import reviews as queries
from zna_network.queries import territory
from zna_network.services import offers, organisations, outbox, review_parts
from zna_network.services.clean_values import clean_text
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, InvalidError, NotFoundError
from zna_network.services.french_time import local_date
from zna_network.services.organisation_values import data_of
from zna_network.services.outbox import Post
from zna_network.services.permissions import Permission
from zna_network.services.unit_of_work import take_turns

CHANGED = (
    "La fiche a changé depuis l’affichage de cette page. Rien n’a été appliqué : relisez les "
    "valeurs actuelles, puis décidez."
)


@dataclass(frozen=True)
class Difference:
    """One proposed part, in words. ``shown`` is what the referent saw, ``present`` what the record
    says now (none when the offer is gone)."""

    key: str
    label: str
    shown: str
    present: str | None
    proposed: str

    @property
    def has_moved(self) -> bool:
        return self.present != self.shown

    @property
    def is_done(self) -> bool:
        return self.present == self.proposed


@dataclass(frozen=True)
class Correction:
    """A correction beside the record as it stands; ``seen`` sums up the latter."""

    review: RecordReview
    organisation: Organisation
    differences: list[Difference]
    seen: str


def correction(ctx: Context, review_id: int) -> Correction:
    """What a referent answered, to be decided upon. Raises NotFoundError."""
    ctx.require(Permission.DIRECTORY_EDIT)
    review = ctx.session.scalar(queries.by_id(review_id))
    if review is None or review.answered_at is None:
        raise NotFoundError("Cette correction n’existe pas.")
    organisation = ctx.session.scalar(queries.organisation_shown(review.organisation_id))
    if organisation is None:
        raise NotFoundError("Cette correction n’existe pas.")
    return Correction(
        review=review,
        organisation=organisation,
        differences=_differences(ctx, review, organisation),
        seen=review_parts.digest_of(organisation),
    )


def _differences(
    ctx: Context, review: RecordReview, organisation: Organisation
) -> list[Difference]:
    names = {commune.insee: commune.name for commune in ctx.session.scalars(territory.communes())}
    present = {part.key: part for part in review_parts.parts_of(organisation)}
    return [
        Difference(
            key=key,
            label=_label(key, present),
            shown=review_parts.in_words(review.before.get(key, {}), names),
            present=review_parts.in_words(present[key].values, names) if key in present else None,
            proposed=review_parts.in_words(values, names),
        )
        for key, values in review.proposal.items()
    ]


def _label(key: str, present: Mapping[str, review_parts.Part]) -> str:
    return present[key].label if key in present else "Offre retirée depuis"


def apply_correction(
    ctx: Context, review_id: int, keys: Collection[str], seen: str
) -> RecordReview:
    """Write the parts named by ``keys``, thank the referent, and mark the record verified on the
    day of the answer. Exactly one of two agents who decide at once succeeds: the other gets a
    ConflictError, as when the record has changed since ``seen``."""
    ctx.require(Permission.DIRECTORY_EDIT)
    with ctx.unit_of_work():
        # Before any row is held, in the order in which imports take them.
        take_turns(ctx.session, organisations.IDENTITY_TURN)
        review, organisation = _waiting(ctx, review_id)
        if review_parts.digest_of(organisation) != seen:
            raise ConflictError(CHANGED)
        if review.proposal and not keys:
            raise InvalidError("Cochez ce que vous appliquez, ou refusez.", field="parts")
        if not set(keys) <= set(review.proposal):
            raise InvalidError("L’un de ces champs n’a pas été proposé.", field="parts")
        _write(ctx, organisation, review, keys)
        review.state = ReviewState.CORRECTION_APPLIED
        review.applied = [key for key in review.proposal if key in keys]
        _decide(ctx, review)
        labels = [d.label for d in _differences(ctx, review, organisation) if d.key in keys]
        _post(ctx, review, organisation, "record_review_applied", applied=labels)
        ctx.record("review.applied", organisation, review=review.id, parts=review.applied)
    return review


def _write(
    ctx: Context, organisation: Organisation, review: RecordReview, keys: Collection[str]
) -> None:
    answered = local_date(review.answered_at or ctx.now)
    known = organisation.last_verified_on
    values: dict[str, Any] = {"last_verified_on": max(known, answered) if known else answered}
    for key in keys:
        offer_id = review_parts.offer_id_of(key)
        if offer_id is None:
            values.update(review.proposal[key])
        else:
            _write_offer(ctx, offer_id, organisation, review.proposal[key])
    organisations.update_organisation(
        ctx, organisation.id, replace(data_of(organisation), **values), organisation.revision
    )


def _write_offer(
    ctx: Context, offer_id: int, organisation: Organisation, values: Mapping[str, Any]
) -> None:
    offer = next((offer for offer in organisation.offers if offer.id == offer_id), None)
    if offer is None:
        raise ConflictError(
            "Cette offre n’est plus sur la fiche : décochez-la pour appliquer le reste."
        )
    offers.update_offer(ctx, offer_id, replace(offers.data_of(offer), **values), offer.revision)


def refuse_correction(ctx: Context, review_id: int, reason: str) -> RecordReview:
    """Leave the record as it is, and tell the referent why."""
    ctx.require(Permission.DIRECTORY_EDIT)
    why = clean_text(reason, field="reason", limit=2000)
    if not why:
        raise InvalidError("Donnez le motif : il est envoyé au référent.", field="reason")
    with ctx.unit_of_work():
        review, organisation = _waiting(ctx, review_id)
        review.state = ReviewState.CORRECTION_REFUSED
        review.decision_reason = why
        _decide(ctx, review)
        _post(ctx, review, organisation, "record_review_refused", reason=why)
        ctx.record("review.refused", organisation, review=review.id)
    return review


def _waiting(ctx: Context, review_id: int) -> tuple[RecordReview, Organisation]:
    """The correction and its record, both held until the transaction ends."""
    review = ctx.session.scalar(queries.by_id(review_id, lock=True))
    if review is None:
        raise NotFoundError("Cette correction n’existe pas.")
    if review.state is not ReviewState.CORRECTION_PROPOSED:
        who = f" par {review.decided_by.name}" if review.decided_by else ""
        raise ConflictError(f"Cette correction vient d’être traitée{who}. Rien de plus n’a changé.")
    organisation = ctx.session.scalar(queries.organisation_shown(review.organisation_id, lock=True))
    if organisation is None or organisation.is_archived:
        raise ConflictError("Cette fiche est archivée : restaurez-la avant de décider.")
    return review, organisation


def _decide(ctx: Context, review: RecordReview) -> None:
    review.decided_at = ctx.now
    review.decided_by_id = ctx.actor_id


def _post(
    ctx: Context, review: RecordReview, organisation: Organisation, mail: str, **values: Any
) -> None:
    name = review.contact.full_name if review.contact else ""
    outbox.post(
        ctx,
        Post(
            mail=mail,
            recipient=Address(email=review.recipient, name=name),
            values={"name": name, "organisation": organisation.name, **values},
            dedup_key=f"{mail}:{review.id}",
            auto_submitted=True,
        ),
    )
