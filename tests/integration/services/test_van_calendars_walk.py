"""Whatever happens to a trip and to its guests, in whatever order: what each calendar received goes
forward, and ends on what is true."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random

import icalendar
import pytest

from tests.factories.organisations import make_contact, make_organisation
from tests.factories.van import make_driver, make_trip
from tests.world import MailboxMailer
from zna_network.models.booking import Booking, BookingState
from zna_network.models.handover import BookingGuest, GuestAnswer
from zna_network.queries import van_guests as queries
from zna_network.services import delivery
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError
from zna_network.services.van import guest_answers, guest_list, guests
from zna_network.services.van.guest_answers import AnswerData
from zna_network.services.van.guest_links import token_of

STEPS = 45


@dataclass(frozen=True)
class Received:
    method: str
    uid: str
    sequence: int
    starts_at: datetime


@dataclass
class Walk:
    ctx: Context
    random: Random
    mailbox: MailboxMailer
    booking: Booking
    contacts: list[int]
    drivers: list[object]
    done: list[str] = field(default_factory=list)

    def step(self) -> None:
        acts: list[Callable[[], None]] = [
            self.invite, self.remove, self.move, self.reword, self.pass_on, self.cancel, self.grant,
            self.answer, self.send_again, self.deliver, self.deliver,
        ]  # fmt: skip
        act = self.random.choice(acts)
        self.done.append(act.__name__)
        try:
            act()
        except ConflictError:
            self.done[-1] += " (refused)"

    def invite(self) -> None:
        guest_list.invite(self.ctx, self.booking.id, [self.random.choice(self.contacts)])

    def remove(self) -> None:
        if one := self._somebody():
            guest_list.remove(self.ctx, self.booking.id, one.id)

    def send_again(self) -> None:
        if one := self._somebody():
            guest_list.send_again(self.ctx, self.booking.id, one.id)

    def answer(self) -> None:
        one = self._somebody()
        if one is None or one.told is None or self.booking.state is not BookingState.APPROVED:
            return
        said = AnswerData(self.random.choice(list(GuestAnswer)).value)
        guest_answers.answer(self.ctx, token_of(self.ctx.settings, one), said)

    def move(self) -> None:
        later = timedelta(hours=self.random.choice([-2, -1, 1, 2]))
        self._change(starts_at=self.booking.starts_at + later, ends_at=self.booking.ends_at + later)

    def reword(self) -> None:
        self._change(purpose=self.random.choice(["Un objet.", "Un autre.", "Un troisième."]))

    def pass_on(self) -> None:
        self._change(driver=self.random.choice(self.drivers))

    def cancel(self) -> None:
        if self.booking.state is BookingState.APPROVED:
            with self.ctx.unit_of_work():
                self.booking.state = BookingState.CANCELLED
                guests.announce_cancellation(self.ctx, self.booking)

    def grant(self) -> None:
        if self.booking.state is not BookingState.APPROVED:
            with self.ctx.unit_of_work():
                self.booking.state = BookingState.APPROVED
                guests.announce(self.ctx, self.booking)

    def deliver(self) -> None:
        delivery.deliver_due(self.ctx, "tests")

    def _change(self, **values: object) -> None:
        if self.booking.state is BookingState.CANCELLED:
            return
        with self.ctx.unit_of_work():
            for name, value in values.items():
                setattr(self.booking, name, value)
            guests.announce_change(self.ctx, self.booking)

    def _somebody(self) -> BookingGuest | None:
        live = [one for one in self._guests() if one.removed_at is None]
        return self.random.choice(live) if live else None

    def _guests(self) -> list[BookingGuest]:
        return list(self.ctx.session.scalars(queries.locked(self.booking.id)))

    def check(self) -> None:
        """Once everything has left."""
        self.deliver()
        received = self.received()
        for guest in self._guests():
            history = received.pop(guest.email, [])
            sequences = [one.sequence for one in history]
            assert sequences == sorted(set(sequences)), (guest.email, self.done)
            assert {one.uid for one in history} <= {guest.uid}
            methods = [one.method for one in history]
            assert methods[:1] != ["CANCEL"], (guest.email, self.done)
            pairs = list(pairwise(methods))
            assert ("CANCEL", "CANCEL") not in pairs, (guest.email, self.done)
            is_expected = guest.removed_at is None and self.booking.state is BookingState.APPROVED
            if is_expected:
                assert methods[-1] == "REQUEST", (guest.email, self.done)
                assert history[-1].starts_at == self.booking.starts_at, self.done
            else:
                assert methods[-1:] in ([], ["CANCEL"]), (guest.email, self.done)
        assert received == {}

    def received(self) -> dict[str, list[Received]]:
        found = defaultdict(list)
        for message in self.mailbox.messages():
            for part in message.walk():
                if part.get_content_type() == "text/calendar":
                    calendar = icalendar.Calendar.from_ical(part.get_payload(decode=True))
                    [event] = calendar.walk("VEVENT")
                    to = str(event["ATTENDEE"]).lower().removeprefix("mailto:")
                    starts_at = event["DTSTART"].dt.astimezone(UTC)
                    found[to].append(
                        Received(
                            str(calendar["METHOD"]),
                            str(event["UID"]),
                            int(event["SEQUENCE"]),
                            starts_at,
                        )
                    )
        return dict(found)


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
@pytest.mark.parametrize("seed", range(3))
def test_every_calendar_goes_forward_and_ends_on_the_truth(
    ctx: Context, mailbox: MailboxMailer, seed: int
) -> None:
    booking = make_trip(ctx.session, BookingState.REQUESTED)
    organisation = booking.organisation
    assert organisation is not None
    caf = make_organisation(ctx.session)
    walk = Walk(
        ctx,
        Random(seed),
        mailbox,
        booking,
        [make_contact(ctx.session, caf, email=f"c{n}@caf.example").id for n in range(3)],
        [
            booking.driver,
            make_driver(ctx.session, organisation, email="alix@lilas.example"),
            make_driver(ctx.session, organisation, email=""),
            None,
        ],
    )
    for number in range(STEPS):
        walk.step()
        if number % 15 == 14:
            walk.check()
    walk.check()
