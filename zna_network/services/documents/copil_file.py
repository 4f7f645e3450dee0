"""The COPIL's file: what it needs to know, and the values of its template."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from zna_network.ports.documents import Picture
from zna_network.services.documents.bilan import BilanDocument, bilan_values
from zna_network.services.documents.common import (
    Values,
    action_values,
    agenda_values,
    committee_values,
    document_values,
    issuer_values,
    meeting_values,
)
from zna_network.services.documents.values import (
    ActionFacts,
    AgendaPoint,
    CommitteeFacts,
    Issuer,
    MeetingFacts,
)
from zna_network.services.french_time import local_date


@dataclass(frozen=True)
class PastDecision:
    """A decision of an earlier meeting; ``day`` in words."""

    day: str
    text: str
    owner: str = ""


@dataclass(frozen=True)
class CoverageFacts:
    """``picture`` is the map; ``states`` each state of a commune with its number of communes, in
    words; ``credit`` where the outlines come from."""

    picture: Picture
    states: Sequence[tuple[str, str]]
    words: str
    credit: str


@dataclass(frozen=True)
class CopilFileDocument:
    issuer: Issuer
    committee: CommitteeFacts
    meeting: MeetingFacts
    produced_at: datetime
    points: tuple[AgendaPoint, ...]
    decisions: Sequence[PastDecision]
    actions: tuple[ActionFacts, ...]
    bilan: BilanDocument
    coverage: CoverageFacts


def copil_file_values(file: CopilFileDocument) -> Values:
    points = agenda_values(file.points, file.meeting.starts_at)
    bilan = bilan_values(file.bilan)
    return {
        "document": document_values("Dossier du COPIL", file.issuer, file.produced_at),
        "organisateur": issuer_values(file.issuer),
        "instance": committee_values(file.committee),
        "reunion": meeting_values(file.meeting),
        "points": points,
        "decisions_attendues": [point for point in points if point["decision_attendue"]],
        "decisions_prises": [
            {"date": one.day, "texte": one.text, "responsable": one.owner} for one in file.decisions
        ],
        "actions": action_values(file.actions, local_date(file.meeting.starts_at)),
        "bilan": {
            key: bilan[key]
            for key in ("etat", "ensemble", "graphiques", "tableaux", "secret", "lecture")
        },
        "couverture": {
            "carte": file.coverage.picture,
            "phrase": file.coverage.words,
            "etats": [{"nom": label, "communes": number} for label, number in file.coverage.states],
            "source": file.coverage.credit,
        },
    }
