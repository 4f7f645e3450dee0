"""Word templates put in place by staff."""

from sqlalchemy import Select, select
from sqlalchemy.orm import undefer

from zna_network.models.document import DocumentKind, DocumentTemplate


def template_in_use(kind: DocumentKind) -> Select[DocumentTemplate]:
    return (
        select(DocumentTemplate)
        .where(DocumentTemplate.kind == kind, DocumentTemplate.retired_at.is_(None))
        .options(undefer(DocumentTemplate.content))
    )
