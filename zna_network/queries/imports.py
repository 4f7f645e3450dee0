"""Import batches, and what recognising the organisations of a file reads."""

from datetime import datetime

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import joinedload
from sqlalchemy.sql.dml import Delete

from zna_network.models.directory_work import ImportBatch, ImportLine, LineStatus
from zna_network.models.organisation import Offer, Organisation
from zna_network.models.territory import Commune
from zna_network.queries.listing import SortKeys

LINE_SORTS: SortKeys = {"line": (ImportLine.number,)}


def batch_by_id(batch_id: int, *, lock: bool = False) -> Select[ImportBatch]:
    statement = select(ImportBatch).where(ImportBatch.id == batch_id)
    return statement.with_for_update() if lock else statement


def recent_batches(limit: int) -> Select[ImportBatch]:
    return (
        select(ImportBatch)
        .options(joinedload(ImportBatch.created_by))
        .order_by(ImportBatch.created_at.desc(), ImportBatch.id.desc())
        .limit(limit)
    )


def lines(batch_id: int) -> Select[ImportLine]:
    return select(ImportLine).where(ImportLine.batch_id == batch_id).order_by(ImportLine.number)


def lines_shown(batch_id: int, status: LineStatus | None, *, to_decide: bool) -> Select[ImportLine]:
    """The lines of a preview, with the record that each is about."""
    statement = (
        select(ImportLine)
        .where(ImportLine.batch_id == batch_id)
        .options(joinedload(ImportLine.organisation))
    )
    if status is not None:
        statement = statement.where(ImportLine.status == status)
    if to_decide:
        statement = statement.where(ImportLine.has_suggestions)
    return statement


def count_to_decide(batch_id: int) -> Select[int]:
    return select(func.count(ImportLine.id)).where(
        ImportLine.batch_id == batch_id, ImportLine.has_suggestions, ImportLine.choice == ""
    )


def old_batches(before: datetime) -> Delete:
    return delete(ImportBatch).where(ImportBatch.created_at < before)


def ids_of_slugs() -> Select[str, int]:
    return select(Organisation.slug, Organisation.id)


def offers_in_order(first_id: int, last_id: int) -> Select[int, int]:
    """The organisation's id and the offer's, for organisations from one id to another, in the
    order in which the offers were written."""
    return (
        select(Offer.organisation_id, Offer.id)
        .where(Offer.organisation_id.between(first_id, last_id))
        .order_by(Offer.id)
    )


def known_organisations() -> Select[
    int, str, str, str, str | None, str, str | None, datetime | None, int | None
]:
    """What every record, archived ones included, is recognised by, in one light query: id, slug,
    name, SIRET, INSEE code, town, commune's name, when archived, and into which one merged."""
    return (
        select(
            Organisation.id,
            Organisation.slug,
            Organisation.name,
            Organisation.siret,
            Organisation.commune_insee,
            Organisation.city,
            Commune.name,
            Organisation.archived_at,
            Organisation.merged_into_id,
        )
        .outerjoin(Commune, Commune.insee == Organisation.commune_insee)
        .order_by(Organisation.id)
    )
