"""The workshops of a forum: what is offered, by whom, for whom."""

from collections.abc import Collection
from dataclasses import dataclass

from zna_network.models.forum import Forum
from zna_network.models.organisation import Organisation
from zna_network.models.territory import TargetGroup
from zna_network.models.workshop import Workshop
from zna_network.queries import forums as forum_queries
from zna_network.queries import workshops as queries
from zna_network.queries.territory import rights_among
from zna_network.services.clean_values import clean_line, clean_text
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, InvalidError, NotFoundError
from zna_network.services.organisation_choice import resolve
from zna_network.services.organisation_values import Checks
from zna_network.services.permissions import Permission
from zna_network.services.unit_of_work import CHANGED_MEANWHILE

CLOSED = "Ce forum est clos : ses ateliers ne changent plus."


@dataclass(frozen=True)
class WorkshopData:
    """``organisation_id`` and ``organisation``: what an autocomplete field gives. A grantee who
    leaves them empty means their own organisation. ``rights`` are codes, ``target_groups``
    values of TargetGroup; none stands for everybody."""

    title: str
    description: str = ""
    organisation_id: str = ""
    organisation: str = ""
    rights: Collection[str] = ()
    target_groups: Collection[str] = ()


def create_workshop(ctx: Context, forum_id: int, data: WorkshopData) -> Workshop:
    with ctx.unit_of_work():
        forum = forum_at_work(ctx, forum_id)
        workshop = Workshop(
            forum_id=forum.id, target_groups=[], created_at=ctx.now, updated_at=ctx.now
        )
        _describe(ctx, workshop, data)
        ctx.session.add(workshop)
        ctx.session.flush()
        ctx.record("workshop.created", workshop, forum=forum.id)
    return workshop


def update_workshop(ctx: Context, workshop_id: int, data: WorkshopData, revision: int) -> Workshop:
    """Raises ConflictError when somebody else has changed it."""
    with ctx.unit_of_work():
        workshop = workshop_to_manage(ctx, workshop_id)
        if workshop.revision != revision:
            raise ConflictError(CHANGED_MEANWHILE)
        _describe(ctx, workshop, data)
        workshop.updated_at = ctx.now
        ctx.record("workshop.updated", workshop)
    return workshop


def delete_workshop(ctx: Context, workshop_id: int) -> int:
    """Remove it with its sessions. Refused once somebody has asked for a seat: its sessions are
    then cancelled, so that these people are told. Gives the forum's id."""
    with ctx.unit_of_work():
        workshop = workshop_to_manage(ctx, workshop_id)
        if ctx.session.scalar(queries.seats_ever(workshop_id)):
            raise ConflictError(
                "Des personnes se sont inscrites à cet atelier : annulez plutôt ses séances, "
                "elles en seront prévenues."
            )
        ctx.record("workshop.deleted", workshop, forum=workshop.forum_id)
        ctx.session.delete(workshop)
        return workshop.forum_id


def may_manage(ctx: Context, workshop: Workshop) -> bool:
    return ctx.may(Permission.WORKSHOP_MANAGE, workshop.organisation_id)


def readable_workshop(ctx: Context, forum: Forum, workshop_id: int) -> Workshop:
    """One workshop of this forum, for the preparation pages."""
    ctx.require(Permission.FORUM_READ)
    workshop = ctx.session.scalar(queries.by_id(workshop_id))
    if workshop is None or workshop.forum_id != forum.id:
        raise NotFoundError("Cet atelier n’existe pas.")
    return workshop


def workshop_to_manage(ctx: Context, workshop_id: int) -> Workshop:
    """The workshop, locked after its forum, for somebody who may change it. To be called inside a
    unit of work."""
    found = ctx.session.scalar(queries.by_id(workshop_id))
    if found is not None:
        forum_at_work(ctx, found.forum_id)
        found = ctx.session.scalar(queries.by_id(workshop_id, lock=True))
    if found is None:
        raise NotFoundError("Cet atelier n’existe pas.")
    ctx.require(Permission.WORKSHOP_MANAGE, found.organisation_id)
    return found


def forum_at_work(ctx: Context, forum_id: int) -> Forum:
    """The forum, held until the transaction ends: neither its day nor its state change
    meanwhile."""
    forum = ctx.session.scalar(forum_queries.shared(forum_id))
    if forum is None:
        raise NotFoundError("Ce forum n’existe pas.")
    if forum.state.is_final:
        raise ConflictError(CLOSED)
    return forum


def _describe(ctx: Context, workshop: Workshop, data: WorkshopData) -> None:
    """Write what was typed. Raises InvalidValuesError with all that is wrong, ForbiddenError for
    an organisation that the person does not act for."""
    checks = Checks()
    title = checks.take(
        lambda: clean_line(
            data.title, field="title", limit=160, required="Donnez un titre à l’atelier."
        ),
        "",
    )
    description = checks.take(lambda: clean_text(data.description, field="description"), "")
    organisation = checks.take(lambda: _organisation(ctx, data), None)
    no_groups: list[str] = []
    groups = checks.take(lambda: _groups(data.target_groups), no_groups)
    checks.finish()
    ctx.require(Permission.WORKSHOP_MANAGE, organisation.id if organisation else None)
    workshop.title, workshop.description = title, description
    workshop.organisation, workshop.target_groups = organisation, groups
    workshop.rights = list(ctx.session.scalars(rights_among(data.rights)))


def _organisation(ctx: Context, data: WorkshopData) -> Organisation | None:
    if data.organisation_id or data.organisation.strip():
        return resolve(ctx, data.organisation_id, data.organisation, field="organisation")
    acts_for_all = ctx.may(Permission.WORKSHOP_MANAGE)
    return None if acts_for_all or ctx.actor is None else ctx.actor.organisation


def _groups(values: Collection[str]) -> list[str]:
    if not set(values) <= {group.value for group in TargetGroup}:
        raise InvalidError("Ce public n’existe pas.", field="target_groups")
    return [group.value for group in TargetGroup if group.value in values]
