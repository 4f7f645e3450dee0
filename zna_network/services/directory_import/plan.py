"""What applying a file would do, line by line. Nothing is written: the same plan is made again,
and compared, when it is applied."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from zna_network.models.directory_work import LineStatus
from zna_network.models.organisation import Organisation
from zna_network.queries import organisations as organisation_queries
from zna_network.queries import territory
from zna_network.services.context import Context
from zna_network.services.directory_import.drafts import RecordDraft
from zna_network.services.directory_import.grouping import Group, Placed, place_rows
from zna_network.services.directory_import.lines import plan_lines, refused_line
from zna_network.services.directory_import.matching import KnownDirectory
from zna_network.services.directory_import.outcome import PlannedLine, Suggestion
from zna_network.services.directory_import.rows import read_row
from zna_network.services.directory_import.suggestions import LookAlikes, of_rivals
from zna_network.services.directory_import.vocabulary import Vocabulary

RECORDS_AT_ONCE = 500


@dataclass(frozen=True)
class SourceLine:
    """A line as the batch keeps it. Once there is a ``choice``, the suggestions that it was made
    among stay as they were."""

    number: int
    values: dict[str, str]
    faults: list[str] = field(default_factory=list)
    choice: str = ""
    suggestions: list[Suggestion] = field(default_factory=list)


@dataclass
class Plan:
    """``drafts`` are the records to write; ``lines`` the account of it, in the file's order."""

    vocabulary: Vocabulary
    lines: list[PlannedLine]
    drafts: list[RecordDraft]

    def count(self, status: LineStatus) -> int:
        return sum(line.status is status for line in self.lines)

    @property
    def summary(self) -> dict[str, int]:
        return {status.value: self.count(status) for status in LineStatus}

    @property
    def digest(self) -> str:
        """The same for two plans that would write the same and show the same."""
        told = [
            [line.number, line.status, line.organisation_id, line.changes, line.reasons,
             [suggestion.value for suggestion in line.suggestions]]
            for line in self.lines
        ]  # fmt: skip
        return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()


def make_plan(ctx: Context, source: Sequence[SourceLine], *, lock: bool = False) -> Plan:
    """Read the directory once and compare every line with it. ``lock`` keeps the records found
    as they are until the transaction ends."""
    vocabulary = read_vocabulary(ctx)
    rows = [read_row(line.number, line.values, line.faults, vocabulary) for line in source]
    choices = {line.number: line.choice for line in source if line.choice}
    placed = place_rows(KnownDirectory.read(ctx), rows, choices)
    drafts = _drafts(ctx, placed.groups, lock=lock)
    lines = [refused_line(row, row.problems) for row in placed.refused]
    for group, draft in zip(placed.groups, drafts, strict=True):
        lines += plan_lines(ctx, draft, group.rows, vocabulary)
    lines.sort(key=lambda line: line.number)
    _suggest(ctx, lines, drafts, placed)
    kept = {line.number: line.suggestions for line in source if line.choice}
    lines = [replace(line, suggestions=kept.get(line.number, line.suggestions)) for line in lines]
    return Plan(vocabulary, lines, drafts)


def read_vocabulary(ctx: Context) -> Vocabulary:
    """The reference rows, which also stay at hand for the rules that look one up."""
    return Vocabulary(
        ctx.session.scalars(territory.communes()).all(),
        ctx.session.scalars(territory.qpvs()).all(),
        ctx.session.scalars(territory.rights()).all(),
    )


def _drafts(ctx: Context, groups: Sequence[Group], *, lock: bool) -> list[RecordDraft]:
    """A draft for each group, of its record as it stands where it has one."""
    records = _records(ctx, groups, lock=lock)
    return [
        RecordDraft.of(records[group.known.id], group.rows[0].line)
        if group.known
        else RecordDraft(first_line=group.rows[0].line)
        for group in groups
    ]


def _records(ctx: Context, groups: Iterable[Group], *, lock: bool) -> dict[int, Organisation]:
    """The records that the file is about, with all that is theirs."""
    ids = sorted({group.known.id for group in groups if group.known})
    found: dict[int, Organisation] = {}
    for start in range(0, len(ids), RECORDS_AT_ONCE):
        statement = organisation_queries.by_ids(ids[start : start + RECORDS_AT_ONCE])
        statement = statement.order_by(Organisation.id)
        if lock:
            statement = statement.with_for_update(of=Organisation)
        found.update((record.id, record) for record in ctx.session.scalars(statement))
    return found


def _suggest(
    ctx: Context, lines: list[PlannedLine], drafts: list[RecordDraft], placed: Placed
) -> None:
    """Give the lines that need somebody's eye the organisations that they may be about: those
    that create what looks like another, those between namesakes, those found by name alone."""
    by_number = {line.number: line for line in lines}
    for number, rivals in placed.rivals.items():
        line = by_number[number]
        if line.status is not LineStatus.UNCHANGED:
            line.suggestions = of_rivals(rivals, "même nom, même commune")
    look_alikes = LookAlikes(ctx, drafts)
    for draft in drafts:
        line = by_number[draft.first_line]
        if draft.is_new and line.status is not LineStatus.REJECTED:
            known = {suggestion.value for suggestion in line.suggestions}
            line.suggestions += [s for s in look_alikes.of(draft) if s.value not in known]
