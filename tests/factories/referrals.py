"""People, referrals and outcomes, saved as the services would leave them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories.numbering import numbers
from tests.factories.organisations import make_organisation
from tests.world import FrozenClock
from zna_network.config import Settings
from zna_network.models.organisation import Organisation
from zna_network.models.person import (
    Consent,
    ConsentAnswer,
    ConsentChannel,
    ConsentEvent,
    Person,
    Purpose,
)
from zna_network.models.referral import (
    Callback,
    EventKind,
    Evidence,
    Outcome,
    OutcomeResult,
    Period,
    Referral,
    ReferralEvent,
    ReferralOrigin,
    ReferralRight,
    ReferralState,
    Side,
    Step,
)
from zna_network.models.territory import Commune, Qpv, lot_of
from zna_network.services.links import new_salt, token_hash
from zna_network.services.referrals.links import LASTS, PURPOSE, derived_token

_numbers = numbers()
_ENDS_REFERRAL = {ReferralState.REFUSED, ReferralState.EXPIRED, ReferralState.WITHDRAWN}


def make_person(
    session: Session,
    owner: Organisation | None = None,
    contact: ConsentAnswer | None = None,
    evaluation: ConsentAnswer | None = None,
    **values: object,
) -> Person:
    """Followed by an organisation of its own unless ``owner`` is given, with a name and no more;
    ``contact`` and ``evaluation`` are what was answered to each purpose, none: never asked."""
    number = next(_numbers)
    now = FrozenClock().now()
    person = Person(
        **{
            "case_number": f"D-T{number:05d}",
            "owner": owner or make_organisation(session),
            "name": f"Camille Personne{number}",
            "last_contact_on": now.date(),
            "created_at": now,
            "updated_at": now,
            **values,
        }
    )
    session.add(person)
    session.flush()
    for purpose, answer in ((Purpose.CONTACT, contact), (Purpose.EVALUATION, evaluation)):
        if answer is not None:
            make_consent(session, person, purpose, answer)
    session.commit()
    return person


def make_consent(
    session: Session,
    person: Person,
    purpose: Purpose,
    answer: ConsentAnswer = ConsentAnswer.GIVEN,
    at: datetime | None = None,
) -> Consent:
    """The answer, in the place of the one before, and its event."""
    facts: dict[str, object] = {
        "answer": answer,
        "notice_version": "2026-1",
        "language": "fr",
        "channel": ConsentChannel.ORAL,
        "answered_at": at or FrozenClock().now(),
        "recorded_by": "Qui oriente",
    }
    consent = person.consent(purpose) or Consent(person=person, purpose=purpose)
    for name, value in facts.items():
        setattr(consent, name, value)
    event = ConsentEvent(
        person_id=person.id, purpose=purpose, recorded_at=facts["answered_at"], **facts
    )
    session.add_all([consent, event])
    session.commit()
    return consent


def make_referral(
    session: Session,
    person: Person | None = None,
    sender: Organisation | None = None,
    receiver: Organisation | None = None,
    rights: Sequence[str] = ("RSA",),
    **values: object,
) -> Referral:
    """Sent now and waiting, from the person's own organisation to another, with the events that
    say so. ``state`` and ``step`` may be any: what follows from them (decided, closed) is set.
    The place and the description are the person's. ``made_at`` moves every other instant."""
    person = person or make_person(session)
    made_at = values.get("made_at", FrozenClock().now())
    assert isinstance(made_at, datetime)
    state = ReferralState(str(values.get("state", ReferralState.OPEN)))
    step = Step(str(values.get("step", Step.IDENTIFIED)))
    salt = new_salt()
    last = session.scalar(select(func.max(Referral.number))) or 0
    referral = Referral(
        **{
            "client_id": str(uuid4()),
            "number": last + 1,
            "person": person,
            "sender": sender or person.owner,
            "receiver": receiver or make_organisation(session),
            "origin": ReferralOrigin.DESK,
            "callback": Callback.PHONE,
            **_place(session, person),
            "age_band": person.age_band,
            "target_group": person.target_group,
            "made_at": made_at,
            "received_at": made_at,
            "sent_at": made_at,
            "decided_at": None if state is ReferralState.OPEN else made_at,
            "moved_at": made_at,
            "closed_at": made_at if step.is_end or state in _ENDS_REFERRAL else None,
            "link_salt": salt,
            "link_hash": salt,
            "link_expires_at": made_at + LASTS,
            "created_at": made_at,
            "updated_at": made_at,
            "rights": [ReferralRight(right_code=code, position=n) for n, code in enumerate(rights)],
            **values,
        }
    )
    session.add(referral)
    for kind in (EventKind.CREATED, EventKind.SENT):
        session.add(
            ReferralEvent(
                referral=referral,
                kind=kind,
                side=Side.SENDER,
                author="Qui oriente",
                at=made_at,
                recorded_at=made_at,
                state=ReferralState.OPEN,
                step=Step.IDENTIFIED,
            )
        )
    session.commit()
    return referral


def referral_link(settings: Settings, session: Session, referral: Referral) -> str:
    """The path of the receiver's link, which works from then on."""
    token = derived_token(settings, PURPOSE, referral.link_salt)
    referral.link_hash = token_hash(token)
    session.commit()
    return f"/o/{token}"


def make_outcome(
    session: Session,
    referral: Referral,
    right: str = "RSA",
    result: OutcomeResult = OutcomeResult.OPENED,
    monthly: int | None = None,
    one_off: int | None = None,
    **values: object,
) -> Outcome:
    """In force, recorded now. ``monthly`` or ``one_off`` in euros. The referral's own step is the
    caller's to set (``make_referral(step=…)``)."""
    amount = monthly if monthly is not None else one_off
    period = Period.MONTHLY if monthly is not None else Period.ONE_OFF
    now = FrozenClock().now()
    outcome = Outcome(
        **{
            "referral": referral,
            "right_code": right,
            "result": result,
            "amount_cents": None if amount is None else amount * 100,
            "period": None if amount is None else period,
            "effective_on": now.date(),
            "evidence": Evidence.ORGANISATION_SAYS,
            "recorded_at": now,
            "recorded_by": "Organisme destinataire",
            **values,
        }
    )
    session.add(outcome)
    session.commit()
    return outcome


def _place(session: Session, person: Person) -> dict[str, object]:
    commune = session.get(Commune, person.commune_insee) if person.commune_insee else None
    qpv = session.get(Qpv, person.qpv_id) if person.qpv_id else None
    return {
        "commune_insee": person.commune_insee,
        "qpv_id": person.qpv_id,
        "lot": int(lot_of(commune, qpv)) if commune else None,
    }
