"""iCalendar text read as components and properties (RFC 5545, 3.1), forgiving what real mails have
suffered: line ends broken or doubled, folds whose space was lost, a missing END.

The icalendar library is not used to read: it keeps, for the whole process, the time zones that a
calendar defines, so that one mail could change how the next one is read."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

LONGEST_CALENDAR = 256 * 1024  # characters
MOST_LINES = 5000
DEEPEST = 8
PROPERTY = re.compile(r"[A-Za-z][A-Za-z0-9-]*[;:]")
# A value whose fold lost its space begins so; no property does.
VALUE = re.compile(r"(mailto|https?|urn):", re.IGNORECASE)
PARAMETER = re.compile(r';([A-Za-z0-9-]+)=((?:"[^"]*"|[^";:,]*)(?:,(?:"[^"]*"|[^";:,]*))*)')
QUOTED_OR_PLAIN = re.compile(r'"([^"]*)"|([^",]+)')
ESCAPES = {"\\n": "\n", "\\N": "\n", "\\,": ",", "\\;": ";", "\\\\": "\\", "\\:": ":", '\\"': '"'}
CARETS = {"^n": "\n", "^'": '"', "^^": "^"}  # RFC 6868


@dataclass(frozen=True)
class Property:
    name: str
    value: str
    parameters: dict[str, tuple[str, ...]]

    def parameter(self, name: str) -> str:
        """The first value, empty where absent."""
        return next(iter(self.parameters.get(name, ())), "")

    @property
    def text(self) -> str:
        return re.sub(r"\\.", lambda found: ESCAPES.get(found[0], found[0]), self.value)


@dataclass
class Component:
    name: str
    properties: list[Property] = field(default_factory=list)
    children: list["Component"] = field(default_factory=list)

    def all(self, name: str) -> list[Property]:
        return [each for each in self.properties if each.name == name]

    def first(self, name: str) -> Property | None:
        return next((each for each in self.properties if each.name == name), None)

    def value(self, name: str) -> str:
        found = self.first(name)
        return found.text.strip() if found else ""

    def named(self, name: str) -> list["Component"]:
        return [each for each in self.children if each.name == name]


def read_calendar(text: str) -> Component | None:
    """The first VCALENDAR, None where there is none."""
    root = Component("")
    opened = [root]
    for line in _lines(text):
        found = _property(line)
        if found is None:
            continue
        if found.name == "BEGIN":
            child = Component(found.value.strip().upper())
            if len(opened) <= DEEPEST:
                opened[-1].children.append(child)
            opened.append(child)
        elif found.name == "END":
            _close(opened, found.value.strip().upper())
        else:
            opened[-1].properties.append(found)
    return next(iter(root.named("VCALENDAR")), None)


def _close(opened: list[Component], name: str) -> None:
    """Ends the component of this name, and those inside it that nothing ended."""
    names = [component.name for component in opened]
    if name in names[1:]:
        del opened[len(names) - 1 - names[::-1].index(name) :]


def _lines(text: str) -> Iterator[str]:
    raw = text[:LONGEST_CALENDAR].replace("\r", "\n").split("\n")
    line = ""
    for each in [part for part in raw if part.strip()][:MOST_LINES]:
        if line and each[0] in " \t":
            line += each[1:]
        elif line and (":" not in line or VALUE.match(each) or not PROPERTY.match(each)):
            line += each
        else:
            yield line
            line = each.lstrip("\ufeff ")
    yield line


def _property(line: str) -> Property | None:
    named = PROPERTY.match(line)
    if named is None:
        return None
    name, position = named[0][:-1].upper(), named.end() - 1
    parameters: dict[str, tuple[str, ...]] = {}
    while found := PARAMETER.match(line, position):
        values = tuple(_without_carets(a or b) for a, b in QUOTED_OR_PLAIN.findall(found[2]))
        parameters[found[1].upper()] = values
        position = found.end()
    start = line.find(":", position)
    return None if start < 0 else Property(name, line[start + 1 :], parameters)


def _without_carets(value: str) -> str:
    return re.sub(r"\^[n'^]", lambda found: CARETS[found[0]], value).strip()
