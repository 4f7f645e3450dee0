"""What a request says, checked before anything is written: everything that is wrong is told at
once, each beside its field. Where it goes is ``stop_checks``'s."""

from collections.abc import Sequence
from datetime import datetime

from zna_network.models.booking import Booking
from zna_network.models.organisation import Organisation
from zna_network.models.territory import Right, TargetGroup
from zna_network.models.van import Driver, Vehicle
from zna_network.queries import organisations as organisation_queries
from zna_network.queries import territory as territory_queries
from zna_network.queries import van_requests as queries
from zna_network.services.clean_values import clean_text
from zna_network.services.context import Context
from zna_network.services.errors import InvalidError
from zna_network.services.french_time import from_local
from zna_network.services.organisation_values import Checks
from zna_network.services.permissions import Permission
from zna_network.services.sensitive_text import refuse_sensitive
from zna_network.services.van.request_values import RequestData, RequestValues, is_an_id
from zna_network.services.van.stop_checks import checked_stops

LONGEST_TEXT, LONGEST_REASON = 2000, 500
MOST_PARTNERS, MOST_RIGHTS, MOST_PEOPLE = 12, 12, 5000
UNKNOWN_BORROWER = "Choisissez une association de l’annuaire."
NO_PURPOSE = "Dites à quoi servira la sortie."
END_FIRST = "Le retour doit venir après le départ."
UNKNOWN_GROUP = "Un des publics n’est pas dans la liste. Rechargez la page."
UNKNOWN_RIGHT = "Un des droits n’est pas dans la liste. Rechargez la page."
TOO_MANY_RIGHTS = f"{MOST_RIGHTS} droits au plus pour une sortie."
UNKNOWN_PARTNER = "Un des partenaires n’est plus dans l’annuaire. Rechargez la page."
TOO_MANY_PARTNERS = f"{MOST_PARTNERS} partenaires à bord au plus."
BAD_PEOPLE = f"Écrivez un nombre de personnes, de 1 à {MOST_PEOPLE}, ou laissez vide."
UNKNOWN_DRIVER = "Choisissez un conducteur de l’association, ou un agent de la CUA."
UNKNOWN_EQUIPMENT = "Un des matériels n’est pas dans la liste de ce véhicule."


def borrower(ctx: Context, organisation_id: int) -> Organisation:
    """Raises InvalidError when it is not in the directory, or no longer."""
    found = (
        ctx.session.scalar(organisation_queries.by_id(organisation_id))
        if is_an_id(organisation_id)
        else None
    )
    if found is None or found.is_archived:
        raise InvalidError(UNKNOWN_BORROWER, field="organisation_id")
    return found


def checked(
    ctx: Context, data: RequestData, vehicle: Vehicle, booking: Booking | None = None
) -> RequestValues:
    """What is written of it. ``booking`` is the one being changed: what it has already stays, even
    when it could no longer be chosen. Raises InvalidValuesError with everything that is wrong."""
    checks = Checks()
    period = checks.take(lambda: period_of(data), None)
    starts_at, ends_at = period or (ctx.now, ctx.now)
    values = RequestValues(
        starts_at=starts_at,
        ends_at=ends_at,
        purpose=checks.take(lambda: _purpose(data.purpose), ""),
        stops=checked_stops(ctx, checks, data, period),
        target_groups=checks.take(lambda: _target_groups(data.target_groups), []),
        rights=checks.take(lambda: _rights(ctx, data.rights), []),
        partners=checks.take(lambda: _partners(ctx, data, booking), []),
        expected_people=checks.take(lambda: _people(data.expected_people), None),
        driver=checks.take(lambda: _driver(ctx, data, booking), None),
        equipment=checks.take(lambda: _equipment(data, vehicle, booking), []),
        needs=checks.take(lambda: _words(data.needs, "needs"), ""),
        exception=checks.take(lambda: _words(data.exception, "exception", LONGEST_REASON), ""),
    )
    checks.finish()
    return values


