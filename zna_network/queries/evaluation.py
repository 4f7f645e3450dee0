"""What leaves for the national evaluation, what stays, and the log of the exports."""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Subquery,
    and_,
    case,
    distinct,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from zna_network.models.case_sheet import EvaluationExport, EvaluationMapping
from zna_network.models.organisation import Organisation
from zna_network.models.person import Consent, ConsentAnswer, Person, Purpose
from zna_network.models.referral import Outcome, Referral, ReferralRight
from zna_network.models.territory import Right
from zna_network.queries.bilan import Window

ANONYMISED = "anonymised"
_LAST = 1000  # after every right that a referral is about
_OF_THEM = and_(Consent.person_id == Person.id, Consent.purpose == Purpose.EVALUATION)
_LEAVES = and_(Consent.answer == ConsentAnswer.GIVEN, Person.anonymised_at.is_(None))


def lines(window: Window) -> Select[Any]:
    """One row for each right of each referral of the people who agree, with what it became; a right
    found on the way, that the referral was not about, has its own. The consent is read by this very
    statement: what is withdrawn a moment before does not leave."""
    sender, receiver = aliased(Organisation), aliased(Organisation)
    spoken_of = _rights_spoken_of()
    return (
        _referred(
            window,
            Referral.number,
            Person.id.label("person_id"),
            Person.case_number,
            Referral.commune_insee,
            Referral.qpv_id,
            Referral.lot,
            Referral.age_band,
            Referral.target_group,
            Referral.origin,
            Referral.cause,
            Referral.urgency,
            sender.name.label("sender"),
            sender.kind.label("sender_kind"),
            receiver.name.label("receiver"),
            receiver.kind.label("receiver_kind"),
            Referral.state,
            Referral.step,
            Referral.refusal,
            Referral.made_at,
            Referral.decided_at,
            Right.code.label("right_code"),
            Right.label.label("right_label"),
            Right.kind.label("right_kind"),
            Outcome.result,
            Outcome.amount_cents,
            Outcome.period,
            Outcome.effective_on,
            Outcome.evidence,
            Outcome.recorded_at,
            Outcome.before,
            Outcome.after,
            Consent.answered_at,
            Consent.notice_version,
        )
        .join(sender, sender.id == Referral.sender_id)
        .join(receiver, receiver.id == Referral.receiver_id)
        .join(spoken_of, spoken_of.c.referral_id == Referral.id)
        .join(Right, Right.code == spoken_of.c.right_code)
        .outerjoin(
            Outcome,
            and_(
                Outcome.referral_id == Referral.id,
                Outcome.right_code == spoken_of.c.right_code,
                Outcome.replaced_at.is_(None),
            ),
        )
        .where(_LEAVES)
        .order_by(Referral.number, spoken_of.c.position, Right.code)
    )


def _rights_spoken_of() -> Subquery:
    """Those that each referral is about, then those whose outcome it has besides."""
    asked = select(ReferralRight.referral_id, ReferralRight.right_code, ReferralRight.position)
    among = select(ReferralRight.right_code).where(
        ReferralRight.referral_id == Outcome.referral_id,
        ReferralRight.right_code == Outcome.right_code,
    )
    found = select(Outcome.referral_id, Outcome.right_code, literal(_LAST)).where(
        Outcome.replaced_at.is_(None), ~among.exists()
    )
    return union_all(asked, found).subquery()


def left_out(window: Window) -> Select[str, int, int]:
    """By reason (an answer, or ``ANONYMISED``): people and referrals that stay."""
    return _referred(
        window, _REASON, func.count(distinct(Person.id)), func.count()
    ).where(_STAYS).group_by(_REASON)  # fmt: skip


def left_out_files(window: Window, limit: int) -> Select[Any]:
    """The first of them: reason, person, case number, when they answered."""
    return (
        _referred(
            window, _REASON.label("reason"), Person.id, Person.case_number, Consent.answered_at
        )
        .where(_STAYS)
        .distinct()
        .order_by("reason", Person.case_number)
        .limit(limit)
    )


def mapping_in_use() -> Select[EvaluationMapping]:
    return select(EvaluationMapping).where(EvaluationMapping.retired_at.is_(None))


def mappings() -> Select[EvaluationMapping]:
    """All of them, the latest first."""
    return select(EvaluationMapping).order_by(EvaluationMapping.id.desc())


def mapping(mapping_id: int) -> Select[EvaluationMapping]:
    return select(EvaluationMapping).where(EvaluationMapping.id == mapping_id)


def exports() -> Select[EvaluationExport]:
    return select(EvaluationExport).order_by(
        EvaluationExport.made_at.desc(), EvaluationExport.id.desc()
    )


_STAYS = or_(Consent.id.is_(None), ~_LEAVES)
_REASON: ColumnElement[str] = case(
    (Person.anonymised_at.is_not(None), literal(ANONYMISED)),
    (Consent.id.is_(None), literal(ConsentAnswer.NOT_ASKED.value)),
    else_=Consent.answer,
)


def _referred(window: Window, *columns: Any) -> Select[Any]:
    return (
        select(*columns)
        .select_from(Referral)
        .join(Person, Person.id == Referral.person_id)
        .outerjoin(Consent, _OF_THEM)
        .where(*window.referrals)
    )
