"""Which organisation a person means: picked in a list of suggestions, or typed."""

from zna_network.models.organisation import Organisation
from zna_network.queries import directory
from zna_network.queries import organisations as queries
from zna_network.services.context import Context
from zna_network.services.errors import InvalidError
from zna_network.services.folding import fold
from zna_network.services.permissions import Permission
from zna_network.services.search_words import search_words

NEAR_NAMES = 5


def resolve(ctx: Context, chosen_id: str, typed: str, *, field: str) -> Organisation:
    """The live organisation that an autocomplete field stands for.

    ``chosen_id`` is the hidden field's value, empty without JavaScript or once the text was
    changed; then ``typed`` must be a name or acronym that one organisation has. Raises
    InvalidError on ``field``, with near names when there are some."""
    ctx.require(Permission.DIRECTORY_READ)
    if chosen_id:
        organisation = _by_id(ctx, chosen_id)
        if organisation is None:
            raise InvalidError(
                "Cet organisme n’est plus dans l’annuaire. Choisissez-en un autre.", field=field
            )
        return organisation
    if not typed.strip():
        raise InvalidError("Indiquez un organisme de l’annuaire.", field=field)
    same = _of_that_name(ctx, typed)
    if len(same) == 1:
        return same[0]
    near = same or _near(ctx, typed)
    raise InvalidError(_explain(typed, near, several=len(same) > 1), field=field)


def _by_id(ctx: Context, chosen_id: str) -> Organisation | None:
    if not (chosen_id.isascii() and chosen_id.isdigit()) or len(chosen_id) > 9:
        return None
    organisation = ctx.session.scalar(queries.by_id(int(chosen_id)))
    return organisation if organisation and not organisation.is_archived else None


def _of_that_name(ctx: Context, typed: str) -> list[Organisation]:
    wanted = {fold(typed), fold(typed.replace(".", ""))}
    found = ctx.session.scalars(queries.live_named(fold(typed)[:200], typed.strip()[:200]))
    exact = [o for o in found if o.sort_key in wanted or fold(o.acronym) in wanted]
    return exact or [o for o in _near(ctx, typed) if fold(o.acronym.replace(".", "")) in wanted]


def _near(ctx: Context, typed: str) -> list[Organisation]:
    words = search_words(typed)
    if not words:
        return []
    return list(ctx.session.scalars(directory.suggestions(words, NEAR_NAMES)))


def _explain(typed: str, near: list[Organisation], *, several: bool) -> str:
    names = " ; ".join(_with_place(organisation) for organisation in near)
    shown = typed.strip()[:80]
    if several:
        return f"Plusieurs organismes s’appellent « {shown} » : {names}. Choisissez dans la liste."
    if near:
        return f"Aucun organisme ne s’appelle « {shown} ». Vouliez-vous dire : {names} ?"
    return f"Aucun organisme ne s’appelle « {shown} ». Créez d’abord sa fiche dans l’annuaire."


def _with_place(organisation: Organisation) -> str:
    place = organisation.commune.name if organisation.commune else organisation.city
    return f"{organisation.name} ({place})" if place else organisation.name
