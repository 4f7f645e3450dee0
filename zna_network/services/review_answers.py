"""What the holder of a « Fiche à jour ? » link may do: confirm the record, or propose corrections.

No account is needed: the link itself is the right, once. Nothing is written by looking at it."""

from collections.abc import Mapping

from zna_network.models.directory_work import RecordReview, ReviewState
from zna_network.queries import reviews as queries
from zna_network.services import organisations
from zna_network.services.clean_values import clean_text
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, InvalidError, LinkGoneError
from zna_network.services.links import token_hash
from zna_network.services.record_reviews import locked
from zna_network.services.review_fields import cleaned_values, values_of

LONGEST_TOKEN = 64
BY_LINK = "l’organisme, par son lien"
UNKNOWN = (
    "Ce lien ne correspond à aucune fiche. Il est peut-être incomplet : ouvrez-le directement "
    "depuis le message reçu, sans le recopier."
)
REPLACED = (
    "Ce lien a été remplacé ou annulé. Utilisez celui du dernier message reçu, ou demandez-en un "
    "nouveau à la Communauté urbaine d’Arras."
)
EXPIRED = (
    "Ce lien n’est plus valable : il servait pendant trente jours. Demandez-en un nouveau à la "
    "Communauté urbaine d’Arras."
)
ANSWERED = "Vous avez déjà répondu avec ce lien : votre réponse est bien enregistrée, merci."
GONE = "Cette fiche n’est plus dans l’annuaire : il n’y a rien à vérifier."
CHANGED = (
    "La fiche a changé pendant que vous la relisiez. Rien n’a été enregistré : relisez les "
    "informations actuelles, puis recommencez."
)


def review_by_token(ctx: Context, token: str) -> RecordReview:
    """The review of this link. Raises LinkGoneError when there is nothing to answer any more."""
    found = None
    if len(token) <= LONGEST_TOKEN and token.isascii():
        found = ctx.session.scalar(queries.by_token_hash(token_hash(token)))
    if found is None:
        raise LinkGoneError(UNKNOWN)
    _require_open(ctx, found)
    return found


def confirm(ctx: Context, token: str, seen: int | None = None) -> RecordReview:
    """All is right: the record is verified today. ``seen`` is the revision of the record that the
    person has read: raises ConflictError if it is not the present one."""
    link = ctx.as_system(BY_LINK)
    with link.unit_of_work():
        review = _locked_by_token(link, token, seen)
        review.state = ReviewState.CONFIRMED
        review.answered_at = link.now
        organisations.mark_verified(link, review.organisation_id)
        link.record("review.confirmed", review.organisation, recipient=review.recipient)
    return review


def propose(
    ctx: Context,
    token: str,
    values: Mapping[str, str | None],
    comment: str = "",
    seen: int | None = None,
) -> RecordReview:
    """Keep the corrections until an agent decides. ``values`` is {field of review_fields.LABELS:
    what was typed}. Raises InvalidValuesError with all that is wrong, InvalidError when nothing
    would change, ConflictError as ``confirm`` does."""
    link = ctx.as_system(BY_LINK)
    with link.unit_of_work():
        review = _locked_by_token(link, token, seen)
        before = values_of(review.organisation)
        clean = cleaned_values(link, review.organisation, values)
        proposal = {field: value for field, value in clean.items() if value != before[field]}
        said = clean_text(comment, field="comment", limit=2000)
        if not proposal and not said:
            raise InvalidError(
                "Vous n’avez rien changé. Si les informations sont exactes, choisissez "
                "« Tout est juste »."
            )
        review.state = ReviewState.CORRECTION_PROPOSED
        review.answered_at = link.now
        review.before, review.proposal, review.comment = dict(before), dict(proposal), said
        link.record("review.proposed", review.organisation, fields=sorted(proposal))
    return review


def _locked_by_token(ctx: Context, token: str, seen: int | None) -> RecordReview:
    review = locked(ctx, review_by_token(ctx, token).id)
    _require_open(ctx, review)
    if seen is not None and review.organisation.revision != seen:
        raise ConflictError(CHANGED)
    return review


def _require_open(ctx: Context, review: RecordReview) -> None:
    if review.state is ReviewState.REVOKED:
        raise LinkGoneError(REPLACED)
    if review.state is not ReviewState.SENT:
        raise LinkGoneError(ANSWERED)
    if review.expires_at <= ctx.now:
        raise LinkGoneError(EXPIRED)
    if review.organisation.is_archived:
        raise LinkGoneError(GONE)
