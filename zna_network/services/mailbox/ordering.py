"""Which of several answers counts, whatever the order in which the mails arrive (RFC 5546, 2.1.5):
the highest SEQUENCE, then the latest DTSTAMP, and an answer given by link or by telephone after
that instant wins over it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from zna_network.models.invitation import AnswerChannel, Invitation
from zna_network.services.french_time import short_datetime

SKEW = timedelta(minutes=2)
SAME = "Cette réponse était déjà connue\u00a0: rien n’a changé."


@dataclass(frozen=True, order=True)
class Rank:
    """Where an answer of a calendar stands among those of one person. ``is_dated`` is false where
    the client's clock cannot be believed: the answer is then as old as its reading, and another of
    that very second is not the same one."""

    sequence: int
    stamp: datetime
    is_dated: bool = field(default=True, compare=False)


def rank_of(
    invitation: Invitation, sequence: int | None, stamp: datetime | None, now: datetime
) -> Rank:
    """A clock that is fast does not put later answers out of court, nor does a SEQUENCE that was
    never sent."""
    is_dated = stamp is not None and stamp <= now + SKEW
    instant = stamp if stamp is not None and is_dated else now
    known = min(sequence or 0, invitation.sent_sequence or 0)
    return Rank(known, instant.replace(microsecond=0), is_dated)


def why_older(invitation: Invitation, rank: Rank, words: str) -> str:
    """Whether it answers a version of the meeting that no longer holds; empty when it does not.
    ``words`` is the answer itself, such as « oui »."""
    first = invitation.asked_sequence
    if first is None:
        first = invitation.sent_sequence or 0
    if rank.sequence >= first:
        return ""
    return (
        f"A répondu «\u00a0{words}\u00a0» à une version antérieure de la réunion, qui a changé "
        "depuis\u00a0: la réponse ne compte pas."
    )


def why_late(invitation: Invitation, rank: Rank, words: str) -> str:
    """Why a later answer of the same person wins over this one; empty when none does."""
    last = _last(invitation)
    if last is not None and rank == last and rank.is_dated:
        return SAME
    if last is not None and rank < last:
        return f"A répondu «\u00a0{words}\u00a0» avant une autre réponse, déjà prise en compte."
    return _overruled(invitation, rank, words)


def _last(invitation: Invitation) -> Rank | None:
    if invitation.calendar_sequence is None or invitation.calendar_stamp is None:
        return None
    return Rank(invitation.calendar_sequence, invitation.calendar_stamp)


def _overruled(invitation: Invitation, rank: Rank, words: str) -> str:
    """A later answer by another way, to the meeting as it is."""
    if invitation.answer is None or invitation.answered_at is None:
        return ""
    if invitation.answered_via in (None, AnswerChannel.CALENDAR):
        return ""
    if invitation.answered_at.replace(microsecond=0) <= rank.stamp:
        return ""
    when, how = short_datetime(invitation.answered_at), invitation.answered_via.label
    return f"A répondu «\u00a0{words}\u00a0» avant de changer d’avis {how} le {when}."
