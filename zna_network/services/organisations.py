"""The records of the directory: created, corrected, verified, archived."""

from datetime import date

from zna_network.models.organisation import Organisation
from zna_network.queries import organisations as queries
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, InvalidError, NotFoundError
from zna_network.services.folding import fold
from zna_network.services.french_time import local_date
from zna_network.services.organisation_choice import resolve
from zna_network.services.organisation_values import (
    FIELDS,
    InvalidValuesError,
    OrganisationData,
    cleaned,
    data_of,
    problems,
)
from zna_network.services.permissions import Permission
from zna_network.services.search_copy import refresh_search_text
from zna_network.services.slugs import free_slug
from zna_network.services.unit_of_work import CHANGED_MEANWHILE, take_turns

__all__ = [
    "FIELDS",
    "InvalidValuesError",
    "OrganisationData",
    "SameOrganisationError",
    "archive_organisation",
    "cleaned",
    "create_organisation",
    "data_of",
    "live_organisation",
    "mark_verified",
    "organisation_by_slug",
    "problems",
    "refresh_search_text",
    "resolve",
    "restore_organisation",
    "update_organisation",
]

SORT_KEY_LENGTH = 200
IDENTITY_TURN = "organisation:identity"


class SameOrganisationError(ConflictError):
    """``existing`` already has that SIRET, or that name in that commune; ``may_insist`` says
    whether the person may create the record all the same."""

    def __init__(self, existing: Organisation, message: str, field: str, may_insist: bool) -> None:
        super().__init__(message, field=field)
        self.existing_slug = existing.slug
        self.existing_name = existing.name
        self.may_insist = may_insist


def create_organisation(
    ctx: Context, data: OrganisationData, *, despite_same_name: bool = False
) -> Organisation:
    """A new record. Raises InvalidValuesError, or SameOrganisationError when the directory
    already has one of that SIRET, or of that name in that commune (``despite_same_name`` accepts
    the latter). May be called inside a unit of work, as imports do."""
    ctx.require(Permission.DIRECTORY_EDIT)
    with ctx.unit_of_work():
        clean = cleaned(ctx, data)
        take_turns(ctx.session, IDENTITY_TURN)
        _refuse_same_siret(ctx, clean, None)
        if not despite_same_name:
            _refuse_same_name(ctx, clean, None)
        organisation = Organisation(
            slug=free_slug(ctx.session, clean.name),
            sort_key=sort_key(clean.name),
            search_text="",
            created_at=ctx.now,
            updated_at=ctx.now,
        )
        _write(organisation, clean)
        ctx.session.add(organisation)
        ctx.session.flush()
        refresh_search_text(organisation)
        ctx.record("organisation.created", organisation)
    return organisation


def update_organisation(
    ctx: Context, organisation_id: int, data: OrganisationData, revision: int
) -> Organisation:
    """Write the record anew. ``revision`` is the one that the person was looking at: raises
    ConflictError if somebody has written since. Nothing changed: nothing written, no event."""
    ctx.require(Permission.DIRECTORY_EDIT)
    with ctx.unit_of_work():
        organisation = live_organisation(ctx, organisation_id)
        if organisation.revision != revision:
            raise ConflictError(CHANGED_MEANWHILE)
        clean = cleaned(ctx, data, stored_siret=organisation.siret)
        changed = _changed_fields(organisation, clean)
        if not changed:
            return organisation
        take_turns(ctx.session, IDENTITY_TURN)
        _refuse_same_siret(ctx, clean, organisation_id)
        _write(organisation, clean)
        organisation.sort_key = sort_key(clean.name)
        organisation.updated_at = ctx.now
        ctx.session.flush()
        refresh_search_text(organisation)
        ctx.record("organisation.updated", organisation, fields=changed)
    return organisation


def archive_organisation(ctx: Context, organisation_id: int) -> Organisation:
    """Take the record out of the directory; nothing is lost, and it can be restored."""
    ctx.require(Permission.DIRECTORY_EDIT)
    with ctx.unit_of_work():
        organisation = live_organisation(ctx, organisation_id)
        organisation.archived_at = ctx.now
        organisation.updated_at = ctx.now
        ctx.record("organisation.archived", organisation)
    return organisation


