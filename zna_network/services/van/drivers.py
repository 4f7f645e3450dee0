"""Those who may drive: an association names them, the CUA sees their licence.

No copy and no number of a licence is kept: only until when it is good. Who saw it is in the
journal."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from zna_network.models.booking import BookingAct
from zna_network.models.organisation import Organisation
from zna_network.models.van import Driver
from zna_network.queries import van_fleet as queries
from zna_network.services.addresses import clean_email
from zna_network.services.clean_values import clean_line, clean_phone
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, ForbiddenError, NotFoundError
from zna_network.services.folding import fold
from zna_network.services.french_time import local_date, long_date
from zna_network.services.organisation_choice import resolve
from zna_network.services.organisation_values import Checks
from zna_network.services.permissions import Permission
from zna_network.services.sensitive_text import refuse_sensitive
from zna_network.services.unit_of_work import CHANGED_MEANWHILE, take_turns
from zna_network.services.van import guests, occupancy, states

UNKNOWN = "Ce conducteur n’existe pas."
LEFT_WITHOUT = "Sans conducteur : celui qui était prévu ne conduit plus."
# A French licence is good for fifteen years (Code de la route, R221-1): no date is much further.
LONGEST_LICENCE = timedelta(days=16 * 366)


@dataclass(frozen=True)
class DriverData:
    """``organisation_id`` and ``organisation``: what an autocomplete field gives. A grantee who
    leaves them empty means their own."""

    name: str
    email: str = ""
    phone: str = ""
    organisation_id: str = ""
    organisation: str = ""


def create_driver(ctx: Context, data: DriverData) -> Driver:
    """Their licence is to be seen before they drive."""
    with ctx.unit_of_work():
        checks = Checks()
        words = _words(checks, data)
        organisation = checks.take(lambda: _organisation(ctx, data), None)
        checks.finish()
        ctx.require(Permission.VAN_REQUEST, organisation.id if organisation else None)
        driver = Driver(organisation=organisation, created_at=ctx.now, updated_at=ctx.now, **words)
        with ctx.session.no_autoflush:
            _refuse_namesake(ctx, driver)
        ctx.session.add(driver)
        ctx.session.flush()
        ctx.record("driver.created", driver, organisation=driver.organisation_id)
    return driver


@occupancy.retried
def update_driver(ctx: Context, driver_id: int, data: DriverData, revision: int) -> Driver:
    """Somebody stays of their association. Under another name it may be somebody else: unless the
    CUA writes it, the licence is to be seen again. Their trips' invitations follow."""
    with ctx.unit_of_work():
        driver = driver_to_change(ctx, driver_id)
        if driver.revision != revision:
            raise ConflictError(CHANGED_MEANWHILE)
        known_as, told = fold(driver.name), (driver.name, driver.email)
        checks = Checks()
        words = _words(checks, data)
        checks.finish()
        driver.name, driver.email, driver.phone = words["name"], words["email"], words["phone"]
        with ctx.session.no_autoflush:
            _refuse_namesake(ctx, driver)
        if fold(driver.name) != known_as and not ctx.may(Permission.VAN_MANAGE):
            driver.licence_until = driver.insured_until = None
        driver.updated_at = ctx.now
        ctx.record("driver.updated", driver)
        if (driver.name, driver.email) != told:
            trips = ctx.session.scalars(queries.trips_of(driver_id, ctx.now)).all()
            guests.announce_all(ctx, trips)
    return driver


def check_licence(
    ctx: Context,
    driver_id: int,
    licence_until: date | None,
    insured_until: date | None,
    revision: int,
) -> Driver:
    """Write until when the papers that somebody of the CUA has seen are good; none withdraws what
    was written. Only the CUA does."""
    ctx.require(Permission.VAN_MANAGE)
    with ctx.unit_of_work():
        driver = driver_to_change(ctx, driver_id)
        if driver.revision != revision:
            raise ConflictError(CHANGED_MEANWHILE)
        checks = Checks()
        _check_date(ctx, checks, licence_until, driver.licence_until, "licence_until")
        _check_date(ctx, checks, insured_until, driver.insured_until, "insured_until")
        checks.finish()
        driver.licence_until, driver.insured_until = licence_until, insured_until
        driver.updated_at = ctx.now
        ctx.record(
            "driver.checked",
            driver,
            licence_until=licence_until.isoformat() if licence_until else None,
            insured_until=insured_until.isoformat() if insured_until else None,
        )
    return driver


