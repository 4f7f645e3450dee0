"""Many referrals of many people, written in bulk for the benches."""

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from tests.factories.organisations import make_grantee, make_organisation
from zna_network.models.attendee import AgeBand
from zna_network.models.person import (
    Consent,
    ConsentAnswer,
    ConsentChannel,
    Diagnostic,
    Person,
    Purpose,
)
from zna_network.models.referral import (
    Callback,
    EventKind,
    Evidence,
    NonTakeUpCause,
    Outcome,
    OutcomeResult,
    Period,
    Referral,
    ReferralEvent,
    ReferralOrigin,
    ReferralRight,
    ReferralState,
    RefusalReason,
    Side,
    Step,
    Urgency,
)
from zna_network.models.territory import Commune, Qpv, Right, TargetGroup, lot_of

FIRST_DAY = datetime(2026, 6, 1, 8, tzinfo=UTC)
DAYS = 180
_STATES = (
    [ReferralState.ACCEPTED] * 6
    + [ReferralState.OPEN] * 2
    + [ReferralState.REFUSED, ReferralState.EXPIRED]
)
_ENDS = {ReferralState.REFUSED, ReferralState.EXPIRED, ReferralState.WITHDRAWN}


@dataclass(frozen=True)
class ReferralCrowd:
    """The ids of the organisations that refer and of those referred to."""

    senders: list[int]
    receivers: list[int]
    people: int
    referrals: int


