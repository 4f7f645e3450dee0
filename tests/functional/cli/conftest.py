"""The ``zna`` commands as they are used: each in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Protocol

import pytest


class Command(Protocol):
    """``zna`` with these arguments, what is typed on its input, and settings beside the folder."""

    def __call__(
        self, *arguments: str, stdin: str = "", **settings: str
    ) -> subprocess.CompletedProcess[str]: ...


@pytest.fixture
def run(tmp_path: Path) -> Command:
    def zna(*arguments: str, stdin: str = "", **settings: str) -> subprocess.CompletedProcess[str]:
        environment = {k: v for k, v in os.environ.items() if not k.startswith("ZNA_")}
        environment |= {"ZNA_DATA_DIR": str(tmp_path), **settings}
        return subprocess.run(
            [sys.executable, "-m", "zna_network", *arguments],
            env=environment, input=stdin, capture_output=True, text=True, timeout=120,
        )  # fmt: skip

    return zna
