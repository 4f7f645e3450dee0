"""The course of a demonstration referral, as a plan: what each side does, and when. What comes
after the present is left out by whoever plays it; silence is the clock's business."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from random import Random

from zna_network.models.referral import OutcomeResult, Referral, Step
from zna_network.services.demo import referral_words as words
from zna_network.services.french_holidays import why_closed
from zna_network.services.french_time import from_local, local_date, to_local

_SATURDAY = 5


class Do(StrEnum):
    SEND = "send"
    SEE = "see"
    ACCEPT = "accept"
    REFUSE = "refuse"
    ASK = "ask"
    ANSWER = "answer"
    MEET = "meet"
    AGREE = "agree"
    HONOUR = "honour"
    MISS = "miss"
    STEP = "step"
    NOTE = "note"
    OUTCOME = "outcome"
    WITHDRAW = "withdraw"


@dataclass(frozen=True)
class Act:
    """One thing done at ``at``. ``facts`` depend on ``do``."""

    at: datetime
    do: Do
    facts: dict[str, str] = field(default_factory=dict)


class Course(StrEnum):
    DECLINES = "declines"
    IGNORED = "ignored"
    LATE = "late"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    ABANDONED = "abandoned"
    CHANGES_MIND = "changes_mind"
    STUCK = "stuck"
    FOLLOWED = "followed"


_COURSES = {
    Course.DECLINES: 6,
    Course.IGNORED: 6,
    Course.LATE: 2,
    Course.REFUSED: 9,
    Course.WITHDRAWN: 3,
    Course.ABANDONED: 6,
    Course.CHANGES_MIND: 3,
    Course.STUCK: 5,
    Course.FOLLOWED: 60,
}


def course_of(chance: Random) -> Course:
    (course,) = chance.choices(list(_COURSES), list(_COURSES.values()))
    return course


def life(chance: Random, referral: Referral, receiver: str, course: Course) -> list[Act]:
    """From the sending on; ``referral`` is as it was made."""
    if course is Course.DECLINES:
        return []
    acts = list(_Life(chance, referral, receiver).acts(course))
    return sorted(acts, key=lambda act: act.at)


def at_work(day: date, chance: Random) -> datetime:
    """An hour of an office on that day, or on the first working day after it."""
    while why_closed(day) or day.weekday() == _SATURDAY:
        day += timedelta(days=1)
    return from_local(day, time(chance.randint(9, 16), chance.choice((5, 15, 20, 35, 40, 50))))


class _Life:
    def __init__(self, chance: Random, referral: Referral, receiver: str) -> None:
        self._chance, self._referral, self._receiver = chance, referral, receiver
        self._at = referral.made_at

    def acts(self, course: Course) -> Iterator[Act]:
        yield Act(self._at, Do.SEND)
        within = words.ANSWERS_WITHIN.get(self._receiver, 5)
        if course is Course.WITHDRAWN:
            yield self._after(2, 9, Do.WITHDRAW, words="La personne a trouvé une autre aide.")
            return
        if course in {Course.IGNORED, Course.LATE}:
            if self._chance.random() < 0.4:
                yield self._after(1, 6, Do.SEE)
            if course is Course.LATE:
                self._at = self._referral.made_at
                yield self._after(33, 38, Do.ACCEPT)
            return
        yield self._after(0, 2, Do.SEE)
        if self._chance.random() < 0.16:
            yield from self._question()
        if course is Course.REFUSED:
            reason, said = self._chance.choice(words.REFUSALS)
            yield self._after(1, within, Do.REFUSE, reason=reason.value, words=said)
            return
        yield self._after(0, within, Do.ACCEPT)
        if course is not Course.STUCK:
            yield from self._meet()
            yield from self._end(course)

    def _question(self) -> Iterator[Act]:
        asked, answered = self._chance.choice(words.QUESTIONS)
        yield self._after(0, 2, Do.ASK, words=asked)
        yield self._after(1, 3, Do.ANSWER, words=answered)

    def _meet(self) -> Iterator[Act]:
        said = self._chance.choice(words.STEP_WORDS)
        yield self._after(1, 5, Do.STEP, step=Step.CONTACTED.value, words=said)
        if self._chance.random() < 0.5:
            yield from self._appointment()
        else:
            yield self._after(2, 9, Do.STEP, step=Step.MET.value)

    def _appointment(self) -> Iterator[Act]:
        """Proposed for some days later; missed once in eight, and then taken again."""
        misses = self._chance.random() < 0.13
        for is_missed in (True, False) if misses else (False,):
            proposed = self._after(0, 1, Do.MEET)
            starts_at = at_work(
                local_date(proposed.at) + timedelta(days=self._chance.randint(4, 12)), self._chance
            )
            proposed.facts["starts_at"] = starts_at.isoformat()
            yield proposed
            if self._chance.random() < 0.8:
                yield Act(proposed.at + timedelta(hours=self._chance.randint(2, 26)), Do.AGREE)
            self._at = starts_at
            yield Act(starts_at + timedelta(hours=1), Do.MISS if is_missed else Do.HONOUR)
            self._at += timedelta(hours=2)

    def _end(self, course: Course) -> Iterator[Act]:
        if course is Course.CHANGES_MIND:
            yield self._after(1, 8, Do.STEP, step=Step.DECLINED.value)
            return
        if course is Course.ABANDONED:
            said = "Ne répond plus malgré plusieurs appels."
            yield self._after(10, 18, Do.STEP, step=Step.WITHDRAWN.value, words=said)
            return
        if self._chance.random() < 0.85:
            yield self._after(1, 9, Do.STEP, step=Step.FILED.value)
        filed = self._at
        for rank, right in enumerate(self._referral.rights):
            self._at = filed
            yield from self._outcome(right.right_code, tells_meanwhile=rank == 0)

    def _outcome(self, right: str, *, tells_meanwhile: bool) -> Iterator[Act]:
        wait = self._chance.randint(*words.WAITS[right])
        known = self._at + timedelta(days=wait)
        while tells_meanwhile and known - self._at > timedelta(days=13):
            yield self._after(7, 9, Do.NOTE, words=self._chance.choice(words.NOTES))
        drawn = self._chance.random()
        result = OutcomeResult.OPENED
        if drawn > 0.76:
            result = OutcomeResult.RENEWED if drawn > 0.92 else OutcomeResult.REFUSED
        won = result is not OutcomeResult.REFUSED
        amount, period = words.amount_of(self._chance, right) if won else ("", "")
        self._at = known - timedelta(days=1)
        yield self._after(
            0, 2, Do.OUTCOME, right=right, result=result.value, amount=amount, period=period,
            evidence=self._chance.choice(
                ("organisation_says", "organisation_says", "notification_seen", "person_says",
                 "payment_seen")
            ),
        )  # fmt: skip

    def _after(self, at_least: int, at_most: int, do: Do, **facts: str) -> Act:
        """That many days later, at an hour of an office, never before what came before."""
        days = self._chance.randint(at_least, max(at_least, at_most))
        day = to_local(self._at).date() + timedelta(days=days)
        self._at = max(at_work(day, self._chance), self._at + timedelta(minutes=25))
        return Act(self._at, do, dict(facts))
