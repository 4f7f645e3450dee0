"""Looking after the stands of a forum: reading one, confirming, setting aside, correcting it."""

from zna_network.models.forum import Forum
from zna_network.models.organisation import Organisation, OrganisationKind
from zna_network.models.stand import Stand, StandState
from zna_network.queries import stands as queries
from zna_network.services.clean_values import clean_text
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from zna_network.services.forum_days import has_come
from zna_network.services.organisation_choice import resolve
from zna_network.services.organisation_values import OrganisationData
from zna_network.services.organisations import create_organisation
from zna_network.services.permissions import Permission
from zna_network.services.stand_details import StandData, clean_contact_email, describe
from zna_network.services.stand_links import replace_link
from zna_network.services.stand_mails import open_desk, send_cancel, send_plain, send_request
from zna_network.services.stand_opening import forum_at_work
from zna_network.services.stand_squares import free_place
from zna_network.services.unit_of_work import CHANGED_MEANWHILE

UNKNOWN = "Ce stand n’existe pas."
NOT_LIVE = "Ce stand est décliné ou retiré : invitez de nouveau l’organisme pour lui en rouvrir un."


def readable_stand(ctx: Context, forum: Forum, number: int) -> Stand:
    """The stand with all that its page shows, for staff and for its own organisation."""
    stand = ctx.session.scalar(queries.by_number(forum.id, number))
    if stand is None:
        raise NotFoundError(UNKNOWN)
    ctx.require(Permission.STAND_MANAGE, stand.organisation_id)
    return stand


def confirm_stand(
    ctx: Context,
    forum_id: int,
    number: int,
    revision: int,
    *,
    chosen_id: str = "",
    typed: str = "",
    new_kind: OrganisationKind | None = None,
) -> Stand:
    """Accept an application, or note that an invited organisation said yes by telephone; they are
    sent the forum in their calendar. An applicant whose name the directory lacks is given the
    record ``chosen_id`` or ``typed``, or a new one of kind ``new_kind``."""
    ctx.require(Permission.FORUM_EDIT)
    with ctx.unit_of_work():
        forum, stand = _to_change(ctx, forum_id, number, revision)
        if stand.state not in {StandState.APPLIED, StandState.INVITED}:
            raise ConflictError("Ce stand n’attend pas de réponse.")
        if stand.organisation is None:
            stand.organisation = _organisation_for(ctx, stand, chosen_id, typed, new_kind)
            stand.organisation_name = ""
            _refuse_second(ctx, stand, stand.organisation)
        stand.state = StandState.CONFIRMED
        stand.answered_at = stand.updated_at = ctx.now
        stand.reason = ""
        ctx.session.flush()
        send_request(open_desk(ctx, forum, stand), "stand_confirmed")
        ctx.record("stand.confirmed", stand, organisation=stand.organisation_id)
    return stand


def withdraw_stand(ctx: Context, forum_id: int, number: int, reason: str, revision: int) -> Stand:
    """Set an application aside, or take a stand back, saying why; its place is free again and its
    calendar entry is cancelled."""
    ctx.require(Permission.FORUM_EDIT)
    with ctx.unit_of_work():
        forum, stand = _to_change(ctx, forum_id, number, revision)
        if not stand.state.is_live:
            raise ConflictError("Ce stand est déjà décliné ou retiré.")
        reason = clean_text(reason, field="reason", limit=1000)
        if not reason:
            raise InvalidError("Indiquez le motif : il sera envoyé.", field="reason")
        was_application = stand.state is StandState.APPLIED
        stand.state, stand.reason = StandState.WITHDRAWN, reason
        stand.updated_at = ctx.now
        free_place(ctx, stand)
        ctx.session.flush()
        desk = open_desk(ctx, forum, stand)
        if was_application:
            send_plain(desk, "stand_set_aside")
        else:
            send_cancel(desk, "stand_withdrawn")
        ctx.record("stand.withdrawn", stand, was_application=was_application)
    return stand


def update_stand(ctx: Context, forum_id: int, number: int, data: StandData, revision: int) -> Stand:
    """Correct its needs, people, rights and contact. Its organisation's accounts may do so until
    the day. A new address is sent the link; the former one stops working."""
    with ctx.unit_of_work():
        forum, stand = _to_change(ctx, forum_id, number, revision)
        ctx.require(Permission.STAND_MANAGE, stand.organisation_id)
        if has_come(forum, ctx.now) and not ctx.may(Permission.FORUM_EDIT):
            raise ForbiddenError("Le forum a commencé : adressez-vous à l’équipe sur place.")
        if not stand.state.is_live:
            raise ConflictError(NOT_LIVE)
        describe(ctx, stand, data)
        email = clean_contact_email(data.contact_email, required=False)
        ctx.session.flush()
        if email != stand.contact_email:
            _change_address(ctx, forum, stand, email)
        ctx.record("stand.updated", stand)
    return stand


def _change_address(ctx: Context, forum: Forum, stand: Stand, email: str) -> None:
    """The former address is told that it is no longer concerned; the new one gets the link."""
    if stand.state is not StandState.APPLIED:
        send_cancel(open_desk(ctx, forum, stand), "stand_handed_over")
    replace_link(ctx.settings, stand)
    stand.contact_email = email
    ctx.session.flush()
    desk = open_desk(ctx, forum, stand)
    if stand.state is StandState.APPLIED:
        send_plain(desk, "stand_application")
    else:
        send_request(desk, "stand_link", ask=stand.state is StandState.INVITED)


def _to_change(ctx: Context, forum_id: int, number: int, revision: int) -> tuple[Forum, Stand]:
    forum = forum_at_work(ctx, forum_id)
    stand = ctx.session.scalar(queries.number_locked(forum_id, number))
    if stand is None:
        raise NotFoundError(UNKNOWN)
    if stand.revision != revision:
        raise ConflictError(CHANGED_MEANWHILE)
    return forum, stand


def _organisation_for(
    ctx: Context, stand: Stand, chosen_id: str, typed: str, new_kind: OrganisationKind | None
) -> Organisation:
    if chosen_id or typed.strip():
        return resolve(ctx, chosen_id, typed, field="organisation")
    if new_kind is None:
        raise InvalidError(
            f"« {stand.organisation_name} » n’est pas dans l’annuaire : choisissez sa fiche, ou "
            "le type de la fiche à créer.",
            field="organisation",
        )
    return create_organisation(ctx, OrganisationData(name=stand.organisation_name, kind=new_kind))


def _refuse_second(ctx: Context, stand: Stand, organisation: Organisation) -> None:
    with ctx.session.no_autoflush:
        others = ctx.session.scalars(queries.live_of(stand.forum_id, [organisation.id])).all()
    other = next((one for one in others if one.id != stand.id), None)
    if other is not None:
        raise InvalidError(
            f"{organisation.name} a déjà un stand à ce forum (n° {other.number}).",
            field="organisation",
        )
