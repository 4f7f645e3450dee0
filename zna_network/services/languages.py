"""The languages that the public may read the forum's pages in.

French is the language of the source: another language is one line here and one catalogue in
translations/. « Facile à lire » is a catalogue too, of French in simple words."""

from dataclasses import dataclass
from datetime import date, datetime, time

from babel.dates import format_date, format_time

from zna_network.services.french_time import PARIS, long_date, short_time


@dataclass(frozen=True)
class Language:
    """``code`` is in addresses and in the database, ``locale`` names the catalogue and the
    conventions (Babel), ``tag`` is what pages declare (BCP 47), ``name`` how it calls itself."""

    code: str
    name: str
    locale: str
    tag: str
    is_rtl: bool = False

    @property
    def direction(self) -> str:
        return "rtl" if self.is_rtl else "ltr"


FRENCH = Language("fr", "Français", "fr", "fr")
LANGUAGES = (
    FRENCH,
    Language("falc", "Facile à lire (FALC)", "fr@falc", "fr"),
    Language("en", "English", "en_GB", "en"),
    Language("ar", "العربية", "ar", "ar", is_rtl=True),
    Language("uk", "Українська", "uk", "uk"),
)
_BY_CODE = {language.code: language for language in LANGUAGES}


def to_translate(message: str) -> str:
    """Marks a French message that pages show in the reader's language: it goes to the catalogues
    as it is, and is translated where it is shown."""
    return message


def find_language(code: str) -> Language | None:
    return _BY_CODE.get(code)


def language_of(code: str) -> Language:
    """French where the code is nobody's any more."""
    return _BY_CODE.get(code, FRENCH)


def day_in(language: Language, day: date) -> str:
    """« mercredi 16 décembre 2026 », in that language."""
    if language.locale.startswith("fr"):
        return long_date(day)
    return str(format_date(day, "full", locale=language.locale))


def hour_in(language: Language, hour: time | datetime) -> str:
    """« 9 h 30 » in French, « 09:30 » elsewhere, on Arras's clocks."""
    if language.locale.startswith("fr"):
        return short_time(hour)
    zone = PARIS if hour.tzinfo is not None else None
    return str(format_time(hour, "HH:mm", locale=language.locale, tzinfo=zone))
