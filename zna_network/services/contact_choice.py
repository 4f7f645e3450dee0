"""Which contact of the directory a person means: picked in a list of suggestions, or typed."""

from zna_network.models.organisation import Contact
from zna_network.queries import memberships as queries
from zna_network.services.context import Context
from zna_network.services.errors import InvalidError
from zna_network.services.folding import fold, terms
from zna_network.services.permissions import Permission

NEAR_NAMES = 5


def resolve_contact(ctx: Context, chosen_id: str, typed: str, *, field: str) -> int:
    """The id of the contact that an autocomplete field stands for.

    ``chosen_id`` is the hidden field's value, empty without JavaScript or once the text was
    changed; then ``typed`` must be the name that one contact has. Raises InvalidError on
    ``field``, with near names when there are some."""
    ctx.require(Permission.DIRECTORY_READ)
    if chosen_id.isascii() and chosen_id.isdigit() and len(chosen_id) < 10:
        return int(chosen_id)
    words = terms(typed)
    if not words:
        raise InvalidError("Indiquez une personne de l’annuaire.", field=field)
    found = ctx.session.scalars(queries.contacts_named(words).limit(NEAR_NAMES)).all()
    same = [contact for contact in found if fold(contact.full_name).split() == words]
    same = same or [c for c in found if sorted(fold(c.full_name).split()) == sorted(words)]
    if len(same) == 1:
        return same[0].id
    raise InvalidError(_explain(typed, same or list(found), several=len(same) > 1), field=field)


def _explain(typed: str, near: list[Contact], *, several: bool) -> str:
    names = " ; ".join(f"{c.full_name} ({c.organisation.short_name})" for c in near)
    shown = typed.strip()[:80]
    if several:
        return f"Plusieurs personnes s’appellent « {shown} » : {names}. Choisissez dans la liste."
    if near:
        return f"Personne ne s’appelle « {shown} ». Vouliez-vous dire : {names} ?"
    return f"Personne ne s’appelle « {shown} » dans l’annuaire : ajoutez-la comme nouveau contact."
