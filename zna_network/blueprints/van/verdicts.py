"""Whether a period is free, as the page and its script show it."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any

from zna_network.models.booking import Booking, BookingState
from zna_network.services.context import Context
from zna_network.services.errors import DomainError
from zna_network.services.french_time import from_local, to_local
from zna_network.services.van import availability
from zna_network.services.van.availability import Availability
from zna_network.services.van.free_slots import Slot
from zna_network.services.van.occupancy import Taken, period
from zna_network.services.van.rules import Refusal

_SLOT = "%Y-%m-%dT%H:%M"
Wall = tuple[date | None, time | None]


@dataclass(frozen=True)
class Verdict:
    """An answer, or why there can be none."""

    answer: Availability | None
    problem: str = ""

    @property
    def tone(self) -> str:
        if self.answer is None or self.answer.in_the_way or self.answer.refusals:
            return "danger"
        return "warning" if self.answer.competing else "success"

    @property
    def label(self) -> str:
        return self.answer.label if self.answer else self.problem

    @property
    def may_be_waived(self) -> bool:
        """Nothing but rules that staff may go past."""
        found = self.answer.refusals if self.answer else ()
        return bool(found) and all(one.may_be_waived for one in found)


def judged(
    ctx: Context,
    vehicle_id: int | None,
    leaves: Wall,
    returns: Wall,
    *,
    organisation_id: int | None,
    but: int | None = None,
) -> Verdict | None:
    """Of a period typed on the clocks of Arras; none as long as it is not whole. ``but`` is the
    booking that is being changed."""
    if vehicle_id is None or not (leaves[0] and leaves[1] and returns[0] and returns[1]):
        return None
    try:
        answer = availability.answer(
            ctx,
            vehicle_id,
            from_local(leaves[0], leaves[1]),
            from_local(returns[0], returns[1]),
            organisation_id=organisation_id,
            but=but,
        )
    except DomainError as error:
        return Verdict(None, error.message)
    changed = ctx.session.get(Booking, but) if but is not None else None
    return Verdict(_for(changed, answer) if changed else answer)


def _for(booking: Booking, answer: Availability) -> Availability:
    """What a booking has already is not refused to it because a day has passed since; a trip that
    is granted is moved without notice, by who may."""
    slot = answer.slot
    asked = (answer.vehicle.id, slot.starts_at, slot.ends_at)
    if asked == (booking.vehicle_id, booking.starts_at, booking.ends_at):
        refusals: tuple[Refusal, ...] = ()
    elif booking.state is BookingState.APPROVED:
        refusals = tuple(one for one in answer.refusals if one.rule != "notice")
    else:
        return answer
    if refusals or answer.in_the_way:
        return replace(answer, refusals=refusals)
    return replace(answer, refusals=(), before=None, after=None)


def slot_value(slot: Slot) -> str:
    """A slot as a button carries it: wall times, which the form makes instants of as it does of
    those that people type."""
    return "/".join(to_local(at).strftime(_SLOT) for at in (slot.starts_at, slot.ends_at))


def slot_taken(value: str) -> tuple[datetime, datetime] | None:
    """The wall times that a button carried; none when it did not."""
    start, _, end = value.partition("/")
    try:
        return datetime.strptime(start, _SLOT), datetime.strptime(end, _SLOT)  # noqa: DTZ007
    except ValueError:
        return None


def as_json(verdict: Verdict) -> dict[str, Any]:
    """For the page's script, and whoever reads it: instants in UTC, words in French."""
    found = verdict.answer
    return {
        "is_free": bool(found and found.is_free),
        "label": verdict.label,
        "may_wait": bool(found and found.may_wait),
        "may_be_waived": verdict.may_be_waived,
        "in_the_way": [_taken(one) for one in found.in_the_way] if found else [],
        "competing": [_taken(one) for one in found.competing] if found else [],
        "refusals": [
            {"rule": one.rule, "message": one.message, "field": one.field}
            for one in (found.refusals if found else ())
        ],
        "before": _slot(found.before) if found else None,
        "after": _slot(found.after) if found else None,
        "other_vehicles": [
            {"id": one.id, "name": one.name} for one in (found.other_vehicles if found else ())
        ],
    }


def _taken(one: Taken) -> dict[str, str]:
    return {
        "who": one.who,
        "starts_at": one.starts_at.isoformat(),
        "ends_at": one.ends_at.isoformat(),
        "free_from": one.free_from.isoformat(),
        "label": period(one.starts_at, one.ends_at),
    }


def _slot(slot: Slot | None) -> dict[str, str] | None:
    if slot is None:
        return None
    return {
        "starts_at": slot.starts_at.isoformat(),
        "ends_at": slot.ends_at.isoformat(),
        "label": slot.label,
        "take": slot_value(slot),
    }
