"""Plays the plans of the demonstration's referrals in the order of time, by the rules of the flow
and of the clock themselves: what they refuse, the demonstration lacks. No mail leaves: these are
old."""

import heapq
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from itertools import count

from zna_network.models.referral import (
    Appointment,
    AppointmentState,
    EventKind,
    Evidence,
    OutcomeResult,
    Referral,
    ReferralState,
    RefusalReason,
    Step,
)
from zna_network.services.context import Context
from zna_network.services.demo.past import at
from zna_network.services.demo.referral_lives import Act, Do
from zna_network.services.french_time import local_date
from zna_network.services.links import token_hash
from zna_network.services.referrals import clock, flow, outcomes
from zna_network.services.referrals.access import CLOCK, Author
from zna_network.services.referrals.outcomes import OutcomeData

_LONG = timedelta(minutes=45)
_WORKER = timedelta(minutes=7)  # after the day is reached, the worker's turn comes
_AWAY = frozenset({ReferralState.REFUSED, ReferralState.WITHDRAWN})


class Stage:
    """What is to happen, and to whom; ``until`` is the present."""

    def __init__(self, ctx: Context, until: datetime) -> None:
        self._ctx, self._until = ctx, until
        self._queue: list[tuple[datetime, int, Callable[[], None]]] = []
        self._order = count()
        self._cast: list[Referral] = []
        self._booked: dict[int, Appointment] = {}  # saved at once: their events tell their ids

    def enter(self, referral: Referral, sender: Author, receiver: Author, acts: list[Act]) -> None:
        self._cast.append(referral)
        self.plan(referral.made_at, partial(_create, self._ctx, referral, sender))
        for act in acts:
            if act.at >= self._until:
                continue
            if act.do is Do.MEET:
                self._booked[id(act)] = _appointment(referral, act)
            self.plan(act.at, partial(self._do, referral, sender, receiver, act))

    def plan(self, moment: datetime, what: Callable[[], None]) -> None:
        heapq.heappush(self._queue, (moment, next(self._order), what))

    def play(self) -> None:
        self._ctx.session.add_all(self._booked.values())
        self._ctx.session.flush()
        while self._queue:
            heapq.heappop(self._queue)[2]()
        for referral in self._cast:
            self.let_pass(referral, self._until)
        for appointment in self._booked.values():  # what nobody came to propose
            self._ctx.session.delete(appointment)

    def let_pass(self, referral: Referral, until: datetime) -> None:
        """What the worker would have done about this silence."""
        settings = self._ctx.settings
        delays = (
            settings.referral_reminder_days,
            settings.referral_escalation_days,
            settings.referral_expiry_days,
        )
        while True:
            since = clock.silent_since(referral)
            for days in delays:
                moment = since + timedelta(days=days)
                if moment + _WORKER < until and (due := clock.due(referral, settings, moment)):
                    self._remark(referral, due, moment + _WORKER)
                    break
            else:
                return

    def _remark(self, referral: Referral, due: clock.Due, moment: datetime) -> None:
        then = at(self._ctx, moment)
        if due is clock.Due.REMINDER:
            referral.reminded_at = moment
            flow.append(then, referral, EventKind.REMINDED, CLOCK, mails="1")
        elif due is clock.Due.ESCALATION:
            referral.escalated_at = moment
            flow.append(then, referral, EventKind.ESCALATED, CLOCK, mails="1")
        else:
            flow.append(then, referral, EventKind.EXPIRED, CLOCK, state=ReferralState.EXPIRED)

    def _do(self, referral: Referral, sender: Author, receiver: Author, act: Act) -> None:
        """What comes too late for the state it would find is not done."""
        self.let_pass(referral, act.at)
        if referral.state in _AWAY or (referral.step.is_end and act.do is not Do.SEND):
            return
        then = at(self._ctx, act.at)
        if act.do not in {Do.SEND, Do.WITHDRAW, Do.ANSWER} and referral.seen_at is None:
            referral.seen_at = act.at
            flow.append(then, referral, EventKind.SEEN, receiver)
        if act.do is Do.MEET:
            appointment = self._booked.pop(id(act))
            referral.appointments.append(appointment)
            _append_appointment(then, referral, appointment, receiver)
        else:
            _ACTS[act.do](then, referral, sender, receiver, act.facts)


