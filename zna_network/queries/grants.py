"""The grants: with their sums, payments and papers; what is due when."""

from datetime import date

from sqlalchemy import Select, func, literal, select, union_all
from sqlalchemy.orm import selectinload

from zna_network.models.grant import Grant, GrantDocument, GrantPayment
from zna_network.models.organisation import Organisation
from zna_network.queries.organisations import grantees

_NAME = func.coalesce(func.nullif(Organisation.acronym, ""), Organisation.name)


def dated(start: date, end: date, organisation_id: int | None) -> Select:  # type: ignore[type-arg]
    """The payments and the papers due from ``start`` to ``end``, both included, by date; of one
    organisation unless it is none. Each row: ``kind`` (« payment » or « document »), ``id``,
    ``grant_id``, ``organisation_id``, ``who``, ``label``, ``due_on``, and ``settled_on``, the day
    when it was paid or received. A payment's date is a month's first day: the call says no more."""
    payments = select(
        literal("payment").label("kind"),
        GrantPayment.id,
        GrantPayment.grant_id,
        GrantPayment.label,
        GrantPayment.due_on,
        GrantPayment.paid_on.label("settled_on"),
    )
    papers = select(
        literal("document").label("kind"),
        GrantDocument.id,
        GrantDocument.grant_id,
        GrantDocument.label,
        GrantDocument.due_on,
        GrantDocument.received_on.label("settled_on"),
    )
    due = union_all(payments, papers).subquery()
    statement = (
        select(due, Grant.organisation_id, _NAME.label("who"))
        .join(Grant, Grant.id == due.c.grant_id)
        .join(Organisation, Organisation.id == Grant.organisation_id)
        .where(due.c.due_on >= start, due.c.due_on <= end)
        .order_by(due.c.due_on, due.c.kind, due.c.id)
    )
    if organisation_id is not None:
        statement = statement.where(Grant.organisation_id == organisation_id)
    return statement


def by_id(grant_id: int, *, lock: bool = False) -> Select[Grant]:
    """One grant with all its lines; ``lock`` makes those who change it follow one another."""
    statement = _in_full(select(Grant).where(Grant.id == grant_id))
    if lock:
        return statement.with_for_update().execution_options(populate_existing=True)
    return statement


def in_season(season: str, organisation_id: int | None) -> Select[Grant]:
    """The grants of a season with all their lines, by name; one organisation's unless none."""
    statement = (
        _in_full(select(Grant))
        .join(Organisation, Organisation.id == Grant.organisation_id)
        .where(Grant.season == season)
        .order_by(Organisation.sort_key, Grant.id)
    )
    if organisation_id is not None:
        statement = statement.where(Grant.organisation_id == organisation_id)
    return statement


def seasons(organisation_id: int | None) -> Select[str]:
    """The seasons that have a grant, the latest first."""
    statement = select(Grant.season).distinct().order_by(Grant.season.desc())
    if organisation_id is not None:
        statement = statement.where(Grant.organisation_id == organisation_id)
    return statement


def season_total(season: str) -> Select[int, int]:
    """One row: the subsidies of a season in cents, and how many grants they are."""
    return select(func.coalesce(func.sum(Grant.subsidy_cents), 0), func.count(Grant.id)).where(
        Grant.season == season
    )


def of_season(organisation_id: int, season: str) -> Select[int]:
    return select(Grant.id).where(Grant.organisation_id == organisation_id, Grant.season == season)


def of_both(kept_id: int, other_id: int) -> Select[str]:
    """The seasons for which two organisations have a grant each."""
    return (
        select(Grant.season)
        .where(Grant.organisation_id.in_((kept_id, other_id)))
        .group_by(Grant.season)
        .having(func.count(Grant.id) > 1)
        .order_by(Grant.season)
    )


def grantee(organisation_id: int) -> Select[Organisation]:
    """The live organisation of this id, if the call retained it."""
    return grantees().where(Organisation.id == organisation_id)


def grant_of_payment(payment_id: int) -> Select[int]:
    return select(GrantPayment.grant_id).where(GrantPayment.id == payment_id)


def grant_of_document(document_id: int) -> Select[int]:
    return select(GrantDocument.grant_id).where(GrantDocument.id == document_id)


def papers_missing(until: date, organisation_id: int | None) -> Select[GrantDocument, Grant]:
    """The papers that have not come and are due by that day, by date, each with its grant."""
    statement = (
        select(GrantDocument, Grant)
        .join(Grant, Grant.id == GrantDocument.grant_id)
        .where(GrantDocument.received_on.is_(None), GrantDocument.due_on <= until)
        .options(selectinload(Grant.organisation))
        .order_by(GrantDocument.due_on, GrantDocument.id)
    )
    if organisation_id is not None:
        statement = statement.where(Grant.organisation_id == organisation_id)
    return statement


def awaiting_papers(since: date, until: date) -> Select[int]:
    """The grants of live organisations with a paper missing that is due between these days."""
    return (
        select(Grant.id)
        .join(Organisation, Organisation.id == Grant.organisation_id)
        .join(GrantDocument, GrantDocument.grant_id == Grant.id)
        .where(
            Organisation.archived_at.is_(None),
            GrantDocument.received_on.is_(None),
            GrantDocument.due_on >= since,
            GrantDocument.due_on <= until,
        )
        .distinct()
        .order_by(Grant.id)
    )


def _in_full(statement: Select[Grant]) -> Select[Grant]:
    return statement.options(
        selectinload(Grant.organisation),
        selectinload(Grant.fundings),
        selectinload(Grant.payments),
        selectinload(Grant.documents),
    )
