"""« Fiche à jour ? », the agent's side before an answer: whom to ask, the links sent, those
revoked."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from zna_network.models.directory_work import RecordReview, ReviewState
from zna_network.models.organisation import Contact, Organisation
from zna_network.ports.calendar import Address
from zna_network.queries import reviews as queries
from zna_network.services import links, outbox
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, InvalidError, NotFoundError
from zna_network.services.french_time import long_date
from zna_network.services.outbox import Post
from zna_network.services.permissions import Permission
from zna_network.services.unit_of_work import take_turns

VALID_FOR = timedelta(days=30)
# Beyond this, a batch is to be sent in several times: a mail server looks askance at a flood.
LARGEST_BATCH = 500
PATH = "/fiche/"
OWN_ADDRESS_TURN = "review:own-address"


@dataclass(frozen=True)
class Recipient:
    """Whom a link goes to: a referent, or the organisation's own address."""

    email: str
    name: str
    contact_id: int | None = None


@dataclass(frozen=True)
class Asked:
    """The links sent, and the names of the organisations where nobody could be written to."""

    reviews: list[RecordReview]
    left_out: list[str]


def referents_of(organisation: Organisation) -> list[Contact]:
    """The people who answer for a record: referents, in office, with an address."""
    return [
        contact
        for contact in organisation.contacts
        if contact.is_referent and contact.email and contact.archived_at is None
    ]


def recipients_of(organisation: Organisation) -> list[Recipient]:
    """Its referents; failing that, its own address; failing that, nobody."""
    referents = referents_of(organisation)
    if referents or not organisation.email:
        return [Recipient(one.email, one.full_name, one.id) for one in referents]
    return [Recipient(organisation.email, "")]


def send_reviews(ctx: Context, contact_ids: Collection[int]) -> list[RecordReview]:
    """Send each of these referents a link; the one that they had before stops working. All are
    sent or none. Raises ConflictError when one of them is no longer a referent."""
    ctx.require(Permission.DIRECTORY_EDIT)
    if not contact_ids:
        raise InvalidError("Choisissez au moins un destinataire.", field="contacts")
    if len(contact_ids) > LARGEST_BATCH:
        raise InvalidError(f"Envoyez à {LARGEST_BATCH} personnes au plus à la fois.")
    with ctx.unit_of_work():
        contacts = list(ctx.session.scalars(queries.referents(contact_ids, lock=True)))
        if {contact.id for contact in contacts} != set(contact_ids):
            raise ConflictError(
                "L’un des destinataires n’est plus référent, ou a quitté l’annuaire. Rien n’a été "
                "envoyé : relisez la liste."
            )
        for earlier in ctx.session.scalars(queries.open_of_contacts(contact_ids)):
            earlier.state = ReviewState.REVOKED
        ctx.session.flush()
        return [
            _send(ctx, one.organisation, Recipient(one.email, one.full_name, one.id))
            for one in contacts
        ]


def ask_organisations(ctx: Context, organisation_ids: Collection[int]) -> Asked:
    """Send a link to the referents of each of these organisations, or to its own address where it
    has none; all are sent or none. Those that have neither are left out and named."""
    ctx.require(Permission.DIRECTORY_EDIT)
    wanted = set(organisation_ids)
    if not wanted:
        raise InvalidError("Cochez au moins une fiche.", field="organisations")
    if len(wanted) > LARGEST_BATCH:
        raise InvalidError(
            f"Cochez {LARGEST_BATCH} fiches au plus à la fois.", field="organisations"
        )
    with ctx.unit_of_work():
        found = ctx.session.scalars(queries.live_among(wanted)).all()
        if len(found) < len(wanted):
            raise ConflictError(
                "L’une de ces fiches n’est plus dans l’annuaire. Rien n’a été envoyé : relisez la "
                "liste."
            )
        contacts = [contact.id for one in found for contact in referents_of(one)]
        own = [one for one in found if not referents_of(one) and one.email]
        reviews = send_reviews(ctx, contacts) if contacts else []
        return Asked(
            reviews=[*reviews, *_write_to_own_addresses(ctx, own)],
            left_out=[one.name for one in found if not recipients_of(one)],
        )


def _write_to_own_addresses(
    ctx: Context, organisations: Collection[Organisation]
) -> list[RecordReview]:
    """In turn: no unique key keeps two agents from sending two links to one address."""
    if not organisations:
        return []
    take_turns(ctx.session, OWN_ADDRESS_TURN)
    ids = [organisation.id for organisation in organisations]
    for earlier in ctx.session.scalars(queries.open_without_contact(ids)):
        earlier.state = ReviewState.REVOKED
    ctx.session.flush()
    return [_send(ctx, one, Recipient(one.email, "")) for one in organisations]


def _send(ctx: Context, organisation: Organisation, to: Recipient) -> RecordReview:
    token = links.new_token()
    review = RecordReview(
        organisation_id=organisation.id,
        contact_id=to.contact_id,
        recipient=to.email,
        token_hash=links.token_hash(token),
        state=ReviewState.SENT,
        sent_at=ctx.now,
        expires_at=ctx.now + VALID_FOR,
    )
    ctx.session.add(review)
    outbox.post(
        ctx,
        Post(
            mail="record_review",
            recipient=Address(email=to.email, name=to.name or organisation.name[:170]),
            values={
                "name": to.name,
                "organisation": organisation.name,
                "verified": _verified(organisation),
                "facts": _facts(organisation),
                "until": long_date(review.expires_at),
                "path": f"{PATH}{token}",
            },
            thread_key=f"review:{to.contact_id or f'organisation:{organisation.id}'}",
            dedup_key=_cause(review),
            supersedes_thread=True,
            auto_submitted=True,
        ),
    )
    ctx.record("review.sent", organisation, contact=to.contact_id)
    return review


def _cause(review: RecordReview) -> str:
    """Names the mail of a link: unlike the thread, it stays true when records are merged."""
    return f"review:{review.token_hash}"


def _verified(organisation: Organisation) -> str:
    on = organisation.last_verified_on
    return f"La dernière vérification date du {long_date(on)}." if on else ""


def _facts(organisation: Organisation) -> list[tuple[str, str]]:
    """What the mail itself shows, so that a mistake is seen at once."""
    place = f"{organisation.postcode} {organisation.place_name}".strip()
    return [
        ("Adresse", ", ".join(filter(None, (organisation.address, place)))),
        ("Téléphone", organisation.phone),
        ("E-mail", organisation.email),
        ("Horaires", organisation.opening_hours),
    ]


def revoke_review(ctx: Context, review_id: int) -> RecordReview:
    """Stop a link that nobody has used, and its mail if it has not left. Safe to repeat."""
    ctx.require(Permission.DIRECTORY_EDIT)
    with ctx.unit_of_work():
        review = ctx.session.scalar(queries.by_id(review_id, lock=True))
        if review is None:
            raise NotFoundError("Ce lien n’existe pas.")
        if review.state is ReviewState.REVOKED:
            return review
        if review.state is not ReviewState.SENT:
            raise ConflictError("Ce lien a déjà servi : il n’y a plus rien à annuler.")
        review.state = ReviewState.REVOKED
        pulled = outbox.withdraw(ctx, _cause(review))
        ctx.record(
            "review.revoked", review.organisation, contact=review.contact_id, mail_pulled=pulled
        )
    return review
