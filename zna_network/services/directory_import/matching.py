"""Which record of the directory a row is about: by its SIRET, its identifier, or its name in its
commune. Anything less certain is suggested, never decided."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from zna_network.queries import imports as queries
from zna_network.services.context import Context
from zna_network.services.directory_import.rows import RowValues
from zna_network.services.folding import fold
from zna_network.services.organisations import sort_key


@dataclass(frozen=True)
class Known:
    """What one record of the directory is recognised by."""

    id: int
    slug: str
    name: str
    siret: str
    commune_insee: str | None
    city: str
    commune_name: str | None
    archived_at: datetime | None
    merged_into_id: int | None

    @property
    def place(self) -> str:
        return self.commune_insee or fold(self.city)

    @property
    def label(self) -> str:
        town = self.commune_name or self.city
        return f"{self.name} ({town})" if town else self.name


@dataclass(frozen=True)
class Match:
    """``known`` is the record found, if any; ``by_name`` when only its name and place say so.
    ``problem`` is why the row cannot be placed; ``rivals`` are records to choose from."""

    known: Known | None = None
    by_name: bool = False
    problem: str = ""
    rivals: tuple[Known, ...] = ()


class KnownDirectory:
    """The records, looked up without another query."""

    def __init__(self, entries: Iterable[Known]) -> None:
        self.by_id = {known.id: known for known in entries}
        self.by_slug = {known.slug: known for known in self.by_id.values()}
        live = [known for known in self.by_id.values() if known.archived_at is None]
        self._by_siret = {known.siret: known for known in live if known.siret}
        self._by_name: dict[tuple[str, str], list[Known]] = defaultdict(list)
        for known in live:
            self._by_name[sort_key(known.name), known.place].append(known)

    @classmethod
    def read(cls, ctx: Context) -> "KnownDirectory":
        return cls(Known(*row) for row in ctx.session.execute(queries.known_organisations()))

    def match(self, row: RowValues) -> Match:
        if row.record_id:
            return self._match_identifier(row)
        siret = row.organisation.get("siret", "")
        if siret in self._by_siret:
            return Match(self._by_siret[siret])
        return self._match_name(row, siret)

    def _match_identifier(self, row: RowValues) -> Match:
        known = self.by_slug.get(row.record_id)
        while known is not None and known.merged_into_id is not None:
            known = self.by_id[known.merged_into_id]
        if known is None:
            return Match(
                problem=f"« Identifiant » : aucune fiche « {row.record_id[:80]} ». Laissez vide "
                "pour créer une fiche."
            )
        if known.archived_at is not None:
            return Match(
                problem=f"« {known.name} » est archivé : restaurez la fiche avant de la modifier."
            )
        owner = self._by_siret.get(row.organisation.get("siret", ""), known)
        if owner is not known:
            return Match(problem=f"« SIRET » : c’est celui de {owner.label}.")
        return Match(known)

    def _match_name(self, row: RowValues, siret: str) -> Match:
        """A record whose SIRET is another one is another establishment: a rival at most."""
        namesakes = self._by_name.get(name_key(row), [])
        same = [known for known in namesakes if not (siret and known.siret)]
        if len(same) > 1:
            return Match(
                problem="Plusieurs fiches ont ce nom dans cette commune : choisissez laquelle.",
                rivals=tuple(same),
            )
        if same:
            return Match(same[0], by_name=True, rivals=(same[0],))
        return Match(rivals=tuple(namesakes))

    def chosen(self, organisation_id: int) -> Match:
        """The record that an agent chose for a row."""
        known = self.by_id.get(organisation_id)
        if known is None or known.archived_at is not None:
            return Match(problem="La fiche que vous aviez choisie n’est plus dans l’annuaire.")
        return Match(known)


def name_key(row: RowValues) -> tuple[str, str]:
    """The folded name and place of a row, as two records may share them."""
    values = row.organisation
    place = values.get("commune_insee") or fold(values.get("city", ""))
    return sort_key(values.get("name", "")), place