def fill_referrals(
    session: Session, referrals: int = 20_000, *, names: bool = True, seed: int = 62041
) -> ReferralCrowd:
    """Three referrals for two people, one to three rights each, over six months; two thirds of
    those accepted have outcomes. Ten senders, thirty receivers. Without ``names`` nothing is
    encrypted, which is faster to write."""
    chance = random.Random(seed)
    senders = [make_grantee(session).id for _ in range(10)]
    receivers = [make_organisation(session).id for _ in range(30)]
    places = _places(session)
    codes = list(session.scalars(select(Right.code).order_by(Right.position)))
    count = max(1, referrals * 2 // 3)
    people, consents, diagnostics = [], [], []
    for n in range(1, count + 1):
        insee, qpv_id, _lot = chance.choice(places)
        people.append(
            {
                "id": n, "case_number": f"D-{n:06X}", "owner_id": chance.choice(senders),
                "name": f"Camille Personne{n}" if names else "", "commune_insee": insee,
                "qpv_id": qpv_id, "age_band": chance.choice([*AgeBand, None]),
                "target_group": chance.choice([*TargetGroup, None]),
                "last_contact_on": FIRST_DAY.date(), "created_at": FIRST_DAY,
                "updated_at": FIRST_DAY,
            }
        )  # fmt: skip
        consents += [
            {
                "person_id": n, "purpose": purpose, "answer": chance.choice(list(ConsentAnswer)),
                "notice_version": "2026-1", "language": "fr", "channel": ConsentChannel.ORAL,
                "answered_at": FIRST_DAY, "recorded_by": "Qui oriente",
            }
            for purpose in Purpose
        ]  # fmt: skip
        if n % 5 == 0:
            diagnostics.append(
                {
                    "client_id": f"diagnostic-{n}", "person_id": n, "made_at": FIRST_DAY,
                    "made_by": "Qui oriente", "statuses": {"RSA": "to_check"},
                }
            )  # fmt: skip
    made, rights, events, outcomes = [], [], [], []
    for n in range(1, referrals + 1):
        person = people[chance.randrange(count)]
        at = FIRST_DAY + timedelta(minutes=chance.randrange(DAYS * 24 * 60))
        state = chance.choice(_STATES)
        asked = chance.sample(codes, chance.choice((1, 1, 2, 3)))
        has_outcome = state is ReferralState.ACCEPTED and chance.random() < 0.66
        results = [chance.choice(list(OutcomeResult)) for _ in asked] if has_outcome else []
        step = _step(state, results, chance)
        later = at + timedelta(days=chance.randrange(3, 90))
        commune = next(p for p in places if p[:2] == (person["commune_insee"], person["qpv_id"]))
        made.append(
            {
                "id": n, "client_id": f"client-{n}", "number": n, "person_id": person["id"],
                "sender_id": person["owner_id"], "receiver_id": chance.choice(receivers),
                "origin": chance.choice(list(ReferralOrigin)),
                "need": "Une aide pour le loyer" if names else "",
                "cause": chance.choice([*NonTakeUpCause, None]),
                "urgency": chance.choice(list(Urgency)), "callback": Callback.PHONE,
                "commune_insee": person["commune_insee"], "qpv_id": person["qpv_id"],
                "lot": commune[2], "age_band": person["age_band"],
                "target_group": person["target_group"], "state": state, "step": step,
                "refusal": RefusalReason.NO_CAPACITY if state is ReferralState.REFUSED else None,
                "made_at": at, "received_at": at, "sent_at": at,
                "decided_at": None if state is ReferralState.OPEN else at + timedelta(days=2),
                "moved_at": later,
                "closed_at": later if step.is_end or state in _ENDS else None,
                "link_salt": f"salt{n}", "link_hash": f"hash{n}",
                "link_expires_at": at + timedelta(days=60), "created_at": at, "updated_at": at,
            }
        )  # fmt: skip
        rights += [
            {"referral_id": n, "right_code": code, "position": place}
            for place, code in enumerate(asked)
        ]
        events.append(
            {
                "referral_id": n, "kind": EventKind.CREATED, "side": Side.SENDER,
                "author": "Qui oriente", "at": at, "recorded_at": at,
                "state": ReferralState.OPEN, "step": Step.IDENTIFIED,
            }
        )  # fmt: skip
        outcomes += [
            _outcome(n, code, result, later, chance)
            for code, result in zip(asked, results, strict=bool(results))
        ]
    for table, rows in (
        (Person, people), (Consent, consents), (Diagnostic, diagnostics), (Referral, made),
        (ReferralRight, rights), (ReferralEvent, events), (Outcome, outcomes),
    ):  # fmt: skip
        session.execute(insert(table), rows)
    session.commit()
    if session.get_bind().dialect.name == "postgresql":
        for table in ("person", "referral"):
            session.connection().exec_driver_sql(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"
            )
        session.connection().exec_driver_sql("ANALYZE")
    session.commit()
    return ReferralCrowd(senders, receivers, count, referrals)


def _places(session: Session) -> list[tuple[str | None, int | None, int | None]]:
    """Every commune, each neighbourhood in its first commune, and nowhere known."""
    communes = list(session.scalars(select(Commune).order_by(Commune.insee)))
    qpvs = list(session.scalars(select(Qpv).order_by(Qpv.id)))
    plain = [(commune.insee, None, int(lot_of(commune, None))) for commune in communes]
    return [
        *plain,
        *((qpv.communes[0].insee, qpv.id, int(lot_of(qpv.communes[0], qpv))) for qpv in qpvs),
        (None, None, None),
    ]


def _step(state: ReferralState, results: list[OutcomeResult], chance: random.Random) -> Step:
    if state is not ReferralState.ACCEPTED:
        return Step.IDENTIFIED
    if not results:
        return chance.choice([Step.IDENTIFIED, Step.CONTACTED, Step.MET, Step.FILED])
    return Step.REFUSED if set(results) == {OutcomeResult.REFUSED} else Step.OPENED


def _outcome(
    referral_id: int, code: str, result: OutcomeResult, at: datetime, chance: random.Random
) -> dict[str, object]:
    paid = result is not OutcomeResult.REFUSED and chance.random() < 0.9
    return {
        "referral_id": referral_id, "right_code": code, "result": result,
        "amount_cents": chance.randrange(2_000, 70_000) if paid else None,
        "period": chance.choice([*[Period.MONTHLY] * 4, Period.ONE_OFF]) if paid else None,
        "effective_on": at.date(), "evidence": Evidence.ORGANISATION_SAYS, "before": {},
        "after": {}, "recorded_at": at, "recorded_by": "Organisme destinataire",
    }  # fmt: skip
