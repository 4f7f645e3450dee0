"""Header lines written in full here, so that their octets never depend on the Python version.

The standard library folds headers again as it writes them: its rules change between releases
(the outbox keeps final octets) and it rewrites long addresses of List-Unsubscribe as encoded
words, which no client follows. A Header below is already folded: the email package keeps it so.
"""

import re
from email.header import Header as EncodedWords
from email.policy import Policy
from functools import lru_cache

from zna_network.adapters.clean_text import one_line
from zna_network.adapters.mail_addresses import ascii_address
from zna_network.ports.calendar import Address

LONGEST_PLAIN_LINE = 78
LONGEST_LINE = 998  # RFC 5322, 2.1.1
PLAIN_WORDS = re.compile(r"[A-Za-z0-9!#$%&'*+/=^_`{|}~-]+(?: [A-Za-z0-9!#$%&'*+/=^_`{|}~-]+)*")
EOL = "\r\n"


class Header(str):
    """The value of one header, lines folded; the email package asks for ``name`` and ``fold``."""

    __slots__ = ("name",)
    name: str

    def __new__(cls, name: str, value: str) -> "Header":
        lines = f"{name}: {value}".split(EOL)
        if not value.isascii() or any(
            not line.isprintable() or len(line) > LONGEST_LINE for line in lines
        ):
            raise ValueError(f"L’en-tête {name} contient des caractères interdits.")
        if any(not line.startswith(" ") for line in lines[1:]):
            raise ValueError(f"L’en-tête {name} contient un saut de ligne.")
        header = super().__new__(cls, value)
        header.name = name
        return header

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{EOL}"


@lru_cache(maxsize=256)
def text_header(name: str, text: str) -> Header:
    """A header made of words for people, such as Subject; accents become encoded words."""
    line = one_line(text)
    if line.isascii() and len(name) + 2 + len(line) <= LONGEST_PLAIN_LINE and "=?" not in line:
        return Header(name, line)
    return Header(name, _encoded(line, first_line_prefix=name))


@lru_cache(maxsize=1024)
def address_header(name: str, address: Address) -> Header:
    """One mailbox. Raises ValueError for a wrong address."""
    mailbox = f"<{ascii_address(address.email)}>"
    words = one_line(address.name)
    if not words:
        return Header(name, mailbox.strip("<>"))
    phrase = _phrase(words, first_line_prefix=name)
    last_line = phrase.rsplit(EOL, 1)[-1]
    fits = len(name) + len(last_line) + len(mailbox) + 3 <= LONGEST_PLAIN_LINE
    return Header(name, f"{phrase} {mailbox}" if fits else f"{phrase}{EOL} {mailbox}")


def _phrase(words: str, *, first_line_prefix: str) -> str:
    short = len(words) + len(first_line_prefix) <= LONGEST_PLAIN_LINE // 2
    if short and PLAIN_WORDS.fullmatch(words) and "=?" not in words:
        return words
    return _encoded(words, first_line_prefix=first_line_prefix)


def _encoded(line: str, *, first_line_prefix: str) -> str:
    """RFC 2047 words, at most 75 characters each, cut between characters."""
    words = EncodedWords(line, "utf-8", header_name=first_line_prefix)
    return words.encode(linesep=EOL)
