"""Who acts on a referral, by an account or by the receiver's link, and what every act of the
receiver means by itself: that it has received the referral, and that it takes it."""

from collections.abc import Iterator
from contextlib import contextmanager

from zna_network.models.referral import EventKind, Referral, ReferralState, Side
from zna_network.queries import people as people_queries
from zna_network.queries import referrals as queries
from zna_network.services.clean_values import clean_text
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from zna_network.services.referrals import flow, mails, news
from zna_network.services.referrals.access import (
    UNKNOWN_REFERRAL,
    Author,
    author_for,
    sides_of,
)
from zna_network.services.referrals.links import referral_of
from zna_network.services.sensitive_text import refuse_sensitive
from zna_network.services.unit_of_work import CHANGED_MEANWHILE

Target = int | str
LONGEST_WORDS = 2000
ANONYMISED = "Le dossier de cette personne a été anonymisé : l’orientation ne change plus."


@contextmanager
def acting(ctx: Context, target: Target, *allowed: Side) -> Iterator[tuple[Referral, Author]]:
    """The referral, held until the transaction ends, and who acts. ``target`` is its id for an
    account, or the token of the receiver's link. Raises NotFoundError, ForbiddenError when the
    actor is on none of the ``allowed`` sides, LinkGoneError."""
    with ctx.unit_of_work():
        held = _hold_person(ctx, target)
        if isinstance(target, str):
            found = _by_link(ctx, target, allowed)
        else:
            found = _by_account(ctx, target, allowed)
        if found[0].person_id != held:
            raise ConflictError(CHANGED_MEANWHILE)  # Two files were made one at this instant.
        if found[0].person.anonymised_at is not None:
            raise ConflictError(ANONYMISED)
        yield found


def link_author(referral: Referral) -> Author:
    """Whoever holds the receiver's link speaks for the receiver."""
    return Author(Side.RECEIVER, f"{referral.receiver.short_name[:180]} (par le lien)")


def note_seen(ctx: Context, referral: Referral, author: Author) -> bool:
    """The receipt, at the receiver's first act; false afterwards."""
    if author.side is not Side.RECEIVER or referral.seen_at is not None:
        return False
    referral.seen_at = ctx.now
    flow.append(ctx, referral, EventKind.SEEN, author)
    return True


def take(ctx: Context, referral: Referral, author: Author) -> None:
    """The receiver who sets to work on a referral takes it, even late. Raises ConflictError when
    it was refused or withdrawn."""
    refuse_if_over(referral)
    waiting = referral.state in {ReferralState.OPEN, ReferralState.EXPIRED}
    if waiting and author.side is Side.RECEIVER:
        flow.append(ctx, referral, EventKind.ACCEPTED, author, state=ReferralState.ACCEPTED)
        mails.to_sender(ctx, referral, news.accepted(referral))


def refuse_if_over(referral: Referral) -> None:
    if referral.state in {ReferralState.REFUSED, ReferralState.WITHDRAWN}:
        raise ConflictError(
            f"Cette orientation est « {referral.state.label.lower()} » : rien n’a été changé."
        )


def said_already(referral: Referral, kind: EventKind, author: Author, words: str) -> bool:
    """Whether the last thing that happened is this very one: a button pressed twice, a form sent
    again by a phone that had lost the network."""
    last = referral.events[-1] if referral.events else None
    return last is not None and (last.kind, last.author, last.words) == (kind, author.label, words)


def clean_words(typed: str, *, required: str = "", field: str = "words") -> str:
    """What somebody writes about a referral; ``required`` is the message when it is empty."""
    words = refuse_sensitive(clean_text(typed, field=field, limit=LONGEST_WORDS), field=field)
    if required and not words:
        raise InvalidError(required, field=field)
    return words


def _hold_person(ctx: Context, target: Target) -> int | None:
    """The person before the referral, as everything that begins with the file does: nobody waits
    for each other, and of two organisations that act for one person both are heard."""
    if isinstance(target, str):
        person_id: int | None = referral_of(ctx, target).person_id
    else:
        person_id = ctx.session.scalar(queries.person_of(target))
    if person_id is not None:
        ctx.session.scalar(people_queries.held(person_id))
    return person_id


def _by_link(ctx: Context, token: str, allowed: tuple[Side, ...]) -> tuple[Referral, Author]:
    referral = referral_of(ctx, token, lock=True)
    if allowed and Side.RECEIVER not in allowed:
        raise ForbiddenError
    return referral, link_author(referral)


def _by_account(
    ctx: Context, referral_id: int, allowed: tuple[Side, ...]
) -> tuple[Referral, Author]:
    referral = ctx.session.scalar(queries.by_id(referral_id, lock=True))
    if referral is None:
        raise NotFoundError(UNKNOWN_REFERRAL)
    # An organisation that refers to itself acts as the one referred to, where that is allowed.
    if Side.RECEIVER in sides_of(ctx, referral) and (not allowed or Side.RECEIVER in allowed):
        return referral, author_for(ctx, referral, Side.RECEIVER)
    return referral, author_for(ctx, referral, *allowed)
