"""The figures of a forum, the files made of them, and the survey's poster."""

from io import BytesIO

from flask import Blueprint, flash, redirect, render_template, send_file, url_for
from werkzeug.wrappers import Response

from zna_network.blueprints.access import requires
from zna_network.blueprints.downloads import download, word_download
from zna_network.blueprints.figures.pages import page_values
from zna_network.blueprints.support import context
from zna_network.services import survey
from zna_network.services.errors import ConflictError, DomainError, InvalidError, NotFoundError
from zna_network.services.forum_choice import by_slug
from zna_network.services.forum_day import has_closed
from zna_network.services.forum_figures import figures_for_reader
from zna_network.services.forum_figures_export import FiguresFormat, export_figures
from zna_network.services.forum_report import forum_report
from zna_network.services.permissions import Permission

blueprint = Blueprint("figures", __name__, url_prefix="/forums/<slug>/bilan")


@blueprint.get("")
@requires(Permission.FIGURES_READ)
def show(slug: str) -> str:
    ctx = context()
    figures = figures_for_reader(ctx, slug)
    survey_url = survey.public_url(ctx, figures.forum)
    return render_template(
        "figures/show.html",
        **page_values(figures),
        may_take_files=not figures.is_published or has_closed(figures.forum, ctx.now),
        survey_url=survey_url,
        survey_qr=ctx.ports.qr_codes.svg(survey_url),
        survey_state=survey.state_of(figures.forum, ctx.now),
    )


@blueprint.post("/export/<extension>")
@requires(Permission.FIGURES_READ)
def export(slug: str, extension: str) -> Response:
    """A POST, since it is written down in the journal."""
    if extension not in set(FiguresFormat):
        raise NotFoundError("Ce format n’existe pas.")
    try:
        made = export_figures(context(), slug, FiguresFormat(extension))
    except ConflictError as refusal:
        return _refused(slug, refusal)
    return download(made)


@blueprint.post("/bilan.docx")
@requires(Permission.FIGURES_READ)
def report(slug: str) -> Response:
    try:
        return word_download(forum_report(context(), slug))
    except (ConflictError, InvalidError) as refusal:
        return _refused(slug, refusal)


@blueprint.get("/affiche.pdf")
@requires(Permission.FIGURES_READ)
def poster(slug: str) -> Response:
    """The QR code of the survey, to hang by the way out."""
    ctx = context()
    return send_file(
        BytesIO(survey.poster(ctx, by_slug(ctx, slug))),
        mimetype="application/pdf",
        download_name=f"avis-{slug}.pdf",
    )


@blueprint.post("/avis/<int:answer_id>/effacer")
@requires(Permission.FORUM_EDIT)
def erase_words(slug: str, answer_id: int) -> Response:
    try:
        survey.erase_words(context(), slug, answer_id)
    except NotFoundError:
        flash("Cette réponse n’existe plus.", "warning")
    else:
        flash("Ces mots sont effacés ; les réponses aux trois questions restent.", "success")
    return redirect(url_for("figures.show", slug=slug, _anchor="avis"))


def _refused(slug: str, refusal: DomainError) -> Response:
    flash(refusal.message, "danger")
    return redirect(url_for("figures.show", slug=slug))
