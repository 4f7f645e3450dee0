"""Rows put together by organisation: with a record of the directory, or with each other."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from zna_network.services.directory_import.matching import (
    Known,
    KnownDirectory,
    Match,
    name_key,
)
from zna_network.services.directory_import.outcome import LINE, NEW, RECORD
from zna_network.services.directory_import.rows import RowValues


@dataclass
class Group:
    """The rows about one organisation, in the file's order; ``known`` is its record, if it has
    one. ``by_name`` when only the name and the place say so."""

    rows: list[RowValues]
    known: Known | None = None
    by_name: bool = False

    @property
    def siret(self) -> str:
        return next((s for row in self.rows if (s := row.organisation.get("siret", ""))), "")


@dataclass
class Placed:
    """``refused`` rows say why in their problems; ``rivals`` are, by line, the records between
    which nothing in the row decides."""

    groups: list[Group] = field(default_factory=list)
    refused: list[RowValues] = field(default_factory=list)
    rivals: dict[int, tuple[Known, ...]] = field(default_factory=dict)


def place_rows(
    directory: KnownDirectory, rows: Iterable[RowValues], choices: Mapping[int, str]
) -> Placed:
    """``choices`` are, by line, what an agent decided (see ``outcome``)."""
    placing = _Placing(directory)
    for row in rows:
        placing.place(row, choices.get(row.line, ""))
    return placing.placed


class _Placing:
    def __init__(self, directory: KnownDirectory) -> None:
        self.placed = Placed()
        self._directory = directory
        self._of_record: dict[int, Group] = {}
        self._by_siret: dict[str, Group] = {}
        self._by_name: dict[tuple[str, str], Group] = {}
        self._by_line: dict[int, Group] = {}

    def place(self, row: RowValues, choice: str) -> None:
        if row.problems:
            self.placed.refused.append(row)
            return
        group = self._chosen(row, choice) if ":" in choice else self._found(row, choice == NEW)
        if row.problems or group is None:
            self.placed.refused.append(row)
            return
        self._by_line[row.line] = group

    def _chosen(self, row: RowValues, choice: str) -> Group | None:
        """Where the agent said. The spelling of the name is then the directory's."""
        if choice.startswith(LINE):
            group = self._by_line.get(int(choice.removeprefix(LINE)))
            if group is None:
                row.problems.append("La ligne choisie n’est plus retenue : choisissez de nouveau.")
                return None
            group.rows.append(row)
            return group
        match = self._directory.chosen(int(choice.removeprefix(RECORD)))
        row.organisation.pop("name", None)
        return self._join_record(row, match)

    def _found(self, row: RowValues, insists_on_new: bool) -> Group | None:
        match = self._directory.match(row)
        if match.rivals:
            self.placed.rivals[row.line] = match.rivals
        uncertain = match.by_name or match.known is None
        if uncertain and not insists_on_new and (group := self._earlier(row)) is not None:
            group.rows.append(row)
            return group
        if match.problem and not (insists_on_new and match.rivals):
            row.problems.append(match.problem)
            return None
        if match.known is not None and not (match.by_name and insists_on_new):
            return self._join_record(row, match)
        return self._create(row)

    def _earlier(self, row: RowValues) -> Group | None:
        """A record that an earlier line of the file creates."""
        siret = row.organisation.get("siret", "")
        if siret in self._by_siret:
            return self._by_siret[siret]
        group = self._by_name.get(name_key(row)) if row.organisation.get("name") else None
        differs = group is not None and siret and group.siret and siret != group.siret
        return None if differs else group

    def _join_record(self, row: RowValues, match: Match) -> Group | None:
        if match.known is None:
            row.problems.append(match.problem)
            return None
        group = self._of_record.get(match.known.id)
        if group is None:
            group = Group(rows=[], known=match.known, by_name=match.by_name)
            self._of_record[match.known.id] = group
            self.placed.groups.append(group)
        group.rows.append(row)
        return group

    def _create(self, row: RowValues) -> Group | None:
        if not row.organisation.get("name"):
            row.problems.append("« Nom » : indiquez le nom de l’organisme.")
            return None
        group = Group(rows=[row])
        self.placed.groups.append(group)
        self._by_name[name_key(row)] = group
        if siret := row.organisation.get("siret"):
            self._by_siret[siret] = group
        return group
