"""What is printed: the notice with its consent form, and the diagnostic, blank or filled in."""

from collections.abc import Mapping
from dataclasses import replace

from zna_network.models.document import DocumentKind
from zna_network.models.territory import TargetGroup
from zna_network.services.context import Context
from zna_network.services.document_rendering import WordFile, render
from zna_network.services.documents.consent_form import (
    ConsentFormDocument,
    FormQuestion,
    consent_form_values,
)
from zna_network.services.documents.diagnostic import (
    DiagnosticDocument,
    PaperQuestion,
    PaperTheme,
    diagnostic_values,
)
from zna_network.services.documents.facts import issuer
from zna_network.services.errors import NotFoundError
from zna_network.services.languages import find_language, language_of, to_translate
from zna_network.services.referrals import people
from zna_network.services.referrals.consent_notice import notice
from zna_network.services.referrals.diagnostics import DiagnosticView, read
from zna_network.services.referrals.guide import guide

NAME = to_translate("Votre nom, ou un surnom")
DATE = to_translate("Date")
SIGNATURE = to_translate("Signature")
COLLECTED_BY = to_translate("Personne qui vous aide")


def consent_form(ctx: Context, code: str, person_id: int | None = None) -> WordFile:
    """The form in one of the public's languages; with the case number when it is for somebody.
    Raises NotFoundError for a language that nobody has translated, or a person not theirs."""
    if find_language(code) is None:
        raise NotFoundError("Ce formulaire n’existe pas dans cette langue.")
    number = people.find(ctx, person_id).case_number if person_id is not None else ""
    language, told = language_of(code), notice(ctx, code)
    say = ctx.ports.translations.translator(language.locale)
    document = ConsentFormDocument(
        issuer=issuer(ctx.settings),
        produced_at=ctx.now,
        version=f"{told.version} · {language.name}",
        is_rtl=language.is_rtl,
        title=told.title,
        paragraphs=told.paragraphs,
        questions=[FormQuestion(one.question, one.explanation) for one in told.questions],
        yes=told.yes,
        no=told.no,
        name_label=say(NAME),
        date_label=say(DATE),
        signature_label=say(SIGNATURE),
        collected_by_label=say(COLLECTED_BY),
        case_number=number,
    )
    content = render(ctx, DocumentKind.CONSENT_FORM, consent_form_values(document))
    return WordFile(f"consentement-{language.code}.docx", content)


def blank_diagnostic(ctx: Context, target_group: TargetGroup | None = None) -> WordFile:
    """To fill in by hand, away from any screen."""
    document = _document(ctx, target_group, {})
    if target_group is not None:
        document = replace(document, target_group=target_group.label)
    content = render(ctx, DocumentKind.DIAGNOSTIC, diagnostic_values(document))
    return WordFile("diagnostic-360-vierge.docx", content)


def diagnostic_document(ctx: Context, diagnostic_id: int) -> WordFile:
    """As it was said, under the case number: it names nobody."""
    view = read(ctx, diagnostic_id)
    content = render(ctx, DocumentKind.DIAGNOSTIC, diagnostic_values(_filled(ctx, view)))
    return WordFile(f"diagnostic-360-{view.person.case_number}.docx", content)


def _filled(ctx: Context, view: DiagnosticView) -> DiagnosticDocument:
    person, diagnostic = view.person, view.diagnostic
    place = person.qpv or person.commune
    return replace(
        _document(ctx, person.target_group, diagnostic.statuses),
        case_number=person.case_number,
        made_at=diagnostic.made_at,
        made_by=diagnostic.made_by,
        target_group=person.target_group.label if person.target_group else "",
        place=place.name if place else "",
        age_band=person.age_band.label if person.age_band else "",
    )


def _document(
    ctx: Context, target_group: TargetGroup | None, statuses: Mapping[str, str]
) -> DiagnosticDocument:
    themes = [
        PaperTheme(
            theme.label,
            [PaperQuestion(q.right.code, q.right.label, q.text) for q in theme.questions],
        )
        for theme in guide(ctx, target_group)
    ]
    return DiagnosticDocument(issuer(ctx.settings), ctx.now, themes, statuses)
