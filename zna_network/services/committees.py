"""Committees (instances): opening one, describing it, closing it. Their members are
``memberships``' affair."""

from dataclasses import dataclass

from zna_network.models.committee import Committee, CommitteeKind
from zna_network.models.organisation import Organisation
from zna_network.queries import committees as queries
from zna_network.queries import meetings, organisations
from zna_network.services.clean_values import clean_line, clean_text
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, InvalidError, NotFoundError
from zna_network.services.organisations import resolve
from zna_network.services.permissions import Permission
from zna_network.services.unit_of_work import CHANGED_MEANWHILE

NAME_LENGTH = 160
GRANTEES_NAMED = 6
CLOSED = "Cette instance est archivée : rouvrez-la avant de la modifier."


@dataclass(frozen=True)
class CommitteeData:
    """``led_by_id`` is what the autocomplete chose and ``led_by`` the name typed; both empty for
    a committee that the CUA animates itself."""

    kind: CommitteeKind
    name: str
    description: str = ""
    led_by_id: str = ""
    led_by: str = ""


def create_committee(ctx: Context, data: CommitteeData) -> Committee:
    """Raises ConflictError when the name is taken, InvalidError beside the field at fault."""
    ctx.require(Permission.COMMITTEE_EDIT)
    with ctx.unit_of_work():
        committee = Committee(created_at=ctx.now, updated_at=ctx.now)
        _describe(ctx, committee, data)
        ctx.session.add(committee)
        ctx.session.flush()
        ctx.record("committee.created", committee, kind=committee.kind.value)
    return committee


def update_committee(
    ctx: Context, committee_id: int, data: CommitteeData, revision: int
) -> Committee:
    ctx.require(Permission.COMMITTEE_EDIT)
    with ctx.unit_of_work():
        committee = committee_at_work(ctx, committee_id)
        if committee.revision != revision:
            raise ConflictError(CHANGED_MEANWHILE)
        _describe(ctx, committee, data)
        committee.updated_at = ctx.now
        ctx.record("committee.updated", committee)
    return committee


def archive_committee(ctx: Context, committee_id: int) -> Committee:
    """Put it away: it can be read for ever, and nothing more is planned in it."""
    ctx.require(Permission.COMMITTEE_EDIT)
    with ctx.unit_of_work():
        committee = committee_at_work(ctx, committee_id)
        if ctx.session.scalar(meetings.next_of([committee.id], ctx.now)) is not None:
            raise ConflictError(
                "Une réunion de cette instance est à venir : annulez-la avant d’archiver."
            )
        committee.archived_at = committee.updated_at = ctx.now
        ctx.record("committee.archived", committee)
    return committee


def restore_committee(ctx: Context, committee_id: int) -> Committee:
    ctx.require(Permission.COMMITTEE_EDIT)
    with ctx.unit_of_work():
        committee = _locked(ctx, committee_id)
        if committee.archived_at is None:
            raise ConflictError("Cette instance n’est pas archivée.")
        committee.archived_at = None
        committee.updated_at = ctx.now
        ctx.record("committee.restored", committee)
    return committee


def committee_at_work(ctx: Context, committee_id: int) -> Committee:
    """The committee, locked until the transaction ends, if something may still be done in it.

    To be called inside a unit of work. Raises NotFoundError, or ConflictError when archived."""
    committee = _locked(ctx, committee_id)
    if committee.archived_at is not None:
        raise ConflictError(CLOSED)
    return committee


def _locked(ctx: Context, committee_id: int) -> Committee:
    committee = ctx.session.scalar(queries.by_id(committee_id, lock=True))
    if committee is None:
        raise NotFoundError("Cette instance n’existe pas.")
    return committee


def _describe(ctx: Context, committee: Committee, data: CommitteeData) -> None:
    name = clean_line(
        data.name, field="name", limit=NAME_LENGTH, required="Donnez un nom à cette instance."
    )
    description = clean_text(data.description, field="description")
    namesake = ctx.session.scalar(queries.by_name(name))
    if namesake is not None and namesake.id != committee.id:
        raise ConflictError(f"Une instance s’appelle déjà « {namesake.name} ».", field="name")
    leader = _leader(ctx, data, committee.led_by_id)
    committee.kind = data.kind
    committee.name = name
    committee.description = description
    committee.led_by = leader


def _leader(ctx: Context, data: CommitteeData, current_id: int | None) -> Organisation | None:
    """A grantee, or the organisation that leads already: it may have lost its grant since, which
    must not keep the rest from being changed."""
    if not data.led_by_id.strip() and not data.led_by.strip():
        return None
    leader = resolve(ctx, data.led_by_id, data.led_by, field="led_by")
    grantees = ctx.session.scalars(organisations.grantees()).all()
    if leader.id != current_id and leader not in grantees:
        known = " ; ".join(grantee.name for grantee in grantees[:GRANTEES_NAMED])
        raise InvalidError(
            f"« {leader.name} » n’est pas lauréat de l’appel à projets : seul un lauréat anime une "
            "instance. Ouvrez-lui d’abord un compte de lauréat, ou laissez vide si la Communauté "
            "urbaine l’anime elle-même." + (f" Lauréats connus : {known}." if known else ""),
            field="led_by",
        )
    return leader
