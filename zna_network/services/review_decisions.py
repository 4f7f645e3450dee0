"""What an agent decides on a correction proposed by an organisation."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from zna_network.models.directory_work import RecordReview, ReviewState
from zna_network.ports.calendar import Address
from zna_network.services import organisations, outbox
from zna_network.services.clean_values import clean_text
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, InvalidError
from zna_network.services.french_time import local_date
from zna_network.services.outbox import Post
from zna_network.services.permissions import Permission
from zna_network.services.record_reviews import locked
from zna_network.services.review_fields import corrected, labels_of
from zna_network.services.unit_of_work import CHANGED_MEANWHILE

DECIDED = "Cette correction a déjà été traitée."


def apply(
    ctx: Context, review_id: int, fields: Collection[str], seen: int | None = None
) -> RecordReview:
    """Write the chosen fields in the record, verified today, and thank who proposed them.
    ``seen`` is the revision of the record that the agent compared with: raises ConflictError if
    it is not the present one. A proposal that is a comment alone is applied with no field."""
    ctx.require(Permission.DIRECTORY_EDIT)
    with ctx.unit_of_work():
        review = _waiting(ctx, review_id)
        organisation = organisations.live_organisation(ctx, review.organisation_id)
        if seen is not None and organisation.revision != seen:
            raise ConflictError(CHANGED_MEANWHILE)
        _check_chosen(review, fields)
        data = replace(
            corrected(organisation, review.proposal, fields), last_verified_on=local_date(ctx.now)
        )
        organisations.update_organisation(ctx, organisation.id, data, organisation.revision)
        _decide(ctx, review, ReviewState.CORRECTION_APPLIED)
        ctx.record("review.applied", organisation, fields=sorted(fields))
        _write_to(ctx, review, "record_review_thanks", applied=labels_of(fields))
    return review


def refuse(ctx: Context, review_id: int, reason: str) -> RecordReview:
    """Leave the record as it is, and tell who proposed the correction why."""
    ctx.require(Permission.DIRECTORY_EDIT)
    with ctx.unit_of_work():
        review = _waiting(ctx, review_id)
        said = clean_text(reason, field="reason", limit=2000)
        if not said:
            raise InvalidError(
                "Indiquez le motif : il est envoyé à la personne qui a proposé la correction.",
                field="reason",
            )
        _decide(ctx, review, ReviewState.CORRECTION_REFUSED)
        review.decision_reason = said
        ctx.record("review.refused", review.organisation, reason=said)
        _write_to(ctx, review, "record_review_refused", reason=said)
    return review


def _waiting(ctx: Context, review_id: int) -> RecordReview:
    review = locked(ctx, review_id)
    if review.state is not ReviewState.CORRECTION_PROPOSED:
        raise ConflictError(DECIDED)
    return review


def _check_chosen(review: RecordReview, fields: Collection[str]) -> None:
    if not set(fields) <= set(review.proposal):
        raise InvalidError("Cette valeur n’a pas été proposée.", field="fields")
    if review.proposal and not fields:
        raise InvalidError(
            "Cochez au moins une valeur à reprendre, ou refusez la correction.", field="fields"
        )


def _decide(ctx: Context, review: RecordReview, state: ReviewState) -> None:
    review.state = state
    review.decided_at = ctx.now
    review.decided_by_id = ctx.actor_id


def _write_to(ctx: Context, review: RecordReview, mail: str, **values: Any) -> None:
    name = review.contact.full_name if review.contact else ""
    organisation = review.organisation.name
    outbox.post(
        ctx,
        Post(
            mail=mail,
            recipient=Address(review.recipient, name or organisation),
            values={"name": name, "organisation": organisation, **values},
            auto_submitted=True,
        ),
    )
