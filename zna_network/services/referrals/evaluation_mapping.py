"""The columns of the export to the DGCS. The national format is not published: ours is a file that
staff adapt, with its version on its first line, and the one of each export is in the log.

    version;2026-1;
    colonne;champ;valeurs
    tranche_age;tranche_age;under_18=A|18_25=B

``champ`` is one of evaluation_fields.FIELDS, or « constante » with its text in ``valeurs``."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files

from zna_network.models.case_sheet import EvaluationMapping
from zna_network.queries import evaluation as queries
from zna_network.services.context import Context
from zna_network.services.directory_import.text_files import decode
from zna_network.services.errors import (
    ConflictError,
    InvalidError,
    NotFoundError,
    TooLargeError,
)
from zna_network.services.permissions import Permission
from zna_network.services.referrals.evaluation_fields import BY_KEY, CONSTANT, Line
from zna_network.services.unit_of_work import CHANGED_MEANWHILE, take_turns

HEADINGS = ["colonne", "champ", "valeurs"]
LARGEST = 100_000
MOST_COLUMNS, LONGEST_HEADING, LONGEST_VERSION = 200, 120, 40
FIELD = "content"


class MappingRefusedError(InvalidError):
    """``problems`` say what is wrong, line by line."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__(
            "Cette table n’a pas été acceptée, celle en vigueur reste en place. "
            + " ".join(problems[:10]),
            field=FIELD,
        )
        self.problems = tuple(problems)


@dataclass(frozen=True)
class Column:
    """``values``: what is written for each code; ``constant``: the same on every line."""

    heading: str
    key: str
    values: Mapping[str, str]
    constant: str = ""

    def cell(self, line: Line) -> str:
        if self.key == CONSTANT:
            return self.constant
        field = BY_KEY[self.key]
        value = field.read(line)
        if value in self.values:
            return self.values[value]
        return field.codes.get(value, value) if field.codes else value


@dataclass(frozen=True)
class ColumnMapping:
    """A table that may serve; ``saved`` is none for ours."""

    version: str
    columns: Sequence[Column]
    text: str
    saved: EvaluationMapping | None = None


def in_use(ctx: Context) -> ColumnMapping:
    saved = ctx.session.scalar(queries.mapping_in_use())
    return parsed(saved.content, saved) if saved else default()


def default() -> ColumnMapping:
    path = files("zna_network.reference") / "dgcs_mapping.csv"
    return parsed(path.read_text(encoding="utf-8"))


def parsed(text: str, saved: EvaluationMapping | None = None) -> ColumnMapping:
    """Raises MappingRefusedError with all that is wrong."""
    try:
        rows = list(
            csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=True)
        )
    except csv.Error:
        raise MappingRefusedError(["Les guillemets de ce fichier ne sont pas fermés."]) from None
    lines = [
        (number, [cell.strip() for cell in [*row, "", "", ""][:3]])
        for number, row in enumerate(rows, start=1)
        if any(cell.strip() for cell in row)
    ]
    problems: list[str] = []
    version = _version(lines, problems)
    if len(lines) < 2 or [cell.lower() for cell in lines[1][1]] != HEADINGS:
        problems.append(f"Ligne 2 : écrivez « {';'.join(HEADINGS)} ».")
    columns = [_column(number, cells, problems) for number, cells in lines[2:]]
    _check_whole(columns, problems)
    if problems:
        raise MappingRefusedError(problems)
    return ColumnMapping(version, columns, text, saved)


def save(ctx: Context, content: bytes, seen: int) -> EvaluationMapping:
    """Put another table in use; the one before is kept. ``seen`` is the id of the one that was in
    use when the page was shown, 0 for ours.

    Raises MappingRefusedError, TooLargeError, or ConflictError when another was put meanwhile."""
    ctx.require(Permission.EVALUATION_EXPORT)
    if len(content) > LARGEST:
        raise TooLargeError("Cette table est trop longue : 100 Ko au plus.", field=FIELD)
    text, _ = decode(content)
    wanted = parsed(text.replace("\r\n", "\n").strip() + "\n")
    with ctx.unit_of_work():
        current = _current(ctx, seen)
        taken = {default().version, *(m.version for m in ctx.session.scalars(queries.mappings()))}
        if wanted.version in taken:
            raise InvalidError(
                f"La version « {wanted.version} » existe déjà : donnez-en une autre sur la "
                "première ligne, pour que le journal des exports dise laquelle a servi.",
                field=FIELD,
            )
        _retire(ctx, current)
        saved = EvaluationMapping(
            version=wanted.version,
            content=wanted.text,
            made_at=ctx.now,
            made_by_id=ctx.actor_id,
            made_by=(ctx.actor.name if ctx.actor else ctx.origin)[:200],
        )
        ctx.session.add(saved)
        ctx.session.flush()
        ctx.record("evaluation.mapping_saved", saved, version=saved.version)
    return saved


