"""Other organisations that a line may be about: shown to a person, who alone decides."""

from collections.abc import Iterable

from zna_network.services.context import Context
from zna_network.services.directory_import.drafts import RecordDraft
from zna_network.services.directory_import.matching import Known
from zna_network.services.directory_import.outcome import LINE, RECORD, Suggestion
from zna_network.services.duplicates import DirectoryIndex
from zna_network.services.folding import fold
from zna_network.services.likeness import Identity, LikenessIndex, Reason
from zna_network.services.organisation_values import OrganisationData

AT_MOST = 4


class LookAlikes:
    """Finds, for each record that the file creates, those that look like it: in the directory,
    then among the records that earlier lines create."""

    def __init__(self, ctx: Context, drafts: Iterable[RecordDraft]) -> None:
        new = {d.first_line: d.data for d in drafts if d.is_new and d.data is not None}
        self._directory = DirectoryIndex(ctx) if new else None
        self._identities = {line: _identity(line, data) for line, data in new.items()}
        self._in_file = LikenessIndex(self._identities.values())

    def of(self, draft: RecordDraft) -> list[Suggestion]:
        if self._directory is None or draft.data is None:
            return []
        found = [
            Suggestion(f"{RECORD}{other.organisation_id}", other.name, _because(other.reasons))
            for other in self._directory.look_alikes(draft.data)
        ]
        identity = self._identities[draft.first_line]
        found += [
            Suggestion(f"{LINE}{other.id}", other.name, f"ligne {other.id} : {_because(reasons)}")
            for other, reasons in self._in_file.like(identity)
            if other.id < draft.first_line
        ]
        return found[:AT_MOST]


def of_rivals(rivals: Iterable[Known], hint: str) -> list[Suggestion]:
    return [Suggestion(f"{RECORD}{known.id}", known.label, hint) for known in rivals][:AT_MOST]


def _because(reasons: tuple[Reason, ...]) -> str:
    return ", ".join(reason.label for reason in reasons)


def _identity(line: int, data: OrganisationData) -> Identity:
    return Identity(
        id=line,
        name=data.name,
        acronym=data.acronym,
        siret=data.siret,
        email=data.email,
        phone=data.phone,
        place=data.commune_insee or fold(data.city),
        place_words=frozenset(fold(data.city).split()),
        kind=data.kind,
    )
