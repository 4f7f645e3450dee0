"""The PDF of a Word document: LibreOffice itself where it is installed, and what stands in for it to
show each way of failing."""

import os
import shutil
import time
from io import BytesIO
from pathlib import Path

import docx
import pypdfium2 as pdfium
import pytest

from zna_network.adapters.libreoffice import FAILED, NOT_THERE, TOO_LONG, LibreOffice
from zna_network.ports.office import OfficeError


def _word() -> bytes:
    document = docx.Document()
    document.add_paragraph("Dossier d’exemple : à décider.")
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def _instead(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    program = folder / "soffice"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}/usr/bin{os.pathsep}/bin")


def test_it_is_used_where_it_is_installed() -> None:
    office = LibreOffice()
    assert office.is_there() == bool(shutil.which("soffice") or shutil.which("libreoffice"))
    if office.is_there():
        made = pdfium.PdfDocument(office.to_pdf(_word()))
        assert "à décider" in made[0].get_textpage().get_text_bounded()
    else:
        with pytest.raises(OfficeError, match="pas installé"):
            office.to_pdf(_word())


def test_nothing_is_asked_of_what_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert not LibreOffice().is_there()
    with pytest.raises(OfficeError) as refusal:
        LibreOffice().to_pdf(_word())
    assert str(refusal.value) == NOT_THERE


def test_the_document_goes_in_and_its_pdf_comes_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = _word()
    _instead(
        tmp_path,
        monkeypatch,
        'while [ "$1" != --outdir ]; do shift; done\ncp "$3" "$2/document.pdf"',
    )
    assert LibreOffice().to_pdf(given) == given


def test_a_conversion_that_makes_nothing_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _instead(tmp_path, monkeypatch, "exit 1")
    with pytest.raises(OfficeError) as refusal:
        LibreOffice().to_pdf(_word())
    assert str(refusal.value) == FAILED


def test_one_that_hangs_is_ended_with_what_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = tmp_path / "child"
    _instead(tmp_path, monkeypatch, f"sleep 600 &\necho $! > {written}\nwait")
    with pytest.raises(OfficeError) as refusal:
        LibreOffice(time_limit=1).to_pdf(_word())
    assert str(refusal.value) == TOO_LONG
    child = int(written.read_text())
    for _ in range(50):
        if not _runs(child):
            break
        time.sleep(0.1)
    assert not _runs(child)


def _runs(process: int) -> bool:
    """A process ended but not yet waited for is a zombie: it runs no more."""
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"
