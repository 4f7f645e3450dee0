"""Whether the tags of a part open, close and nest as they should, paragraph by paragraph."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
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
from zna_network.adapters.docx_tags import Scan, Tag, TagKind, scan
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
        crowded = _crowded_rows(scans)
        for paragraph, found in scans:
            for excerpt, message in found.problems:
                self._add(paragraph, excerpt, message)
            for message in _placement_problems(paragraph, found, crowded):
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
        yield from _same_place(block, paragraph, tag)
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
            yield from _same_place(opened, paragraph, tag)
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


def _same_place(block: _Block, paragraph: Paragraph, tag: Tag) -> Iterator[str]:
    """docxtpl removes what a scope names: both ends must take the same thing away."""
    opened, closed = block.tag.source, tag.source
    if block.tag.scope != tag.scope:
        yield f"« {closed} » doit s’écrire comme « {opened} » : même lettre après l’accolade."
    elif tag.scope == "tr" and block.paragraph.table != paragraph.table:
        yield f"« {closed} » n’est pas dans le même tableau que « {opened} »."
    elif tag.scope != "tr" and block.paragraph.container != paragraph.container:
        yield (
            f"« {closed} » n’est pas dans la même cellule ou zone que « {opened} » : pour répéter "
            "des lignes de tableau, écrivez {%tr … %} dans deux lignes à part."
        )


def _placement_problems(
    paragraph: Paragraph, found: Scan, crowded: Mapping[int, bool]
) -> Iterator[str]:
    scopes = [tag.scope for tag in found.tags if tag.kind is not TagKind.PRINT]
    if "p" in scopes and (len(found.tags) > 1 or found.rest.strip()):
        yield ("Une balise {%p … %} doit être seule dans son paragraphe : le reste serait effacé.")
    if "p" in scopes and paragraph.has_text_box:
        yield "Une balise {%p … %} ne peut pas être dans un paragraphe qui porte une zone de texte."
    if "tr" in scopes and not paragraph.row:
        yield "Une balise {%tr … %} doit être dans une ligne de tableau."
    elif "tr" in scopes and crowded.get(paragraph.row):
        yield (
            "Une balise {%tr … %} doit être seule dans sa ligne de tableau : "
            "le reste de la ligne serait effacé."
        )


def _crowded_rows(scans: list[tuple[Paragraph, Scan]]) -> dict[int, bool]:
    """The rows that hold something beside a single tag."""
    pieces: dict[int, int] = defaultdict(int)
    for paragraph, found in scans:
        pieces[paragraph.row] += len(found.tags) + bool(found.rest.strip())
    return {row: count > 1 for row, count in pieces.items() if row}
