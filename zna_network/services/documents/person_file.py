"""What is known of a person, handed to them on paper."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from zna_network.services.documents.common import Values, document_values, issuer_values
from zna_network.services.documents.values import Issuer

TITLE = "Vos données"


@dataclass(frozen=True)
class FileEntry:
    """Labels and what they say, in order."""

    lines: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class FileSection:
    title: str
    entries: Sequence[FileEntry]


@dataclass(frozen=True)
class PersonFileDocument:
    issuer: Issuer
    produced_at: datetime
    case_number: str
    sections: Sequence[FileSection]


def person_file_values(file: PersonFileDocument) -> Values:
    return {
        "document": document_values(TITLE, file.issuer, file.produced_at),
        "organisateur": issuer_values(file.issuer),
        "dossier": file.case_number,
        "parties": [
            {
                "titre": section.title,
                "elements": [
                    {"lignes": [{"nom": label, "valeur": words} for label, words in entry.lines]}
                    for entry in section.entries
                ],
            }
            for section in file.sections
        ],
    }
