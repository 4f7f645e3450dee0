"""« Fiche à jour ? », the referent's side: a link opened, a record confirmed or corrected."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial

from zna_network.models.directory_work import RecordReview, ReviewState
from zna_network.models.organisation import Organisation
from zna_network.queries import reviews as queries
from zna_network.services import organisations, review_parts
from zna_network.services.clean_values import clean_text
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, InvalidError, LinkGoneError
from zna_network.services.french_time import short_date
from zna_network.services.links import hash_to_find
from zna_network.services.organisation_values import Checks, OrganisationData, cleaned, data_of
from zna_network.services.review_parts import Part

ORIGIN = "Référent, par son lien"
_ASK_AGAIN = "Demandez-en un autre à la Communauté urbaine d’Arras."
CHANGED = (
    "Cette fiche a changé pendant que vous la lisiez. Rien n’a été enregistré : relisez-la, "
    "puis répondez de nouveau."
)


@dataclass(frozen=True)
class CorrectionData:
    """A record as its referent would have it. ``offer_hours`` are by offer id. The comments are
    for an agent to read: rights, publics and people are not corrected by themselves."""

    phone: str
    email: str
    website: str
    address: str
    postcode: str
    commune_insee: str | None
    city: str
    opening_hours: str
    description: str
    offer_hours: Mapping[int, str] = field(default_factory=dict)
    offers_comment: str = ""
    contacts_comment: str = ""


@dataclass(frozen=True)
class Opened:
    """A link that works, with the record that it is about; ``seen`` sums up what is shown."""

    review: RecordReview
    organisation: Organisation
    seen: str


def open_link(ctx: Context, token: str) -> Opened:
    """What the link shows; nothing changes. Raises LinkGoneError when it no longer works, or
    never did."""
    return _opened(ctx, token, lock=False)


def _opened(ctx: Context, token: str, *, lock: bool) -> Opened:
    review = ctx.session.scalar(queries.by_token(hash_to_find(token), lock=lock))
    if review is None:
        raise LinkGoneError(
            "Ce lien ne correspond à aucune fiche. Il est peut-être incomplet : ouvrez-le "
            "directement depuis le message reçu."
        )
    _refuse_gone(ctx, review)
    organisation = ctx.session.scalar(queries.organisation_shown(review.organisation_id, lock=lock))
    if organisation is None or organisation.is_archived:
        raise LinkGoneError("Cette fiche n’est plus dans l’annuaire : vous n’avez rien à faire.")
    return Opened(review, organisation, review_parts.digest_of(organisation))


def _refuse_gone(ctx: Context, review: RecordReview) -> None:
    if review.state is ReviewState.REVOKED:
        raise LinkGoneError(
            "Ce lien a été remplacé ou annulé. Ouvrez celui du dernier message reçu. " + _ASK_AGAIN
        )
    if review.state is not ReviewState.SENT:
        on = f" le {short_date(review.answered_at)}" if review.answered_at else ""
        raise LinkGoneError(f"Ce lien a déjà servi{on} : votre réponse est enregistrée, merci.")
    if review.expires_at <= ctx.now:
        raise LinkGoneError(f"Ce lien a expiré le {short_date(review.expires_at)}. {_ASK_AGAIN}")


def confirm(ctx: Context, token: str, seen: str) -> RecordReview:
    """« Tout est juste »: the record is verified today. Raises ConflictError when it is no longer
    what was shown."""
    with ctx.unit_of_work():
        opened = _opened(ctx, token, lock=True)
        if opened.seen != seen:
            raise ConflictError(CHANGED)
        review = opened.review
        review.state = ReviewState.CONFIRMED
        review.answered_at = ctx.now
        theirs = ctx.as_system(ORIGIN)
        organisations.mark_verified(theirs, opened.organisation.id)
        theirs.record("review.confirmed", opened.organisation, review=review.id)
    return review


def propose(ctx: Context, token: str, data: CorrectionData, seen: str) -> RecordReview:
    """Keep the correction for an agent; the record stays as it is.

    Raises InvalidValuesError with all that is wrong, InvalidError when nothing was changed,
    ConflictError when the record is no longer what was shown."""
    with ctx.unit_of_work():
        opened = _opened(ctx, token, lock=True)
        if opened.seen != seen:
            raise ConflictError(CHANGED)
        before = {part.key: part for part in review_parts.parts_of(opened.organisation)}
        after = _corrected(ctx, opened.organisation, data)
        changed = [key for key, part in after.items() if part.values != before[key].values]
        comment = _comment(data)
        if not changed and not comment:
            raise InvalidError(
                "Vous n’avez rien changé. Si tout est juste, utilisez le bouton « Tout est juste »."
            )
        review = opened.review
        review.state = ReviewState.CORRECTION_PROPOSED
        review.answered_at = ctx.now
        review.before = {key: before[key].values for key in changed}
        review.proposal = {key: after[key].values for key in changed}
        review.comment = comment
        ctx.as_system(ORIGIN).record(
            "review.proposed", opened.organisation, review=review.id, parts=changed
        )
    return review


def _corrected(ctx: Context, organisation: Organisation, data: CorrectionData) -> dict[str, Part]:
    """The parts as the referent would have them, in the form that is stored."""
    clean = cleaned(ctx, _merged(organisation, data), stored_siret=organisation.siret)
    checks = Checks()
    parts = {
        key: Part(key, label, {name: getattr(clean, name) for name in names})
        for key, (label, names) in review_parts.PARTS.items()
    }
    for offer in organisation.offers:
        typed = data.offer_hours.get(offer.id, offer.opening_hours)
        part = review_parts.offer_part(offer)
        hours = checks.take(partial(clean_text, typed, field=f"offer_{offer.id}"), "")
        parts[part.key] = replace(part, values={"opening_hours": hours})
    checks.finish()
    return parts


def _merged(organisation: Organisation, data: CorrectionData) -> OrganisationData:
    names = {name for _, names in review_parts.PARTS.values() for name in names}
    return replace(data_of(organisation), **{name: getattr(data, name) for name in names})


def _comment(data: CorrectionData) -> str:
    said = (
        ("Permanences, droits, publics", clean_text(data.offers_comment, field="offers_comment")),
        ("Contacts", clean_text(data.contacts_comment, field="contacts_comment")),
    )
    return "\n\n".join(f"{about} :\n{text}" for about, text in said if text)
