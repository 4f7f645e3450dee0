"""zna directory: the directory from and to files, as a command."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from tests.factories.import_files import csv_file
from zna_network.cli.directory import directory

Zna = Callable[..., Result]
ROW = {"Nom": "CCAS de Rœux", "Ville": "Roeux", "Nom du contact": "Exemple"}


@pytest.fixture
def engine_name() -> str:
    return "sqlite"


@pytest.fixture
def zna(app: Flask) -> Zna:
    """``zna directory`` with these arguments."""

    def run(*arguments: str) -> Result:
        return app.test_cli_runner().invoke(directory, arguments)

    return run


def _write(folder: Path, *rows: dict[str, str]) -> str:
    path = folder / "liste.csv"
    path.write_bytes(csv_file(*rows))
    return str(path)


def _said(done: Result) -> str:
    """Both outputs. A refusal is a message, never an exception."""
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.output


def test_a_file_goes_in_and_comes_out_and_goes_in_again(zna: Zna, tmp_path: Path) -> None:
    path = _write(tmp_path, ROW)
    shown = zna("import", path, "--dry-run")
    assert "1 créées" in _said(shown)
    done = zna("import", path)
    assert done.exit_code == 0
    assert "1 organismes créés" in _said(done)
    out = tmp_path / "sortie.csv"
    done = zna("export", "--format", "csv", "-o", str(out))
    assert done.exit_code == 0
    assert "1 organismes écrits" in _said(done)
    assert b"Exemple" not in out.read_bytes()
    again = zna("import", str(out))
    assert again.exit_code == 0
    assert "Rien à changer" in _said(again)


def test_a_rejected_line_stops_everything_unless_left_aside(zna: Zna, tmp_path: Path) -> None:
    path = _write(tmp_path, ROW, {"Nom": "Autre", "Droits": "XYZ"})
    done = zna("import", path)
    assert done.exit_code == 1
    assert "ligne 3 : Autre — « Droits » : droit inconnu : « XYZ »" in _said(done)
    assert "Rien n'a été importé" in _said(done)
    assert json.loads(zna("export", "--format", "data-inclusion").stdout_bytes) == {
        "structures": [],
        "services": [],
    }
    done = zna("import", path, "--skip-rejected")
    assert done.exit_code == 0
    assert "1 organismes créés" in _said(done)


def test_people_are_exported_when_asked_for(zna: Zna, tmp_path: Path) -> None:
    zna("import", _write(tmp_path, ROW))
    assert b"Exemple" not in zna("export", "--format", "vcard").stdout_bytes
    assert b"Exemple" in zna("export", "--format", "vcard", "--with-contacts").stdout_bytes
    refused = zna("export", "--format", "data-inclusion", "--with-contacts")
    assert refused.exit_code == 1
    assert "ne contient pas les contacts" in _said(refused)


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("import", "nulle-part.csv"), "does not exist"),
        (("export", "--format", "pdf"), "--format"),
        (("export", "--format", "csv", "-o", "/nulle/part.csv"), "/nulle/part.csv"),
    ],
)
def test_a_wrong_argument_is_one_clear_message(
    zna: Zna, arguments: tuple[str, ...], reason: str
) -> None:
    done = zna(*arguments)
    assert done.exit_code != 0
    assert reason in _said(done)


def test_an_unreadable_file_is_one_clear_message(zna: Zna, tmp_path: Path) -> None:
    path = tmp_path / "x.xls"
    path.write_bytes(b"\xd0\xcf\x11\xe0abc")
    done = zna("import", str(path))
    assert done.exit_code == 1
    assert "ancien format Excel" in _said(done)
