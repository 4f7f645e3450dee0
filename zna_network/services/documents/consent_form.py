"""The notice and the consent form to sign, in one language of the public's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from zna_network.services.documents.common import Values, document_values, issuer_values
from zna_network.services.documents.values import Issuer


@dataclass(frozen=True)
class FormQuestion:
    question: str
    explanation: str


@dataclass(frozen=True)
class ConsentFormDocument:
    """Every text in the form's language, save ``version``; ``is_rtl`` for one that is written from
    the right. ``case_number`` when the form is printed for somebody."""

    issuer: Issuer
    produced_at: datetime
    version: str
    is_rtl: bool
    title: str
    paragraphs: Sequence[str]
    questions: Sequence[FormQuestion]
    yes: str
    no: str
    name_label: str
    date_label: str
    signature_label: str
    collected_by_label: str
    case_number: str = ""


def consent_form_values(form: ConsentFormDocument) -> Values:
    return {
        "document": document_values(form.title, form.issuer, form.produced_at),
        "organisateur": issuer_values(form.issuer),
        "avis": {
            "titre": form.title,
            "version": form.version,
            "droite_a_gauche": form.is_rtl,
            "textes": [{"texte": text} for text in form.paragraphs],
        },
        "questions": [{"question": q.question, "precision": q.explanation} for q in form.questions],
        "mots": {
            "oui": form.yes,
            "non": form.no,
            "nom": form.name_label,
            "date": form.date_label,
            "signature": form.signature_label,
            "recueilli_par": form.collected_by_label,
        },
        "dossier": form.case_number,
    }
