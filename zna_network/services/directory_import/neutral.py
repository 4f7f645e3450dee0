"""Text that a spreadsheet would take for a formula, made harmless, and back.

A cell that begins with =, +, -, @, a tab or a line end may be computed when a CSV file is opened
(OWASP, CSV injection). An apostrophe before it keeps it text; reading our own file back takes that
apostrophe away. A telephone number « +32 2 000 00 00 » is left as it is: digits and spaces compute
nothing."""

import re

_RISKY = re.compile(r"['\s]*[=+\-@＝＋－＠]|['\s]*[\t\r\n]")
_PROTECTED = re.compile(r"'['\s]*(?:[=+\-@＝＋－＠]|[\t\r\n])")
_PHONE = re.compile(r"\+\d[\d ]{4,20}")


def neutralised(text: str) -> str:
    if _RISKY.match(text) and not _PHONE.fullmatch(text):
        return f"'{text}"
    return text


def restored(text: str) -> str:
    """What ``neutralised`` was given."""
    return text[1:] if _PROTECTED.match(text) else text
