"""Questions, answers and notes between who refers and who is referred to. The words stay on the
page; the mail only says that there are some."""

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


def ask(ctx: Context, target: Target, words: str) -> Referral:
    """A question to the other side, which is told."""
    said = clean_words(words, required="Écrivez votre question.")
    with acting(ctx, target) as (referral, author):
        refuse_if_over(referral)
        note_seen(ctx, referral, author)
        if said_already(referral, EventKind.QUESTION, author, said):
            return referral
        flow.append(ctx, referral, EventKind.QUESTION, author, words=said)
        mails.tell_others(ctx, referral, author, news.question(author.label))
    return referral


def answer(ctx: Context, target: Target, words: str) -> Referral:
    said = clean_words(words, required="Écrivez votre réponse.")
    with acting(ctx, target) as (referral, author):
        refuse_if_over(referral)
        note_seen(ctx, referral, author)
        if said_already(referral, EventKind.ANSWER, author, said):
            return referral
        flow.append(ctx, referral, EventKind.ANSWER, author, words=said)
        mails.tell_others(ctx, referral, author, news.answer(author.label))
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
