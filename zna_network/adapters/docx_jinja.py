"""The small part of Jinja that a Word template may use: print, if, for, four filters.

Templates are uploaded: nothing in them is called, no attribute of a Python object is read, and
no loop can run longer than the values it is given.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from jinja2 import StrictUndefined, TemplateSyntaxError, nodes
from jinja2.runtime import LoopContext
from jinja2.sandbox import SandboxedEnvironment

LOOP_FACTS = ("index", "first", "last", "length")
FILTERS = ("majuscules", "minuscules", "capitale", "compter")

_ALLOWED_NODES = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.For,
    nodes.If,
    nodes.Name,
    nodes.Getattr,
    nodes.Const,
    nodes.Filter,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.Compare,
    nodes.Operand,
    nodes.CondExpr,
)
_NOT_ALLOWED = (
    "Cette écriture n’est pas permise dans un modèle : seuls le sont les noms (reunion.date), "
    "les filtres documentés, « if », « for », « and », « or », « not » et les comparaisons."
)
_EXPLANATIONS = (
    (r"unexpected char '[«»]'", "Les guillemets français ne sont pas compris dans une balise."),
    (r"[Uu]nexpected end of template", "Un « if » ou un « for » n’est pas fermé."),
    (r"unknown tag '(end\w+|else|elif)'", "« {0} » n’a pas de « if » ou de « for » à lui."),
    (r"Encountered unknown tag '(.+?)'", "« {0} » n’est pas une instruction permise."),
    (r"end of (?:print )?statement", "La balise contient un mot en trop ou mal placé."),
    (r"expected token 'in'", "Une boucle s’écrit « for élément in liste »."),
    (r"unexpected char '(.+?)'", "Le caractère « {0} » n’est pas compris dans une balise."),
)


class TemplateEnvironment(SandboxedEnvironment):
    """Attributes are keys of the values, or what a loop knows of itself; nothing else."""

    def __init__(self) -> None:
        super().__init__(undefined=StrictUndefined, autoescape=True)
        self.globals.clear()
        self.tests.clear()
        self.filters.clear()
        self.filters.update(
            majuscules=lambda value: str(value).upper(),
            minuscules=lambda value: str(value).lower(),
            capitale=lambda value: str(value)[:1].upper() + str(value)[1:],
            compter=len,
        )

    def getattr(self, obj: Any, attribute: str) -> Any:
        if isinstance(obj, Mapping) and attribute in obj:
            return obj[attribute]
        if isinstance(obj, LoopContext) and attribute in LOOP_FACTS:
            return getattr(obj, attribute)
        return self.undefined(obj=obj, name=attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        return self.getattr(obj, str(argument))


ENVIRONMENT = TemplateEnvironment()


def forbidden(tree: nodes.Node) -> Iterator[str]:
    """What is written in the template that a template may not do, in French."""
    if not isinstance(tree, _ALLOWED_NODES):
        yield _NOT_ALLOWED
        return
    if isinstance(tree, nodes.Getattr) and not _is_plain(tree):
        yield _NOT_ALLOWED
    if isinstance(tree, nodes.Filter) and (tree.args or tree.kwargs or tree.node is None):
        yield f"Le filtre « {tree.name} » s’emploie sans parenthèses."
    if isinstance(tree, nodes.For) and (tree.recursive or not isinstance(tree.target, nodes.Name)):
        yield "Une boucle s’écrit « for élément in liste », avec un seul nom."
    for child in tree.iter_child_nodes():
        yield from forbidden(child)


def _is_plain(node: nodes.Getattr) -> bool:
    """A dotted name of the values, none of Python's own attributes."""
    return isinstance(node.node, nodes.Name | nodes.Getattr) and not node.attr.startswith("_")


def explain(error: TemplateSyntaxError) -> str:
    """Jinja's message, in French and for somebody who has never seen Jinja."""
    for pattern, explanation in _EXPLANATIONS:
        found = re.search(pattern, error.message or "")
        if found:
            return explanation.format(*found.groups())
    return "La balise est mal écrite : vérifiez les accolades, les points et les espaces."