def restore_organisation(ctx: Context, organisation_id: int) -> Organisation:
    """Put an archived record back. One that was merged into another stays so."""
    ctx.require(Permission.DIRECTORY_EDIT)
    with ctx.unit_of_work():
        organisation = _organisation(ctx, organisation_id)
        if not organisation.is_archived:
            return organisation
        if organisation.merged_into_id is not None:
            raise ConflictError("Cette fiche a été fusionnée dans une autre : modifiez l’autre.")
        take_turns(ctx.session, IDENTITY_TURN)
        _refuse_same_siret(ctx, data_of(organisation), organisation_id)
        organisation.archived_at = None
        organisation.updated_at = ctx.now
        ctx.record("organisation.restored", organisation)
    return organisation


def mark_verified(ctx: Context, organisation_id: int, on: date | None = None) -> Organisation:
    """The record was checked with the organisation, on that day (today when none is given)."""
    ctx.require(Permission.DIRECTORY_EDIT)
    with ctx.unit_of_work():
        today = local_date(ctx.now)
        organisation = live_organisation(ctx, organisation_id)
        if on is not None and on > today:
            raise InvalidError(
                "La date de vérification est dans l’avenir.", field="last_verified_on"
            )
        organisation.last_verified_on = on or today
        organisation.updated_at = ctx.now
        ctx.record("organisation.verified", organisation, on=(on or today).isoformat())
    return organisation


def live_organisation(ctx: Context, organisation_id: int, *, lock: bool = False) -> Organisation:
    """The organisation, which must not be archived. ``lock`` keeps merges and archivings waiting
    until the transaction ends: for those who add something to it."""
    organisation = _organisation(ctx, organisation_id, lock=lock)
    if organisation.is_archived:
        raise ConflictError(
            f"« {organisation.name} » est archivé : restaurez la fiche avant de la modifier."
        )
    return organisation


def organisation_by_slug(ctx: Context, slug: str) -> Organisation:
    """The record at this address, with all that its page shows. Archived ones are for staff."""
    ctx.require(Permission.DIRECTORY_READ)
    organisation = ctx.session.scalar(queries.record(slug)) if _is_slug(slug) else None
    if organisation is None or (
        organisation.is_archived
        and organisation.merged_into_id is None
        and not ctx.may(Permission.DIRECTORY_EDIT)
    ):
        raise NotFoundError("Cette fiche n’existe pas, ou plus, dans l’annuaire.")
    return organisation


def sort_key(name: str) -> str:
    return fold(name)[:SORT_KEY_LENGTH]


def _is_slug(slug: str) -> bool:
    return slug.isascii() and slug.replace("-", "").isalnum()


def _organisation(ctx: Context, organisation_id: int, *, lock: bool = False) -> Organisation:
    organisation = ctx.session.scalar(queries.by_id(organisation_id, lock=lock))
    if organisation is None:
        raise NotFoundError("Cet organisme n’existe pas dans l’annuaire.")
    return organisation


def _changed_fields(organisation: Organisation, clean: OrganisationData) -> list[str]:
    return [
        field
        for field in FIELDS
        if getattr(organisation, field) != getattr(clean, field)
        and not (field == "last_verified_on" and clean.last_verified_on is None)
    ]


def _write(organisation: Organisation, clean: OrganisationData) -> None:
    for field in FIELDS:
        value = getattr(clean, field)
        if field != "last_verified_on" or value is not None:
            setattr(organisation, field, value)


def _refuse_same_siret(ctx: Context, clean: OrganisationData, own_id: int | None) -> None:
    if not clean.siret:
        return
    existing = ctx.session.scalar(queries.live_with_siret(clean.siret, own_id))
    if existing is not None:
        message = f"« {existing.name} » a déjà ce SIRET dans l’annuaire."
        raise SameOrganisationError(existing, message, "siret", may_insist=False)


def _refuse_same_name(ctx: Context, clean: OrganisationData, own_id: int | None) -> None:
    same = queries.live_with_name(sort_key(clean.name), clean.commune_insee, own_id)
    for existing in ctx.session.scalars(same):
        if clean.commune_insee or fold(existing.city) == fold(clean.city):
            message = f"« {existing.name} » figure déjà dans l’annuaire, dans la même commune."
            raise SameOrganisationError(existing, message, "name", may_insist=True)
