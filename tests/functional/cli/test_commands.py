"""The ``zna`` commands, each in a process of its own, as they are used."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PASSWORD = "Une phrase de passe pour 2026 !"


@pytest.fixture
def run(tmp_path: Path):  # type: ignore[no-untyped-def]
    def zna(*arguments: str, stdin: str = "", **settings: str) -> subprocess.CompletedProcess[str]:
        environment = {k: v for k, v in os.environ.items() if not k.startswith("ZNA_")}
        environment |= {"ZNA_DATA_DIR": str(tmp_path), **settings}
        return subprocess.run(
            [sys.executable, "-m", "zna_network", *arguments],
            env=environment, input=stdin, capture_output=True, text=True, timeout=120,
        )  # fmt: skip

    return zna


def test_a_site_is_made_and_made_again(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    for _ in range(2):
        done = run("init")
        assert done.returncode == 0, done.stderr
        assert "46 communes, 6 QPV, 20 droits" in done.stdout
    assert (tmp_path / "zna.sqlite3").exists()
    assert run("doctor").returncode == 0


def test_the_doctor_says_what_to_do_without_a_database(run) -> None:  # type: ignore[no-untyped-def]
    done = run("doctor")
    assert done.returncode == 1
    assert "zna init" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ZNA_SECRET_KEY", "court"),
        ("ZNA_BASE_URL", "nulle part"),
        ("ZNA_MAIL_URL", "gopher://x"),
        ("ZNA_MAIL_FROM", "personne"),
    ],
)
def test_a_wrong_setting_is_one_clear_line(run, name: str, value: str) -> None:  # type: ignore[no-untyped-def]
    done = run("doctor", **{name: value})
    assert done.returncode != 0
    assert name in done.stderr
    assert "Traceback" not in done.stderr


def test_a_user_is_created_once(run) -> None:  # type: ignore[no-untyped-def]
    run("init")
    command = ("user", "create", "agent@cua.example", "--role", "agent", "--password-stdin")
    assert run(*command, stdin=PASSWORD + "\n").returncode == 0
    again = run(*command, stdin=PASSWORD + "\n")
    assert again.returncode == 1
    assert "Un compte existe déjà" in again.stderr
    weak = run(
        "user", "create", "b@cua.example", "--role", "agent", "--password-stdin", stdin="x\n"
    )
    assert weak.returncode == 1
    assert "12 caractères" in weak.stderr


def test_the_demonstration_can_be_repeated(run) -> None:  # type: ignore[no-untyped-def]
    run("init")
    first = run("demo-data")
    assert first.returncode == 0, first.stderr
    second = run("demo-data")
    assert second.stdout == first.stdout
    assert "laureat1@laureats.example" in run("demo-data", "--accounts").stdout


def test_the_demonstration_is_refused_on_a_public_site(run) -> None:  # type: ignore[no-untyped-def]
    run("init")
    done = run(
        "demo-data", ZNA_BASE_URL="https://znr.example", ZNA_SECRET_KEY="0123456789abcdef" * 4
    )
    assert done.returncode == 1
    assert "refusé sur un site public" in done.stderr
