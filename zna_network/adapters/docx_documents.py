"""DocumentRenderer with docxtpl: see ports/documents.py.

``values`` may hold under « document » the file's own facts: titre, auteur, horodatage (ISO 8601).
"""

import re
from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import TYPE_CHECKING, Any

from jinja2 import TemplateSyntaxError, UndefinedError

from zna_network.adapters.docx_fill import Filling
from zna_network.adapters.docx_jinja import ENVIRONMENT, explain
from zna_network.adapters.docx_links import link_addresses
from zna_network.adapters.docx_output import to_bytes, write_properties
from zna_network.adapters.docx_paragraphs import read_paragraphs
from zna_network.adapters.docx_parts import story_parts
from zna_network.adapters.docx_placeholders import Scope, tree_problems
from zna_network.adapters.docx_safety import package_problems
from zna_network.adapters.docx_structure import PartCheck
from zna_network.adapters.docx_unfilled import unfilled_problems
from zna_network.adapters.docx_xml import clean, parse
from zna_network.ports.documents import DocumentError, Picture, TemplateProblem

if TYPE_CHECKING:
    from docx.document import Document

MAX_PROBLEMS = 50
_UNREADABLE = "Le fichier est abîmé ou incomplet : il ne peut pas être ouvert."
_NOT_RENDERED = "Le document n’a pas pu être produit à partir de ce modèle."


class DocxDocumentRenderer:
    def render(self, template: bytes, values: Mapping[str, Any]) -> bytes:
        """See the port. The same template and values give the same bytes."""
        for problem in package_problems(template):
            raise DocumentError(problem.message)
        try:
            facts = cleaned(values)
            document = Filling(template).fill(facts)
            link_addresses(document)
            write_properties(document, facts)
            return to_bytes(document)
        except DocumentError:
            raise
        except UndefinedError as error:
            raise DocumentError(f"Le modèle emploie {_named(error)}, qui n’existe pas.") from error
        except Exception as error:
            raise DocumentError(_NOT_RENDERED) from error

    def check(self, template: bytes, sample: Mapping[str, Any]) -> list[TemplateProblem]:
        """See the port. What is found first hides the rest: the file, then the tags, then what
        only shows when the document is produced, with and without anything in the lists."""
        found = list(package_problems(template))
        if not found:
            try:
                found = _tag_problems(_open(template), sample)
            except DocumentError as error:
                found = [TemplateProblem(None, "", str(error))]
        if not found:
            found = _source_problems(template, sample)
        for values in (sample, emptied(sample)):
            if not found:
                found = self._trial_problems(template, values)
        return found[:MAX_PROBLEMS]

    def _trial_problems(self, template: bytes, values: Mapping[str, Any]) -> list[TemplateProblem]:
        try:
            _open(self.render(template, values))
        except DocumentError as error:
            return [TemplateProblem(None, "", str(error))]
        return []


def cleaned(value: Any) -> Any:
    """``value`` with only what a template can print: texts, numbers, images, lists, mappings."""
    if isinstance(value, Mapping):
        return {str(key): cleaned(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [cleaned(item) for item in value]
    if value is None:
        return ""
    return value if isinstance(value, bool | int | float | Picture) else clean(str(value))


def emptied(value: Any) -> Any:
    """A sample turned to what is known at the very beginning: nothing, and every switch turned."""
    if isinstance(value, Mapping):
        return {key: emptied(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return []
    if isinstance(value, bool):
        return not value
    return value if isinstance(value, int | float) else ""


def _named(error: UndefinedError) -> str:
    """The name that Jinja did not find: the last one it quotes."""
    names = re.findall(r"'([^']+)'", error.message or "")
    return f"« {names[-1]} »" if names else "une valeur"


def _open(template: bytes) -> "Document":
    import docx

    try:
        return docx.Document(BytesIO(template))
    except Exception as error:
        raise DocumentError(_UNREADABLE) from error


def _tag_problems(document: "Document", sample: Mapping[str, Any]) -> list[TemplateProblem]:
    scope = Scope(sample)
    found = PartCheck(scope).run(read_paragraphs(parse(document.part.blob)))
    for story in story_parts(document):
        if story.is_filled:
            paragraphs = read_paragraphs(parse(story.part.blob))
            found += PartCheck(scope, story.name).run(paragraphs)
    return [*found, *unfilled_problems(document)]


def _source_problems(template: bytes, sample: Mapping[str, Any]) -> list[TemplateProblem]:
    """What the text of the paragraphs does not show: tags in a link, a title of image…"""
    return [
        TemplateProblem(None, "", message)
        for message in dict.fromkeys(_read_sources(template, sample))
    ]


def _read_sources(template: bytes, sample: Mapping[str, Any]) -> Iterator[str]:
    try:
        for source in Filling(template).sources():
            yield from tree_problems(ENVIRONMENT.parse(source), Scope(sample))
    except TemplateSyntaxError as error:
        yield explain(error)
    except DocumentError as error:
        yield str(error)
    except Exception:
        yield _NOT_RENDERED