@occupancy.retried
def archive_driver(ctx: Context, driver_id: int) -> Driver:
    """They drive no more. Refused while a trip counts on them; a request that awaits its decision
    is left without a driver, which its approval asks for."""
    with ctx.unit_of_work():
        driver = driver_to_change(ctx, driver_id)
        if driver.archived_at is not None:
            raise ConflictError(f"{driver.name} ne fait déjà plus partie des conducteurs.")
        trips = ctx.session.scalars(queries.trips_of(driver_id, ctx.now)).all()
        promised = [trip for trip in trips if not trip.state.awaits_decision]
        if promised:
            said = ", ".join(f"{trip.reference} ({long_date(trip.starts_at)})" for trip in promised)
            raise ConflictError(
                f"{driver.name} doit encore conduire : {said}. Choisissez d’abord quelqu’un "
                "d’autre pour ces sorties."
            )
        for trip in trips:
            trip.driver = None
            states.record(ctx, trip, BookingAct.EDITED, words=LEFT_WITHOUT)
        driver.archived_at = driver.updated_at = ctx.now
        ctx.record("driver.archived", driver)
    return driver


def restore_driver(ctx: Context, driver_id: int) -> Driver:
    with ctx.unit_of_work():
        driver = driver_to_change(ctx, driver_id)
        if driver.archived_at is None:
            raise ConflictError(f"{driver.name} fait déjà partie des conducteurs.")
        _refuse_namesake(ctx, driver)
        driver.archived_at, driver.updated_at = None, ctx.now
        ctx.record("driver.restored", driver)
    return driver


def driver_to_read(ctx: Context, driver_id: int) -> Driver:
    """For the association's own, and the CUA."""
    driver = ctx.session.scalar(queries.driver(driver_id))
    if driver is None or not ctx.may(Permission.VAN_REQUEST, driver.organisation_id):
        raise NotFoundError(UNKNOWN)
    return driver


def driver_to_change(ctx: Context, driver_id: int) -> Driver:
    """Locked until the transaction ends. To be called inside a unit of work."""
    driver_to_read(ctx, driver_id)
    return ctx.session.scalars(queries.driver(driver_id, lock=True)).one()


def choices(ctx: Context, organisation_id: int) -> Sequence[Driver]:
    """Those whom a booking of this association may name. Raises ForbiddenError."""
    ctx.require(Permission.VAN_REQUEST, organisation_id)
    return ctx.session.scalars(queries.drivers_of(organisation_id)).all()


def _organisation(ctx: Context, data: DriverData) -> Organisation:
    if data.organisation_id or data.organisation.strip() or ctx.may(Permission.VAN_MANAGE):
        return resolve(ctx, data.organisation_id, data.organisation, field="organisation")
    own = ctx.actor.organisation if ctx.actor else None
    if own is None:
        raise ForbiddenError(
            "Votre compte n’est rattaché à aucun organisme : demandez à un agent de le compléter."
        )
    return own


def _words(checks: Checks, data: DriverData) -> dict[str, str]:
    """What is stored of what was typed."""
    return {
        "name": checks.take(lambda: _name(data.name), ""),
        "email": checks.take(lambda: clean_email(data.email) if data.email.strip() else "", ""),
        "phone": checks.take(lambda: clean_phone(data.phone), ""),
    }


def _name(typed: str) -> str:
    name = clean_line(typed, field="name", limit=160, required="Indiquez le nom du conducteur.")
    return refuse_sensitive(name, field="name")


def _refuse_namesake(ctx: Context, driver: Driver) -> None:
    """Names typed with other accents or capitals are one: the licence would be seen twice."""
    take_turns(ctx.session, f"van.drivers:{driver.organisation.id}")
    for other in ctx.session.scalars(queries.drivers_of(driver.organisation.id)):
        if other.id != driver.id and fold(other.name) == fold(driver.name):
            raise ConflictError(f"{other.name} est déjà parmi les conducteurs.", field="name")


def _check_date(
    ctx: Context, checks: Checks, day: date | None, stored: date | None, field: str
) -> None:
    """A date that is written already may have passed since."""
    today = local_date(ctx.now)
    if day is None or day == stored:
        return
    if day < today:
        checks.refuse("Cette date est passée : ce document ne permet plus de conduire.", field)
    elif day > today + LONGEST_LICENCE:
        checks.refuse("Relisez cette date : elle est dans plus de seize ans.", field)
