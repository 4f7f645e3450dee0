"""Text made safe for a header or a calendar property.

What a person typed may hold line breaks, which would start a new header or property, control
characters, which the formats forbid, lone surrogates, which UTF-8 cannot write, and direction
marks, which make an address or a name read as another one.
"""

import re

# Unicode's categories Cc and Cs (control characters, lone surrogates), and the direction marks.
NEVER_WRITTEN = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")


def one_line(text: str) -> str:
    """``text`` without control characters, its lines joined by a space.

    Spaces inside a line stay as they are: French wants non-breaking ones.
    """
    lines = (_printable(line.replace("\t", " ")).strip() for line in text.splitlines())
    return " ".join(line for line in lines if line)


def many_lines(text: str) -> str:
    r"""``text`` with lines ended by ``\n`` alone, tabs kept, other control characters gone."""
    return "\n".join(
        "\t".join(_printable(cell) for cell in line.split("\t")) for line in text.splitlines()
    )


def _printable(text: str) -> str:
    return NEVER_WRITTEN.sub("", text)
