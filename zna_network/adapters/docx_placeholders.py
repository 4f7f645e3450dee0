"""Whether the names used in a template exist, each in its place."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from jinja2 import nodes

from zna_network.adapters.docx_jinja import FILTERS, LOOP_FACTS, forbidden
from zna_network.adapters.docx_shapes import UNKNOWN, is_list, item_shape, nearest

MAX_LOOP_DEPTH = 3
_LOOP = dict.fromkeys(LOOP_FACTS, 1)


@dataclass(frozen=True)
class Scope:
    """The names known at one place of the template. ``loops`` are the variables of the loops
    around it, outermost first; ``elsewhere`` those of the loops already closed."""

    names: Mapping[str, Any]
    loops: tuple[str, ...] = ()
    elsewhere: frozenset[str] = frozenset()

    def inside(self, loop: nodes.For) -> "Scope":
        """The names known between ``for`` and ``endfor``."""
        variable = target_of(loop)
        shape = shape_of(loop.iter, self)
        item = item_shape(shape) if is_list(shape) else UNKNOWN
        return replace(
            self,
            names={**self.names, variable: item, "loop": _LOOP},
            loops=(*self.loops, variable),
        )


def target_of(loop: nodes.For) -> str:
    return loop.target.name if isinstance(loop.target, nodes.Name) else ""


def path_of(node: nodes.Node) -> str:
    """« reunion.date »; empty for what is not a plain dotted name."""
    if isinstance(node, nodes.Name):
        return node.name
    if isinstance(node, nodes.Getattr):
        base = path_of(node.node)
        return f"{base}.{node.attr}" if base else ""
    return ""


def shape_of(node: nodes.Node, scope: Scope) -> Any:
    """What a dotted name stands for; UNKNOWN where it leads nowhere."""
    if isinstance(node, nodes.Name):
        return scope.names.get(node.name, UNKNOWN)
    if isinstance(node, nodes.Getattr):
        base = shape_of(node.node, scope)
        return base.get(node.attr, UNKNOWN) if isinstance(base, Mapping) else UNKNOWN
    return UNKNOWN


def expression_problems(node: nodes.Node, scope: Scope) -> Iterator[str]:
    """What is wrong with a condition, or a part of it."""
    if isinstance(node, nodes.Filter) and node.node is not None:
        yield from expression_problems(node.node, scope)
        yield from _filter_problems(node, scope)
    elif isinstance(node, nodes.Name | nodes.Getattr):
        yield from _name_problems(node, scope)
    else:
        for child in node.iter_child_nodes():
            yield from expression_problems(child, scope)


def print_problems(node: nodes.Node, scope: Scope) -> Iterator[str]:
    """What is wrong with an expression that is to be printed."""
    if isinstance(node, nodes.CondExpr):
        yield from expression_problems(node.test, scope)
        for branch in (node.expr1, node.expr2):
            if branch is not None:
                yield from print_problems(branch, scope)
        return
    yield from expression_problems(node, scope)
    shape, path = shape_of(node, scope), path_of(node)
    if is_list(shape):
        yield f"« {path} » est une liste : parcourez-la avec « for élément in {path} »."
    elif isinstance(shape, Mapping) and shape is not _LOOP:
        known = ", ".join(f"{path}.{key}" for key in list(shape)[:4])
        yield f"« {path} » regroupe plusieurs valeurs : précisez laquelle ({known}…)."


def loop_problems(loop: nodes.For, scope: Scope) -> Iterator[str]:
    """What is wrong with the head of a loop."""
    path, variable = path_of(loop.iter), target_of(loop)
    before = list(expression_problems(loop.iter, scope))
    yield from before
    shape = shape_of(loop.iter, scope)
    if not path or (not before and shape is not UNKNOWN and not is_list(shape)):
        yield f"« {path or 'ceci'} » n’est pas une liste : une boucle ne peut pas le parcourir."
    if variable == "loop" or (variable in scope.names and variable not in scope.loops):
        yield f"« {variable} » est déjà le nom d’une valeur : donnez un autre nom à l’élément."
    if scope.loops and path.partition(".")[0] != scope.loops[-1]:
        yield (
            "Une boucle placée dans une autre doit parcourir une liste de son élément "
            f"(par exemple « {scope.loops[-1]}.paragraphes »)."
        )
    if len(scope.loops) >= MAX_LOOP_DEPTH:
        yield f"Plus de {MAX_LOOP_DEPTH} boucles sont placées les unes dans les autres."
    if loop.test is not None:
        yield from expression_problems(loop.test, scope.inside(loop))


def tree_problems(tree: nodes.Node, scope: Scope) -> Iterator[str]:
    """Everything wrong with a whole template, as Jinja reads it."""
    yield from forbidden(tree)
    yield from _block_problems(tree.iter_child_nodes(), scope)


def _block_problems(children: Iterator[nodes.Node], scope: Scope) -> Iterator[str]:
    for node in children:
        if isinstance(node, nodes.Output):
            for part in node.nodes:
                if not isinstance(part, nodes.TemplateData):
                    yield from print_problems(part, scope)
        elif isinstance(node, nodes.For):
            yield from loop_problems(node, scope)
            yield from _block_problems(iter(node.body), scope.inside(node))
            yield from _block_problems(iter(node.else_), scope)
        elif isinstance(node, nodes.If):
            yield from expression_problems(node.test, scope)
            for branch in (node.body, node.elif_, node.else_):
                yield from _block_problems(iter(branch), scope)


def _filter_problems(node: nodes.Filter, scope: Scope) -> Iterator[str]:
    if node.name not in FILTERS:
        yield f"Le filtre « {node.name} » n’existe pas. Filtres permis : {', '.join(FILTERS)}."
        return
    shape = shape_of(node.node, scope) if node.node else UNKNOWN
    if shape is UNKNOWN:
        return
    if node.name == "compter" and not is_list(shape):
        yield "Le filtre « compter » ne s’applique qu’à une liste."
    elif node.name != "compter" and (is_list(shape) or isinstance(shape, Mapping)):
        yield f"Le filtre « {node.name} » ne s’applique qu’à un texte."


def _name_problems(node: nodes.Name | nodes.Getattr, scope: Scope) -> Iterator[str]:
    if isinstance(node, nodes.Name):
        if node.name not in scope.names:
            yield _unknown(node.name, scope)
        return
    if not path_of(node):
        yield from expression_problems(node.node, scope)
        return
    before = list(expression_problems(node.node, scope))
    base = shape_of(node.node, scope)
    if before or (isinstance(base, Mapping) and node.attr not in base):
        yield _unknown(path_of(node), scope)
    elif is_list(base):
        path = path_of(node.node)
        yield (
            f"« {path} » est une liste : « {node.attr} » se lit sur chacun de ses éléments, "
            f"dans une boucle « for élément in {path} »."
        )
    elif base is not UNKNOWN and not isinstance(base, Mapping):
        yield f"« {path_of(node.node)} » est une valeur simple : rien ne peut suivre le point."


def _unknown(path: str, scope: Scope) -> str:
    root = path.partition(".")[0]
    if root in scope.elsewhere and root not in scope.names:
        return f"« {path} » n’existe que dans la boucle « for {root} in … »."
    near = nearest(path, scope.names)
    if near:
        return f"« {path} » est inconnu : vouliez-vous dire « {near} » ?"
    return f"« {path} » est inconnu : voyez la liste des balises dans la notice des modèles."
