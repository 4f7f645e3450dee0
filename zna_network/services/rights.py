"""The list of rights (prestations) that the network works on, which staff keep."""

from dataclasses import dataclass, replace

from zna_network.models.territory import Right, RightKind
from zna_network.queries import organisations as organisation_queries
from zna_network.queries import territory as queries
from zna_network.services.clean_values import clean_line
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, NotFoundError
from zna_network.services.folding import fold
from zna_network.services.organisation_values import Checks
from zna_network.services.permissions import Permission
from zna_network.services.search_copy import refresh_search_text
from zna_network.services.unit_of_work import CHANGED_MEANWHILE, take_turns

CODE_LENGTH = 30
_TURN = "right:list"


@dataclass(frozen=True)
class RightData:
    """``operators``: who decides on it, names parted by semicolons."""

    label: str
    acronym: str = ""
    operators: str = ""
    kind: RightKind = RightKind.EXTRA_LEGAL


def create_right(ctx: Context, data: RightData) -> Right:
    """A new right at the end of the list; ConflictError if one has that name already."""
    ctx.require(Permission.DIRECTORY_EDIT)
    with ctx.unit_of_work():
        take_turns(ctx.session, _TURN)
        clean = _cleaned(data)
        existing = list(ctx.session.scalars(queries.rights()))
        _refuse_same_label(existing, clean)
        right = Right(
            code=_free_code({right.code for right in existing}, clean),
            position=max((right.position for right in existing), default=0) + 1,
        )
        _write(right, clean)
        ctx.session.add(right)
        ctx.session.flush()
        ctx.record("right.created", right, code=right.code)
    return right


def update_right(ctx: Context, code: str, data: RightData, revision: int) -> Right:
    """Rename or describe a right; the records that name it are found by its new name at once."""
    ctx.require(Permission.DIRECTORY_EDIT)
    with ctx.unit_of_work():
        take_turns(ctx.session, _TURN)
        right = right_by_code(ctx, code)
        if right.revision != revision:
            raise ConflictError(CHANGED_MEANWHILE)
        clean = _cleaned(data)
        others = [other for other in ctx.session.scalars(queries.rights()) if other is not right]
        _refuse_same_label(others, clean)
        _write(right, clean)
        ctx.session.flush()
        for organisation in ctx.session.scalars(organisation_queries.offering(code)):
            refresh_search_text(organisation)
        ctx.record("right.updated", right, code=code)
    return right


def set_right_active(ctx: Context, code: str, *, active: bool) -> Right:
    """Offer the right in forms and filters, or no longer; what names it already keeps it."""
    ctx.require(Permission.DIRECTORY_EDIT)
    with ctx.unit_of_work():
        right = right_by_code(ctx, code)
        if right.is_active != active:
            right.is_active = active
            ctx.record("right.activated" if active else "right.deactivated", right, code=code)
    return right


def right_by_code(ctx: Context, code: str) -> Right:
    known = code.isascii() and code.replace("_", "").isalnum()
    right = ctx.session.get(Right, code) if known else None
    if right is None:
        raise NotFoundError("Ce droit n’est pas dans la liste.")
    return right


def _cleaned(data: RightData) -> RightData:
    checks = Checks()
    operators = [part.strip() for part in data.operators.split(";")]
    clean = replace(
        data,
        label=checks.take(
            lambda: clean_line(
                data.label, field="label", limit=120, required="Indiquez le nom du droit."
            ),
            "",
        ),
        acronym=checks.take(lambda: clean_line(data.acronym, field="acronym", limit=20), ""),
        operators=checks.take(
            lambda: clean_line(";".join(filter(None, operators)), field="operators", limit=500), ""
        ),
    )
    checks.finish()
    return clean


def _refuse_same_label(others: list[Right], clean: RightData) -> None:
    for other in others:
        if fold(other.label) == fold(clean.label):
            state = "" if other.is_active else " (désactivé : réactivez-le)"
            raise ConflictError(f"« {other.label} » est déjà dans la liste{state}.", field="label")


def _free_code(taken: set[str], clean: RightData) -> str:
    """« AIDE_MOBILITE », from the acronym or the label."""
    base = fold(clean.acronym or clean.label).replace(" ", "_").upper()[:CODE_LENGTH] or "DROIT"
    code, number = base, 1
    while code in taken:
        number += 1
        code = f"{base[: CODE_LENGTH - len(str(number)) - 1]}_{number}"
    return code


def _write(right: Right, clean: RightData) -> None:
    right.label = clean.label
    right.acronym = clean.acronym
    right.operators = clean.operators
    right.kind = clean.kind
