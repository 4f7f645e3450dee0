"""The grants: one for each grantee and season, its sums, and its lines replaced as a form sends
them. Each change holds the row and compares its revision: of two agents, the second is told."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, TypeVar

from sqlalchemy.orm.attributes import flag_modified

from zna_network.models.grant import Grant, GrantDocument, GrantFunding, GrantPayment
from zna_network.queries import grants as queries
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, InvalidError, NotFoundError
from zna_network.services.french_time import local_date
from zna_network.services.grants import call_rules, grant_values
from zna_network.services.grants.grant_values import (
    MOST_LINES,
    DocumentLine,
    FundingLine,
    GrantData,
    Line,
    LineChecks,
    PaymentLine,
)
from zna_network.services.organisation_values import Checks
from zna_network.services.permissions import Permission
from zna_network.services.unit_of_work import CHANGED_MEANWHILE, take_turns

UNKNOWN_GRANT = "Cette convention n’existe pas."
Row = TypeVar("Row", GrantFunding, GrantPayment, GrantDocument)


def create_grant(ctx: Context, organisation_id: int, season: str, data: GrantData) -> Grant:
    """With the two payments and the papers that the call foresees, to be kept or changed.

    Raises InvalidValuesError, or ConflictError when the grantee has one for this season."""
    ctx.require(Permission.GRANT_EDIT)
    season = call_rules.clean_season(season)
    with ctx.unit_of_work():
        take_turns(ctx.session, "grants")
        organisation = ctx.session.scalar(queries.grantee(organisation_id))
        if organisation is None:
            raise InvalidError("Choisissez un lauréat de la liste.", field="organisation_id")
        if ctx.session.scalar(queries.of_season(organisation_id, season)) is not None:
            raise ConflictError(
                f"{organisation.short_name} a déjà une convention pour {season}.",
                field="organisation_id",
            )
        grant = Grant(
            organisation=organisation, season=season, created_at=ctx.now, updated_at=ctx.now
        )
        grant_values.describe(grant, data)
        grant.payments = _proposed_payments(grant)
        grant.documents = [
            GrantDocument(label=paper.label, due_on=paper.due_on, section=paper.section)
            for paper in call_rules.due_papers(season)
        ]
        ctx.session.add(grant)
        ctx.session.flush()
        ctx.record("grant.created", grant, organisation=organisation_id, season=season)
    return grant


def update_grant(ctx: Context, grant_id: int, data: GrantData, revision: int) -> Grant:
    """Payments that were the halves of the subsidy, none of them made, follow it."""
    with ctx.unit_of_work():
        grant = grant_to_change(ctx, grant_id, revision)
        follows = _are_the_halves(grant)
        with ctx.session.no_autoflush:
            grant_values.describe(grant, data)
        if follows:
            halves = call_rules.halves(grant.subsidy_cents, grant.season)
            for payment, half in zip(grant.payments, halves, strict=True):
                payment.amount_cents = half.amount_cents
        touch(ctx, grant)
        ctx.record("grant.updated", grant)
    return grant


def remove_grant(ctx: Context, grant_id: int, revision: int) -> None:
    """For one that was made by mistake: refused once something was paid or received."""
    with ctx.unit_of_work():
        grant = grant_to_change(ctx, grant_id, revision)
        if is_settled(grant):
            raise ConflictError(
                "Cette convention a déjà un versement ou une pièce reçue : elle ne se supprime pas."
            )
        ctx.record("grant.removed", grant, organisation=grant.organisation_id, season=grant.season)
        ctx.session.delete(grant)


def replace_fundings(
    ctx: Context, grant_id: int, lines: Sequence[FundingLine], revision: int
) -> Grant:
    """The co-financing as the form sends it: lines changed, added, and taken off when empty.

    Raises InvalidValuesError with fields such as « lines-0-amount »."""
    with ctx.unit_of_work():
        grant = grant_to_change(ctx, grant_id, revision)
        grant.fundings = _rows(
            ctx, grant.fundings, lines, GrantFunding, grant_values.describe_funding
        )
        touch(ctx, grant)
        ctx.record("grant.fundings_changed", grant, lines=len(grant.fundings))
    return grant


def replace_payments(
    ctx: Context, grant_id: int, lines: Sequence[PaymentLine], revision: int
) -> Grant:
    with ctx.unit_of_work():
        grant = grant_to_change(ctx, grant_id, revision)
        grant.payments = _rows(
            ctx, grant.payments, lines, GrantPayment, grant_values.describe_payment
        )
        touch(ctx, grant)
        ctx.record("grant.payments_changed", grant, lines=len(grant.payments))
    return grant


def replace_documents(
    ctx: Context, grant_id: int, lines: Sequence[DocumentLine], revision: int
) -> Grant:
    with ctx.unit_of_work():
        grant = grant_to_change(ctx, grant_id, revision)
        grant.documents = _rows(
            ctx, grant.documents, lines, GrantDocument, grant_values.describe_document
        )
        touch(ctx, grant)
        ctx.record("grant.documents_changed", grant, lines=len(grant.documents))
    return grant


def grant_to_read(ctx: Context, grant_id: int) -> Grant:
    """Raises NotFoundError, or ForbiddenError when it is another grantee's."""
    grant = ctx.session.scalar(queries.by_id(grant_id))
    if grant is None:
        raise NotFoundError(UNKNOWN_GRANT)
    ctx.require(Permission.GRANT_READ, grant.organisation_id)
    return grant


