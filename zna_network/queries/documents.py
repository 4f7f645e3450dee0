"""Word templates put in place by staff."""

from sqlalchemy import Select, select
from sqlalchemy.orm import selectinload, undefer

from zna_network.models.document import DocumentKind, DocumentTemplate


def template_in_use(kind: DocumentKind) -> Select[DocumentTemplate]:
    return (
        select(DocumentTemplate)
        .where(DocumentTemplate.kind == kind, DocumentTemplate.retired_at.is_(None))
        .options(undefer(DocumentTemplate.content))
    )


def templates_in_use() -> Select[DocumentTemplate]:
    """The uploaded templates in use, of every kind, without their content."""
    return (
        select(DocumentTemplate)
        .where(DocumentTemplate.retired_at.is_(None))
        .options(selectinload(DocumentTemplate.uploaded_by))
    )


def templates_of(kind: DocumentKind) -> Select[DocumentTemplate]:
    """Every template ever uploaded for this kind, latest first, without their content."""
    return (
        select(DocumentTemplate)
        .where(DocumentTemplate.kind == kind)
        .options(selectinload(DocumentTemplate.uploaded_by))
        .order_by(DocumentTemplate.uploaded_at.desc(), DocumentTemplate.id.desc())
    )


def template(template_id: int) -> Select[DocumentTemplate]:
    return (
        select(DocumentTemplate)
        .where(DocumentTemplate.id == template_id)
        .options(undefer(DocumentTemplate.content))
        .execution_options(populate_existing=True)
    )
