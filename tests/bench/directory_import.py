"""How long a file of five thousand lines takes to read, to write and to read again, on both engines.

    python -m pytest -q -s tests/bench/directory_import.py

prints one line of JSON an engine. Each line has an organisation, an offer and a contact. The limit
is held against this process's own time, which others on the machine do not lengthen."""

import json
import random
import time
from collections.abc import Callable
from typing import TypeVar

import pytest

from tests.factories.import_files import csv_file
from zna_network.services.context import Context
from zna_network.services.directory_export.exporting import (
    ExportData,
    ExportFormat,
    export_directory,
)
from zna_network.services.directory_import import batches

T = TypeVar("T")
LINES = 5000
LIMIT_SECONDS = 10
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


@pytest.mark.timeout(900)
def test_a_large_file_is_a_matter_of_seconds(ctx: Context, engine_name: str) -> None:
    seconds: dict[str, tuple[float, float]] = {}

    def timed(name: str, act: Callable[[], T]) -> T:
        wall, own = time.perf_counter(), time.process_time()
        result = act()
        seconds[name] = (
            round(time.process_time() - own, 1),
            round(time.perf_counter() - wall, 1),
        )
        return result

    content = _file()
    batch = timed("preview", lambda: batches.prepare(ctx, "f.csv", content))
    assert batch.summary["created"] == LINES
    timed("apply", lambda: batches.apply_batch(ctx, batch.id, batch.plan_digest))
    again = timed("preview_again", lambda: batches.prepare(ctx, "f.csv", content))
    assert again.summary["unchanged"] == LINES
    for wanted in ExportFormat:
        timed(f"export_{wanted}", lambda kind=wanted: export_directory(ctx, ExportData(kind)))
    result = {"engine": engine_name, "lines": LINES, "own_and_wall_seconds": seconds}
    print(f"\n{json.dumps(result)}")  # noqa: T201 - the point of a bench
    assert max(own for own, _ in seconds.values()) < LIMIT_SECONDS