def grant_to_change(ctx: Context, grant_id: int, revision: int | None = None) -> Grant:
    """The grant, held until the end of the transaction. Raises ConflictError when it is not at
    that revision any more."""
    ctx.require(Permission.GRANT_EDIT)
    grant = ctx.session.scalar(queries.by_id(grant_id, lock=True))
    if grant is None:
        raise NotFoundError(UNKNOWN_GRANT)
    if revision is not None and grant.revision != revision:
        raise ConflictError(CHANGED_MEANWHILE)
    return grant


def is_settled(grant: Grant) -> bool:
    """Whether something was paid or received."""
    return any(payment.paid_on for payment in grant.payments) or any(
        paper.received_on for paper in grant.documents
    )


def touch(ctx: Context, grant: Grant) -> None:
    """A change of its lines is a change of the grant: its revision rises."""
    grant.updated_at = ctx.now
    flag_modified(grant, "updated_at")


def _proposed_payments(grant: Grant) -> list[GrantPayment]:
    if not grant.subsidy_cents:
        return []
    return [
        GrantPayment(label=half.label, amount_cents=half.amount_cents, due_on=half.due_on)
        for half in call_rules.halves(grant.subsidy_cents, grant.season)
    ]


def _are_the_halves(grant: Grant) -> bool:
    halves = call_rules.halves(grant.subsidy_cents, grant.season)
    planned = [(one.amount_cents, one.due_on, one.paid_on) for one in grant.payments]
    return planned == [(half.amount_cents, half.due_on, None) for half in halves]


def _rows(
    ctx: Context,
    stored: Sequence[Row],
    lines: Sequence[Line],
    make: type[Row],
    describe: Callable[[Any, LineChecks[Line], date], None],
) -> list[Row]:
    """The rows that these lines mean; one that names another grant's row is a new one."""
    filled = [(rank, line) for rank, line in enumerate(lines) if not line.is_empty]
    if len(filled) > MOST_LINES:
        raise InvalidError(f"{MOST_LINES} lignes au plus.")
    known = {row.id: row for row in stored}
    checks, today, rows = Checks(), local_date(ctx.now), []
    with ctx.session.no_autoflush:
        for rank, line in filled:
            row = (known.pop(line.id, None) if line.id else None) or make()
            describe(row, LineChecks(rank, line, checks), today)
            rows.append(row)
    checks.finish()
    return rows
