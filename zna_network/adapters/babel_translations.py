"""Message catalogues, read with Babel: the same files as Flask-Babel's."""

from collections.abc import Callable
from functools import cache
from pathlib import Path


class BabelTranslations:
    """``folder`` holds <locale>/LC_MESSAGES/messages.mo."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def translator(self, locale: str) -> Callable[[str], str]:
        return _catalogue(self._folder, locale)


@cache
def _catalogue(folder: Path, locale: str) -> Callable[[str], str]:
    from babel.support import Translations

    gettext: Callable[[str], str] = Translations.load(folder, [locale]).gettext
    return gettext
