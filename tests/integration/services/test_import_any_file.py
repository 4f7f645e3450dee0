"""Whatever bytes are given to the importer, it refuses in French or reads: it never breaks."""

import csv
import io
import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories.import_files import with_part, xlsx_file
from zna_network.models.directory_work import LineStatus
from zna_network.services.context import Context
from zna_network.services.directory_import import batches
from zna_network.services.directory_import.headings import COLUMNS
from zna_network.services.errors import DomainError

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
any_file = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
WORDS = st.sampled_from(
    ["", "RSA", "Arras", "Arras CEDEX 9", "62041", "lot 1", "oui", "=1+1", "#REF!", "CCAS", "03 21 00 00 00",
     "zna-network--x", "a@b.example", "31/12/2026", "20003357900018", "Toute la CUA ; Arras", "1e5",
     "http://[", "mailto:x", "“", "\u202e", "İ", "ß", "½", "𝒜", "\ud7ff"]
)  # fmt: skip
CELLS = st.one_of(WORDS, st.text(max_size=40))
HEADINGS = st.one_of(
    st.sampled_from([column.heading for column in COLUMNS] + ["Mail", "Tel", "Couleur"]),
    st.text(max_size=12),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inside: st.lists(inside, max_size=4) | st.dictionaries(st.text(max_size=8), inside, max_size=4),
    max_leaves=12,
)  # fmt: skip
RECORDS = st.dictionaries(
    st.sampled_from(
        ["id", "source", "nom", "date_maj", "siret", "structure_id", "description", "publics",
         "zone_eligibilite", "reseaux_porteurs", "telephone", "code_insee", "site_web"]
    ),
    st.one_of(JSON, st.sampled_from(["essai--1", "2026-01-01", "CCAS", ["jeunes"], ["62041"]])),
)  # fmt: skip


def _try(ctx: Context, name: str, content: bytes) -> None:
    """Read the file, and apply what can be: a refusal is the only exception allowed."""
    with suppress(DomainError):
        batch = batches.prepare(ctx, name, content)
        assert sum(batch.summary.values()) > 0
        assert set(batch.summary) == set(LineStatus)
        batches.apply_batch(ctx, batch.id, batch.plan_digest, leave_rejected=True)


@any_file
@given(content=st.binary(max_size=400))
def test_any_bytes(ctx: Context, content: bytes) -> None:
    _try(ctx, "fichier", content)


@any_file
@given(prefix=st.sampled_from([b"PK\x03\x04", b"{", b"[", b"\xff\xfe", b"Nom;", b"sep=,\n", b"\xef\xbb\xbf"]),
       rest=st.binary(max_size=200))  # fmt: skip
def test_any_bytes_after_a_promising_start(ctx: Context, prefix: bytes, rest: bytes) -> None:
    _try(ctx, "fichier", prefix + rest)


@any_file
@given(
    headings=st.lists(HEADINGS, min_size=1, max_size=10),
    rows=st.lists(st.lists(CELLS, max_size=10), max_size=8),
    separator=st.sampled_from(";,\t"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_any_table(
    ctx: Context, headings: list[str], rows: list[list[str]], separator: str, encoding: str
) -> None:
    output = io.StringIO(newline="")
    writer = csv.writer(output, delimiter=separator)
    writer.writerows([["Nom", *headings], *rows])
    _try(ctx, "fichier.csv", output.getvalue().encode(encoding, errors="surrogatepass"))


@any_file
@given(content=st.one_of(JSON, st.fixed_dictionaries({"structures": st.lists(RECORDS | JSON, max_size=3),
                                                     "services": st.lists(RECORDS | JSON, max_size=3)})))  # fmt: skip
def test_any_json(ctx: Context, content: Any) -> None:
    _try(ctx, "fichier.json", json.dumps(content).encode())


@any_file
@given(
    part=st.sampled_from(["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml",
                          "[Content_Types].xml", "xl/sharedStrings.xml"]),
    content=st.one_of(st.binary(max_size=80), st.text(max_size=80).map(lambda t: f"<x>{t}</x>".encode())),
)  # fmt: skip
def test_any_damaged_workbook(ctx: Context, part: str, content: bytes) -> None:
    _try(ctx, "fichier.xlsx", with_part(xlsx_file([["Nom"], ["A"]]), part, content))
