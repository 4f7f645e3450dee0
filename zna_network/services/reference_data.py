"""Loading the territory, the rights and the dates of the call from the files of ``reference/``, and
the school holidays."""

from dataclasses import dataclass

from sqlalchemy import select

from zna_network.models.territory import Commune, Qpv, Right, RightKind
from zna_network.services.context import Context
from zna_network.services.folding import fold, search_text
from zna_network.services.planning import call_dates, closed_periods
from zna_network.services.reference_files import rows


@dataclass(frozen=True)
class Counts:
    communes: int
    qpvs: int
    rights: int
    dates: int
    school_holidays: int


def load(ctx: Context) -> Counts:
    """Create or refresh the communes, the QPV and the school holidays; add missing rights and
    dates, leaving those that staff have edited as they are. Safe to repeat."""
    with ctx.unit_of_work():
        communes = _load_communes(ctx)
        qpvs = _load_qpvs(ctx, communes)
        rights = _load_rights(ctx)
        dates = call_dates.load(ctx, rows("calendar.csv"))
        holidays = closed_periods.load(ctx)
    return Counts(len(communes), qpvs, rights, dates, holidays)


def _load_communes(ctx: Context) -> dict[str, Commune]:
    known = {commune.insee: commune for commune in ctx.session.scalars(select(Commune))}
    for row in rows("communes_cua.csv"):
        commune = known.setdefault(row["insee"], Commune(insee=row["insee"]))
        alias = row["seed_name"] if row["seed_name"] != row["name"] else ""
        commune.name = row["name"]
        commune.sort_key = fold(row["name"])
        commune.postcodes = row["postcodes"]
        commune.population = int(row["population"])
        commune.lot = int(row["lot"])
        commune.latitude = float(row["lat"])
        commune.longitude = float(row["lon"])
        commune.aliases = alias
        commune.search_text = search_text(row["name"], alias)
        ctx.session.add(commune)
    return known


def _load_qpvs(ctx: Context, communes: dict[str, Commune]) -> int:
    known = {qpv.slug: qpv for qpv in ctx.session.scalars(select(Qpv))}
    for row in rows("qpv.csv"):
        slug = fold(row["name"]).replace(" ", "-")
        qpv = known.setdefault(slug, Qpv(slug=slug))
        qpv.name = row["name"]
        qpv.population = int(row["population_2020"])
        qpv.note = row["note"]
        qpv.search_text = search_text(row["name"], row["official_name"])
        qpv.communes = [communes[insee] for insee in row["insee"].split(";")]
        ctx.session.add(qpv)
    return len(known)


def _load_rights(ctx: Context) -> int:
    known = set(ctx.session.scalars(select(Right.code)))
    for position, row in enumerate(rows("prestations.csv"), start=1):
        if row["code"] in known:
            continue
        known.add(row["code"])
        ctx.session.add(
            Right(
                code=row["code"],
                label=row["label"],
                acronym=row["acronym"],
                operators=row["operators"],
                kind=RightKind(row["kind"]),
                position=position,
            )
        )
    return len(known)
