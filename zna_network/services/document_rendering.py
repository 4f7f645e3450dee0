"""The Word documents handed out: our templates, or those that staff have put in their place."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zna_network.config import CHECKOUT
from zna_network.models.document import DocumentKind
from zna_network.ports.documents import DocumentError
from zna_network.queries import documents as queries
from zna_network.services.context import Context
from zna_network.services.errors import InvalidError

FOLDER: Path = CHECKOUT / "docs_templates"


@dataclass(frozen=True)
class WordFile:
    """A docx and the name that it is saved under."""

    filename: str
    content: bytes


def template_of(ctx: Context, kind: DocumentKind) -> bytes:
    """The template in use for this kind of document."""
    uploaded = ctx.session.scalar(queries.template_in_use(kind))
    return uploaded.content if uploaded else default_template(kind)


def default_template(kind: DocumentKind) -> bytes:
    return (FOLDER / f"{kind.value}.docx").read_bytes()


def render(
    ctx: Context, kind: DocumentKind, values: Mapping[str, Any], template: bytes | None = None
) -> bytes:
    """The docx, of the template in use unless it is given. A template that fails at the last
    moment is a refusal with its reason."""
    try:
        return ctx.ports.documents.render(template or template_of(ctx, kind), values)
    except DocumentError as error:
        raise InvalidError(
            f"Le modèle « {kind.label} » n’a pas pu être rempli : {error}"
        ) from error
