"""The public's messages: every language says them all, and the compiled catalogues are current."""

import hashlib
import re

import pytest
from babel.messages.catalog import Catalog

from tools import translations
from zna_network.blueprints.registrations import wording
from zna_network.models.attendee import AgeBand, Need, VisitReason
from zna_network.models.territory import TargetGroup
from zna_network.services.registrations import NOTICE_VERSION

PLACEHOLDER = re.compile(r"%\(\w+\)s")
# The digest of the French notice, by version: other words are another version.
NOTICES = {"2026-11": "7d1ca7d6f58a6fbc"}


@pytest.fixture(scope="module")
def source() -> Catalog:
    return translations.gathered()


@pytest.mark.parametrize("locale", translations.locales())
def test_a_catalogue_says_everything(locale: str, source: Catalog) -> None:
    """Otherwise: python tools/translations.py, then fill in the .po file."""
    assert translations.problems_of(locale, source) == []


@pytest.mark.parametrize("locale", translations.locales())
def test_what_a_message_takes_in_is_in_its_translation(locale: str) -> None:
    for message in translations.messages(translations.read(locale)):
        ids, strings = (
            list(value) if isinstance(value, (list, tuple)) else [value]
            for value in (message.id, message.string)
        )
        expected = set(PLACEHOLDER.findall(ids[-1]))
        assert all(set(PLACEHOLDER.findall(text)) == expected for text in strings), message.id


def test_a_message_that_is_missing_or_stale_is_seen(source: Catalog) -> None:
    source = translations.gathered()
    source.add("Un message tout neuf")
    source.delete("Obtenir mon badge")
    problems = translations.problems_of("ar", source)
    assert problems == [
        "ar: not in the catalogue: Un message tout neuf",
        "ar: said nowhere: Obtenir mon badge",
    ]


def test_every_choice_has_words_for_the_public() -> None:
    for words, kind in (
        (wording.AGE_BANDS, AgeBand),
        (wording.TARGET_GROUPS, TargetGroup),
        (wording.REASONS, VisitReason),
        (wording.NEEDS, Need),
    ):
        assert list(words) == list(kind)


def test_another_notice_is_another_version() -> None:
    """Each visitor's row says which notice they were shown."""
    notice = translations.ROOT / "templates" / "registrations" / "_notice.html"
    said = re.findall(r"_\('([^']+)'", notice.read_text(encoding="utf-8"))
    digest = hashlib.sha256("\n".join(said).encode()).hexdigest()[:16]
    assert NOTICES[NOTICE_VERSION] == digest
