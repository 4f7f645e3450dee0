"""What the receiver's side and the clock of the referrals read."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from zna_network.models.organisation import Contact
from zna_network.models.person import Diagnostic
from zna_network.models.referral import Appointment, AppointmentState, Referral, ReferralState


def referents(organisation_id: int) -> Select[Contact]:
    """The contacts whom an organisation named to be written to."""
    return (
        select(Contact)
        .where(
            Contact.organisation_id == organisation_id,
            Contact.is_referent.is_(True),
            Contact.archived_at.is_(None),
            Contact.email != "",
        )
        .order_by(Contact.id)
    )


def diagnostic_before(person_id: int, until: datetime) -> Select[Diagnostic]:
    """The last one of this person made by then."""
    return (
        select(Diagnostic)
        .where(Diagnostic.person_id == person_id, Diagnostic.made_at <= until)
        .order_by(Diagnostic.made_at.desc(), Diagnostic.id.desc())
        .limit(1)
    )


def silent(remind: datetime, escalate: datetime, expire: datetime) -> Select[int]:
    """The referrals for which something may be due: that nobody has answered, or that were
    accepted and of which nothing has been heard, since these instants, and for which it was not
    done. A meeting still to come is not silence."""
    sent = func.coalesce(Referral.sent_at, Referral.received_at)
    waits = and_(
        Referral.state == ReferralState.OPEN,
        or_(sent <= expire, _undone(sent, remind, escalate)),
    )
    to_come = (
        select(Appointment.id)
        .where(
            Appointment.referral_id == Referral.id,
            Appointment.state.in_([AppointmentState.PROPOSED, AppointmentState.AGREED]),
            Appointment.ends_at > remind,
        )
        .exists()
    )
    rests = and_(
        Referral.state == ReferralState.ACCEPTED,
        _undone(Referral.moved_at, remind, escalate),
        ~to_come,
    )
    live = Referral.closed_at.is_(None)
    return select(Referral.id).where(live, or_(waits, rests)).order_by(Referral.id)


def _undone(
    since: ColumnElement[Any] | InstrumentedAttribute[datetime],
    remind: datetime,
    escalate: datetime,
) -> ColumnElement[bool]:
    not_reminded = or_(Referral.reminded_at.is_(None), Referral.reminded_at < since)
    not_escalated = or_(Referral.escalated_at.is_(None), Referral.escalated_at < since)
    return and_(not_escalated, or_(since <= escalate, and_(since <= remind, not_reminded)))
