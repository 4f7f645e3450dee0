"""What ``_acts.html`` and ``_history.html`` show of a referral: what its reader may do, what was
done. A page about a referral puts it in its template as ``acts``."""

from dataclasses import dataclass
from typing import Any

from flask import url_for

from zna_network.blueprints.referrals.act_forms import FORMS, ActForm
from zna_network.models.referral import (
    Appointment,
    AppointmentState,
    EventKind,
    Outcome,
    OutcomeResult,
    Referral,
    ReferralEvent,
    ReferralState,
    RefusalReason,
    Side,
)
from zna_network.queries.territory import rights
from zna_network.services.context import Context
from zna_network.services.french_time import long_date, long_datetime
from zna_network.services.referrals import access, questions
from zna_network.services.referrals.acts import BY_LINK, Act, available
from zna_network.services.referrals.appointment_calendar import when_of
from zna_network.services.referrals.appointments import next_states
from zna_network.services.referrals.mail_addresses import receiver_addresses

_LOOKS: dict[EventKind, tuple[str, str]] = {
    EventKind.CREATED: ("info", "plus-lg"),
    EventKind.SENT: ("info", "send"),
    EventKind.SEEN: ("info", "envelope-open"),
    EventKind.ACCEPTED: ("success", "check-lg"),
    EventKind.REFUSED: ("danger", "x-lg"),
    EventKind.QUESTION: ("warning", "question-circle"),
    EventKind.ANSWER: ("info", "reply"),
    EventKind.APPOINTMENT: ("info", "calendar-event"),
    EventKind.STEP: ("info", "arrow-right"),
    EventKind.OUTCOME: ("success", "award"),
    EventKind.NOTE: ("neutral", "chat-left-text"),
    EventKind.REMINDED: ("warning", "bell"),
    EventKind.ESCALATED: ("warning", "megaphone"),
    EventKind.EXPIRED: ("danger", "hourglass-split"),
    EventKind.WITHDRAWN: ("neutral", "x-lg"),
    EventKind.LINK: ("neutral", "link-45deg"),
    EventKind.CONSENT: ("info", "shield-check"),
    EventKind.COMMITTEE: ("info", "people"),
    EventKind.REOPENED: ("info", "arrow-counterclockwise"),
}
STATE_TONES = {
    ReferralState.OPEN: "warning",
    ReferralState.ACCEPTED: "success",
    ReferralState.REFUSED: "danger",
    ReferralState.EXPIRED: "danger",
    ReferralState.WITHDRAWN: "neutral",
}
_APPOINTMENT_TONES = {
    AppointmentState.PROPOSED: "warning",
    AppointmentState.AGREED: "success",
    AppointmentState.HONOURED: "success",
    AppointmentState.MISSED: "danger",
}
_BECOMES = {
    AppointmentState.AGREED: "La personne viendra",
    AppointmentState.DECLINED: "Elle ne peut pas",
    AppointmentState.CANCELLED: "Annuler",
    AppointmentState.HONOURED: "Elle est venue",
    AppointmentState.MISSED: "Elle n’est pas venue",
}
_LINK_ACTS = {"resent": "envoyé de nouveau", "renewed": "remplacé", "revoked": "arrêté"}
_HIDDEN_WORDS = "Des mots ont été écrits, qui ne s’affichent pas ici."


@dataclass(frozen=True)
class Meeting:
    """An appointment as a row. ``next`` are the buttons: (state, label)."""

    appointment: Appointment
    when: str
    tone: str
    next: list[tuple[str, str]]
    file_url: str


@dataclass(frozen=True)
class ActPage:
    """``question`` is the other side's last one, while it waits for an answer from here. ``mute``:
    the receiver has no address, so that nobody was written to. ``for_staff``: what the receiver
    said otherwise than by itself is written down for it."""

    referral: Referral
    allowed: frozenset[Act]
    forms: dict[Act, ActForm]
    token: str
    refused: Act | None
    meetings: list[Meeting]
    results: list[dict[str, str]]
    history: list[dict[str, str]]
    question: ReferralEvent | None
    mute: bool
    shows_words: bool
    for_staff: bool

    @property
    def by_link(self) -> bool:
        return bool(self.token)

    @property
    def state_tone(self) -> str:
        return STATE_TONES[self.referral.state]

    def can(self, name: str) -> bool:
        return Act[name] in self.allowed

    def form(self, name: str) -> ActForm:
        return self.forms[Act[name]]

    def is_open(self, name: str) -> bool:
        """Whether this act was just refused: its form must be seen."""
        return self.refused is Act[name]

    def url(self, name: str) -> str:
        act = Act[name].value
        if self.token:
            return url_for("referrals.link_act", token=self.token, act=act)
        return url_for("referrals.act", referral_id=self.referral.id, act=act)


def for_account(ctx: Context, referral: Referral, refused: ActForm | None = None) -> ActPage:
    """For somebody signed in who may see the referral."""
    sides = access.sides_of(ctx, referral)
    words = access.may_read_words(ctx, referral)
    return _page(ctx, referral, sides, refused=refused, shows_words=words)


