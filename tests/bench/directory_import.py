"""How long a file of five thousand lines takes to read, to write and to read again, on both engines.

    python -m pytest -q -s tests/bench/directory_import.py

prints one line of JSON an engine. Each line has an organisation, an offer and a contact. The floor
is the database's own part: the same rows, given to it as they are."""

import random
from contextlib import suppress
from typing import Any

import pytest
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from tests.bench.measuring import Act, Timing, medians, ratios, tell, timed, timed_in_turn
from tests.factories.import_files import csv_file
from zna_network.extensions import Base
from zna_network.services.context import Context
from zna_network.services.directory_export.exporting import (
    ExportData,
    ExportFormat,
    export_directory,
)
from zna_network.services.directory_import import batches

LINES = 5000
REPEATS = 3
# It takes between 1 and 8 times the floor.
LIMIT_OVER_FLOOR = 30
_WRITTEN = (
    "organisation", "contact", "offer", "offer_rights", "offer_communes", "offer_target_group",
    "audit_event",
)  # fmt: skip
_IDS = ("id", "organisation_id", "offer_id")
_FURTHER = 1_000_000
_WORDS = [
    "aide",
    "emploi",
    "famille",
    "jeunesse",
    "logement",
    "mobilité",
    "numérique",
    "santé",
    "écoute",
    "entraide",
]


class _UndoneError(Exception):
    """Leaves a unit of work without keeping anything."""


def _file() -> bytes:
    chance = random.Random(1)
    return csv_file(
        *(
            {
                "Nom": f"Association {' '.join(chance.sample(_WORDS, 3))} {number}",
                "Type": "Association",
                "CP": "62000",
                "Ville": "Arras",
                "Téléphone": f"03 21 {number // 100:02d} {number % 100:02d} 00",
                "Courriel": f"accueil{number}@association.example",
                "Permanence": "Permanence",
                "Droits": "RSA, APL",
                "Territoire": "Arras ; lot 1",
                "Nom du contact": f"Exemple{number}",
                "E-mail du contact": f"contact{number}@association.example",
            }
            for number in range(LINES)
        )
    )


def _undone(ctx: Context, act: Act) -> None:
    with suppress(_UndoneError), ctx.unit_of_work():
        act()
        raise _UndoneError


def _floor(session: Session) -> Timing:
    """The rows that the import wrote, put in once more beside themselves, a statement a table."""
    rows = {}
    for name in _WRITTEN:
        table = Base.metadata.tables[name]
        rows[table] = [_beside(row._asdict()) for row in session.execute(select(table))]

    def insert_all() -> None:
        for table, values in rows.items():
            if values:
                session.connection().execute(insert(table), values)

    times: list[float] = []
    for _ in range(REPEATS):
        times += timed(insert_all, repeats=1).times
        session.rollback()
    return Timing(tuple(times))


def _beside(row: dict[str, Any]) -> dict[str, Any]:
    """The same row under other keys."""
    moved = {key: row[key] + _FURTHER for key in _IDS if key in row}
    return {**row, **moved, **({"slug": f"{row['slug']}-b"} if "slug" in row else {})}


@pytest.mark.timeout(900)
def test_a_large_file_costs_a_few_times_its_rows(ctx: Context, engine_name: str) -> None:
    content = _file()
    timings = {"preview": timed(lambda: batches.prepare(ctx, "f.csv", content), REPEATS)}
    batch = batches.prepare(ctx, "f.csv", content)
    batch_id, digest = batch.id, batch.plan_digest
    assert batch.summary["created"] == LINES

    def apply() -> None:
        batches.apply_batch(ctx, batch_id, digest)

    timings["apply"] = timed(lambda: _undone(ctx, apply), REPEATS)
    apply()
    timings["preview_again"] = timed(lambda: batches.prepare(ctx, "f.csv", content), REPEATS)
    assert batches.prepare(ctx, "f.csv", content).summary["unchanged"] == LINES
    timings |= timed_in_turn(
        {
            f"export_{kind}": lambda kind=kind: export_directory(ctx, ExportData(kind))
            for kind in ExportFormat
        },
        REPEATS,
    )
    floor = _floor(ctx.session)
    over_floor = ratios(timings, floor)
    tell(
        engine=engine_name,
        lines=LINES,
        floor_ms=round(floor.median, 1),
        median_ms=medians(timings),
        over_floor=over_floor,
    )
    assert max(over_floor.values()) < LIMIT_OVER_FLOOR
