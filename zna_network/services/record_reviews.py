"""« Fiche à jour ? »: asking organisations to confirm or correct their record, by a link.

The link is one-use and only its hash is kept: a reminder is a new link, which ends the one before.
What its holder does with it is in ``review_answers``, what agents decide in ``review_decisions``."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta

from zna_network.models.directory_work import RecordReview, ReviewState
from zna_network.models.organisation import Contact, Organisation
from zna_network.ports.calendar import Address
from zna_network.queries import reviews as queries
from zna_network.services import outbox
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, InvalidError, NotFoundError
from zna_network.services.links import new_token, token_hash
from zna_network.services.outbox import Post
from zna_network.services.permissions import Permission

VALID_FOR = timedelta(days=30)
NO_REVIEW = "Cette demande de vérification n’existe pas."


@dataclass(frozen=True)
class Recipient:
    """Whom a link goes to: a contact, or the organisation's own address."""

    email: str
    name: str
    contact_id: int | None = None


@dataclass(frozen=True)
class Sending:
    """The links sent, and the names of the organisations that nobody could be asked for."""

    reviews: list[RecordReview]
    left_out: list[str]


def recipients_of(organisation: Organisation) -> list[Recipient]:
    """Its referents who have an e-mail; failing that, its own address; failing that, nobody."""
    referents = [
        _recipient(contact)
        for contact in organisation.contacts
        if contact.is_referent and contact.email and contact.archived_at is None
    ]
    if referents:
        return list({one.email: one for one in reversed(referents)}.values())[::-1]
    if organisation.email:
        return [Recipient(organisation.email, organisation.name)]
    return []


def preview(
    ctx: Context, organisation_ids: Collection[int]
) -> list[tuple[Organisation, list[Recipient]]]:
    """Who would be sent a link for each of these organisations, archived ones left aside."""
    ctx.require(Permission.DIRECTORY_EDIT)
    found = ctx.session.scalars(queries.with_contacts(organisation_ids))
    return [(one, recipients_of(one)) for one in found if not one.is_archived]


def send_review(
    ctx: Context, organisation_id: int, contact_id: int | None = None
) -> list[RecordReview]:
    """Send a link to its referents or its own address, or to this contact of its. Raises
    InvalidError when nobody there has an e-mail."""
    ctx.require(Permission.DIRECTORY_EDIT)
    with ctx.unit_of_work():
        organisation = _live(ctx, [organisation_id])[0]
        if contact_id is None:
            recipients = recipients_of(organisation)
        else:
            recipients = [_chosen(organisation, contact_id)]
        if not recipients:
            raise InvalidError(
                f"« {organisation.name} » n’a ni référent joignable ni adresse e-mail : "
                "ajoutez-en à la fiche, ou vérifiez-la par téléphone."
            )
        return [_send(ctx, organisation, recipient) for recipient in recipients]


def send_many(ctx: Context, organisation_ids: Collection[int]) -> Sending:
    """The same for several organisations, all of it or nothing. Those without an e-mail are left
    out and named."""
    ctx.require(Permission.DIRECTORY_EDIT)
    if not organisation_ids:
        raise InvalidError("Cochez au moins une fiche.", field="organisations")
    sending = Sending([], [])
    with ctx.unit_of_work():
        for organisation in _live(ctx, organisation_ids):
            recipients = recipients_of(organisation)
            if not recipients:
                sending.left_out.append(organisation.name)
            sending.reviews.extend(_send(ctx, organisation, one) for one in recipients)
    return sending


def revoke(ctx: Context, review_id: int) -> RecordReview:
    """End a link that has not been answered."""
    ctx.require(Permission.DIRECTORY_EDIT)
    with ctx.unit_of_work():
        review = locked(ctx, review_id)
        if review.state is not ReviewState.SENT:
            raise ConflictError("Ce lien a déjà servi, ou a déjà été annulé.")
        _end(ctx, review)
        ctx.record("review.revoked", review.organisation, recipient=review.recipient)
    return review


def review(ctx: Context, review_id: int) -> RecordReview:
    ctx.require(Permission.DIRECTORY_EDIT)
    found = ctx.session.scalar(queries.by_id(review_id))
    if found is None:
        raise NotFoundError(NO_REVIEW)
    return found


def locked(ctx: Context, review_id: int) -> RecordReview:
    """The review, kept from others until the end of the unit of work. Its organisation is locked
    first, as sending does: so nobody waits for somebody who waits for them."""
    known = ctx.session.scalar(queries.by_id(review_id))
    if known is None:
        raise NotFoundError(NO_REVIEW)
    ctx.session.scalars(queries.locked_organisations([known.organisation_id])).all()
    return ctx.session.scalars(queries.locked(review_id)).one()


def _live(ctx: Context, ids: Collection[int]) -> Sequence[Organisation]:
    """Locked: two people who ask at once send one link that works, not two."""
    found = ctx.session.scalars(queries.locked_organisations(ids)).all()
    if len(found) < len(set(ids)):
        raise NotFoundError("Cet organisme n’existe pas dans l’annuaire.")
    for organisation in found:
        if organisation.is_archived:
            raise ConflictError(f"« {organisation.name} » est archivé : rien n’a été envoyé.")
    return found


def _chosen(organisation: Organisation, contact_id: int) -> Recipient:
    for contact in organisation.contacts:
        if contact.id == contact_id and contact.archived_at is None:
            if not contact.email:
                raise InvalidError(f"{contact.full_name} n’a pas d’adresse e-mail.")
            return _recipient(contact)
    raise NotFoundError("Ce contact n’est pas, ou plus, de cet organisme.")


def _recipient(contact: Contact) -> Recipient:
    return Recipient(contact.email, contact.full_name, contact.id)


def _send(ctx: Context, organisation: Organisation, to: Recipient) -> RecordReview:
    for earlier in ctx.session.scalars(queries.open_for(organisation.id, to.email, to.contact_id)):
        _end(ctx, earlier)
    ctx.session.flush()
    token = new_token()
    review = RecordReview(
        organisation=organisation,
        contact_id=to.contact_id,
        recipient=to.email,
        token_hash=token_hash(token),
        state=ReviewState.SENT,
        sent_at=ctx.now,
        expires_at=ctx.now + VALID_FOR,
    )
    ctx.session.add(review)
    outbox.post(
        ctx,
        Post(
            mail="record_review",
            recipient=Address(to.email, to.name),
            values={
                "name": to.name if to.contact_id else "",
                "organisation": organisation.name,
                "verified_on": organisation.last_verified_on,
                "expires_at": review.expires_at,
                "path": f"/fiche/{token}",
            },
            thread_key=f"fiche:{organisation.id}:{to.email}",
            supersedes_thread=True,
            auto_submitted=True,
        ),
    )
    ctx.record("review.sent", organisation, recipient=to.email)
    return review


def _end(ctx: Context, review: RecordReview) -> None:
    review.state = ReviewState.REVOKED
    review.decided_at = ctx.now
    review.decided_by_id = ctx.actor_id
