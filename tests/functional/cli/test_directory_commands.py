"""zna directory, in a process of its own, on a real database."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.factories.import_files import csv_file

Zna = Callable[..., "subprocess.CompletedProcess[bytes]"]
ROW = {"Nom": "CCAS de Rœux", "Ville": "Roeux", "Nom du contact": "Exemple"}


@pytest.fixture
def zna(tmp_path: Path) -> Zna:
    def run(*arguments: str) -> "subprocess.CompletedProcess[bytes]":
        environment = {k: v for k, v in os.environ.items() if not k.startswith("ZNA_")}
        environment["ZNA_DATA_DIR"] = str(tmp_path)
        return subprocess.run(
            [sys.executable, "-m", "zna_network", *arguments],
            env=environment, capture_output=True, timeout=120,
        )  # fmt: skip

    assert run("init").returncode == 0
    return run


def _write(folder: Path, *rows: dict[str, str]) -> str:
    path = folder / "liste.csv"
    path.write_bytes(csv_file(*rows))
    return str(path)


def _said(done: "subprocess.CompletedProcess[bytes]") -> str:
    text = (done.stdout + done.stderr).decode()
    assert "Traceback" not in text
    return text


def test_a_file_goes_in_and_comes_out_and_goes_in_again(zna: Zna, tmp_path: Path) -> None:
    path = _write(tmp_path, ROW)
    shown = zna("directory", "import", path, "--dry-run")
    assert "1 créées" in _said(shown)
    done = zna("directory", "import", path)
    assert done.returncode == 0
    assert "1 organismes créés" in _said(done)
    out = tmp_path / "sortie.csv"
    done = zna("directory", "export", "--format", "csv", "-o", str(out))
    assert done.returncode == 0, done.stderr
    assert "1 organismes écrits" in _said(done)
    assert b"Exemple" not in out.read_bytes()
    again = zna("directory", "import", str(out))
    assert again.returncode == 0
    assert "Rien à changer" in _said(again)


def test_a_rejected_line_stops_everything_unless_left_aside(zna: Zna, tmp_path: Path) -> None:
    path = _write(tmp_path, ROW, {"Nom": "Autre", "Droits": "XYZ"})
    done = zna("directory", "import", path)
    assert done.returncode == 1
    assert "ligne 3 : Autre — « Droits » : droit inconnu : « XYZ »" in _said(done)
    assert "Rien n'a été importé" in _said(done)
    assert json.loads(zna("directory", "export", "--format", "data-inclusion").stdout) == {
        "structures": [],
        "services": [],
    }
    done = zna("directory", "import", path, "--skip-rejected")
    assert done.returncode == 0
    assert "1 organismes créés" in _said(done)


def test_people_are_exported_when_asked_for(zna: Zna, tmp_path: Path) -> None:
    zna("directory", "import", _write(tmp_path, ROW))
    assert b"Exemple" not in zna("directory", "export", "--format", "vcard").stdout
    assert b"Exemple" in zna("directory", "export", "--format", "vcard", "--with-contacts").stdout
    refused = zna("directory", "export", "--format", "data-inclusion", "--with-contacts")
    assert refused.returncode == 1
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
    done = zna("directory", *arguments)
    assert done.returncode != 0
    assert reason in _said(done)


def test_an_unreadable_file_is_one_clear_message(zna: Zna, tmp_path: Path) -> None:
    path = tmp_path / "x.xls"
    path.write_bytes(b"\xd0\xcf\x11\xe0abc")
    done = zna("directory", "import", str(path))
    assert done.returncode == 1
    assert "ancien format Excel" in _said(done)
