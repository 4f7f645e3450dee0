"""Inviting organisations to hold a stand: one mail each, with the forum in their calendar."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from zna_network.models.organisation import Organisation
from zna_network.models.stand import Stand, StandState
from zna_network.queries import organisations as organisation_queries
from zna_network.queries import stands as queries
from zna_network.services.clean_values import clean_line
from zna_network.services.context import Context
from zna_network.services.errors import InvalidError, NotFoundError
from zna_network.services.organisation_choice import resolve
from zna_network.services.permissions import Permission
from zna_network.services.record_reviews import recipients_of
from zna_network.services.stand_details import clean_contact_email
from zna_network.services.stand_mails import open_desk, send_plain, send_request
from zna_network.services.stand_opening import forum_to_fill, open_stand

MAIL = "stand_invitation"


@dataclass(frozen=True)
class StandInvitation:
    """Whom to invite: the organisation as chosen or typed, and who answers for it. Without an
    address, the one that the directory has."""

    organisation_id: str = ""
    organisation: str = ""
    contact_name: str = ""
    contact_email: str = ""


@dataclass
class Invited:
    """The stands opened, and the names of the organisations that could not be written to."""

    stands: list[Stand] = field(default_factory=list)
    unreachable: list[str] = field(default_factory=list)


def invite(ctx: Context, forum_id: int, data: StandInvitation) -> Stand:
    """Raises InvalidError beside ``organisation`` or ``contact_email``, ConflictError where the
    organisation already has a stand."""
    ctx.require(Permission.FORUM_EDIT)
    with ctx.unit_of_work():
        forum = forum_to_fill(ctx, forum_id)
        organisation = resolve(ctx, data.organisation_id, data.organisation, field="organisation")
        stand = open_stand(ctx, forum, StandState.INVITED, organisation)
        known = next(iter(recipients_of(organisation)), None)
        typed = clean_contact_email(data.contact_email, required=False)
        name = clean_line(data.contact_name, field="contact_name", limit=160)
        if not typed and known is None:
            raise InvalidError(
                "L’annuaire n’a pas d’adresse e-mail pour cet organisme : indiquez-en une.",
                field="contact_email",
            )
        stand.contact_email = typed or (known.email if known else "")
        stand.contact_name = name or (known.name if known and not typed else "")
        _send(ctx, stand)
    return stand


def invite_many(ctx: Context, forum_id: int, organisation_ids: Collection[int]) -> Invited:
    """Invite each of these that has no stand yet, at the address that the directory has."""
    ctx.require(Permission.FORUM_EDIT)
    if not organisation_ids:
        raise InvalidError("Cochez au moins un organisme.", field="organisations")
    invited = Invited()
    with ctx.unit_of_work():
        forum = forum_to_fill(ctx, forum_id)
        chosen = ctx.session.scalars(queries.invitable(forum_id, organisation_ids)).all()
        for organisation in chosen:
            known = next(iter(recipients_of(organisation)), None)
            if known is None:
                invited.unreachable.append(organisation.name)
                continue
            stand = open_stand(ctx, forum, StandState.INVITED, organisation)
            stand.contact_email, stand.contact_name = known.email, known.name
            _send(ctx, stand)
            invited.stands.append(stand)
    return invited


@dataclass(frozen=True)
class Proposal:
    """An organisation that could be invited. ``email`` is empty when nobody can be written to."""

    organisation: Organisation
    is_grantee: bool
    email: str


def proposals(ctx: Context, forum_id: int) -> Sequence[Proposal]:
    """The grantees, and those that held a stand before, without one at this forum."""
    ctx.require(Permission.FORUM_EDIT)
    grantees = {one.id for one in ctx.session.scalars(organisation_queries.grantees())}
    found = [
        *ctx.session.scalars(queries.invitable(forum_id, grantees)),
        *ctx.session.scalars(queries.invitable(forum_id)),
    ]
    return [
        Proposal(one, one.id in grantees, next((r.email for r in recipients_of(one)), ""))
        for one in dict.fromkeys(found)
    ]


def resend_link(ctx: Context, forum_id: int, number: int) -> Stand:
    """The same mail again, with the link and the forum's day, to somebody who lost it."""
    ctx.require(Permission.FORUM_EDIT)
    with ctx.unit_of_work():
        forum = forum_to_fill(ctx, forum_id)
        stand = ctx.session.scalar(queries.number_locked(forum_id, number))
        if stand is None or not stand.state.is_live:
            raise NotFoundError("Ce stand n’existe plus.")
        if not stand.contact_email:
            raise InvalidError("Ce stand n’a pas d’adresse e-mail.")
        desk = open_desk(ctx, forum, stand)
        if stand.state is StandState.APPLIED:
            send_plain(desk, "stand_application")
        else:
            send_request(desk, "stand_link", ask=stand.state is StandState.INVITED)
        ctx.record("stand.link_sent", stand)
    return stand


def _send(ctx: Context, stand: Stand) -> None:
    ctx.session.flush()
    send_request(open_desk(ctx, stand.forum, stand), MAIL, ask=True)
    ctx.record("stand.invited", stand, organisation=stand.organisation_id)
