"""Word's field codes: those that only number pages or show a date are kept, those that fetch a
file, run a command or query a database are not (DDE, INCLUDETEXT, LINK…)."""

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from zna_network.adapters.docx_xml import W

ALLOWED = frozenset(
    {
        *("PAGE", "NUMPAGES", "SECTION", "SECTIONPAGES", "NUMWORDS", "FILENAME"),
        *("DATE", "TIME", "CREATEDATE", "SAVEDATE", "PRINTDATE"),
        *("TITLE", "SUBJECT", "AUTHOR", "DOCPROPERTY"),
        *("REF", "PAGEREF", "NOTEREF", "STYLEREF", "TOC", "TC", "SEQ", "SYMBOL", "HYPERLINK"),
    }
)
_LINK_TARGET = re.compile(r'HYPERLINK\s+(?:\\[lotmn]\s+)*"?\s*(?P<target>[^"\s]*)', re.IGNORECASE)
_SAFE_TARGET = re.compile(r"(https?://|mailto:|#|_)", re.IGNORECASE)


def refused_fields(root: Element) -> Iterator[str]:
    """The instructions, as typed, of the fields that a template may not hold."""
    for instruction in _instructions(root):
        name = instruction.split(maxsplit=1)[0].upper() if instruction.strip() else ""
        if name and (name not in ALLOWED or (name == "HYPERLINK" and not _is_safe(instruction))):
            yield instruction.strip()


def _is_safe(instruction: str) -> bool:
    if "\\l" in instruction and "://" not in instruction:
        return True
    found = _LINK_TARGET.search(instruction)
    return bool(found and _SAFE_TARGET.match(found["target"]))


def _instructions(root: Element) -> Iterator[str]:
    """Simple fields, then complex ones, whose code may be cut into runs and hold other fields."""
    for simple in root.iter(f"{W}fldSimple"):
        yield simple.get(f"{W}instr", "")
    pending: list[str] = []
    for element in root.iter():
        if element.tag == f"{W}fldChar":
            kind = element.get(f"{W}fldCharType")
            if kind == "begin":
                pending.append("")
            elif kind == "separate" and pending:
                yield pending[-1]
                pending[-1] = ""
            elif kind == "end" and pending:
                yield pending.pop()
        elif element.tag == f"{W}instrText" and pending:
            pending[-1] += element.text or ""
    yield from pending
