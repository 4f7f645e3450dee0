"""A payment made, a paper received: noted in one click, with its day."""

from datetime import date

from zna_network.models.grant import Grant, GrantDocument, GrantPayment
from zna_network.queries import grants as queries
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, InvalidError, NotFoundError
from zna_network.services.french_time import local_date, long_date
from zna_network.services.grants.grants import UNKNOWN_GRANT, grant_to_change, touch
from zna_network.services.permissions import Permission

FUTURE = "Cette date est dans l’avenir."
ANCIENT = "Relisez l’année de cette date."


def mark_paid(ctx: Context, payment_id: int, paid_on: date | None = None) -> GrantPayment:
    """Today unless told otherwise. Raises ConflictError when it is noted already."""
    ctx.require(Permission.GRANT_EDIT)
    with ctx.unit_of_work():
        grant = _holding(ctx, ctx.session.scalar(queries.grant_of_payment(payment_id)))
        payment = next(one for one in grant.payments if one.id == payment_id)
        if payment.paid_on is not None:
            raise ConflictError(f"Ce versement est déjà noté le {long_date(payment.paid_on)}.")
        payment.paid_on = _clean_day(ctx, paid_on, "paid_on")
        touch(ctx, grant)
        ctx.record("grant.paid", grant, payment=payment.id, cents=payment.amount_cents)
    return payment


def receive_document(
    ctx: Context, document_id: int, received_on: date | None = None
) -> GrantDocument:
    """The same for a paper."""
    ctx.require(Permission.GRANT_EDIT)
    with ctx.unit_of_work():
        grant = _holding(ctx, ctx.session.scalar(queries.grant_of_document(document_id)))
        paper = next(one for one in grant.documents if one.id == document_id)
        if paper.received_on is not None:
            raise ConflictError(f"Cette pièce est déjà notée le {long_date(paper.received_on)}.")
        paper.received_on = _clean_day(ctx, received_on, "received_on")
        touch(ctx, grant)
        ctx.record("grant.document_received", grant, document=paper.id)
    return paper


def _holding(ctx: Context, grant_id: int | None) -> Grant:
    if grant_id is None:
        raise NotFoundError(UNKNOWN_GRANT)
    return grant_to_change(ctx, grant_id)


def _clean_day(ctx: Context, day: date | None, field: str) -> date:
    today = local_date(ctx.now)
    if day is None:
        return today
    if day > today:
        raise InvalidError(FUTURE, field=field)
    if day.year < today.year - 10:
        raise InvalidError(ANCIENT, field=field)
    return day
