"""The appointments of a referral: proposed by the receiver, agreed on or declined for the person,
moved, cancelled, kept or missed. Each change rises above the one before in the calendars."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from zna_network.models.referral import (
    Appointment,
    AppointmentState,
    EventKind,
    Referral,
    Side,
    Step,
)
from zna_network.ports.messages import CalendarPart
from zna_network.services.addresses import sender
from zna_network.services.clean_values import clean_line
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, InvalidError, NotFoundError
from zna_network.services.french_time import from_local
from zna_network.services.referrals import appointment_calendar as calendar
from zna_network.services.referrals import flow, mails, news
from zna_network.services.referrals.access import Author
from zna_network.services.referrals.acting import Target, acting, clean_words, note_seen, take
from zna_network.services.sensitive_text import refuse_sensitive

S = AppointmentState
TO_COME = frozenset({S.PROPOSED, S.AGREED})
NEXT: dict[AppointmentState, tuple[AppointmentState, ...]] = {
    S.PROPOSED: (S.AGREED, S.DECLINED, S.CANCELLED, S.HONOURED, S.MISSED),
    S.AGREED: (S.CANCELLED, S.HONOURED, S.MISSED),
    S.HONOURED: (S.MISSED,),
    S.MISSED: (S.HONOURED,),
    S.DECLINED: (),
    S.CANCELLED: (),
}
_ONCE_PASSED = frozenset({S.HONOURED, S.MISSED})
_SHORTEST, _LONGEST, _AHEAD = 5, 480, timedelta(days=366)


@dataclass(frozen=True)
class AppointmentData:
    """``minutes``: how long it lasts. ``note`` is for who goes there: the floor, what to bring."""

    day: date
    hour: time
    minutes: int = 30
    place: str = ""
    note: str = ""


def propose(ctx: Context, target: Target, data: AppointmentData) -> Appointment:
    """The receiver proposes to meet the person, and by that takes the referral. The sender has it
    for its calendar, the person too if they agreed to be contacted. The same sent twice counts
    once."""
    with acting(ctx, target, Side.RECEIVER) as (referral, author):
        values = _clean(ctx, data)
        note_seen(ctx, referral, author)
        take(ctx, referral, author)
        twin = _same(referral, values)
        if twin is not None:
            return twin
        appointment = Appointment(
            referral=referral,
            uid=_new_uid(ctx),
            created_at=ctx.now,
            updated_at=ctx.now,
            **values,
        )
        ctx.session.add(appointment)
        ctx.session.flush()
        _tell(ctx, referral, appointment, author, moved=False)
    return appointment


def move(ctx: Context, target: Target, appointment_id: int, data: AppointmentData) -> Appointment:
    """Another time or place: it is proposed anew, above the version that calendars have."""
    with acting(ctx, target, Side.RECEIVER) as (referral, author):
        values = _clean(ctx, data)
        appointment = _of(referral, appointment_id)
        if appointment.state not in TO_COME:
            raise _over(appointment)
        note_seen(ctx, referral, author)
        take(ctx, referral, author)
        if all(getattr(appointment, key) == value for key, value in values.items()):
            return appointment
        for key, value in values.items():
            setattr(appointment, key, value)
        appointment.state = S.PROPOSED
        appointment.sequence += 1
        appointment.updated_at = ctx.now
        _tell(ctx, referral, appointment, author, moved=True)
    return appointment


def set_state(
    ctx: Context, target: Target, appointment_id: int, state: AppointmentState
) -> Appointment:
    """What becomes of it, as either side knows. A meeting that took place makes the person
    « met », one agreed on « contacted ». Raises ConflictError when it is no longer possible."""
    with acting(ctx, target, Side.RECEIVER, Side.SENDER) as (referral, author):
        appointment = _of(referral, appointment_id)
        if appointment.state is state:
            return appointment
        if state not in NEXT[appointment.state]:
            raise _over(appointment)
        if state in _ONCE_PASSED and appointment.starts_at > ctx.now:
            raise ConflictError("Ce rendez-vous n’a pas encore eu lieu.")
        note_seen(ctx, referral, author)
        _become(ctx, referral, appointment, state, author)
    return appointment


def next_states(appointment: Appointment, now: datetime) -> list[AppointmentState]:
    """What may become of it at this instant: nobody has come to a meeting before it begins."""
    begun = appointment.starts_at <= now
    return [state for state in NEXT[appointment.state] if begun or state not in _ONCE_PASSED]


def cancel_to_come(ctx: Context, referral: Referral, author: Author) -> None:
    """In the caller's transaction: the referral ends, and its meetings to come with it."""
    for appointment in referral.appointments:
        if appointment.state in TO_COME and appointment.ends_at > ctx.now:
            _become(ctx, referral, appointment, S.CANCELLED, author)


