"""What came of each right: amounts, corrections, snapshots, and several people at once."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from tests.factories.accounts import make_user
from tests.factories.organisations import make_contact
from tests.factories.referrals import make_referral, referral_link
from tests.races import race, results_at_once
from zna_network.models.account import Role
from zna_network.models.outbox import OutboxMessage
from zna_network.models.person import Diagnostic
from zna_network.models.referral import (
    EventKind,
    Evidence,
    Outcome,
    OutcomeResult,
    Period,
    Referral,
    ReferralState,
    RefusalReason,
    Step,
)
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, InvalidError
from zna_network.services.referrals import decisions, outcomes, steps
from zna_network.services.referrals.outcomes import OutcomeData

RSA = OutcomeData(
    "RSA", OutcomeResult.OPENED, "635,70", "monthly", date(2027, 1, 1), Evidence.NOTIFICATION_SEEN
)


def _accepted(ctx: Context, *rights: str) -> Referral:
    referral = make_referral(ctx.session, rights=rights or ("RSA",), state=ReferralState.ACCEPTED)
    make_contact(ctx.session, referral.sender, is_referent=True, email="oriente@exemple.example")
    return referral


def _in_force(ctx: Context, referral: Referral) -> list[Outcome]:
    ctx.session.expire_all()
    return [outcome for outcome in referral.outcomes if outcome.replaced_at is None]


def _diagnose(ctx: Context, referral: Referral, at: datetime, **statuses: str) -> None:
    person = referral.person
    ctx.session.add(
        Diagnostic(
            client_id=str(uuid4()), person=person, made_at=at, made_by="Stand", statuses=statuses
        )
    )
    ctx.session.commit()


def test_a_right_opened_by_the_link_holder(ctx: Context) -> None:
    """On a referral still waiting: it is received, taken, and ended by its last right; what the
    person had before and has after is kept."""
    referral = make_referral(ctx.session, rights=("RSA", "PPA"))
    make_contact(ctx.session, referral.sender, is_referent=True, email="oriente@exemple.example")
    token = referral_link(ctx.settings, ctx.session, referral).removeprefix("/o/")
    _diagnose(ctx, referral, referral.made_at - timedelta(hours=1), RSA="to_check", APL="has")
    _diagnose(ctx, referral, referral.made_at + timedelta(hours=1), RSA="has")
    outcome = outcomes.add(ctx, token, RSA)
    assert (outcome.amount_cents, outcome.period) == (63570, Period.MONTHLY)
    assert outcome.yearly_cents == 762840
    assert outcome.before == {"RSA": "to_check", "PPA": "to_check", "APL": "has"}
    assert outcome.after == outcome.before | {"RSA": "has"}
    assert outcome.recorded_by.endswith("(par le lien)")
    assert (referral.state, referral.step) == (ReferralState.ACCEPTED, Step.IDENTIFIED)
    second = outcomes.add(ctx, token, OutcomeData("PPA", OutcomeResult.REFUSED))
    assert second.before == outcome.before
    assert second.after == {"RSA": "has", "PPA": "not_concerned", "APL": "has"}
    assert referral.step is Step.OPENED
    assert not referral.is_live
    with pytest.raises(ConflictError, match="son résultat"):
        steps.record(ctx, token, Step.MET)
    kinds = [event.kind for event in referral.events][2:]
    assert kinds == [EventKind.SEEN, EventKind.ACCEPTED, EventKind.OUTCOME, EventKind.OUTCOME]
    subjects = [m.subject for m in ctx.session.scalars(select(OutboxMessage))]
    assert [s.split(" : ")[1] for s in subjects] == ["acceptée", "un résultat", "un résultat"]


def test_a_correction_ends_the_former_and_keeps_it(ctx: Context) -> None:
    referral = _accepted(ctx)
    first = outcomes.add(ctx, referral.id, RSA)
    assert outcomes.add(ctx, referral.id, RSA).id == first.id
    outcomes.add(ctx, referral.id, OutcomeData("RSA", OutcomeResult.REFUSED))
    assert referral.step is Step.REFUSED
    last = outcomes.add(ctx, referral.id, replace(RSA, amount="1 200 €", period="one_off"))
    (current,) = _in_force(ctx, referral)
    assert (current.id, current.amount_cents, current.period) == (last.id, 120000, Period.ONE_OFF)
    assert [outcome.replaced_at is None for outcome in referral.outcomes] == [False, False, True]
    assert first.amount_cents == 63570
    assert current.before == first.before
    assert referral.step is Step.OPENED
    said = [e.detail for e in referral.events if e.kind is EventKind.OUTCOME]
    assert [d["result"] for d in said] == ["opened", "refused", "opened"]
    assert said[0]["amount_cents"] == "63570"
    assert [d.get("replaces") for d in said] == [None, str(first.id), str(said[2]["replaces"])]
    assert all(event.author for event in referral.events)


@pytest.mark.parametrize(
    ("data", "field", "words"),
    [
        (replace(RSA, right_code="INCONNU"), "right_code", "liste"),
        (replace(RSA, amount="beaucoup"), "amount", "635,70"),
        (replace(RSA, amount="-3"), "amount", "635,70"),
        (replace(RSA, amount="1000001"), "amount", "million"),
        (replace(RSA, period=""), "period", "par mois"),
        (replace(RSA, result=OutcomeResult.REFUSED), "amount", "refusé"),
        (replace(RSA, effective_on=date(2031, 1, 1)), "effective_on", "lointaine"),
        (replace(RSA, after={"RSA": "rich"}), "after", "état"),
    ],
)
@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_refuses_what_makes_no_sense(
    ctx: Context, data: OutcomeData, field: str, words: str
) -> None:
    referral = _accepted(ctx)
    with pytest.raises(InvalidError, match=words) as refusal:
        outcomes.add(ctx, referral.id, data)
    assert refusal.value.field == field
    assert _in_force(ctx, referral) == []


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_who_refers_knows_it_too_but_not_of_a_referral_refused(ctx: Context) -> None:
    """The receiver never answered; the person told who had referred them."""
    referral = make_referral(ctx.session)
    grantee = make_user(ctx.session, Role.GRANTEE, referral.sender)
    sends = replace(ctx, actor=grantee, is_system=False)
    outcomes.add(sends, referral.id, replace(RSA, evidence=Evidence.PERSON_SAYS))
    assert (referral.state, referral.step) == (ReferralState.OPEN, Step.OPENED)
    other = _accepted(ctx)
    decisions.refuse(ctx, other.id, RefusalReason.NOT_OUR_RIGHT)
    with pytest.raises(ConflictError, match="rien n’a été changé"):
        outcomes.add(ctx, other.id, RSA)
    assert _in_force(ctx, other) == []


def test_the_same_outcome_twice_at_once_is_one(app: Flask, ctx: Context) -> None:
    referral = _accepted(ctx)
    number = referral.id
    assert race(app, [lambda c: outcomes.add(c, number, RSA)] * 4) == ["won"] * 4
    assert len(_in_force(ctx, referral)) == len(referral.outcomes) == 1
    assert [e.kind for e in referral.events].count(EventKind.OUTCOME) == 1


def test_two_different_outcomes_at_once_leave_one_in_force(app: Flask, ctx: Context) -> None:
    referral = _accepted(ctx)
    number = referral.id
    amounts = ["600", "610", "620"]
    results = results_at_once(
        app,
        [
            lambda c, a=amount: outcomes.add(c, number, replace(RSA, amount=a)).id
            for amount in amounts
        ],
    )
    (current,) = _in_force(ctx, referral)
    assert current.id in results
    assert len(referral.outcomes) == len([r for r in results if isinstance(r, int)])