def period_of(data: RequestData) -> tuple[datetime, datetime]:
    """The instants of the departure and the return. Raises InvalidError."""
    starts_at = from_local(data.starts_on, data.leaves_at, field="leaves_at")
    ends_at = from_local(data.ends_on, data.returns_at, field="returns_at")
    if ends_at <= starts_at:
        field = "ends_on" if data.ends_on < data.starts_on else "returns_at"
        raise InvalidError(END_FIRST, field=field)
    return starts_at, ends_at


def clean_reason(typed: str, *, required: str = "", field: str = "reason") -> str:
    """``required`` is the message when it is empty."""
    words = _words(typed, field, LONGEST_REASON)
    if required and not words:
        raise InvalidError(required, field=field)
    return words


def _words(typed: str, field: str, limit: int = LONGEST_TEXT) -> str:
    return refuse_sensitive(clean_text(typed, field=field, limit=limit), field=field)


def _purpose(typed: str) -> str:
    purpose = _words(typed, "purpose")
    if not purpose:
        raise InvalidError(NO_PURPOSE, field="purpose")
    return purpose


def _target_groups(typed: Sequence[str]) -> list[str]:
    if not set(typed) <= set(TargetGroup):
        raise InvalidError(UNKNOWN_GROUP, field="target_groups")
    return [group.value for group in TargetGroup if group.value in typed]


def _rights(ctx: Context, codes: Sequence[str]) -> list[Right]:
    wanted = set(codes)
    if len(wanted) > MOST_RIGHTS:
        raise InvalidError(TOO_MANY_RIGHTS, field="rights")
    found = list(ctx.session.scalars(territory_queries.rights_among(wanted))) if wanted else []
    if len(found) != len(wanted):
        raise InvalidError(UNKNOWN_RIGHT, field="rights")
    return found


def _partners(ctx: Context, data: RequestData, booking: Booking | None) -> list[Organisation]:
    """The association itself is on board anyway."""
    wanted = set(data.partner_ids) - {data.organisation_id}
    if len(wanted) > MOST_PARTNERS:
        raise InvalidError(TOO_MANY_PARTNERS, field="partner_ids")
    kept = {one.id for one in booking.partners} if booking else set()
    asked = {one for one in wanted if is_an_id(one)}
    found = list(ctx.session.scalars(queries.partners_among(asked))) if asked else []
    live = [one for one in found if not one.is_archived or one.id in kept]
    if len(live) != len(wanted):
        raise InvalidError(UNKNOWN_PARTNER, field="partner_ids")
    return live


def _people(typed: int | None) -> int | None:
    if typed is not None and not 1 <= typed <= MOST_PEOPLE:
        raise InvalidError(BAD_PEOPLE, field="expected_people")
    return typed


def _driver(ctx: Context, data: RequestData, booking: Booking | None) -> Driver | None:
    """Of the association; staff may name anybody who drives, and their choice stays."""
    if data.driver_id is None:
        return None
    known = is_an_id(data.driver_id)
    driver = ctx.session.scalar(queries.driver(data.driver_id)) if known else None
    is_kept = booking is not None and booking.driver_id == data.driver_id
    is_theirs = driver is not None and driver.organisation_id == data.organisation_id
    if driver is None or not (is_kept or is_theirs or ctx.may(Permission.VAN_DECIDE)):
        raise InvalidError(UNKNOWN_DRIVER, field="driver_id")
    if driver.archived_at is not None and not is_kept:
        raise InvalidError(f"{driver.name} ne fait plus partie des conducteurs.", field="driver_id")
    return driver


def _equipment(data: RequestData, vehicle: Vehicle, booking: Booking | None) -> list[str]:
    kept = set(booking.equipment) if booking else set()
    if not set(data.equipment) <= {*vehicle.equipment, *kept}:
        raise InvalidError(UNKNOWN_EQUIPMENT, field="equipment")
    return list(dict.fromkeys(data.equipment))
