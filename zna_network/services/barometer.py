"""The call's barometer of fragility: each commune and neighbourhood has a class, 1 to 5, which is
not published with the call and which staff fill in."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from zna_network.models.territory import Commune, Qpv
from zna_network.queries import territory as queries
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, InvalidError
from zna_network.services.permissions import Permission
from zna_network.services.unit_of_work import CHANGED_MEANWHILE, take_turns

CLASSES = (1, 2, 3, 4, 5)
Classes = Mapping[str, int | None]


@dataclass(frozen=True)
class Barometer:
    """``stamp`` stands for the classes as they are: an edit made on others is refused."""

    communes: list[Commune]
    qpvs: list[Qpv]
    stamp: str

    @property
    def places(self) -> dict[str, Commune | Qpv]:
        """By their key in a form."""
        return {
            **{f"commune-{commune.insee}": commune for commune in self.communes},
            **{f"qpv-{qpv.id}": qpv for qpv in self.qpvs},
        }


def read_barometer(ctx: Context) -> Barometer:
    communes = list(ctx.session.scalars(queries.communes()))
    qpvs = list(ctx.session.scalars(queries.qpvs()))
    return Barometer(communes, qpvs, _stamp([*communes, *qpvs]))


def save_barometer(ctx: Context, classes: Classes, stamp: str) -> int:
    """Set these classes (none: not known) and leave the others; how many changed.

    Raises ForbiddenError, InvalidError for what is not a class or a place, or ConflictError when
    the classes are no longer those of the page."""
    ctx.require(Permission.DIRECTORY_EDIT)
    with ctx.unit_of_work():
        take_turns(ctx.session, "barometer")
        barometer = read_barometer(ctx)
        if barometer.stamp != stamp:
            raise ConflictError(CHANGED_MEANWHILE)
        places = barometer.places
        changed = 0
        for key, number in classes.items():
            if key not in places or number not in {*CLASSES, None}:
                raise InvalidError("Une classe du baromètre va de 1 à 5.", field=key)
            if places[key].barometer_class != number:
                places[key].barometer_class = number
                changed += 1
        ctx.session.flush()
        if changed:
            ctx.record("barometer.changed", places=changed)
    return changed


def _stamp(places: Iterable[Commune | Qpv]) -> str:
    classes = ",".join(str(place.barometer_class or 0) for place in places)
    return hashlib.sha256(classes.encode()).hexdigest()[:16]
