"""Drivers as their pages show them: whether their papers let them drive, and when they do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from zna_network.models.organisation import Organisation
from zna_network.models.van import Driver
from zna_network.queries import van_fleet as queries
from zna_network.queries.journal import last_event
from zna_network.services.context import Context
from zna_network.services.french_time import local_date, long_date, short_date
from zna_network.services.permissions import Permission
from zna_network.services.van.fleet import RENEW_WITHIN


@dataclass(frozen=True)
class Standing:
    """What a driver's papers allow, in a word, and the dates behind it."""

    label: str
    tone: str
    words: str = ""


@dataclass(frozen=True)
class DriverLine:
    driver: Driver
    standing: Standing
    next_drive: datetime | None


def standing(driver: Driver, today: date) -> Standing:
    """Whether they may drive, by the licence and the insurance that were seen."""
    if driver.archived_at is not None:
        return Standing("Ne conduit plus", "neutral")
    papers = {"permis": driver.licence_until, "assurance": driver.insured_until}
    missing = [name for name, until in papers.items() if until is None]
    if missing:
        return Standing("À vérifier", "warning", f"À montrer à la CUA\u00a0: {', '.join(missing)}.")
    dates = {name: until for name, until in papers.items() if until is not None}
    past = [f"{name} le {short_date(until)}" for name, until in dates.items() if until < today]
    if past:
        return Standing("Échu", "danger", f"Échéance passée\u00a0: {', '.join(past)}.")
    soon = [
        f"{name} le {short_date(until)}"
        for name, until in dates.items()
        if until <= today + RENEW_WITHIN
    ]
    if soon:
        return Standing("Échoit bientôt", "warning", f"À renouveler\u00a0: {', '.join(soon)}.")
    return Standing("En règle", "success")


def driver_lines(ctx: Context, drivers: Sequence[Driver]) -> list[DriverLine]:
    """With when each drives next; one query for all of them."""
    ids = [driver.id for driver in drivers]
    drives = dict(ctx.session.execute(queries.next_drives(ids, ctx.now)).all())
    today = local_date(ctx.now)
    return [DriverLine(one, standing(one, today), drives.get(one.id)) for one in drivers]


def last_check(ctx: Context, driver: Driver) -> str:
    """« Vu par Camille Exemple le 3 décembre 2026 », or nothing; for the CUA."""
    if not ctx.may(Permission.VAN_MANAGE):
        return ""
    event = ctx.session.scalar(last_event("Driver", driver.id, "driver.checked"))
    return f"Vu par {event.actor_label} le {long_date(event.at)}." if event else ""


def own_id(ctx: Context) -> int:
    """The actor's association, whose drivers they see; 0, which is nobody's, without one."""
    return (ctx.actor.organisation_id if ctx.actor else None) or 0


def associations(ctx: Context) -> Sequence[Organisation]:
    """Those that have drivers, for the CUA's filter."""
    if not ctx.may(Permission.VAN_MANAGE):
        return []
    return ctx.session.scalars(queries.organisations_with_drivers()).all()
