"""Typst, in this process or in one of its own.

Typst keeps what it has laid out for its next runs, some 100 MB for a thousand badges: a large
document is made in a process that ends with it, so that the server stays small, and goes on
answering meanwhile."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

HERE = "zna_network.adapters.typst_compiler"
CHECKOUT = Path(__file__).resolve().parents[2]
LONGEST_SECONDS = 120
PdfStandard = Literal["ua-1"]


def typeset(layout: Path, fonts: Path, data: str, standards: Sequence[PdfStandard] = ()) -> bytes:
    """The PDF of a layout and the JSON text that it reads. Nothing of ``data`` is source code."""
    import typst

    return bytes(
        typst.compile(
            str(layout),
            root=str(layout.parent),
            font_paths=[str(fonts)],
            ignore_system_fonts=True,
            sys_inputs={"data": data},
            pdf_standards=list(standards),
        )
    )


def typeset_accessible(layout: Path, fonts: Path, data: str) -> bytes:
    """The same as PDF/UA-1. That standard refuses a character that no font has: the file is then
    tagged all the same, without its stamp."""
    import typst

    try:
        return typeset(layout, fonts, data, ("ua-1",))
    except typst.TypstError:
        return typeset(layout, fonts, data)


def typeset_apart(layout: Path, fonts: Path, data: str) -> bytes:
    """The same, in a process that ends with it. Raises CalledProcessError with what it said."""
    order = json.dumps([str(layout), str(fonts), data])
    done = subprocess.run(  # noqa: S603 - ourselves
        [sys.executable, "-m", HERE],
        input=order.encode(),
        capture_output=True,
        check=True,
        timeout=LONGEST_SECONDS,
        cwd=CHECKOUT,
    )
    return done.stdout


if __name__ == "__main__":
    one, two, three = json.loads(sys.stdin.buffer.read())
    sys.stdout.buffer.write(typeset(Path(one), Path(two), three))
