"""Questions, answers and notes between who refers and who is referred to. The words stay on the
page; the mail only says that there are some."""

from collections.abc import Callable

from zna_network.models.referral import EventKind, Referral, ReferralEvent, Side
from zna_network.services.context import Context
from zna_network.services.referrals import flow, mails, news
from zna_network.services.referrals.acting import (
    Target,
    acting,
    clean_words,
    note_seen,
    refuse_if_over,
    said_already,
)
from zna_network.services.referrals.news import News


def ask(ctx: Context, target: Target, words: str) -> Referral:
    """A question to the other side, which is told."""
    said = clean_words(words, required="Écrivez votre question.")
    return _tell(ctx, target, EventKind.QUESTION, said, news.question)


def answer(ctx: Context, target: Target, words: str) -> Referral:
    said = clean_words(words, required="Écrivez votre réponse.")
    return _tell(ctx, target, EventKind.ANSWER, said, news.answer)


def _tell(
    ctx: Context, target: Target, kind: EventKind, said: str, what: Callable[[str], News]
) -> Referral:
    with acting(ctx, target) as (referral, author):
        refuse_if_over(referral)
        note_seen(ctx, referral, author)
        if said_already(referral, kind, author, said):
            return referral
        flow.append(ctx, referral, kind, author, words=said)
        mails.tell_others(ctx, referral, author, what(author.label))
    return referral


def note(ctx: Context, target: Target, words: str) -> Referral:
    """Something worth remembering, that both sides read; nobody is written to."""
    said = clean_words(words, required="Écrivez votre note.")
    with acting(ctx, target) as (referral, author):
        note_seen(ctx, referral, author)
        if said_already(referral, EventKind.NOTE, author, said):
            return referral
        flow.append(ctx, referral, EventKind.NOTE, author, words=said)
    return referral


def unanswered(referral: Referral, asker: Side) -> ReferralEvent | None:
    """The last question of this side, or of the staff, that nobody else has answered since."""
    for event in reversed(referral.events):
        if event.kind is EventKind.ANSWER and event.side is not asker:
            return None
        if event.kind is EventKind.QUESTION and event.side in {asker, Side.STAFF, Side.SYSTEM}:
            return event
    return None
