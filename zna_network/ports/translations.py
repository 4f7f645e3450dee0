"""The public's languages: catalogues of messages."""

from collections.abc import Callable
from typing import Protocol


class Translations(Protocol):
    def translator(self, locale: str) -> Callable[[str], str]:
        """What says a French message in this locale (« ar », « fr@falc »); a message that has no
        translation stays as it is."""
        ...
