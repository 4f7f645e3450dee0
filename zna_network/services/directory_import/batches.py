"""The life of an import: read and planned, shown, decided upon, then applied once or dropped."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, update

from zna_network.models.directory_work import ImportBatch, ImportLine, LineStatus
from zna_network.queries import imports as queries
from zna_network.services.context import Context
from zna_network.services.directory_import.outcome import NEW, PlannedLine, Suggestion
from zna_network.services.directory_import.plan import Plan, SourceLine, make_plan
from zna_network.services.directory_import.reading import SourceFile, read_source
from zna_network.services.directory_import.writing import Written, write_drafts
from zna_network.services.errors import ConflictError, InvalidError, NotFoundError
from zna_network.services.organisations import IDENTITY_TURN
from zna_network.services.permissions import Permission
from zna_network.services.unit_of_work import take_turns

KEPT_FOR = timedelta(days=7)
_CHANGED = (
    "L’annuaire a changé depuis cet aperçu, et ce fichier n’y ferait plus la même chose. Rien n’a "
    "été importé : relisez l’aperçu, qui vient d’être refait."
)


def prepare(ctx: Context, filename: str, content: bytes) -> ImportBatch:
    """Read the file and keep it with its plan; the directory is not touched. Raises InvalidError
    or TooLargeError, on ``file``, when it cannot be read."""
    ctx.require(Permission.DIRECTORY_IMPORT)
    source = read_source(ctx, filename, content)
    with ctx.unit_of_work():
        lines = [SourceLine(row.line, row.values, row.faults) for row in source.rows]
        plan = make_plan(ctx, lines)
        batch = _new_batch(ctx, source, plan)
        texts = {line.number: line for line in lines}
        ctx.session.execute(
            insert(ImportLine),
            [
                {
                    "batch_id": batch.id,
                    "values": texts[line.number].values,
                    "faults": texts[line.number].faults,
                    "choice": "",
                    **_stored(line),
                }
                for line in plan.lines
            ],
        )
        ctx.record("directory.import_read", batch, **plan.summary)
    return batch


def _new_batch(ctx: Context, source: SourceFile, plan: Plan) -> ImportBatch:
    batch = ImportBatch(
        filename=source.filename[:200] or "fichier",
        source_format=source.format.value,
        remark=source.remark[:200],
        columns=[list(pair) for pair in source.read],
        ignored=source.ignored,
        created_by_id=ctx.actor_id,
        created_at=ctx.now,
        plan_digest=plan.digest,
        summary=plan.summary,
    )
    ctx.session.add(batch)
    ctx.session.flush()
    return batch


def _stored(line: PlannedLine) -> dict[str, Any]:
    """The columns of ImportLine that a plan fills."""
    return {
        "number": line.number,
        "status": line.status,
        "title": line.title,
        "organisation_id": line.organisation_id,
        "changes": line.changes,
        "reasons": line.reasons,
        "remarks": line.remarks,
        "suggestions": [asdict(suggestion) for suggestion in line.suggestions],
        "has_suggestions": bool(line.suggestions),
    }


def batch_by_id(ctx: Context, batch_id: int) -> ImportBatch:
    """The batch, for its page. Raises NotFoundError."""
    ctx.require(Permission.DIRECTORY_IMPORT)
    batch = ctx.session.scalar(queries.batch_by_id(batch_id))
    if batch is None:
        raise NotFoundError("Cet import n’existe pas, ou plus : ils sont gardés sept jours.")
    return batch


def choose(ctx: Context, batch_id: int, choices: Mapping[int, str]) -> ImportBatch:
    """Record which organisation some lines are about, and plan again. ``choices`` maps a line to
    the value of one of its suggestions, « new », or nothing to leave it undecided."""
    ctx.require(Permission.DIRECTORY_IMPORT)
    with ctx.unit_of_work():
        batch = _open_batch(ctx, batch_id)
        lines = {line.number: line for line in ctx.session.scalars(queries.lines(batch.id))}
        for number, choice in choices.items():
            line = lines.get(number)
            allowed = {"", NEW, *(s["value"] for s in line.suggestions)} if line else set()
            if line is None or choice not in allowed:
                raise InvalidError(
                    f"Ce choix n’est pas proposé pour la ligne {number}.", field="choices"
                )
            line.choice = choice
        ctx.session.flush()
        _keep_plan(ctx, batch, make_plan(ctx, _sources(lines.values())))
    return batch


def apply_batch(
    ctx: Context, batch_id: int, seen_digest: str, *, leave_rejected: bool = False
) -> ImportBatch:
    """Write all of it, or nothing.

    Raises ConflictError when it was already applied, or when the directory has changed so that
    the file would no longer do what was shown: the plan kept is then the new one. Raises
    InvalidError while lines are rejected, unless ``leave_rejected``."""
    ctx.require(Permission.DIRECTORY_IMPORT)
    with ctx.unit_of_work():
        batch = _open_batch(ctx, batch_id)
        take_turns(ctx.session, IDENTITY_TURN)
        lines = list(ctx.session.scalars(queries.lines(batch.id)))
        plan = make_plan(ctx, _sources(lines), lock=True)
        has_changed = plan.digest != seen_digest
        if has_changed:
            _keep_plan(ctx, batch, plan)
        else:
            _check_rejected(plan, leave_rejected)
            _check_useful(plan)
            written = write_drafts(ctx, plan.drafts, plan.vocabulary, batch.id)
            _close(ctx, batch, plan, lines, written)
    if has_changed:
        raise ConflictError(_CHANGED)
    return batch


def _check_rejected(plan: Plan, leave_rejected: bool) -> None:
    rejected = plan.count(LineStatus.REJECTED)
    if rejected and not leave_rejected:
        raise InvalidError(
            f"{rejected} ligne{'s' if rejected > 1 else ''} rejetée{'s' if rejected > 1 else ''} : "
            "corrigez le fichier, ou cochez la case pour les laisser de côté.",
            field="leave_rejected",
        )


def _check_useful(plan: Plan) -> None:
    if not plan.count(LineStatus.CREATED) and not plan.count(LineStatus.CHANGED):
        raise InvalidError("Ce fichier ne change rien dans l’annuaire : il n’y a rien à importer.")


def _close(
    ctx: Context, batch: ImportBatch, plan: Plan, lines: list[ImportLine], written: Written
) -> None:
    batch.applied_at = ctx.now
    batch.summary = {
        **plan.summary,
        "organisations_created": written.organisations,
        "organisations_updated": written.updated,
        "offers_written": written.offers,
        "contacts_written": written.contacts,
    }
    ids = {line.number: line.id for line in lines}
    created = [
        {"id": ids[number], "organisation_id": organisation_id}
        for number, organisation_id in written.record_ids.items()
    ]
    if created:
        ctx.session.execute(update(ImportLine), created)
    ctx.record("directory.imported", batch, filename=batch.filename, **batch.summary)


def drop_batch(ctx: Context, batch_id: int) -> None:
    """Forget a file that will not be applied."""
    ctx.require(Permission.DIRECTORY_IMPORT)
    with ctx.unit_of_work():
        batch = _open_batch(ctx, batch_id)
        ctx.record("directory.import_dropped", batch)
        ctx.session.delete(batch)


def purge_old_batches(ctx: Context) -> None:
    """Forget the files read more than a week ago: they hold people's names."""
    with ctx.unit_of_work():
        ctx.session.execute(queries.old_batches(ctx.now - KEPT_FOR))


def _open_batch(ctx: Context, batch_id: int) -> ImportBatch:
    """The batch, held until the transaction ends, so that it is applied at most once."""
    batch = ctx.session.scalar(queries.batch_by_id(batch_id, lock=True))
    if batch is None:
        raise NotFoundError("Cet import n’existe pas, ou plus : ils sont gardés sept jours.")
    if batch.applied_at is not None:
        raise ConflictError("Cet import a déjà été fait : il n’est pas refait une seconde fois.")
    return batch


def _sources(lines: Any) -> list[SourceLine]:
    return [
        SourceLine(
            number=line.number,
            values=line.values,
            faults=line.faults,
            choice=line.choice,
            suggestions=[Suggestion(**suggestion) for suggestion in line.suggestions],
        )
        for line in lines
    ]


def _keep_plan(ctx: Context, batch: ImportBatch, plan: Plan) -> None:
    ids = {line.number: line.id for line in ctx.session.scalars(queries.lines(batch.id))}
    ctx.session.execute(
        update(ImportLine), [{"id": ids[line.number], **_stored(line)} for line in plan.lines]
    )
    batch.plan_digest = plan.digest
    batch.summary = plan.summary
