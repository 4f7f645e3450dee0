"""The « diagnostic 360° des droits » on paper: blank, or as it was said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from zna_network.models.person import RightStatus
from zna_network.services.documents.common import Values, document_values, issuer_values, plain_date
from zna_network.services.documents.values import Issuer

BOX, TICKED = "☐", "☒"
NOTICE = (
    "Ces questions aident à repérer des droits à vérifier. Seul l’organisme qui verse décide. Ne "
    "pas répondre, ou ne pas vouloir d’un droit, est un choix."
)


@dataclass(frozen=True)
class PaperQuestion:
    code: str
    label: str
    question: str


@dataclass(frozen=True)
class PaperTheme:
    label: str
    questions: Sequence[PaperQuestion]


@dataclass(frozen=True)
class DiagnosticDocument:
    """``statuses`` empty: a blank form. ``target_group`` and the rest in words."""

    issuer: Issuer
    produced_at: datetime
    themes: Sequence[PaperTheme]
    statuses: Mapping[str, str] = field(default_factory=dict)
    case_number: str = ""
    made_at: datetime | None = None
    made_by: str = ""
    target_group: str = ""
    place: str = ""
    age_band: str = ""


def diagnostic_values(document: DiagnosticDocument) -> Values:
    title = "Diagnostic 360° des droits"
    return {
        "document": document_values(title, document.issuer, document.produced_at),
        "organisateur": issuer_values(document.issuer),
        "dossier": document.case_number,
        "fait": {
            "le": plain_date(document.made_at) if document.made_at else "",
            "par": document.made_by,
        },
        "personne": {
            "public": document.target_group,
            "lieu": document.place,
            "age": document.age_band,
        },
        "themes": [
            {
                "nom": theme.label,
                "droits": [_question(q, document.statuses.get(q.code)) for q in theme.questions],
            }
            for theme in document.themes
        ],
        "mention": NOTICE,
    }


def _question(question: PaperQuestion, status: str | None) -> Values:
    boxes = {
        "a": RightStatus.HAS,
        "a_verifier": RightStatus.TO_CHECK,
        "pas_concerne": RightStatus.NOT_CONCERNED,
        "n_en_veut_pas": RightStatus.DECLINES,
    }
    return {
        "nom": question.label,
        "question": question.question,
        **{name: TICKED if status == one.value else BOX for name, one in boxes.items()},
    }
