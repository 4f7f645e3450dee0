"""The tags typed in one paragraph: ``{{ … }}``, ``{% … %}``, ``{# … #}``.

``scope`` is docxtpl's: « p » takes the whole paragraph away, « tr » the whole table row.
"""

import re
from dataclasses import dataclass, field
from enum import StrEnum

MAX_TAG_LENGTH = 200
MAX_PROBLEMS = 20

_OPENERS = re.compile(r"\{\{|\{%|\{#")
_STRAY = re.compile(r"\}\}|%\}|#\}")
_CLOSERS = {"{{": "}}", "{%": "%}", "{#": "#}"}
_SCOPE = re.compile(r"(?P<scope>tr|tc|p|r)\s")
_TYPOGRAPHIC = str.maketrans("“”‘’", "\"\"''")


class TagKind(StrEnum):
    PRINT = "{{"
    STATEMENT = "{%"
    COMMENT = "{#"


@dataclass(frozen=True)
class Tag:
    """``source`` is as typed, ``body`` what is between the braces, without the scope."""

    kind: TagKind
    scope: str
    body: str
    source: str

    @property
    def word(self) -> str:
        """The first word of a statement: « for », « endif »…"""
        return self.body.split(maxsplit=1)[0] if self.body else ""


@dataclass
class Scan:
    """``rest`` is the text around the tags; ``problems`` pairs an excerpt with a message."""

    tags: list[Tag] = field(default_factory=list)
    rest: str = ""
    problems: list[tuple[str, str]] = field(default_factory=list)


def scan(text: str) -> Scan:
    """Stops after MAX_PROBLEMS: each unclosed tag costs a reading of the rest of the text."""
    found = Scan()
    position = 0
    while len(found.problems) < MAX_PROBLEMS and (opener := _OPENERS.search(text, position)):
        found.rest += text[position : opener.start()]
        end = _end_of_tag(text, opener)
        if end is None:
            excerpt = text[opener.start() : opener.start() + 60]
            closer = _CLOSERS[opener.group()]
            found.problems.append(
                (
                    excerpt,
                    f"La balise n’est pas fermée : il manque « {closer} » dans le paragraphe.",
                )
            )
            position = opener.end()
            continue
        _add(found, TagKind(opener.group()), text[opener.start() : end])
        position = end
    found.rest += text[position:]
    stray = _STRAY.search(found.rest)
    if stray and not found.problems:
        found.problems.append(
            (
                found.rest.strip()[:60],
                f"« {stray.group()} » ferme une balise qui n’a pas été ouverte.",
            )
        )
    return found


def _end_of_tag(text: str, opener: re.Match[str]) -> int | None:
    closer = _CLOSERS[opener.group()]
    end = text.find(closer, opener.end())
    if end < 0:
        return None
    if opener.group() != TagKind.COMMENT and _OPENERS.search(text, opener.end(), end):
        return None
    return end + len(closer)


def _add(found: Scan, kind: TagKind, source: str) -> None:
    inside = source[2:-2].translate(_TYPOGRAPHIC)
    scoped = _SCOPE.match(inside)
    scope = scoped["scope"] if scoped else ""
    body = inside[len(scope) :].strip()
    if kind is not TagKind.COMMENT and len(source) > MAX_TAG_LENGTH:
        found.problems.append((source[:60], "La balise est trop longue."))
    elif kind is not TagKind.COMMENT and (inside[:1] in "-+" or inside[-1:] in "-+"):
        found.problems.append((source, "Les tirets collés aux accolades ne sont pas permis."))
    elif kind is not TagKind.COMMENT and not body.strip():
        found.problems.append((source, "La balise est vide."))
    else:
        found.tags.append(Tag(kind, scope, body, source))
