"""The Word templates: which one is in use, trying another, going back."""

from collections.abc import Sequence
from contextlib import closing

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from zna_network.blueprints.access import requires
from zna_network.blueprints.downloads import word_download
from zna_network.blueprints.support import context
from zna_network.blueprints.templates.forms import UploadForm
from zna_network.models.document import DocumentKind
from zna_network.ports.documents import TemplateProblem
from zna_network.queries import documents as queries
from zna_network.services import document_templates
from zna_network.services.document_templates import TemplateRefusedError
from zna_network.services.errors import DomainError, InvalidError, NotFoundError, TooLargeError
from zna_network.services.permissions import Permission
from zna_network.services.placeholders import placeholders

blueprint = Blueprint("templates", __name__, url_prefix="/modeles")

SLUGS = {
    "compte-rendu": DocumentKind.MINUTES,
    "feuille-d-emargement": DocumentKind.ATTENDANCE_SHEET,
    "convocation": DocumentKind.CONVOCATION,
    "ordre-du-jour": DocumentKind.AGENDA,
    "bilan-du-forum": DocumentKind.FORUM_REPORT,
    "bilan-des-orientations": DocumentKind.BILAN,
    "fiche-de-situation": DocumentKind.CASE_SHEET,
    "formulaire-de-consentement": DocumentKind.CONSENT_FORM,
    "diagnostic-des-droits": DocumentKind.DIAGNOSTIC,
    "donnees-d-une-personne": DocumentKind.PERSON_FILE,
    "ordre-de-mission": DocumentKind.MISSION_ORDER,
    "feuille-de-route": DocumentKind.TRIP_SHEET,
    "dossier-de-copil": DocumentKind.COPIL_FILE,
}


@blueprint.get("")
@requires(Permission.TEMPLATES_EDIT)
def index() -> str:
    in_use = {t.kind: t for t in context().session.scalars(queries.templates_in_use())}
    rows = [(slug, kind, in_use.get(kind)) for slug, kind in SLUGS.items()]
    return render_template("document_templates/index.html", rows=rows)


@blueprint.get("/<slug>")
@requires(Permission.TEMPLATES_EDIT)
def show(slug: str) -> str:
    return _page(slug, UploadForm(formdata=None))


@blueprint.post("/<slug>")
@requires(Permission.TEMPLATES_EDIT)
def upload(slug: str) -> str | Response | tuple[str, int]:
    kind = _kind(slug)
    form = UploadForm()
    if not form.validate_on_submit():
        return _page(slug, form)
    name, content = _read(form.file.data)
    try:
        made = document_templates.upload(context(), kind, name, content)
    except (InvalidError, TooLargeError) as refusal:
        form.refuse(refusal)
        return _page(slug, form, _problems(refusal), name), 422
    flash(f"« {made.filename} » sert maintenant de modèle : {kind.label.lower()}.", "success")
    return redirect(url_for("templates.show", slug=slug))


@blueprint.post("/<slug>/anciens/<int:template_id>/reprendre")
@requires(Permission.TEMPLATES_EDIT)
def restore(slug: str, template_id: int) -> str | Response | tuple[str, int]:
    _kind(slug)
    try:
        made = document_templates.restore(context(), template_id)
    except InvalidError as refusal:
        form = UploadForm(formdata=None)
        form.form_errors.append(refusal.message)
        return _page(slug, form, _problems(refusal)), 422
    flash(f"« {made.filename} » sert de nouveau de modèle.", "success")
    return redirect(url_for("templates.show", slug=slug))


@blueprint.post("/<slug>/origine")
@requires(Permission.TEMPLATES_EDIT)
def use_default(slug: str) -> Response:
    document_templates.use_default(context(), _kind(slug))
    flash("Le modèle d’origine sert de nouveau.", "success")
    return redirect(url_for("templates.show", slug=slug))


@blueprint.get("/<slug>/en-vigueur.docx")
@requires(Permission.TEMPLATES_EDIT)
def current(slug: str) -> Response:
    return word_download(document_templates.current_file(context(), _kind(slug)))


@blueprint.get("/<slug>/origine.docx")
@requires(Permission.TEMPLATES_EDIT)
def default(slug: str) -> Response:
    return word_download(document_templates.default_file(_kind(slug)))


@blueprint.get("/<slug>/anciens/<int:template_id>.docx")
@requires(Permission.TEMPLATES_EDIT)
def earlier(slug: str, template_id: int) -> Response:
    _kind(slug)
    return word_download(document_templates.earlier_file(context(), template_id))


@blueprint.get("/<slug>/exemple.docx")
@requires(Permission.TEMPLATES_EDIT)
def preview(slug: str) -> Response:
    try:
        return word_download(document_templates.preview(context(), _kind(slug)))
    except InvalidError as refusal:
        flash(refusal.message, "danger")
        return redirect(url_for("templates.show", slug=slug))


def _read(sent: FileStorage | None) -> tuple[str, bytes]:
    """The file's name and content, both empty without a file."""
    if sent is None:
        return "", b""
    with closing(sent):
        return sent.filename or "", sent.read()


def _kind(slug: str) -> DocumentKind:
    if slug not in SLUGS:
        raise NotFoundError("Ce modèle n’existe pas.")
    return SLUGS[slug]


def _problems(refusal: DomainError) -> Sequence[TemplateProblem]:
    return refusal.problems if isinstance(refusal, TemplateRefusedError) else ()


def _page(
    slug: str, form: UploadForm, problems: Sequence[TemplateProblem] = (), refused: str = ""
) -> str:
    """``problems`` are those of the file ``refused``, an upload or an earlier template."""
    kind = _kind(slug)
    templates = context().session.scalars(queries.templates_of(kind)).all()
    return render_template(
        "document_templates/show.html",
        slug=slug,
        kind=kind,
        form=form,
        problems=problems,
        refused=refused,
        in_use=next((t for t in templates if t.retired_at is None), None),
        earlier=[t for t in templates if t.retired_at is not None],
        placeholders=placeholders(kind),
    )
