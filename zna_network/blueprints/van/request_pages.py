"""The page of a request: what it begins with, what it offers, what its buttons change."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cached_property
from typing import Any

from flask import request
from werkzeug.datastructures import MultiDict
from wtforms.fields.choices import SelectChoice

from zna_network.blueprints.place_choices import territory_choices
from zna_network.blueprints.right_choices import right_themes
from zna_network.blueprints.van import stop_rows
from zna_network.blueprints.van.request_forms import NO_DRIVER, RequestForm, number_in
from zna_network.blueprints.van.verdicts import Verdict, judged, slot_taken
from zna_network.models.booking import Booking, BookingState
from zna_network.models.organisation import Organisation
from zna_network.models.van import Driver, Vehicle
from zna_network.queries import organisations as organisation_queries
from zna_network.queries import van as queries
from zna_network.queries import van_fleet as fleet_queries
from zna_network.services import organisation_choice, territory
from zna_network.services.context import Context
from zna_network.services.errors import InvalidError
from zna_network.services.permissions import Permission
from zna_network.services.van import requests
from zna_network.services.van.request_values import RequestData

PERIOD = ("starts_on", "leaves_at", "ends_on", "returns_at")


@dataclass(frozen=True)
class OfferedVehicle:
    """Kept as plain values: a transaction forgets rows."""

    id: int
    name: str
    hint: str
    equipment: tuple[str, ...]


class Asking:
    """One showing of the page. ``booking`` is the one being changed, none for a new one; ``shown``
    is the stop that a button has just added or moved."""

    form_class: type[RequestForm] = RequestForm

    def __init__(self, ctx: Context, booking: Booking | None = None) -> None:
        self.ctx = ctx
        self.booking = booking
        self.is_staff = ctx.may(Permission.VAN_DECIDE)
        self.has_fixed_period = bool(
            booking and booking.state is BookingState.APPROVED and not self.is_staff
        )
        self.themes = right_themes(ctx)
        self.vehicles = self._vehicles()
        self.act = request.form.get("act", "")
        self.form = self._form(self._sent())
        self.shown = stop_rows.rank_after(self.act, len(self.form.stops))
        self._offer()

    @property
    def is_sending(self) -> bool:
        return self.act in {"send", "wait"}

    def begin(self, args: MultiDict[str, str]) -> None:
        """From ``vehicule``, ``date``, ``depart``, ``jour_retour``, ``retour`` and ``organisme`` in
        the address: whatever of it can be read."""
        form = self.form
        wanted = args.get("vehicule", type=int)
        ids = [vehicle.id for vehicle in self.vehicles]
        chosen = wanted if wanted in ids else (ids[0] if len(ids) == 1 else None)
        form.vehicle_id.data = str(chosen or "")
        form.starts_on.data, form.ends_on.data = (
            _day(args.get("date")),
            _day(args.get("jour_retour")),
        )
        form.leaves_at.data = _hour(args.get("depart"))
        form.returns_at.data = _hour(args.get("retour"))
        own = self._organisation(args.get("organisme", type=int)) if self.is_staff else self._own
        if own is not None:
            form.organisation.data, form.organisation_id.data = own.name, str(own.id)
        form.stops.append_entry({"is_public": True})
        self._offer()

    def change(self) -> None:
        """What a button asked for, where it needs more than the order of the stops."""
        if self.act == "partner-add":
            self._add_partner()
        elif self.act == "check":
            for name in PERIOD:
                self.form[name].validate(self.form)

    def send(self) -> Booking | None:
        """The booking; none when something is to be corrected."""
        return self.form.attempt(self._send)

    @cached_property
    def verdict(self) -> Verdict | None:
        """Of the period in the form; none as long as it is not whole."""
        form = self.form
        return judged(
            self.ctx,
            number_in(form.vehicle_id.data),
            (form.starts_on.data, form.leaves_at.data),
            (form.ends_on.data or form.starts_on.data, form.returns_at.data),
            organisation_id=self._organisation_id,
            but=self.booking.id if self.booking else None,
        )

    @property
    def chosen_vehicle(self) -> int | None:
        return number_in(self.form.vehicle_id.data)

    @property
    def current(self) -> Booking | None:
        """The booking as it is now, once somebody else has changed it under what was typed."""
        if self.booking is None or not self.form.revision.renew(self.booking.revision):
            return None
        return self.booking

    def _send(self) -> Booking:
        data = self.data(waits=self.act == "wait")
        if self.booking is None:
            return requests.create(self.ctx, data)
        return requests.update(self.ctx, self.booking.id, data, self.form.revision.seen)

    def data(self, *, waits: bool) -> RequestData:
        """What the use cases are given. Raises InvalidError."""
        self._add_typed_partner()
        return self.form.to_data(self._resolved_organisation(), waits=waits)

    def _form(self, sent: MultiDict[str, str] | None) -> RequestForm:
        if self.booking is None:
            return self.form_class(sent)
        if sent is not None and self.has_fixed_period:
            # Nobody moves it from here, whatever was sent.
            typed = self.form_class.of(self.booking, None)
            sent.setlist("vehicle_id", [typed.vehicle_id.data])
            for name in PERIOD:
                value = typed[name].data
                sent.setlist(name, [value.isoformat() if value else ""])
        return self.form_class.of(self.booking, sent)

    def _sent(self) -> MultiDict[str, str] | None:
        if request.method != "POST":
            return None
        sent = stop_rows.without_holes(request.form, self.act)
        slot = slot_taken(request.form.get("take", ""))
        return _with_slot(sent, *slot) if slot else sent

    def _offer(self) -> None:
        """What can be chosen, now that it is known what was."""
        form = self.form
        if self.booking is not None or not self.is_staff:
            form.not_shown.add("organisation")
        if self.has_fixed_period:
            form.not_shown |= {"vehicle_id", *PERIOD}
        form.vehicle_id.choices = [SelectChoice(str(one.id), one.name) for one in self.vehicles]
        form.offer_places(self._places)
        form.driver_id.choices = [
            SelectChoice("", NO_DRIVER),
            *(SelectChoice(str(one.id), self._driver_label(one)) for one in self._drivers),
        ]
        form.partner_ids.choices = [
            SelectChoice(str(one.id), one.name) for one in self._organisations(form.chosen_partners)
        ]

    @cached_property
    def _places(self) -> list[SelectChoice]:
        return territory_choices(territory.load(self.ctx))

    @cached_property
    def _drivers(self) -> list[Driver]:
        """Of the association; staff may name anybody who drives."""
        owner = None if self.is_staff else self._organisation_id or 0
        found = self.ctx.session.scalars(fleet_queries.drivers(owner)).all()
        chosen = self.booking.driver if self.booking else None
        known = {one.id for one in found}
        return sorted(
            [*found, *([chosen] if chosen and chosen.id not in known else [])],
            key=lambda one: (one.organisation_id != self._organisation_id, one.name),
        )

    def _driver_label(self, driver: Driver) -> str:
        is_ours = driver.organisation_id == self._organisation_id
        return driver.name if is_ours else f"{driver.name} — {driver.organisation.short_name}"

    def _vehicles(self) -> list[OfferedVehicle]:
        """Those in service; and the one of the booking, even when it is no longer."""
        found = list(self.ctx.session.scalars(queries.vehicles()))
        if self.booking and self.booking.vehicle not in found:
            found.append(self.booking.vehicle)
        kept = self.booking.equipment if self.booking else []
        return [_offered(one, kept) for one in found]

    def _add_partner(self) -> None:
        try:
            if not self._add_typed_partner():
                raise InvalidError("Écrivez le nom d’un organisme de l’annuaire.", field="partner")
        except InvalidError as error:
            self.form.refuse(error)

    def _add_typed_partner(self) -> bool:
        """The partner whose name stands in the box joins the others."""
        form = self.form
        typed = (form.partner.data or "").strip()
        if not typed:
            return False
        picked = form.partner_id.data or ""
        found = organisation_choice.resolve(self.ctx, picked, typed, field="partner")
        form.partner_ids.data = [str(n) for n in dict.fromkeys((*form.chosen_partners, found.id))]
        for field in (form.partner, form.partner_id):
            field.raw_data, field.data = None, ""
        self._offer()
        return True

    @property
    def _organisation_id(self) -> int | None:
        """Whose request it is, as far as it is known."""
        if self.booking is not None:
            return self.booking.organisation_id
        if not self.is_staff:
            return self._own.id if self._own else None
        form: Any = self.__dict__.get("form")
        return number_in(form.organisation_id.data) if form else None

    def _resolved_organisation(self) -> int:
        if self.booking is not None or not self.is_staff:
            return self._organisation_id or 0
        typed, picked = self.form.organisation.data or "", self.form.organisation_id.data or ""
        return organisation_choice.resolve(self.ctx, picked, typed, field="organisation_id").id

    @cached_property
    def _own(self) -> Organisation | None:
        return self._organisation(self.ctx.actor.organisation_id if self.ctx.actor else None)

    def _organisation(self, number: int | None) -> Organisation | None:
        return self.ctx.session.scalar(organisation_queries.by_id(number)) if number else None

    def _organisations(self, numbers: tuple[int, ...]) -> list[Organisation]:
        if not numbers:
            return []
        return list(self.ctx.session.scalars(organisation_queries.by_ids(numbers)))


def _offered(vehicle: Vehicle, kept: Sequence[str]) -> OfferedVehicle:
    seats = f"{vehicle.seats} places" if vehicle.seats else ""
    hint = ", ".join(filter(None, (seats, vehicle.home)))
    return OfferedVehicle(
        vehicle.id, vehicle.name, hint, tuple(dict.fromkeys((*vehicle.equipment, *kept)))
    )


def _day(typed: str | None) -> date | None:
    try:
        return date.fromisoformat(typed or "")
    except ValueError:
        return None


def _hour(typed: str | None) -> time | None:
    try:
        return time.fromisoformat(typed or "").replace(second=0, microsecond=0, tzinfo=None)
    except ValueError:
        return None


def _with_slot(sent: MultiDict[str, str], starts: datetime, ends: datetime) -> MultiDict[str, str]:
    """The period taken with one click; the stops keep their distance from the departure."""
    day, hour = _day(sent.get("starts_on")), _hour(sent.get("leaves_at"))
    if day and hour:
        sent = stop_rows.moved(sent, starts - datetime.combine(day, hour))
    is_same_day = starts.date() == ends.date()
    typed = {
        "starts_on": starts.date().isoformat(),
        "leaves_at": starts.strftime("%H:%M"),
        "ends_on": "" if is_same_day else ends.date().isoformat(),
        "returns_at": ends.strftime("%H:%M"),
    }
    for name, value in typed.items():
        sent.setlist(name, [value])
    return sent