def _become(
    ctx: Context,
    referral: Referral,
    appointment: Appointment,
    state: AppointmentState,
    author: Author,
) -> None:
    appointment.state = state
    appointment.updated_at = ctx.now
    off = state in {S.DECLINED, S.CANCELLED}
    if off:
        appointment.sequence += 1
    _append(ctx, referral, appointment, author, step=_step_after(referral, state))
    _tell_became(ctx, referral, appointment, author, off=off)


def _tell(
    ctx: Context, referral: Referral, appointment: Appointment, author: Author, *, moved: bool
) -> None:
    when = calendar.when_of(appointment)
    said = news.appointment_moved if moved else news.appointment_proposed
    _append(ctx, referral, appointment, author)
    part = _sender_part(ctx, referral, appointment, off=False)
    mails.to_sender(ctx, referral, said(referral, when), calendar=part)
    calendar.tell_person(ctx, referral, appointment)


def _tell_became(
    ctx: Context, referral: Referral, appointment: Appointment, author: Author, *, off: bool
) -> None:
    """The sender's calendar is cleared whoever cancels; otherwise each side learns what the other
    did, and nobody what they did themselves."""
    when = calendar.when_of(appointment)
    what = news.appointment_became(author.label, appointment.state.label.lower(), when)
    part = _sender_part(ctx, referral, appointment, off=True) if off else None
    if off or author.side is not Side.SENDER:
        mails.to_sender(ctx, referral, what, calendar=part)
    if author.side is not Side.RECEIVER:
        mails.to_receiver(ctx, referral, "referral_word", what)
    if off:
        calendar.untell_person(ctx, referral, appointment)


def _sender_part(
    ctx: Context, referral: Referral, appointment: Appointment, *, off: bool
) -> CalendarPart | None:
    address = mails.calendar_address(ctx, referral)
    if address is None:
        return None
    make = calendar.cancel_part if off else calendar.request_part
    return make(ctx, appointment, address)


def _append(
    ctx: Context,
    referral: Referral,
    appointment: Appointment,
    author: Author,
    step: Step | None = None,
) -> None:
    """The place may be somebody's home: it is on the appointment, never in the history."""
    flow.append(
        ctx,
        referral,
        EventKind.APPOINTMENT,
        author,
        step=step,
        appointment=str(appointment.id),
        became=appointment.state.value,
        starts_at=appointment.starts_at.isoformat(),
        sequence=str(appointment.sequence),
    )


def _step_after(referral: Referral, state: AppointmentState) -> Step | None:
    if state is S.HONOURED and referral.step in {Step.IDENTIFIED, Step.CONTACTED}:
        return Step.MET
    if state is S.AGREED and referral.step is Step.IDENTIFIED:
        return Step.CONTACTED
    return None


def _clean(ctx: Context, data: AppointmentData) -> dict[str, datetime | str]:
    starts_at = from_local(data.day, data.hour, field="hour")
    if not ctx.now < starts_at <= ctx.now + _AHEAD:
        raise InvalidError("Choisissez une date à venir, dans l’année.", field="day")
    if not _SHORTEST <= data.minutes <= _LONGEST:
        raise InvalidError("Choisissez une durée de la liste.", field="minutes")
    place = clean_line(data.place, field="place", limit=300)
    return {
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(minutes=data.minutes),
        "place": refuse_sensitive(place, field="place"),
        "note": clean_words(data.note, field="note"),
    }


def _same(referral: Referral, values: dict[str, datetime | str]) -> Appointment | None:
    """One to come at that very time: somebody pressed twice, or a colleague did."""
    return next(
        (
            one
            for one in referral.appointments
            if one.state in TO_COME and one.starts_at == values["starts_at"]
        ),
        None,
    )


def _of(referral: Referral, appointment_id: int) -> Appointment:
    found = next((one for one in referral.appointments if one.id == appointment_id), None)
    if found is None:
        raise NotFoundError("Ce rendez-vous n’existe pas.")
    return found


def _over(appointment: Appointment) -> ConflictError:
    return ConflictError(
        f"Ce rendez-vous est déjà « {appointment.state.label.lower()} » : rien n’a été changé."
    )


def _new_uid(ctx: Context) -> str:
    return f"rdv-{secrets.token_hex(12)}@{sender(ctx.settings).email.rpartition('@')[2]}"[:80]
