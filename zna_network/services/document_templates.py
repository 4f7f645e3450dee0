"""Putting one's own Word template in place of ours, trying it first, and going back."""

from collections.abc import Sequence
from pathlib import PurePath

from zna_network.models.document import DocumentKind, DocumentTemplate
from zna_network.ports.documents import TemplateProblem
from zna_network.queries import documents as queries
from zna_network.services.clean_values import clean_line
from zna_network.services.context import Context
from zna_network.services.document_rendering import (
    WordFile,
    default_template,
    render,
)
from zna_network.services.documents.samples import SAMPLES
from zna_network.services.errors import InvalidError, NotFoundError, TooLargeError
from zna_network.services.permissions import Permission
from zna_network.services.unit_of_work import take_turns

LARGEST_MB = 5


class TemplateRefusedError(InvalidError):
    """A template that would not give the document; ``problems`` say why, and where."""

    def __init__(self, problems: Sequence[TemplateProblem]) -> None:
        many = len(problems) > 1
        super().__init__(
            f"Ce modèle n’a pas été accepté : {len(problems)} problèmes sont à corriger. Le modèle "
            "en vigueur reste en place."
            if many
            else "Ce modèle n’a pas été accepté : un problème est à corriger. Le modèle en vigueur "
            "reste en place.",
            field="file",
        )
        self.problems = tuple(problems)


def upload(ctx: Context, kind: DocumentKind, filename: str, content: bytes) -> DocumentTemplate:
    """Try a template and put it in use; the one before is kept, retired.

    Raises TemplateRefusedError with every problem found, and then changes nothing."""
    ctx.require(Permission.TEMPLATES_EDIT)
    name = clean_line(PurePath(filename.replace("\\", "/")).name, field="file", limit=200)
    if not name or not content:
        raise InvalidError("Choisissez le fichier Word (.docx) à déposer.", field="file")
    if len(content) > LARGEST_MB * 1024 * 1024:
        raise TooLargeError(
            f"Ce fichier est trop lourd : un modèle fait {LARGEST_MB}\u00a0Mo au plus.",
            field="file",
        )
    _try(ctx, kind, content)
    with ctx.unit_of_work():
        _retire(ctx, kind)
        template = DocumentTemplate(
            kind=kind,
            filename=name,
            content=content,
            uploaded_at=ctx.now,
            uploaded_by_id=ctx.actor_id,
        )
        ctx.session.add(template)
        ctx.session.flush()
        ctx.record("template.uploaded", template, kind=kind.value)
    return template


def restore(ctx: Context, template_id: int) -> DocumentTemplate:
    """Put an earlier template back in use, if it still gives the document."""
    ctx.require(Permission.TEMPLATES_EDIT)
    template = _found(ctx, template_id)
    _try(ctx, template.kind, template.content)
    with ctx.unit_of_work():
        _retire(ctx, template.kind)
        template = _found(ctx, template_id)
        template.retired_at = None
        ctx.session.flush()
        ctx.record("template.restored", template, kind=template.kind.value)
    return template


def use_default(ctx: Context, kind: DocumentKind) -> None:
    """Go back to our own template; the one in use is kept, retired."""
    ctx.require(Permission.TEMPLATES_EDIT)
    with ctx.unit_of_work():
        for template in _retire(ctx, kind):
            ctx.record("template.default_restored", template, kind=kind.value)


def current_file(ctx: Context, kind: DocumentKind) -> WordFile:
    ctx.require(Permission.TEMPLATES_EDIT)
    in_use = ctx.session.scalar(queries.template_in_use(kind))
    return WordFile(in_use.filename, in_use.content) if in_use else default_file(kind)


def default_file(kind: DocumentKind) -> WordFile:
    return WordFile(f"{kind.value}.docx", default_template(kind))


def earlier_file(ctx: Context, template_id: int) -> WordFile:
    ctx.require(Permission.TEMPLATES_EDIT)
    template = _found(ctx, template_id)
    return WordFile(template.filename, template.content)


def preview(ctx: Context, kind: DocumentKind) -> WordFile:
    """The document that the template in use gives, with invented people and texts.

    Raises InvalidError when it cannot be filled."""
    ctx.require(Permission.TEMPLATES_EDIT)
    return WordFile(f"exemple-{kind.value}.docx", render(ctx, kind, SAMPLES[kind]))


def _try(ctx: Context, kind: DocumentKind, content: bytes) -> None:
    """Outside any transaction: it takes a while, and nobody should wait for it."""
    problems = ctx.ports.documents.check(content, SAMPLES[kind])
    if problems:
        raise TemplateRefusedError(problems)


def _retire(ctx: Context, kind: DocumentKind) -> list[DocumentTemplate]:
    """Make room for another template of this kind. Those who do so at once take turns, and the
    database refuses a second one in use."""
    take_turns(ctx.session, f"template:{kind.value}")
    retired = list(ctx.session.scalars(queries.template_in_use(kind)))
    for template in retired:
        template.retired_at = ctx.now
    ctx.session.flush()
    return retired


def _found(ctx: Context, template_id: int) -> DocumentTemplate:
    template = ctx.session.scalar(queries.template(template_id))
    if template is None:
        raise NotFoundError("Ce modèle n’existe pas.")
    return template
