"""One person, one post at a time: two people are taken for the same one by their name, spelt as
it may be, or by their address."""

from collections.abc import Iterable

from zna_network.models.forum import Shift, ShiftPerson
from zna_network.queries import preparation as queries
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError
from zna_network.services.folding import fold
from zna_network.services.french_time import time_range


def refuse_two_posts(
    ctx: Context, shift: Shift, name: str, email: str, *, field: str, itself: bool = False
) -> None:
    """Raises ConflictError on ``field``; ``itself`` when they are to be added to ``shift``. To be
    called in turn: no row can be locked that does not exist yet."""
    but = None if itself else shift.id
    with ctx.session.no_autoflush:
        meanwhile = ctx.session.scalars(
            queries.people_meanwhile(shift.forum_id, shift.starts_at, shift.ends_at, but=but)
        )
        other = _same_person(meanwhile, name, email)
    if other is None:
        return
    if other.shift_id == shift.id:
        raise ConflictError(f"{other.name} tient déjà ce poste.", field=field)
    hours = time_range(other.shift.starts_at, other.shift.ends_at)
    raise ConflictError(
        f"{other.name} tient déjà le poste « {other.shift.post} » {hours} : une personne ne peut "
        "être à deux postes en même temps. S’il s’agit d’un homonyme, précisez le nom.",
        field=field,
    )


def _same_person(people: Iterable[ShiftPerson], name: str, email: str) -> ShiftPerson | None:
    key = _words(name)
    for person in people:
        if (email and person.email == email) or _words(person.name) == key:
            return person
    return None


def _words(name: str) -> list[str]:
    """« Bruyère Jean-Luc » is « Jean Luc BRUYERE ». Words in another script keep their letters."""
    return sorted(" ".join(fold(word) or word.casefold() for word in name.split()).split())
