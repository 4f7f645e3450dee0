"""What else a site that has referred people holds: classes of the barometer, files opened by an
agent, a badge of the past, an export to the DGCS."""

from collections.abc import Sequence
from datetime import timedelta

from zna_network.models.person import Person
from zna_network.services import barometer
from zna_network.services.context import Context
from zna_network.services.demo.past import at
from zna_network.services.referrals import evaluation_export, openings
from zna_network.services.referrals.openings import OpeningReason

_OPENED = (
    (41, 9, OpeningReason.PRESENT, ""),
    (83, 3, OpeningReason.ASKED, "Le CCAS demande de l’aide pour le joindre."),
    (127, 1, OpeningReason.DUPLICATE, ""),
)
_INVENTED = "classes inventées pour la démonstration"


def fill_barometer(ctx: Context) -> None:
    """The call's classes are not published: these are invented, which the journal says. Classes
    that somebody has written stay."""
    read = barometer.read_barometer(ctx)
    if any(place.barometer_class for place in read.places.values()):
        return
    classes = {
        key: 5
        if key.startswith("qpv-") and rank % 2
        else 4
        if key.startswith("qpv-")
        else _rural(rank)
        for rank, key in enumerate(read.places)
    }
    barometer.save_barometer(ctx, {k: c for k, c in classes.items() if c}, read.stamp)
    ctx.record("barometer.demonstration", source=_INVENTED)


def _rural(rank: int) -> int | None:
    """Not every commune has its class yet."""
    return (3, 2, 4, None, 3, 2, 5, 3)[rank % 8]


def leave_traces(ctx: Context, people: Sequence[Person]) -> None:
    """``ctx`` acts as the agent."""
    for rank, days, reason, said in _OPENED:
        then = at(ctx, ctx.now - timedelta(days=days, hours=2))
        openings.open_file(then, people[rank].id, reason.value, said)
    evaluation_export.export_evaluation(at(ctx, ctx.now - timedelta(days=12, hours=3)))
