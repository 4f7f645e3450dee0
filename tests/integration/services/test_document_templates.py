"""Templates that staff put in place of ours, on both engines."""

from datetime import timedelta

import pytest
from flask import Flask

from tests.acting import acting_as
from tests.factories.accounts import make_user
from tests.factories.docx_files import docx_with, text_of
from tests.factories.organisations import make_organisation
from tests.races import refusals_at_once
from tests.world import FrozenClock
from zna_network.models.account import Role
from zna_network.models.document import DocumentKind, DocumentTemplate
from zna_network.services import document_templates as service
from zna_network.services.context import Context
from zna_network.services.document_rendering import default_template
from zna_network.services.document_templates import TemplateRefusedError
from zna_network.services.errors import ForbiddenError, InvalidError, NotFoundError, TooLargeError

KIND = DocumentKind.MINUTES
GOOD = docx_with("Compte-rendu de {{ reunion.titre }}")
BROKEN = docx_with("Bonjour", "Lieu : {{ reunion.lieux }}", "{{ inconnu }}")


def _in_use(ctx: Context) -> bytes:
    return service.current_file(ctx, KIND).content


def test_ours_is_in_use_until_another_takes_its_place(ctx: Context) -> None:
    assert _in_use(ctx) == default_template(KIND)
    agent = acting_as(ctx, make_user(ctx.session))
    made = service.upload(agent, KIND, "C:\\modèles\\Notre modèle.docx", GOOD)
    assert (made.filename, made.uploaded_by, made.retired_at) == (
        "Notre modèle.docx", agent.actor, None,
    )  # fmt: skip
    assert _in_use(ctx) == GOOD
    assert "Deuxième comité de pilotage" in text_of(service.preview(ctx, KIND).content)


def test_the_one_before_is_kept_and_can_come_back(ctx: Context, clock: FrozenClock) -> None:
    first = service.upload(ctx, KIND, "un.docx", GOOD)
    clock.move(timedelta(hours=1))
    second = service.upload(ctx, KIND, "deux.docx", docx_with("{{ reunion.date }}"))
    assert (first.retired_at, second.retired_at) == (ctx.now, None)
    service.restore(ctx, first.id)
    assert _in_use(ctx) == GOOD
    assert (first.retired_at, second.retired_at) == (None, ctx.now)
    service.restore(ctx, first.id)
    assert _in_use(ctx) == GOOD
    assert service.earlier_file(ctx, second.id).filename == "deux.docx"


def test_going_back_to_ours_keeps_the_other(ctx: Context) -> None:
    made = service.upload(ctx, KIND, "un.docx", GOOD)
    service.use_default(ctx, KIND)
    service.use_default(ctx, KIND)
    assert _in_use(ctx) == default_template(KIND)
    assert made.retired_at == ctx.now


def test_a_template_of_one_kind_leaves_the_others(ctx: Context) -> None:
    service.upload(ctx, DocumentKind.AGENDA, "odj.docx", GOOD)
    assert _in_use(ctx) == default_template(KIND)


def test_a_broken_template_is_refused_with_every_reason_and_changes_nothing(ctx: Context) -> None:
    service.upload(ctx, KIND, "un.docx", GOOD)
    with pytest.raises(TemplateRefusedError, match="2 problèmes") as refusal:
        service.upload(ctx, KIND, "cassé.docx", BROKEN)
    assert [problem.line for problem in refusal.value.problems] == [2, 3]
    assert "reunion.lieux" in refusal.value.problems[0].excerpt
    assert refusal.value.field == "file"
    assert _in_use(ctx) == GOOD
    assert ctx.session.query(DocumentTemplate).count() == 1


def test_an_earlier_template_that_no_longer_works_is_not_put_back(ctx: Context) -> None:
    old = DocumentTemplate(
        kind=KIND, filename="vieux.docx", content=BROKEN, uploaded_at=ctx.now, retired_at=ctx.now
    )
    ctx.session.add(old)
    ctx.session.commit()
    with pytest.raises(TemplateRefusedError):
        service.restore(ctx, old.id)
    assert old.retired_at == ctx.now
    with pytest.raises(NotFoundError):
        service.restore(ctx, 999_999)


@pytest.mark.parametrize(
    ("name", "content"), [("", b""), ("vide.docx", b""), ("texte.docx", b"du texte")]
)
def test_refuses_what_is_no_word_file(ctx: Context, name: str, content: bytes) -> None:
    with pytest.raises(InvalidError) as refusal:
        service.upload(ctx, KIND, name, content)
    assert refusal.value.field == "file"
    assert ctx.session.query(DocumentTemplate).count() == 0


def test_refuses_a_file_too_large(ctx: Context) -> None:
    with pytest.raises(TooLargeError, match="5\u00a0Mo"):
        service.upload(ctx, KIND, "gros.docx", b"x" * (service.LARGEST_MB * 1024 * 1024 + 1))


def test_uploads_at_once_leave_one_in_use(app: Flask, ctx: Context) -> None:
    jobs = [lambda c, n=n: service.upload(c, KIND, f"{n}.docx", GOOD) for n in range(4)]
    assert refusals_at_once(app, jobs) == []
    templates = ctx.session.query(DocumentTemplate).all()
    assert len(templates) == 4
    assert len([template for template in templates if template.retired_at is None]) == 1


def test_only_staff_touch_the_templates(ctx: Context) -> None:
    grantee = acting_as(ctx, make_user(ctx.session, Role.GRANTEE, make_organisation(ctx.session)))
    for act in (
        lambda: service.upload(grantee, KIND, "un.docx", GOOD),
        lambda: service.restore(grantee, 1),
        lambda: service.use_default(grantee, KIND),
        lambda: service.current_file(grantee, KIND),
        lambda: service.preview(grantee, KIND),
        lambda: service.earlier_file(grantee, 1),
    ):
        with pytest.raises(ForbiddenError):
            act()
