"""Who stands in for somebody: named, convened in turn, and withdrawn when no longer needed."""

from dataclasses import dataclass
from datetime import timedelta

from zna_network.models.invitation import Invitation
from zna_network.queries import invitations as queries
from zna_network.services import overtaken_proposals
from zna_network.services.addresses import clean_email
from zna_network.services.clean_values import clean_line, refuse_link
from zna_network.services.context import Context
from zna_network.services.errors import InvalidError, TooManyAttemptsError
from zna_network.services.invitation_links import fresh_link
from zna_network.services.invitation_mails import Desk, open_desk, send_cancel, send_request

NAMED_A_DAY = 5


@dataclass(frozen=True)
class Representative:
    """As typed: who will come instead."""

    name: str = ""
    function: str = ""
    email: str = ""


def cleaned(typed: Representative) -> Representative:
    """The person in the form that is stored. Raises InvalidError beside the field at fault.

    The name goes in a mail to an address that somebody without an account chose: no link in it."""
    name = clean_line(
        typed.name, field="representative_name", limit=120, required="Indiquez le nom."
    )
    function = clean_line(typed.function, field="representative_function", limit=120)
    for text, field in ((name, "representative_name"), (function, "representative_function")):
        refuse_link(text, field=field)
    if not typed.email.strip():
        raise InvalidError(
            "Indiquez l’adresse e-mail : la convocation y sera envoyée.",
            field="representative_email",
        )
    return Representative(name, function, clean_email(typed.email, field="representative_email"))


def appoint(desk: Desk, principal: Invitation, chosen: Representative) -> Invitation | None:
    """Convene ``chosen`` in the place of ``principal``; the one named before is told that they
    are not needed. None when that address is invited already, on its own account.

    Raises InvalidError, or TooManyAttemptsError after NAMED_A_DAY in a day."""
    ctx = desk.ctx
    if principal.represents_id is not None:
        raise InvalidError(
            "Vous représentez déjà quelqu’un : répondez « absent » et prévenez cette personne."
        )
    if chosen.email == principal.email:
        raise InvalidError(
            "C’est l’adresse de la personne représentée : indiquez celle de qui viendra.",
            field="representative_email",
        )
    for present in ctx.session.scalars(queries.representatives_locked(principal.id)):
        if present.email == chosen.email:
            present.name, present.function = chosen.name, chosen.function
            return present
        withdraw(ctx, desk, present, "representative_withdrawn")
    _refuse_too_many(ctx, principal)
    if ctx.session.scalar(queries.live_with_email(desk.meeting.id, chosen.email)) is not None:
        return None
    return _convened(desk, principal, chosen)


def withdraw_representatives(desk: Desk, principal: Invitation) -> None:
    """Nobody stands in for this person any more."""
    for present in desk.ctx.session.scalars(queries.representatives_locked(principal.id)):
        withdraw(desk.ctx, desk, present, "representative_withdrawn")


def withdraw(ctx: Context, desk: Desk, invitation: Invitation, mail: str) -> None:
    """End one invitation: CANCEL to this person alone, and the link says so from now on."""
    own_desk = open_desk(ctx, desk.meeting, [invitation])
    if invitation.email:
        send_cancel(own_desk, invitation, mail)
    overtaken_proposals.overtake_person(ctx, invitation, overtaken_proposals.REMOVED)
    invitation.removed_at = ctx.now
    invitation.updated_at = ctx.now
    ctx.session.flush()


def _convened(desk: Desk, principal: Invitation, chosen: Representative) -> Invitation:
    ctx = desk.ctx
    invitation = Invitation(
        meeting=desk.meeting,
        represents=principal,
        organisation_id=principal.organisation_id,
        organisation_name=principal.organisation_name,
        name=chosen.name,
        function=chosen.function,
        email=chosen.email,
        is_required=principal.is_required,
        created_at=ctx.now,
        updated_at=ctx.now,
        **fresh_link(ctx.settings),
    )
    ctx.session.add(invitation)
    ctx.session.flush()
    if principal.is_convened:
        send_request(open_desk(ctx, desk.meeting, [invitation]), invitation)
    return invitation


def _refuse_too_many(ctx: Context, principal: Invitation) -> None:
    since = ctx.now - timedelta(days=1)
    named = ctx.session.scalar(queries.representations_since(principal.id, since)) or 0
    if named >= NAMED_A_DAY:
        raise TooManyAttemptsError(
            "Vous avez changé plusieurs fois de représentant aujourd’hui. Recommencez demain, ou "
            "appelez la Communauté urbaine d’Arras."
        )
