"""The number of a booking, said on the phone: one after the other, without a hole."""

from zna_network.queries import van as queries
from zna_network.services.context import Context
from zna_network.services.unit_of_work import take_turns


def next_number(ctx: Context) -> int:
    """For the booking that this transaction writes, which holds its turn until it ends."""
    take_turns(ctx.session, "van.numbers")
    return ctx.session.scalars(queries.last_number()).one() + 1