def _appointment(referral: Referral, act: Act) -> Appointment:
    starts_at = datetime.fromisoformat(act.facts["starts_at"])
    mark = token_hash(f"{referral.client_id}:{act.at.isoformat()}")[:24]
    return Appointment(
        referral_id=referral.id,
        starts_at=starts_at,
        ends_at=starts_at + _LONG,
        place=f"{referral.receiver.address}, {referral.receiver.postcode}",
        state=AppointmentState.PROPOSED,
        sequence=0,
        uid=f"rdv-{mark}@demonstration.example",
        created_at=act.at,
        updated_at=act.at,
    )


def _create(ctx: Context, referral: Referral, sender: Author) -> None:
    step = referral.step if referral.step.is_end else None
    flow.append(at(ctx, referral.made_at), referral, EventKind.CREATED, sender, step=step)


def _send(ctx: Context, referral: Referral, sender: Author, _: Author, __: dict[str, str]) -> None:
    referral.sent_at = ctx.now
    flow.append(ctx, referral, EventKind.SENT, CLOCK, mails="1")


def _see(*_: object) -> None:
    """Said by whoever does anything at all."""


def _accept(ctx: Context, referral: Referral, _: Author, by: Author, __: dict[str, str]) -> None:
    flow.append(ctx, referral, EventKind.ACCEPTED, by, state=ReferralState.ACCEPTED)


def _refuse(ctx: Context, referral: Referral, _: Author, by: Author, said: dict[str, str]) -> None:
    referral.refusal = RefusalReason(said["reason"])
    flow.append(
        ctx, referral, EventKind.REFUSED, by, state=ReferralState.REFUSED, words=said["words"],
        reason=said["reason"],
    )  # fmt: skip


def _withdraw(
    ctx: Context, referral: Referral, by: Author, _: Author, said: dict[str, str]
) -> None:
    flow.append(
        ctx, referral, EventKind.WITHDRAWN, by, state=ReferralState.WITHDRAWN, words=said["words"]
    )


def _ask(ctx: Context, referral: Referral, _: Author, by: Author, said: dict[str, str]) -> None:
    flow.append(ctx, referral, EventKind.QUESTION, by, words=said["words"])


def _answer(ctx: Context, referral: Referral, by: Author, _: Author, said: dict[str, str]) -> None:
    flow.append(ctx, referral, EventKind.ANSWER, by, words=said["words"])


def _note(ctx: Context, referral: Referral, _: Author, by: Author, said: dict[str, str]) -> None:
    flow.append(ctx, referral, EventKind.NOTE, by, words=said["words"])


def _step(ctx: Context, referral: Referral, _: Author, by: Author, said: dict[str, str]) -> None:
    step = Step(said["step"])
    flow.append(ctx, referral, EventKind.STEP, by, step=step, words=said.get("words", ""))


def _become(state: AppointmentState) -> Callable[..., None]:
    def become(ctx: Context, referral: Referral, _: Author, by: Author, __: object) -> None:
        appointment = referral.appointments[-1]
        appointment.state = state
        appointment.updated_at = ctx.now
        met = state is AppointmentState.HONOURED
        met = met and referral.step in {Step.IDENTIFIED, Step.CONTACTED}
        _append_appointment(ctx, referral, appointment, by, Step.MET if met else None)

    return become


def _append_appointment(
    ctx: Context,
    referral: Referral,
    appointment: Appointment,
    by: Author,
    step: Step | None = None,
) -> None:
    flow.append(
        ctx, referral, EventKind.APPOINTMENT, by, step=step, appointment=str(appointment.id),
        became=appointment.state.value, starts_at=appointment.starts_at.isoformat(),
        sequence=str(appointment.sequence),
    )  # fmt: skip


def _outcome(ctx: Context, referral: Referral, _: Author, by: Author, said: dict[str, str]) -> None:
    result = OutcomeResult(said["result"])
    data = OutcomeData(
        said["right"],
        result,
        said["amount"],
        said["period"],
        _next_month(local_date(ctx.now)) if result is not OutcomeResult.REFUSED else None,
        Evidence(said["evidence"]),
    )
    outcomes.record(ctx, referral, data, by)


def _next_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


_ACTS: dict[Do, Callable[..., None]] = {
    Do.SEND: _send,
    Do.SEE: _see,
    Do.ACCEPT: _accept,
    Do.REFUSE: _refuse,
    Do.ASK: _ask,
    Do.ANSWER: _answer,
    Do.AGREE: _become(AppointmentState.AGREED),
    Do.HONOUR: _become(AppointmentState.HONOURED),
    Do.MISS: _become(AppointmentState.MISSED),
    Do.STEP: _step,
    Do.NOTE: _note,
    Do.OUTCOME: _outcome,
    Do.WITHDRAW: _withdraw,
}
