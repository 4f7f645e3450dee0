"""Makes the Word templates of docs_templates/ again: ``python -m tools.make_docs_templates``.

Staff may edit the committed files in Word; running this puts ours back.
"""

import sys
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from docx.document import Document

from tools.word_templates import (
    agenda,
    attendance_sheet,
    bilan,
    case_sheet,
    consent_form,
    convocation,
    copil_file,
    diagnostic,
    forum_report,
    minutes,
    mission_order,
    person_file,
    trip_sheet,
)
from zna_network.adapters.docx_output import repack

BUILDERS: dict[str, Callable[[], Document]] = {
    "minutes": minutes.build,
    "attendance_sheet": attendance_sheet.build,
    "convocation": convocation.build,
    "agenda": agenda.build,
    "forum_report": forum_report.build,
    "bilan": bilan.build,
    "case_sheet": case_sheet.build,
    "consent_form": consent_form.build,
    "diagnostic": diagnostic.build,
    "person_file": person_file.build,
    "mission_order": mission_order.build,
    "trip_sheet": trip_sheet.build,
    "copil_file": copil_file.build,
}
FOLDER = Path(__file__).parent.parent / "docs_templates"


def build(kind: str) -> bytes:
    stream = BytesIO()
    BUILDERS[kind]().save(stream)
    return repack(stream.getvalue())


def main(folder: Path) -> None:
    for kind in BUILDERS:
        target = folder / f"{kind}.docx"
        target.write_bytes(build(kind))
        print(target)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
