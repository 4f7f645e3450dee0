"""Making a referral: one sending, one referral, one transaction."""

from typing import Any

from zna_network.models.organisation import Organisation
from zna_network.models.person import Person, Purpose
from zna_network.models.referral import (
    Callback,
    EventKind,
    Referral,
    ReferralRight,
    ReferralState,
    Step,
)
from zna_network.models.territory import lot_of
from zna_network.queries import diagnostics as diagnostic_queries
from zna_network.queries import referrals as queries
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, InvalidError
from zna_network.services.permissions import Permission
from zna_network.services.referrals import consents, flow, mails, people, receivers
from zna_network.services.referrals.creation_values import (
    ReferralData,
    Sender,
    checked,
    checked_rights,
    clean_client_id,
)
from zna_network.services.referrals.links import fresh_link
from zna_network.services.referrals.person_choice import person_for
from zna_network.services.unit_of_work import take_turns

__all__ = ["ReferralData", "Sender", "already_made", "create", "reaching"]

ALREADY_USED = "Cet envoi a déjà servi à quelqu’un d’autre. Rechargez la page, puis recommencez."
OTHER_DIAGNOSTIC = "Ce diagnostic est celui de quelqu’un d’autre."
NO_PHONE = "Écrivez le numéro à rappeler, ou choisissez une autre façon de joindre la personne."
NO_EMAIL = "Écrivez l’adresse e-mail, ou choisissez une autre façon de joindre la personne."
_CONTACTS = {
    Callback.PHONE: ("phone", NO_PHONE),
    Callback.SMS: ("phone", NO_PHONE),
    Callback.EMAIL: ("email", NO_EMAIL),
}


def create(ctx: Context, sender: Sender, data: ReferralData) -> Referral:
    """Refer somebody on behalf of ``sender``; sent again, the first referral is given back.

    The person's refusal never stops it: the receiver is then told how to go on without a name, and
    ``callback`` becomes « through who refers ». Who was informed and wants nothing is written down,
    closed at once, and nothing is sent. Raises InvalidError, ConflictError, NotFoundError."""
    ctx.require(Permission.REFERRAL_CREATE, sender.organisation_id)
    with ctx.unit_of_work():
        # The same sending, twice at the same instant, is looked for in turn.
        take_turns(ctx.session, f"referral:{clean_client_id(data.client_id)}")
        made = already_made(ctx, sender, data.client_id)
        return made if made is not None else _make(ctx, sender, data)


def reaching(person: Person, wanted: Callback, *, is_final: bool = False) -> Callback:
    """How the person can be reached, given what they agreed to. Raises InvalidError when the number
    or the address is missing, unless ``is_final``: nobody can be asked any more."""
    if wanted not in _CONTACTS:
        return wanted
    if not person.agrees_to(Purpose.CONTACT):
        return Callback.THROUGH_SENDER
    field, message = _CONTACTS[wanted]
    if getattr(person, field):
        return wanted
    if is_final:
        return Callback.THROUGH_SENDER
    raise InvalidError(message, field=field)


def already_made(ctx: Context, sender: Sender, client_id: str) -> Referral | None:
    """What this sending has already made. Raises ConflictError when it was somebody else's."""
    made = ctx.session.scalar(queries.by_client_id(clean_client_id(client_id)))
    if made is not None and made.sender_id != sender.organisation_id:
        raise ConflictError(ALREADY_USED, field="client_id")
    return made


def _make(ctx: Context, sender: Sender, data: ReferralData) -> Referral:
    columns = checked(ctx, data)
    codes = checked_rights(ctx, data.rights)
    receiver = _receiver(ctx, sender, data)
    person = person_for(ctx, sender, data)
    if data.consents is not None:
        consents.record(ctx, person, data.consents, sender.author, columns["made_at"])
    _check_diagnostic(ctx, data.diagnostic_id, person)
    wanted: Callback = columns["callback"]
    if not data.is_declined:
        columns["callback"] = reaching(person, wanted, is_final=sender.device_id is not None)
    referral = Referral(
        **columns,
        **fresh_link(ctx.settings, ctx.now),
        **_described(person),
        number=_next_number(ctx),
        person=person,
        sender_id=sender.organisation_id,
        receiver=receiver,
        stand_id=sender.stand_id,
        device_id=sender.device_id,
        created_by_id=ctx.actor_id,
        diagnostic_id=data.diagnostic_id,
        state=ReferralState.OPEN,
        step=Step.IDENTIFIED,
        moved_at=ctx.now,
        created_at=ctx.now,
        updated_at=ctx.now,
        rights=[ReferralRight(right_code=code, position=n) for n, code in enumerate(codes)],
        events=[],
        outcomes=[],
        appointments=[],
    )
    ctx.session.add(referral)
    people.touch(ctx, person, columns["made_at"])
    ctx.session.flush()
    _begin(ctx, sender, referral, wanted, is_declined=data.is_declined)
    return referral


def _begin(
    ctx: Context, sender: Sender, referral: Referral, wanted: Callback, *, is_declined: bool
) -> None:
    changed = wanted is not referral.callback
    detail: dict[str, Any] = {"callback_wanted": wanted.value} if changed else {}
    step = Step.DECLINED if is_declined else None
    author, at = sender.author, referral.made_at
    flow.append(ctx, referral, EventKind.CREATED, author, at=at, step=step, **detail)
    if not is_declined:
        mails.announce(ctx, referral)


def _receiver(ctx: Context, sender: Sender, data: ReferralData) -> Organisation:
    """Nothing is sent about who wants nothing: the sender's own name then does."""
    if data.receiver_id is None and data.is_declined:
        return receivers.reachable(ctx, sender.organisation_id)
    return receivers.reachable(ctx, data.receiver_id)


def _described(person: Person) -> dict[str, object]:
    """Where the person lives and what they are, as of now."""
    return {
        "commune_insee": person.commune_insee,
        "qpv_id": person.qpv_id,
        "lot": int(lot_of(person.commune, person.qpv)) if person.commune else None,
        "age_band": person.age_band,
        "target_group": person.target_group,
    }


def _check_diagnostic(ctx: Context, diagnostic_id: int | None, person: Person) -> None:
    if diagnostic_id is None:
        return
    diagnostic = ctx.session.scalar(diagnostic_queries.by_id(diagnostic_id))
    if diagnostic is None or diagnostic.person_id != person.id:
        raise InvalidError(OTHER_DIAGNOSTIC, field="diagnostic_id")


def _next_number(ctx: Context) -> int:
    """They follow one another without a hole: referrals are numbered in turn, and the database
    refuses the same number twice."""
    take_turns(ctx.session, "referral-numbers")
    return (ctx.session.scalar(queries.last_number()) or 0) + 1
