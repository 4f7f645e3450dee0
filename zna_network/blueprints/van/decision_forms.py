"""Deciding on a request, and moving a booking."""

from collections.abc import Mapping
from datetime import date, datetime, time
from enum import StrEnum

from wtforms import DateField, HiddenField, TextAreaField, TimeField
from wtforms.validators import InputRequired

from zna_network.blueprints.support import DAY_FORMATS, HOUR_FORMATS, Form, RevisionField
from zna_network.models.booking import Booking
from zna_network.services.context import Context
from zna_network.services.errors import InvalidError
from zna_network.services.french_time import from_local, to_local
from zna_network.services.van import decisions, moves
from zna_network.services.van.free_slots import Slot


class Choice(StrEnum):
    """What the button that was pressed says."""

    APPROVE = "approve"
    WAIT = "wait"
    REFUSE = "refuse"
    RESTORE = "restore"


class DecisionForm(Form):
    choice = HiddenField()
    reason = TextAreaField(
        "Motif",
        description="L’association le lit. Il est obligatoire pour refuser, faire attendre ou "
        "reprendre une demande.",
    )
    exception = TextAreaField(
        "Pourquoi passer outre les règles du prêt",
        description="Gardé dans l’historique. Seulement si vous accordez malgré une règle.",
    )
    revision = RevisionField()

    def run(self, ctx: Context, booking_id: int) -> Booking:
        """Raises what the use case raises, InvalidError when no button was pressed."""
        reason, revision = self.reason.data or "", self.revision.seen
        match self.choice.data:
            case Choice.APPROVE:
                exception = self.exception.data or ""
                return decisions.approve(ctx, booking_id, revision, reason, exception)
            case Choice.WAIT:
                return decisions.wait(ctx, booking_id, revision, reason)
            case Choice.REFUSE:
                return decisions.refuse(ctx, booking_id, revision, reason)
            case Choice.RESTORE:
                return decisions.restore(ctx, booking_id, revision, reason)
        raise InvalidError("Choisissez une décision.")


def address_of(slot: Slot) -> dict[str, str]:
    """The slot as the address of the page carries it."""
    return {
        "depart": slot.starts_on.isoformat(),
        "heure_depart": slot.leaves_at.isoformat("minutes"),
        "retour": slot.ends_on.isoformat(),
        "heure_retour": slot.returns_at.isoformat("minutes"),
    }


def _day(wanted: Mapping[str, str], key: str) -> date | None:
    try:
        return date.fromisoformat(wanted.get(key, ""))
    except ValueError:
        return None


def _hour(wanted: Mapping[str, str], key: str) -> time | None:
    try:
        return time.fromisoformat(wanted.get(key, "")).replace(tzinfo=None)
    except ValueError:
        return None


class MoveForm(Form):
    starts_on = DateField(
        "Départ le", [InputRequired("Indiquez le jour du départ.")], format=DAY_FORMATS
    )
    leaves_at = TimeField(
        "Heure du départ", [InputRequired("Indiquez l’heure du départ.")], format=HOUR_FORMATS
    )
    ends_on = DateField(
        "Retour le", [InputRequired("Indiquez le jour du retour.")], format=DAY_FORMATS
    )
    returns_at = TimeField(
        "Heure du retour", [InputRequired("Indiquez l’heure du retour.")], format=HOUR_FORMATS
    )
    reason = TextAreaField("Motif", description="Il est dit à tous ceux qui sont prévenus.")
    exception = TextAreaField(
        "Pourquoi passer outre les règles du prêt",
        description="Gardé dans l’historique. Seulement si une règle s’oppose à cette période.",
    )
    revision = RevisionField()

    @classmethod
    def of(cls, booking: Booking, wanted: Mapping[str, str]) -> "MoveForm":
        """``wanted``: a period chosen in the address, as ``address_of`` writes it."""
        starts, ends = to_local(booking.starts_at), to_local(booking.ends_at)
        return cls(
            starts_on=_day(wanted, "depart") or starts.date(),
            leaves_at=_hour(wanted, "heure_depart") or starts.time(),
            ends_on=_day(wanted, "retour") or ends.date(),
            returns_at=_hour(wanted, "heure_retour") or ends.time(),
            revision=booking.revision,
        )

    def period(self) -> tuple[datetime, datetime] | None:
        """What the form says, when it says a period."""
        typed = self.starts_on.data, self.leaves_at.data, self.ends_on.data, self.returns_at.data
        if not all(value is not None for value in typed):
            return None
        try:
            return from_local(typed[0], typed[1]), from_local(typed[2], typed[3])
        except InvalidError:
            return None

    def run(self, ctx: Context, booking_id: int) -> Booking:
        return moves.move(
            ctx,
            booking_id,
            self.starts_on.data,
            self.leaves_at.data,
            self.ends_on.data,
            self.returns_at.data,
            self.revision.seen,
            self.reason.data or "",
            self.exception.data or "",
        )
