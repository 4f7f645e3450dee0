"""The addresses that a calendar's pieces lead to. A month has hundreds of them: each kind is asked
of the router once."""

from datetime import date

from flask import url_for

from zna_network.blueprints.access import may_open
from zna_network.blueprints.van.calendar_filters import CalendarFilters, with_values
from zna_network.services.van.calendar_values import Day, Shown, View

_ANY_DAY = date(2001, 1, 1)


class CalendarLinks:
    """An address is empty where its reader may not go."""

    def __init__(self, filters: CalendarFilters) -> None:
        shows, asks = may_open("van.show"), may_open("van.request")
        self._show = url_for("van.show", booking_id=0).removesuffix("0") if shows else ""
        self._ask = url_for("van.request") if asks else ""
        self._day = filters.shown(View.DAY, _ANY_DAY)
        self._vehicle = filters.chosen("vehicule")

    def show(self, booking: Shown) -> str:
        return f"{self._show}{booking.id}" if self._show else ""

    def day(self, day: Day) -> str:
        return self._day.replace(_ANY_DAY.isoformat(), day.day.isoformat())

    def ask(self, day: Day, vehicle_id: int | None = None) -> str:
        """A new request, on this day; for this vehicle, or the one that the calendar shows."""
        if not (self._ask and day.is_open):
            return ""
        vehicle = str(vehicle_id or self._vehicle)
        values = {"date": day.day.isoformat()} | ({"vehicule": vehicle} if vehicle else {})
        return with_values(self._ask, values)
