"""What the search for duplicates reads, and the pairs that were found to be different."""

from sqlalchemy import Column, Select, Table, delete, or_, select
from sqlalchemy.sql.dml import Delete

from zna_network.models.directory_work import DismissedDuplicate
from zna_network.models.organisation import Organisation, OrganisationKind
from zna_network.models.territory import Commune


def identities() -> Select[
    int, str, str, str, str, str, str | None, str, OrganisationKind, str | None
]:
    """The columns by which live records are recognised, in one light query: id, name, acronym,
    SIRET, e-mail, telephone, INSEE code, town, kind, commune's name."""
    return (
        select(
            Organisation.id,
            Organisation.name,
            Organisation.acronym,
            Organisation.siret,
            Organisation.email,
            Organisation.phone,
            Organisation.commune_insee,
            Organisation.city,
            Organisation.kind,
            Commune.name,
        )
        .outerjoin(Commune, Commune.insee == Organisation.commune_insee)
        .where(Organisation.archived_at.is_(None))
        .order_by(Organisation.id)
    )


def dismissed_pairs() -> Select[int, int]:
    return select(DismissedDuplicate.low_id, DismissedDuplicate.high_id)


def forget_dismissals(organisation_id: int) -> Delete:
    return delete(DismissedDuplicate).where(
        or_(
            DismissedDuplicate.low_id == organisation_id,
            DismissedDuplicate.high_id == organisation_id,
        )
    )


def forget_twins(table: Table, column: Column[int], kept_id: int, other_id: int) -> Delete:
    """The rows that say of ``other_id`` what is said of ``kept_id`` too, in a table of which
    ``column`` is one of the two keys."""
    [beside] = [key for key in table.primary_key.columns if key is not column]
    said = select(beside).where(column == kept_id)
    return delete(table).where(column == other_id, beside.in_(said))