def restore(ctx: Context, mapping_id: int) -> EvaluationMapping:
    """Put an earlier table back in use."""
    ctx.require(Permission.EVALUATION_EXPORT)
    with ctx.unit_of_work():
        _retire(ctx, _current(ctx))
        saved = found(ctx, mapping_id)
        parsed(saved.content)
        saved.retired_at = None
        ctx.session.flush()
        ctx.record("evaluation.mapping_restored", saved, version=saved.version)
    return saved


def use_default(ctx: Context) -> None:
    ctx.require(Permission.EVALUATION_EXPORT)
    with ctx.unit_of_work():
        _retire(ctx, _current(ctx))
        ctx.record("evaluation.mapping_default")


def found(ctx: Context, mapping_id: int) -> EvaluationMapping:
    ctx.require(Permission.EVALUATION_EXPORT)
    saved = ctx.session.scalar(queries.mapping(mapping_id))
    if saved is None:
        raise NotFoundError("Cette table n’existe pas.")
    return saved


def _current(ctx: Context, seen: int | None = None) -> EvaluationMapping | None:
    take_turns(ctx.session, "evaluation_mapping")
    current = ctx.session.scalar(queries.mapping_in_use())
    if seen is not None and seen != (current.id if current else 0):
        raise ConflictError(CHANGED_MEANWHILE)
    return current


def _retire(ctx: Context, current: EvaluationMapping | None) -> None:
    if current is not None:
        current.retired_at = ctx.now
        ctx.session.flush()


def _separator(text: str) -> str:
    first = text.partition("\n")[0]
    return "," if "," in first and ";" not in first else ";"


def _version(lines: Sequence[tuple[int, list[str]]], problems: list[str]) -> str:
    name, version = lines[0][1][:2] if lines else ("", "")
    if name.lower() != "version" or not version or len(version) > LONGEST_VERSION:
        problems.append("Ligne 1 : écrivez « version;2026-2 », avec votre numéro de version.")
    return version


def _column(number: int, cells: Sequence[str], problems: list[str]) -> Column:
    heading, key, values = cells
    where = f"Ligne {number} :"
    if not heading or len(heading) > LONGEST_HEADING:
        problems.append(f"{where} donnez un nom de colonne, de {LONGEST_HEADING} signes au plus.")
    if key == CONSTANT:
        return Column(heading, key, {}, values)
    if key not in BY_KEY:
        problems.append(f"{where} le champ « {key} » n’existe pas. Voyez la liste des champs.")
        return Column(heading, key, {})
    return Column(heading, key, _recoded(where, key, values, problems))


def _recoded(where: str, key: str, values: str, problems: list[str]) -> dict[str, str]:
    """« code=mot|code=mot »."""
    codes = BY_KEY[key].codes
    if values and codes is None:
        problems.append(f"{where} « {key} » n’est pas une liste : laissez « valeurs » vide.")
        return {}
    made: dict[str, str] = {}
    for part in values.split("|") if values else ():
        code, sign, word = (piece.strip() for piece in part.partition("="))
        if not sign or code not in (codes or {}):
            problems.append(f"{where} « {part} » n’est pas « code=mot » avec un code de « {key} ».")
        else:
            made[code] = word
    return made


def _check_whole(columns: Sequence[Column], problems: list[str]) -> None:
    headings = [column.heading.casefold() for column in columns]
    twice = sorted({heading for heading in headings if heading and headings.count(heading) > 1})
    if twice:
        problems.append(f"Colonnes en double : {', '.join(twice)}.")
    if not columns or len(columns) > MOST_COLUMNS:
        problems.append(f"Il faut de 1 à {MOST_COLUMNS} colonnes.")