def for_link(
    ctx: Context, referral: Referral, token: str, refused: ActForm | None = None
) -> ActPage:
    words = access.may_receiver_read_words(referral)
    sides = (Side.RECEIVER,)
    return _page(ctx, referral, sides, token=token, refused=refused, shows_words=words)


def _page(
    ctx: Context,
    referral: Referral,
    sides: tuple[Side, ...],
    *,
    token: str = "",
    refused: ActForm | None = None,
    shows_words: bool,
) -> ActPage:
    allowed = available(referral, sides)
    if token:
        allowed &= BY_LINK
    if not shows_words:
        # Its form is filled with the place and the note, which may tell who it is.
        allowed -= {Act.MOVE}
    known = ctx.session.scalars(rights(active_only=True)).all() if allowed else []
    forms = {act: FORMS[act](by_link=bool(token)) for act in allowed}
    if refused is not None:
        forms[refused.act] = refused
    for form in forms.values():
        form.offer(referral, known)
    return ActPage(
        referral=referral,
        allowed=allowed,
        forms=forms,
        token=token,
        refused=refused.act if refused else None,
        meetings=[_meeting(ctx, one, token) for one in referral.appointments],
        results=[_result(one) for one in referral.outcomes if one.replaced_at is None],
        history=history_of(referral, shows_words=shows_words),
        question=_question_for(referral, sides),
        mute=not token and not receiver_addresses(ctx, referral),
        shows_words=shows_words,
        for_staff=Side.STAFF in sides,
    )


def history_of(referral: Referral, *, shows_words: bool) -> list[dict[str, str]]:
    """Latest first, as the timeline component takes it."""
    names = {right.right_code: right.right.short_label for right in referral.rights}
    names |= {outcome.right_code: outcome.right.short_label for outcome in referral.outcomes}
    return [_event(event, names, shows_words) for event in reversed(referral.events)]


def _event(event: ReferralEvent, names: dict[str, str], shows_words: bool) -> dict[str, str]:
    tone, icon = _LOOKS[event.kind]
    told = _told(event, names)
    words = event.words if shows_words else (_HIDDEN_WORDS if event.words else "")
    return {
        "when": long_datetime(event.at),
        "title": f"{event.kind.label} : {told}" if told else event.kind.label,
        "who": event.author,
        "text": words,
        "tone": tone,
        "icon": icon,
    }


def _told(event: ReferralEvent, names: dict[str, str]) -> str:
    """What the event says beyond its kind, in words."""
    detail = event.detail
    if event.kind is EventKind.REFUSED and "reason" in detail:
        return RefusalReason(detail["reason"]).label.lower()
    if event.kind is EventKind.STEP:
        return event.step.label.lower()
    if event.kind is EventKind.APPOINTMENT and "became" in detail:
        return AppointmentState(detail["became"]).label.lower()
    if event.kind is EventKind.OUTCOME and "result" in detail:
        result = OutcomeResult(detail["result"]).label.lower()
        return f"{names.get(detail['right'], detail['right'])}, {result}"
    if event.kind is EventKind.LINK:
        return _LINK_ACTS.get(detail.get("act", ""), "")
    return ""


def _meeting(ctx: Context, one: Appointment, token: str) -> Meeting:
    values: dict[str, Any] = {"appointment_id": one.id}
    file_url = (
        url_for("referrals.link_calendar", token=token, **values)
        if token
        else url_for("referrals.calendar", referral_id=one.referral_id, **values)
    )
    return Meeting(
        appointment=one,
        when=when_of(one),
        tone=_APPOINTMENT_TONES.get(one.state, "neutral"),
        next=[(state.value, _BECOMES[state]) for state in next_states(one, ctx.now)],
        file_url=file_url,
    )


def _result(outcome: Outcome) -> dict[str, str]:
    return {
        "right": outcome.right.label,
        "result": outcome.result.label,
        "tone": "danger" if outcome.result is OutcomeResult.REFUSED else "success",
        "amount": _amount(outcome),
        "since": long_date(outcome.effective_on) if outcome.effective_on else "",
        "evidence": outcome.evidence.label,
    }


def _amount(outcome: Outcome) -> str:
    """« 635,70 € par mois »."""
    if outcome.amount_cents is None or outcome.period is None:
        return ""
    euros, cents = divmod(outcome.amount_cents, 100)
    whole = f"{euros:,}".replace(",", "\u202f")
    return f"{whole},{cents:02d}\u00a0€ {outcome.period.label}"


def _question_for(referral: Referral, sides: tuple[Side, ...]) -> ReferralEvent | None:
    """The staff may answer the receiver in the place of who refers, who may be the CUA itself."""
    asking = {Side.SENDER: Side.RECEIVER, Side.RECEIVER: Side.SENDER, Side.STAFF: Side.RECEIVER}
    for side in sides:
        found = questions.unanswered(referral, asking[side]) if side in asking else None
        if found is not None and found.side is not side:
            return found
    return None
