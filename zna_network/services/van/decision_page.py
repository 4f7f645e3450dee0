"""A request on the table of who decides: the others who want the same hours beside it, what the
rules say of it, and what may be done."""

from dataclasses import dataclass

from zna_network.models.booking import Booking, BookingState
from zna_network.services.context import Context
from zna_network.services.errors import NotFoundError
from zna_network.services.french_time import local_date
from zna_network.services.permissions import Permission
from zna_network.services.van import access, competition, driver_lines, rules, states
from zna_network.services.van.competition import Candidate, Competition
from zna_network.services.van.driver_lines import Standing
from zna_network.services.van.rules import Moment, Refusal


@dataclass(frozen=True)
class DecisionPage:
    """``refusals`` are those of the rules of approval; ``standing`` the driver's papers."""

    booking: Booking
    competition: Competition
    refusals: tuple[Refusal, ...]
    standing: Standing | None

    @property
    def own(self) -> Candidate | None:
        rows = self.competition.rows
        return next((row for row in rows if row.booking.id == self.booking.id), None)

    @property
    def rivals(self) -> tuple[Candidate, ...]:
        """The other requests."""
        return tuple(row for row in self.competition.rows if row.booking.id != self.booking.id)

    @property
    def left_without(self) -> int:
        """How many an approval puts on the waiting list."""
        return sum(row.booking.state is BookingState.REQUESTED for row in self.rivals)

    @property
    def most_days(self) -> int:
        """For bars that compare: the vehicle's quota, or what the one who had most has."""
        quota = self.booking.vehicle.quota_days or 0
        return max([quota, 1, *(row.days for row in self.competition.rows)])

    @property
    def waivable(self) -> tuple[Refusal, ...]:
        return tuple(one for one in self.refusals if one.may_be_waived)

    @property
    def obstacles(self) -> tuple[Refusal, ...]:
        """What nobody may go past."""
        return tuple(one for one in self.refusals if not one.may_be_waived)

    @property
    def may_approve(self) -> bool:
        free = not self.competition.in_the_way and not self.obstacles
        return free and states.may_come_to(self.booking, BookingState.APPROVED)

    @property
    def may_refuse(self) -> bool:
        return states.may_come_to(self.booking, BookingState.REFUSED)

    @property
    def may_wait(self) -> bool:
        return self.booking.state is BookingState.REQUESTED

    @property
    def may_restore(self) -> bool:
        return states.may_come_to(self.booking, BookingState.REQUESTED)

    @property
    def is_open(self) -> bool:
        """Whether anything may be decided of it."""
        return self.may_refuse or self.may_restore or self.may_approve


def read(ctx: Context, booking_id: int) -> DecisionPage:
    ctx.require(Permission.VAN_DECIDE)
    booking = access.booking_to_read(ctx, booking_id)
    if booking.is_maintenance:
        raise NotFoundError(access.UNKNOWN)
    found: list[Refusal] = []
    if states.may_come_to(booking, BookingState.APPROVED):
        found = rules.against(ctx, booking, Moment.APPROVAL)
    driver = booking.driver
    return DecisionPage(
        booking,
        competition.of(ctx, booking),
        tuple(found),
        driver_lines.standing(driver, local_date(ctx.now)) if driver else None,
    )
