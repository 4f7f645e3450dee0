"""``zna export dgcs``, on the database of a test."""

import csv
import hashlib
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from tests.factories.referrals import make_person, make_referral
from zna_network.cli.export import export
from zna_network.extensions import db
from zna_network.models.case_sheet import EvaluationExport
from zna_network.models.person import ConsentAnswer


@pytest.fixture
def engine_name() -> str:
    return "sqlite"


def run(app: Flask, *arguments: str) -> Result:
    return CliRunner().invoke(export, ["dgcs", *arguments])


def test_the_export_is_tried_then_written_for_those_who_agree(app: Flask, tmp_path: Path) -> None:
    session = db.session()
    for answer in (ConsentAnswer.GIVEN, ConsentAnswer.REFUSED):
        make_referral(session, make_person(session, evaluation=answer), rights=("RSA", "PPA"))

    tried = run(app, "--dry-run")
    assert tried.exit_code == 0, tried.output
    assert "Lignes qui partiraient : 2 ; personnes : 1 ;" in tried.output
    assert "Consentement refusé : 1 (orientations : 1)" in tried.output
    assert not session.query(EvaluationExport).count()

    file = tmp_path / "dgcs.csv"
    done = run(app, "-o", str(file))
    assert done.exit_code == 0, done.output
    assert hashlib.sha256(file.read_bytes()).hexdigest() in done.output
    rows = list(csv.DictReader(file.read_text("utf-8-sig").splitlines(), delimiter=";"))
    assert [row["code_droit"] for row in rows] == ["RSA", "PPA"]
    book = tmp_path / "dgcs.xlsx"
    assert run(app, "-o", str(book), "--since", "2026-12-01").exit_code == 0
    assert book.read_bytes().startswith(b"PK")
    printed = run(app, "--until", "2026-11-01")
    assert printed.stdout_bytes.decode("utf-8-sig").startswith("territoire;identifiant")

    for wrong, words in (
        (("--since", "2026-12-02", "--until", "2026-12-01"), "précède son début"),
        (("-o", str(tmp_path / "nulle" / "part.csv")), "nulle"),
        (("--since", "hier"), "hier"),
    ):
        refused = run(app, *wrong)
        assert refused.exit_code != 0
        assert words in refused.output
