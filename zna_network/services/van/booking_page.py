"""A booking as its page shows it: as much of it as its reader may see, gathered from who knows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from zna_network.models.booking import Booking, BookingAct, BookingEvent, BookingState, Stop
from zna_network.models.territory import Right
from zna_network.queries import van_page as queries
from zna_network.queries import van_requests as request_queries
from zna_network.services.context import Context
from zna_network.services.french_time import long_datetime
from zna_network.services.permissions import Permission
from zna_network.services.van import (
    access,
    availability,
    competition,
    guests,
    handover_views,
    reports,
    requests,
)
from zna_network.services.van.availability import Availability
from zna_network.services.van.competition import Competition
from zna_network.services.van.guest_panel import GuestPanel
from zna_network.services.van.handover_views import Handovers
from zna_network.services.van.reports import ReportView

_TONES = {
    BookingState.REQUESTED: "info",
    BookingState.WAITING: "warning",
    BookingState.APPROVED: "success",
    BookingState.OUT: "success",
    BookingState.REFUSED: "danger",
    BookingState.EXPIRED: "danger",
    BookingState.MAINTENANCE: "warning",
}
_ACT_TONES = {
    BookingAct.REQUESTED: ("info", "send"),
    BookingAct.EDITED: ("neutral", "pencil"),
    BookingAct.APPROVED: ("success", "check-lg"),
    BookingAct.WAITING: ("warning", "hourglass-split"),
    BookingAct.RECONSIDERED: ("info", "arrow-counterclockwise"),
    BookingAct.REFUSED: ("danger", "x-lg"),
    BookingAct.CANCELLED: ("danger", "x-lg"),
    BookingAct.EXPIRED: ("danger", "clock"),
    BookingAct.ESCALATED: ("warning", "bell"),
    BookingAct.BLOCKED: ("warning", "wrench"),
    BookingAct.LEFT: ("success", "box-arrow-up-right"),
    BookingAct.RETURNED: ("success", "box-arrow-in-right"),
    BookingAct.REPORTED: ("success", "clipboard-data"),
}


@dataclass(frozen=True)
class ShownStop:
    """``place`` is for who may see the details, and is empty for the others."""

    id: int
    area: str
    place: str
    is_priority: bool
    starts_at: datetime
    ends_at: datetime
    is_public: bool
    was_done: bool | None

    @property
    def where(self) -> str:
        return f"{self.place}, {self.area}" if self.place else self.area


@dataclass(frozen=True)
class Passage:
    """One line of the history."""

    title: str
    when: datetime
    who: str
    text: str
    tone: str
    icon: str


@dataclass(frozen=True)
class Details:
    """What only the association and the CUA read."""

    purpose: str
    publics: tuple[str, ...]
    rights: tuple[Right, ...]
    partners: tuple[str, ...]
    expected_people: int | None
    driver: str
    driver_phone: str
    equipment: tuple[str, ...]
    needs: str
    history: tuple[Passage, ...]


@dataclass(frozen=True)
class BookingPage:
    """``details``, ``guests``, ``handovers`` and ``report`` are for the association and the CUA;
    ``competition`` for who decides; ``availability`` tells who asked where their request stands,
    as long as it is not decided."""

    booking: Booking
    who: str
    tone: str
    stops: tuple[ShownStop, ...]
    sees_details: bool
    may_change: bool
    may_decide: bool
    details: Details | None
    guests: GuestPanel | None
    handovers: Handovers | None
    report: ReportView | None
    competition: Competition | None
    availability: Availability | None
    series: Sequence[Booking]

    @property
    def is_over(self) -> bool:
        """Back, or never to leave: nothing more is announced."""
        state = self.booking.state
        return not (state.blocks or state.awaits_decision)

    @property
    def timeline(self) -> list[dict[str, str]]:
        """The history, as the component of that name takes it."""
        return [
            {
                "title": one.title,
                "when": long_datetime(one.when),
                "who": one.who,
                "text": one.text,
                "tone": one.tone,
                "icon": one.icon,
            }
            for one in (self.details.history if self.details else ())
        ]


def read(ctx: Context, booking_id: int) -> BookingPage:
    """A constant number of queries, whatever the booking holds. Raises NotFoundError."""
    booking = access.booking_to_read(ctx, booking_id)
    sees = access.may_see_details(ctx, booking)
    is_trip = sees and not booking.is_maintenance
    is_awaiting = is_trip and booking.state.awaits_decision
    decides = ctx.may(Permission.VAN_DECIDE)
    return BookingPage(
        booking=booking,
        who=booking.organisation.name if booking.organisation else "Véhicule indisponible",
        tone=_TONES.get(booking.state, "neutral"),
        stops=tuple(_shown(stop, sees=sees) for stop in booking.stops),
        sees_details=sees,
        may_change=requests.may_change(ctx, booking),
        may_decide=decides and not booking.is_maintenance,
        details=_details(ctx, booking) if sees else None,
        guests=guests.of(ctx, booking) if is_trip else None,
        handovers=handover_views.of(ctx, booking) if is_trip else None,
        report=reports.of(ctx, booking) if is_trip else None,
        competition=competition.of(ctx, booking) if is_awaiting and decides else None,
        availability=_availability(ctx, booking) if is_awaiting and not decides else None,
        series=_series(ctx, booking) if sees else (),
    )


def _shown(stop: Stop, *, sees: bool) -> ShownStop:
    return ShownStop(
        id=stop.id,
        area=stop.qpv.name if stop.qpv else stop.commune.name,
        place=stop.place if sees else "",
        is_priority=stop.qpv is not None,
        starts_at=stop.starts_at,
        ends_at=stop.ends_at,
        is_public=stop.is_public,
        was_done=stop.was_done,
    )


def _details(ctx: Context, booking: Booking) -> Details:
    events = ctx.session.scalars(queries.history(booking.id)).all()
    return Details(
        purpose=booking.purpose,
        publics=tuple(public.label for public in booking.publics),
        rights=tuple(booking.rights),
        partners=tuple(partner.name for partner in booking.partners),
        expected_people=booking.expected_people,
        driver=booking.driver.name if booking.driver else "",
        driver_phone=booking.driver.phone if booking.driver else "",
        equipment=tuple(booking.equipment),
        needs=booking.needs,
        history=tuple(_passage(event) for event in events),
    )


def _passage(event: BookingEvent) -> Passage:
    tone, icon = _ACT_TONES[event.act]
    return Passage(event.act.label, event.at, event.author, event.words, tone, icon)


def _availability(ctx: Context, booking: Booking) -> Availability:
    return availability.answer(
        ctx,
        booking.vehicle_id,
        booking.starts_at,
        booking.ends_at,
        organisation_id=booking.organisation_id,
        but=booking.id,
    )


def _series(ctx: Context, booking: Booking) -> Sequence[Booking]:
    """The other dates of its series, by their start."""
    if booking.series_id is None:
        return ()
    found = ctx.session.scalars(request_queries.of_series(booking.series_id)).all()
    return [one for one in found if one.id != booking.id]
