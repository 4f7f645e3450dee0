"""Who may change what in the preparation of a forum: staff everything, a grantee what its own
organisation answers for."""

from zna_network.models.organisation import Organisation
from zna_network.services.addresses import clean_email
from zna_network.services.clean_values import clean_line
from zna_network.services.context import Context
from zna_network.services.errors import ForbiddenError, InvalidError
from zna_network.services.organisation_choice import resolve
from zna_network.services.permissions import Permission

NOT_YOURS = "Votre compte ne permet de changer que ce qui revient à votre organisme."


def may_change(ctx: Context, organisation_id: int | None) -> bool:
    """Whether the actor may change what ``organisation_id`` answers for."""
    if ctx.may(Permission.FORUM_EDIT):
        return True
    actor = ctx.actor
    return (
        ctx.may(Permission.FORUM_TAKE_PART)
        and actor is not None
        and organisation_id is not None
        and actor.organisation_id == organisation_id
    )


def require_change(ctx: Context, organisation_id: int | None) -> None:
    if not may_change(ctx, organisation_id):
        raise ForbiddenError(NOT_YOURS)


def answering(ctx: Context, chosen_id: str, typed: str) -> Organisation | None:
    """The organisation that will answer: staff choose it, or none; a grantee's is its own,
    whatever was sent. Raises InvalidError on ``organisation``, ForbiddenError."""
    ctx.require(Permission.FORUM_TAKE_PART)
    if ctx.may(Permission.FORUM_EDIT):
        if not (chosen_id or typed.strip()):
            return None
        return resolve(ctx, chosen_id, typed, field="organisation")
    own = ctx.actor.organisation if ctx.actor else None
    if own is None or own.is_archived:
        raise ForbiddenError(NOT_YOURS)
    return own


def optional_email(typed: str, *, field: str) -> str:
    """Empty, or an address in the one form that is stored. Raises InvalidError."""
    return clean_email(typed, field=field) if typed.strip() else ""


def person_name(typed: str, *, field: str, required: str = "") -> str:
    """A person's name on one line. An address alone is no name: pages show names to everybody
    who prepares the forum."""
    name = clean_line(typed, field=field, limit=160, required=required)
    if "@" in name:
        raise InvalidError("Écrivez un nom ici ; l’adresse va dans le champ e-mail.", field=field)
    return name
