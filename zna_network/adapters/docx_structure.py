"""Whether the tags of a part open, close and nest as they should, paragraph by paragraph."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from jinja2 import TemplateSyntaxError, nodes

from zna_network.adapters.docx_jinja import ENVIRONMENT, explain, forbidden
from zna_network.adapters.docx_paragraphs import Paragraph
from zna_network.adapters.docx_placeholders import (
    Scope,
    expression_problems,
    loop_problems,
    print_problems,
)
from zna_network.adapters.docx_placement import (
    crowded_rows,
    ends_apart,
    placement_problems,
    single_braces,
)
from zna_network.adapters.docx_tags import Tag, TagKind, scan
from zna_network.ports.documents import TemplateProblem

MAX_DEPTH = 8
MAX_TAGS = 3000
_OPENING = frozenset({"for", "if"})
_MIDDLE = frozenset({"else", "elif"})
_CLOSING = {"endfor": "for", "endif": "if"}


@dataclass(frozen=True)
class _Block:
    word: str
    tag: Tag
    paragraph: Paragraph
    outer: Scope


@dataclass
class PartCheck:
    """One pass over a part; ``where`` names the part in front of the messages."""

    scope: Scope
    where: str = ""
    problems: list[TemplateProblem] = field(default_factory=list)
    blocks: list[_Block] = field(default_factory=list)

    def run(self, paragraphs: list[Paragraph]) -> list[TemplateProblem]:
        scans = [(paragraph, scan(paragraph.text)) for paragraph in paragraphs]
        if sum(len(found.tags) for _, found in scans) > MAX_TAGS:
            return [TemplateProblem(None, "", f"Le modèle compte plus de {MAX_TAGS} balises.")]
        crowded = crowded_rows(scans)
        for paragraph, found in scans:
            for excerpt, message in found.problems:
                self._add(paragraph, excerpt, message)
            for excerpt in single_braces(found.rest, self.scope.names):
                self._add(paragraph, excerpt, "Une valeur s’écrit entre deux accolades.")
            for message in placement_problems(paragraph, found, crowded):
                self._add(paragraph, paragraph.text, message)
            for tag in found.tags:
                self._tag(paragraph, tag)
        for block in self.blocks:
            self._add(
                block.paragraph,
                block.tag.source,
                f"« {block.word} » n’est pas fermé : il manque « end{block.word} ».",
            )
        return sorted(self.problems, key=lambda problem: problem.line or 0)

    def _add(self, paragraph: Paragraph, excerpt: str, message: str) -> None:
        text = f"{self.where} : {message}" if self.where else message
        self.problems.append(TemplateProblem(paragraph.rank, excerpt.strip()[:120], text))

    def _tag(self, paragraph: Paragraph, tag: Tag) -> None:
        if tag.kind is TagKind.COMMENT:
            return
        for message in self._tag_problems(paragraph, tag):
            self._add(paragraph, tag.source, message)

    def _tag_problems(self, paragraph: Paragraph, tag: Tag) -> Iterator[str]:
        if tag.scope in ("tc", "r") or (tag.scope and tag.kind is TagKind.PRINT):
            yield f"« {tag.source[:2]}{tag.scope} » n’est pas permis dans un modèle."
        elif tag.kind is TagKind.PRINT:
            yield from self._print(tag)
        elif tag.word in _OPENING:
            yield from self._open(paragraph, tag)
        elif tag.word in _MIDDLE:
            yield from self._middle(paragraph, tag)
        elif tag.word in _CLOSING:
            yield from self._close(paragraph, tag)
        elif tag.word in ("p", "tr"):
            yield f"Écrivez « {{%{tag.word} » sans espace après l’accolade."
        else:
            yield f"« {tag.word} » n’est pas une instruction permise (if, elif, else, for)."

    def _print(self, tag: Tag) -> Iterator[str]:
        tree, problems = _parsed(f"{{{{ {tag.body} }}}}")
        yield from problems
        if isinstance(tree, nodes.Output) and not problems:
            for node in tree.nodes:
                yield from print_problems(node, self.scope)

    def _open(self, paragraph: Paragraph, tag: Tag) -> Iterator[str]:
        outer, word = self.scope, tag.word
        if len(self.blocks) >= MAX_DEPTH:
            yield f"Plus de {MAX_DEPTH} « if » ou « for » sont placés les uns dans les autres."
        tree, problems = _parsed(f"{{% {tag.body} %}}{{% end{word} %}}")
        yield from problems
        if isinstance(tree, nodes.For) and not problems:
            yield from loop_problems(tree, outer)
            self.scope = outer.inside(tree)
        elif isinstance(tree, nodes.If) and not problems:
            yield from expression_problems(tree.test, outer)
        elif word == "for":
            # The loop cannot be read: what it holds cannot be judged.
            self.scope = replace(outer, names=_Anything())
        self.blocks.append(_Block(word, tag, paragraph, outer))

    def _middle(self, paragraph: Paragraph, tag: Tag) -> Iterator[str]:
        if not self.blocks or (tag.word == "elif" and self.blocks[-1].word != "if"):
            yield f"« {tag.word} » n’est pas dans un « if »."
            return
        block = self.blocks[-1]
        yield from ends_apart((block.paragraph, block.tag), (paragraph, tag))
        if block.word == "for":
            self.scope = self._left(block)
        if tag.word == "elif":
            condition = tag.body.removeprefix("elif")
            tree, problems = _parsed(f"{{% if {condition} %}}{{% endif %}}")
            yield from problems
            if isinstance(tree, nodes.If) and not problems:
                yield from expression_problems(tree.test, self.scope)

    def _close(self, paragraph: Paragraph, tag: Tag) -> Iterator[str]:
        opened = self.blocks[-1] if self.blocks else None
        if opened is None:
            yield f"« {tag.word} » ferme un « {_CLOSING[tag.word]} » qui n’a pas été ouvert."
        elif opened.word != _CLOSING[tag.word]:
            yield (
                f"« {tag.word} » est arrivé avant « end{opened.word} » : "
                f"« {opened.tag.source} » est encore ouvert."
            )
            if any(block.word == _CLOSING[tag.word] for block in self.blocks):
                while self.blocks[-1].word != _CLOSING[tag.word]:
                    self.blocks.pop()
                self.scope = self._left(self.blocks.pop())
        else:
            yield from ends_apart((opened.paragraph, opened.tag), (paragraph, tag))
            self.scope = self._left(self.blocks.pop())

    def _left(self, block: _Block) -> Scope:
        """The names known once a block is closed."""
        mine = frozenset(self.scope.loops) - frozenset(block.outer.loops)
        return replace(block.outer, elsewhere=self.scope.elsewhere | mine)


class _Anything(dict[str, Any]):
    """Names that nothing is known about."""

    def __contains__(self, name: object) -> bool:
        return True


def _parsed(source: str) -> tuple[nodes.Node | None, list[str]]:
    try:
        tree = ENVIRONMENT.parse(source)
    except TemplateSyntaxError as error:
        return None, [explain(error)]
    body = tree.body[0] if tree.body else None
    return body, list(dict.fromkeys(forbidden(tree)))
