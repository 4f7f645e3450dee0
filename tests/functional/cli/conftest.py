"""The ``zna`` command, in this process or in one of its own."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest
from click.testing import CliRunner
from flask import Flask

from tests.conftest import SECRET
from zna_network import assembly
from zna_network.__main__ import zna
from zna_network.config import Settings
from zna_network.extensions import db
from zna_network.ports import Ports

Done = subprocess.CompletedProcess[str]


class Command(Protocol):
    """``zna`` with these arguments, what is typed on its input, and settings beside the folder."""

    def __call__(self, *arguments: str, stdin: str = "", **settings: str) -> Done: ...


@pytest.fixture
def process(tmp_path: Path) -> Command:
    """As it is used: some seconds of a processor."""

    def run(*arguments: str, stdin: str = "", **settings: str) -> Done:
        environment = {k: v for k, v in os.environ.items() if not k.startswith("ZNA_")}
        environment |= {"ZNA_DATA_DIR": str(tmp_path), "ZNA_SECRET_KEY": SECRET, **settings}
        return subprocess.run(
            [sys.executable, "-m", "zna_network", *arguments],
            env=environment, input=stdin, capture_output=True, text=True, timeout=120,
        )  # fmt: skip

    return run


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Command]:
    """The same here, as far as one can tell: the application is put together each time."""
    made: list[Flask] = []
    assemble = assembly.assemble

    def noted(settings: Settings | None = None, ports: Ports | None = None) -> Flask:
        made.append(assemble(settings, ports))
        return made[-1]

    def run(*arguments: str, stdin: str = "", **settings: str) -> Done:
        environment = {"ZNA_DATA_DIR": str(tmp_path), "ZNA_SECRET_KEY": SECRET, **settings}
        done = CliRunner().invoke(zna, arguments, input=stdin, env=environment)
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return Done(arguments, done.exit_code, done.stdout, done.stderr)

    monkeypatch.setattr(assembly, "assemble", noted)
    yield run
    for app in made:
        with app.app_context():
            db.engine.dispose()
