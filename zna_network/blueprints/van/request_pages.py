"""The page of a request: what it begins with, what it offers, what its buttons change."""

from datetime import datetime
from functools import cached_property
from typing import Any

from flask import request
from werkzeug.datastructures import MultiDict
from wtforms.fields.choices import SelectChoice

from zna_network.blueprints.place_choices import territory_choices
from zna_network.blueprints.right_choices import right_themes
from zna_network.blueprints.van import request_choices, stop_rows
from zna_network.blueprints.van.request_forms import RequestForm, number_in
from zna_network.blueprints.van.verdicts import Verdict, judged, slot_taken
from zna_network.models.booking import Booking, BookingState
from zna_network.models.organisation import Organisation
from zna_network.queries import organisations as organisation_queries
from zna_network.services import organisation_choice, territory
from zna_network.services.context import Context
from zna_network.services.errors import InvalidError
from zna_network.services.french_time import LAST_YEAR
from zna_network.services.permissions import Permission
from zna_network.services.van import requests
from zna_network.services.van.request_values import RequestData

PERIOD = ("starts_on", "leaves_at", "ends_on", "returns_at")


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
        self.vehicles = request_choices.vehicles(ctx, booking)
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
            stop_rows.day_in(args.get("date")),
            stop_rows.day_in(args.get("jour_retour")),
        )
        form.leaves_at.data = stop_rows.hour_in(args.get("depart"))
        form.returns_at.data = stop_rows.hour_in(args.get("retour"))
        own = self._organisation(args.get("organisme", type=int)) if self.is_staff else self._own
        if own is not None:
            form.organisation.data, form.organisation_id.data = own.name, str(own.id)
        form.stops.append_entry({"is_public": True})
        self._offer()

    def take(self, value: str) -> None:
        """Put a free slot in the place of the booking's period, its stops following."""
        slot = slot_taken(value)
        if slot is None or self.has_fixed_period or max(slot).year > LAST_YEAR:
            return
        form, (starts, ends) = self.form, slot
        by = starts - datetime.combine(form.starts_on.data, form.leaves_at.data)
        for entry in form.stops:
            entry.form.move(form.starts_on.data, by)
        form.starts_on.data, form.leaves_at.data = starts.date(), starts.time()
        form.ends_on.data = ends.date() if ends.date() != starts.date() else None
        form.returns_at.data = ends.time()

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
        return stop_rows.at_slot(sent, *slot) if slot else sent

    def _offer(self) -> None:
        """What can be chosen, now that it is known what was."""
        form = self.form
        if self.booking is not None or not self.is_staff:
            form.not_shown.add("organisation")
        if self.has_fixed_period:
            form.not_shown |= {"vehicle_id", *PERIOD}
        form.vehicle_id.choices = [SelectChoice(str(one.id), one.name) for one in self.vehicles]
        form.offer_places(self._places)
        form.driver_id.choices = self._drivers
        form.partner_ids.choices = request_choices.partners(self.ctx, form.chosen_partners)

    @cached_property
    def _places(self) -> list[SelectChoice]:
        return territory_choices(territory.load(self.ctx))

    @cached_property
    def _drivers(self) -> list[SelectChoice]:
        return request_choices.drivers(
            self.ctx, self._organisation_id, self.booking, every=self.is_staff
        )

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
