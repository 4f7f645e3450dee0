"""Referrals made at a stand, network or not: what a phone sealed becomes a referral, once."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from zna_network.models.attendee import Badge
from zna_network.models.person import ConsentAnswer, Purpose
from zna_network.models.referral import Referral, ReferralOrigin, Side, Step
from zna_network.queries import badges as badge_queries
from zna_network.queries import door_referrals as queries
from zna_network.queries import referrals as referral_queries
from zna_network.services import sealed_referrals, stand_people, stand_seal
from zna_network.services.badges import hash_of_ticket
from zna_network.services.context import Context
from zna_network.services.devices import authenticate
from zna_network.services.door_state import Asker
from zna_network.services.errors import ForbiddenError, InvalidError
from zna_network.services.referrals import creation
from zna_network.services.referrals.access import Author
from zna_network.services.referrals.consent_notice import NOTICE_VERSION
from zna_network.services.referrals.consents import ConsentData
from zna_network.services.referrals.creation import ReferralData, Sender
from zna_network.services.scan_recording import timestamp
from zna_network.services.scan_times import settle
from zna_network.services.sealed_referrals import SealedReferral
from zna_network.services.stand_kit import NOT_AT_A_STAND, HeldStand, stand_of
from zna_network.services.unit_of_work import take_turns

LISTED = 200
SENT_ELSEWHERE = "Une orientation d’un autre stand porte déjà ce numéro d’envoi."
UNKNOWN_BADGE = "Ce badge n’est pas de ce forum."


@dataclass(frozen=True)
class SealedSending:
    """What a phone sends. ``bound_to``: what surrounds the seal and may not be changed, as it was
    written (``client_id``, ``made_at`` and ``point``, separated by line feeds)."""

    client_id: str
    made_at: datetime
    point: str
    sealed: str
    bound_to: str
    sent_at: datetime | None = None


def receive(ctx: Context, token: str, sent: SealedSending) -> dict[str, Any]:
    """The referral, made now or already: sent again, it gets the same number and counts once. A
    rehearsal badge makes none, and has no number.

    Raises DeviceRefusedError, ForbiddenError (not a phone of this stand), InvalidError."""
    with ctx.unit_of_work():
        asker = authenticate(ctx, token)
        held = stand_of(ctx, asker)
        if sent.point != held.point:
            raise ForbiddenError(NOT_AT_A_STAND)
        take_turns(ctx.session, f"referral:{sent.client_id}")
        made = ctx.session.scalar(referral_queries.by_client_id(sent.client_id))
        if made is None:
            made = _make(ctx, asker, held, sent)
        elif made.stand_id != held.stand.id:
            raise InvalidError(SENT_ELSEWHERE, field="client_id")
        return {"client_id": sent.client_id, "number": made.shown_number if made else None}


def listed(ctx: Context, token: str) -> list[dict[str, Any]]:
    """What this phone's stand has made, and what became of it: nothing of who the people are."""
    held = stand_of(ctx, authenticate(ctx, token))
    own = queries.of_stand(held.stand.id, held.organisation_id, LISTED)
    return [
        {
            "client_id": referral.client_id,
            "number": referral.shown_number,
            "made_at": timestamp(referral.made_at),
            "receiver": referral.receiver.name,
            "state": referral.state.value,
            "state_label": referral.state.label,
            "step_label": referral.step.label,
        }
        for referral in ctx.session.scalars(own)
    ]


def _make(ctx: Context, asker: Asker, held: HeldStand, sent: SealedSending) -> Referral | None:
    said = sealed_referrals.read(stand_seal.unseal(ctx.settings, sent.sealed, sent.bound_to))
    badge = _badge(ctx, asker, said)
    if badge is not None and badge.is_rehearsal:
        return None
    agrees = said.consents.contact is ConsentAnswer.GIVEN
    ctx = replace(ctx, origin=f"{held.name} · {asker.name}")  # who the journal says it was
    person = stand_people.described(ctx, said, badge, agrees=agrees)
    known = stand_people.known(ctx, held.organisation_id, badge, person)
    instants = settle(
        sent.made_at,
        ctx.now,
        sent_at=sent.sent_at,
        last_skew_s=asker.last_skew_s,
        is_past=True,
    )
    data = ReferralData(
        client_id=sent.client_id,
        receiver_id=said.receiver,
        rights=tuple(said.rights),
        origin=ReferralOrigin.STAND.value,
        callback=said.callback.value,
        need=said.need,
        cause=said.cause.value if said.cause else "",
        urgency=said.urgency.value,
        callback_when=said.callback_when,
        person_id=known.id if known else None,
        person=person,
        badge_id=badge.id if badge else None,
        consents=_consents(said),
        referrer=said.referrer,
        made_at=instants.happened_at,
        step=Step.DECLINED.value if said.declines else "",
    )
    author = Author(Side.SENDER, held.name[:200])
    sender = Sender(held.organisation_id, author, held.stand.id, asker.device_id)
    # The stand's phone has no account: that it may has been checked above.
    return creation.create(ctx.as_system(ctx.origin), sender, data)


def _badge(ctx: Context, asker: Asker, said: SealedReferral) -> Badge | None:
    """Revoked since, it was good when it was read."""
    if said.ticket is None and said.badge_number is None:
        return None
    if said.ticket is not None:
        badge = ctx.session.scalar(queries.badge(hash_of_ticket(said.ticket)))
    else:
        number = said.badge_number or 0
        badge = ctx.session.scalar(badge_queries.by_number(asker.forum_id, number))
    if badge is None or badge.forum_id != asker.forum_id:
        raise InvalidError(UNKNOWN_BADGE, field="sealed.ticket")
    return badge


def _consents(said: SealedReferral) -> ConsentData:
    answers = said.consents
    return ConsentData(
        answers={Purpose.CONTACT: answers.contact, Purpose.EVALUATION: answers.evaluation},
        language=answers.language,
        notice_version=answers.notice_version or NOTICE_VERSION,
    )
