"""The catalogues of the public's messages: gathered from the source, brought up to date, compiled.

    python tools/translations.py            gather, update every catalogue, compile
    python tools/translations.py --check    say what is missing or not compiled, change nothing

A new language is one line in zna_network/services/languages.py, then this command: the empty
catalogue that it makes is filled in with any .po editor.
"""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from babel.messages.catalog import Catalog, Message  # noqa: E402
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir  # noqa: E402
from babel.messages.frontend import parse_mapping_cfg  # noqa: E402
from babel.messages.mofile import write_mo  # noqa: E402
from babel.messages.pofile import read_po, write_po  # noqa: E402

from zna_network.services.languages import FRENCH, LANGUAGES  # noqa: E402

NO_DATE = datetime(2000, 1, 1, tzinfo=UTC)
FOLDER = ROOT / "zna_network" / "translations"
KEYWORDS = {**DEFAULT_KEYWORDS, "lazy_gettext": None, "to_translate": None}
SKIPPED = (".venv", "node_modules", "var", "static", "tests", "tools", "docs")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true")
    if parser.parse_args().check:
        source = gathered()
        problems = [line for locale in locales() for line in problems_of(locale, source)]
        print("\n".join(problems) or "Catalogues: complete and compiled.")
        return 1 if problems else 0
    source = gathered()
    for locale in locales():
        update(locale, source)
        compile_catalogue(locale)
        missing = sum(1 for message in messages(read(locale)) if not is_translated(message))
        print(f"{locale}: {len(source)} messages, {missing} to translate")
    return 0


def locales() -> list[str]:
    """Each needs a catalogue; French is the language of the source."""
    return [language.locale for language in LANGUAGES if language != FRENCH]


def gathered() -> Catalog:
    """Every message of the source, with where it is: files without lines, which would change
    with each edit."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    catalogue = Catalog()
    found = extract_from_dir(
        ROOT,
        methods,
        options,
        KEYWORDS,
        directory_filter=lambda path: Path(path).name not in SKIPPED,
    )
    places: dict[object, set[str]] = {}
    for filename, _line, message, _comments, context in found:
        places.setdefault((message, context), set()).add(filename)
    for (message, context), files in sorted(places.items(), key=lambda item: str(item[0])):
        catalogue.add(message, locations=[(name, 0) for name in sorted(files)], context=context)
    return catalogue


def path_of(locale: str, suffix: str) -> Path:
    return FOLDER / locale / "LC_MESSAGES" / f"messages.{suffix}"


def read(locale: str) -> Catalog:
    path = path_of(locale, "po")
    if not path.exists():
        return Catalog(locale=locale)
    with path.open("rb") as file:
        return read_po(file, locale=locale)


def update(locale: str, source: Catalog) -> None:
    """Add what is new, drop what is gone; nothing is guessed from a message that looks like it."""
    old, new = read(locale), Catalog(locale=locale)
    for message in messages(source):
        known = old.get(message.id, message.context)
        new.add(
            message.id,
            known.string if known else "",
            locations=message.locations,
            context=message.context,
        )
    path = path_of(locale, "po")
    path.parent.mkdir(parents=True, exist_ok=True)
    file = BytesIO()
    write_po(file, new, width=100, omit_header=True, include_lineno=False)
    path.write_bytes(header(locale).encode() + file.getvalue())


def header(locale: str) -> str:
    """Without dates, so that nothing changes when nothing has changed."""
    return (
        'msgid ""\nmsgstr ""\n'
        f'"Language: {locale}\\n"\n'
        '"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n'
        '"Content-Transfer-Encoding: 8bit\\n"\n\n'
    )


def compiled(locale: str) -> bytes:
    """Written with the same header whatever the day."""
    catalogue = read(locale)
    catalogue.revision_date = catalogue.creation_date = NO_DATE
    file = BytesIO()
    write_mo(file, catalogue)
    return file.getvalue()


def compile_catalogue(locale: str) -> None:
    path_of(locale, "mo").write_bytes(compiled(locale))


def problems_of(locale: str, source: Catalog) -> list[str]:
    """What keeps this catalogue from saying all that the source does, in words."""
    catalogue = read(locale)
    known = {(message.id, message.context) for message in messages(catalogue)}
    problems = [
        f"{locale}: not in the catalogue: {message.id}"
        for message in messages(source)
        if (message.id, message.context) not in known
    ]
    wanted = {(message.id, message.context) for message in messages(source)}
    problems += [f"{locale}: said nowhere: {name}" for name, _ in sorted(known - wanted, key=str)]
    problems += [
        f"{locale}: not translated: {message.id}"
        for message in messages(catalogue)
        if not is_translated(message)
    ]
    mo = path_of(locale, "mo")
    if not mo.exists() or mo.read_bytes() != compiled(locale):
        problems.append(f"{locale}: not compiled")
    return problems


def messages(catalogue: Catalog) -> list[Message]:
    return [message for message in catalogue if message.id]


def is_translated(message: Message) -> bool:
    forms = message.string if isinstance(message.string, (list, tuple)) else [message.string]
    return bool(forms) and all(forms) and not message.fuzzy


if __name__ == "__main__":
    sys.exit(main())
