"""The case sheets to print: facts that name nobody, and the boxes that are filled in by hand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from zna_network.services.documents.common import (
    Values,
    committee_values,
    document_values,
    issuer_values,
    meeting_values,
)
from zna_network.services.documents.values import CommitteeFacts, Issuer, MeetingFacts
from zna_network.services.french_time import long_date

NOTICE = "Document pseudonymisé : n’y ajoutez ni nom, ni adresse, ni numéro."


@dataclass(frozen=True)
class SheetFacts:
    """One situation; all empty for a blank sheet. ``place`` is a commune of some size, or only
    « secteur rural » or « secteur urbain »."""

    case_number: str = ""
    referral: str = ""
    age_band: str = ""
    target_group: str = ""
    place: str = ""
    rights: str = ""
    cause: str = ""
    sender: str = ""
    receiver: str = ""
    state: str = ""
    blocking_point: str = ""
    proposal: str = ""
    decision: str = ""
    decided_on: date | None = None


@dataclass(frozen=True)
class CaseSheetsDocument:
    issuer: Issuer
    committee: CommitteeFacts
    meeting: MeetingFacts
    produced_at: datetime
    sheets: Sequence[SheetFacts]


def case_sheets_values(document: CaseSheetsDocument) -> Values:
    title = "Fiches de suivi de situation individuelle"
    return {
        "document": document_values(title, document.issuer, document.produced_at),
        "organisateur": issuer_values(document.issuer),
        "instance": committee_values(document.committee),
        "reunion": meeting_values(document.meeting),
        "fiches": [_sheet(sheet) for sheet in document.sheets],
        "mention": NOTICE,
    }


def _sheet(sheet: SheetFacts) -> Values:
    return {
        "dossier": sheet.case_number,
        "orientation": sheet.referral,
        "age": sheet.age_band,
        "public": sheet.target_group,
        "lieu": sheet.place,
        "droits": sheet.rights,
        "cause": sheet.cause,
        "oriente": sheet.sender,
        "destinataire": sheet.receiver,
        "etat": sheet.state,
        "blocage": sheet.blocking_point,
        "proposition": sheet.proposal,
        "decision": sheet.decision,
        "decide_le": long_date(sheet.decided_on) if sheet.decided_on else "",
    }
