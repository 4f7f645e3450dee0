"""Two records of one organisation made into one, as somebody chose, field by field."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Column, Table, update

from zna_network.models.base import Base
from zna_network.models.directory_work import DismissedDuplicate
from zna_network.models.organisation import Grantee, Organisation
from zna_network.queries import duplicates as duplicate_queries
from zna_network.queries import grants as grant_queries
from zna_network.queries import organisations as queries
from zna_network.queries import stands as stand_queries
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, InvalidError, NotFoundError
from zna_network.services.organisations import sort_key
from zna_network.services.permissions import Permission
from zna_network.services.search_copy import refresh_search_text

# What is chosen as one: an address is taken whole, or it would be of nowhere.
CHOICES: dict[str, tuple[str, ...]] = {
    "name": ("name",),
    "acronym": ("acronym",),
    "kind": ("kind",),
    "description": ("description",),
    "siret": ("siret",),
    "email": ("email",),
    "phone": ("phone",),
    "website": ("website",),
    "address": ("address", "postcode", "commune_insee", "city"),
    "opening_hours": ("opening_hours",),
    "accessibility_url": ("accessibility_url",),
    "notes": ("notes",),
    "last_verified_on": ("last_verified_on",),
}
# Tables with a rule of their own below; everything else that points to the organisation follows.
_APART = frozenset({Grantee.__tablename__, DismissedDuplicate.__tablename__})


@dataclass(frozen=True)
class MergeData:
    """``kept_id`` stays and ``other_id`` is archived into it. ``from_other`` names the keys of
    CHOICES whose value is taken from the other. The revisions are those that were looked at."""

    kept_id: int
    other_id: int
    kept_revision: int
    other_revision: int
    from_other: frozenset[str] = frozenset()


@dataclass(frozen=True)
class PairToMerge:
    """Two live records, compared before they become one. ``same_people`` are the names of those
    who have the same e-mail in both: two contacts each, which staff then sort out."""

    kept: Organisation
    other: Organisation

    @property
    def same_people(self) -> list[str]:
        known = {person.email for person in self.kept.contacts if person.email}
        return [person.full_name for person in self.other.contacts if person.email in known]


def pair_to_merge(ctx: Context, kept_id: int, other_id: int) -> PairToMerge:
    """Both records with all that is theirs. Raises ConflictError if one is archived."""
    ctx.require(Permission.DIRECTORY_EDIT)
    if kept_id == other_id:
        raise InvalidError("Choisissez deux fiches différentes.")
    found = {o.id: o for o in ctx.session.scalars(queries.by_ids((kept_id, other_id)))}
    if len(found) < 2:
        raise NotFoundError("L’une des deux fiches n’existe pas.")
    for organisation in found.values():
        _refuse_archived(organisation)
    return PairToMerge(found[kept_id], found[other_id])


def merge_organisations(ctx: Context, data: MergeData) -> Organisation:
    """All or nothing: values chosen, contacts, offers, accounts, committees, invitations, actions
    and reviews follow, the other record is archived and its address leads to the one kept.

    Raises ConflictError when either was changed, archived or merged since it was looked at."""
    ctx.require(Permission.DIRECTORY_EDIT)
    unknown = data.from_other - CHOICES.keys()
    if unknown or data.kept_id == data.other_id:
        raise InvalidError("Choisissez deux fiches différentes, et des champs qui existent.")
    with ctx.unit_of_work():
        kept, other = _locked_pair(ctx, data)
        _refuse_two_stands(ctx, kept, other)
        _refuse_two_grants(ctx, kept, other)
        chosen = {field: getattr(other, field) for key in data.from_other for field in CHOICES[key]}
        # Archived first: the SIRET of a record in the directory is unique at every instant.
        other.archived_at = ctx.now
        other.updated_at = ctx.now
        other.merged_into_id = kept.id
        ctx.session.flush()
        for field, value in chosen.items():
            setattr(kept, field, value)
        kept.sort_key = sort_key(kept.name)
        kept.updated_at = ctx.now
        ctx.session.flush()
        moved = _repoint(ctx, kept.id, other.id)
        ctx.session.expire(kept)
        ctx.session.expire(other)
        refresh_search_text(kept)
        fields = sorted(data.from_other)
        ctx.record("organisation.merged", kept, other=other.id, fields=fields, moved=moved)
        ctx.record("organisation.merged_away", other, into=kept.id)
    return kept


def references() -> Iterator[tuple[Table, Column[int]]]:
    """Every column of every table that points to an organisation."""
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if any(key.column.table is Organisation.__table__ for key in column.foreign_keys):
                yield table, column


def _locked_pair(ctx: Context, data: MergeData) -> tuple[Organisation, Organisation]:
    """Both records, locked in one order so that two merges cannot each wait for the other."""
    ids = sorted((data.kept_id, data.other_id))
    rows = {organisation_id: _locked(ctx, organisation_id) for organisation_id in ids}
    kept, other = rows[data.kept_id], rows[data.other_id]
    for organisation, revision in ((kept, data.kept_revision), (other, data.other_revision)):
        if organisation.revision != revision:
            raise ConflictError(
                f"Quelqu’un a modifié « {organisation.name} » pendant que vous compariez les deux "
                "fiches. Rien n’a été fusionné : relisez-les, puis recommencez."
            )
    return kept, other


def _locked(ctx: Context, organisation_id: int) -> Organisation:
    """One record, refused at once when it is archived: held while the second is waited for, it
    would stop the merge that is turning the links to it towards its own, and wait for it."""
    organisation = ctx.session.scalar(queries.by_id(organisation_id, lock=True))
    if organisation is None:
        raise NotFoundError("L’une des deux fiches n’existe pas.")
    _refuse_archived(organisation)
    return organisation


def _refuse_archived(organisation: Organisation) -> None:
    if organisation.is_archived:
        raise ConflictError(
            f"« {organisation.name} » n’est plus dans l’annuaire : la fiche vient d’être "
            "archivée ou fusionnée. Rien n’a été changé."
        )


def _refuse_two_stands(ctx: Context, kept: Organisation, other: Organisation) -> None:
    """An organisation holds one stand at a forum: which of the two stays is for an agent to say."""
    both = ctx.session.scalars(stand_queries.live_of_both(kept.id, other.id)).all()
    if both:
        first, second = both[:2]
        raise ConflictError(
            f"Ces deux organismes ont chacun un stand au même forum, « {first.forum.title} » "
            f"(n° {first.number} et n° {second.number}). Retirez-en un, puis recommencez."
        )


def _refuse_two_grants(ctx: Context, kept: Organisation, other: Organisation) -> None:
    """An organisation has one grant a season: sums are not added up by themselves."""
    season = ctx.session.scalar(grant_queries.of_both(kept.id, other.id))
    if season is not None:
        raise ConflictError(
            f"Ces deux organismes ont chacun une convention pour {season}. Gardez-en une, puis "
            "recommencez."
        )


def _repoint(ctx: Context, kept_id: int, other_id: int) -> dict[str, int]:
    """How many rows of each table now belong to the record kept."""
    moved: dict[str, int] = {}
    _merge_grantees(ctx, kept_id, other_id)
    ctx.session.execute(duplicate_queries.forget_dismissals(other_id))
    for table, column in references():
        if table.name in _APART:
            continue
        if column.primary_key:
            # Both were on board of one trip: the row that stays says it.
            ctx.session.execute(duplicate_queries.forget_twins(table, column, kept_id, other_id))
        statement = update(table).where(column == other_id)
        if table is Organisation.__table__:
            statement = statement.where(table.c.id != other_id)
        count = ctx.session.execute(statement.values({column.name: kept_id})).rowcount  # type: ignore[attr-defined]
        if count:
            moved[table.name] = moved.get(table.name, 0) + count
    return moved


def _merge_grantees(ctx: Context, kept_id: int, other_id: int) -> None:
    """An organisation is a grantee once: two grants of the same call become one, of both lots."""
    kept = ctx.session.scalar(queries.grantee(kept_id))
    other = ctx.session.scalar(queries.grantee(other_id))
    if other is None:
        return
    if kept is None:
        other.organisation_id = kept_id
    else:
        kept.lots = sorted({*kept.lots, *other.lots})
        ctx.session.delete(other)
    ctx.session.flush()
