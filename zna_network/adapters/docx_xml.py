"""XML of a docx package read without trust: no DTD, no entity, bounded depth."""

import re
from typing import Any
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MC_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
# libxml2, which reads the package after us, stops at 256.
MAX_DEPTH = 200

# XML 1.0, production [2] Char.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NEW_LINES = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")


class UnsafeXmlError(Exception):
    """The XML is malformed, too deep, or declares a DTD or an entity; the message is in French."""


def parse(xml: bytes) -> Element:
    """The root of a part. Raises UnsafeXmlError."""
    parser = DefusedXMLParser(target=_BoundedBuilder(), forbid_dtd=True)
    try:
        parser.feed(xml)
        root = parser.close()
    except DefusedXmlException as error:
        raise UnsafeXmlError("déclare une DTD ou une entité, ce qui n’est pas permis") from error
    except (ParseError, ValueError, LookupError) as error:
        raise UnsafeXmlError("contient du XML illisible") from error
    if not isinstance(root, Element):
        raise UnsafeXmlError("ne contient pas de XML")
    return root


def clean(text: str) -> str:
    r"""``text`` without what XML 1.0 forbids; every kind of line break becomes ``\n``."""
    return _NOT_XML.sub("", _NEW_LINES.sub("\n", text))


def local_name(tag: str) -> str:
    return tag.rpartition("}")[2]


class _BoundedBuilder(TreeBuilder):
    depth = 0

    def start(self, tag: Any, attrs: Any, /) -> Element:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise UnsafeXmlError("imbrique trop d’éléments les uns dans les autres")
        return super().start(tag, attrs)

    def end(self, tag: Any, /) -> Element:
        self.depth -= 1
        return super().end(tag)
