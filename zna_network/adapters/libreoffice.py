"""PDF from Word documents, by LibreOffice without its windows.

Each conversion has a profile folder of its own: two with the same one would wait for each other or
be lost. They take a few seconds and much memory, so those of this process take turns."""

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from threading import Lock

from zna_network.ports.office import OfficeError

PROGRAMS = ("soffice", "libreoffice")
TIME_LIMIT = 120.0
NOT_THERE = "LibreOffice n’est pas installé sur ce serveur : seul le document Word est proposé."
TOO_LONG = "La mise en PDF a pris trop de temps. Recommencez, ou prenez le document Word."
FAILED = "LibreOffice n’a pas su mettre ce document en PDF. Prenez le document Word."


class LibreOffice:
    def __init__(self, *, time_limit: float = TIME_LIMIT) -> None:
        """``time_limit`` in seconds."""
        self._time_limit = time_limit
        self._turn = Lock()

    def is_there(self) -> bool:
        return self._program() is not None

    def to_pdf(self, docx: bytes) -> bytes:
        program = self._program()
        if program is None:
            raise OfficeError(NOT_THERE)
        if not self._turn.acquire(timeout=self._time_limit):
            raise OfficeError(TOO_LONG)
        try:
            with tempfile.TemporaryDirectory(prefix="zna-pdf-") as folder:
                return self._convert(program, Path(folder), docx)
        finally:
            self._turn.release()

    def _program(self) -> str | None:
        return next(filter(None, map(shutil.which, PROGRAMS)), None)

    def _convert(self, program: str, folder: Path, docx: bytes) -> bytes:
        source, made = folder / "document.docx", folder / "document.pdf"
        source.write_bytes(docx)
        command = [
            program,
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            "--headless",
            "--norestore",
            "--convert-to",
            "pdf",
            "--outdir",
            str(folder),
            str(source),
        ]
        # soffice starts a second process, which only the whole group's end stops.
        started = subprocess.Popen(  # noqa: S603 - its own path, and those that we make
            command,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            started.wait(timeout=self._time_limit)
        except subprocess.TimeoutExpired:
            os.killpg(started.pid, signal.SIGKILL)
            started.wait()
            raise OfficeError(TOO_LONG) from None
        if not made.exists():
            raise OfficeError(FAILED)
        return made.read_bytes()
