"""The table of placeholders says everything that a template may use, and nothing else."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from zna_network.models.document import DocumentKind
from zna_network.services.documents.samples import SAMPLES
from zna_network.services.placeholders import placeholders


def _names(value: Any, prefix: str = "") -> Iterator[str]:
    """Every name that leads to a value of a sample."""
    if isinstance(value, list):
        value = value[0] if value else {}
    if not isinstance(value, Mapping):
        return
    for key, inner in value.items():
        if not isinstance(inner, Mapping):
            yield f"{prefix}{key}"
        yield from _names(inner, f"{prefix}{key}.")


@pytest.mark.parametrize("kind", DocumentKind)
def test_every_value_is_in_the_table_and_the_table_invents_none(kind: DocumentKind) -> None:
    table = placeholders(kind)
    listed = [row.name for row in (*table.own, *table.common)]
    assert sorted(listed) == sorted(set(_names(SAMPLES[kind])))
    assert all(row.meaning for row in (*table.own, *table.common))


def test_each_value_has_the_example_that_the_sample_shows() -> None:
    rows = {row.name: row for row in placeholders(DocumentKind.MINUTES).own}
    assert rows["presents.nom"].example == "Mme Jeanne Exemple"
    assert rows["compte_rendu.version"].example == "2"
    assert rows["presents"].example == rows["compte_rendu.est_valide"].example == ""
