"""The bilan of the referrals and the files made of it, and the barometer that one of its tables is
made of."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from zna_network.blueprints.access import requires
from zna_network.blueprints.bilan.forms import PeriodForm
from zna_network.blueprints.bilan.pages import page_values
from zna_network.blueprints.bilan.routes import blueprint
from zna_network.blueprints.downloads import download, word_download
from zna_network.blueprints.support import context
from zna_network.services import barometer as barometers
from zna_network.services.errors import ConflictError, InvalidError
from zna_network.services.permissions import Permission
from zna_network.services.referrals.bilan import bilan_for_reader, is_of_the_team
from zna_network.services.referrals.bilan_export import export_bilan
from zna_network.services.referrals.bilan_report import bilan_report
from zna_network.services.referrals.bilan_words import HOW, state_in_words

# Anything else than a class, or than nothing, is one that the use case refuses.
NO_CLASS = 0
_CLASSES: dict[str, int | None] = {"": None, **{str(n): n for n in barometers.CLASSES}}


@blueprint.get("")
@requires(Permission.BILAN_READ)
def show() -> str:
    ctx = context()
    form = PeriodForm.asked()
    bilan = bilan_for_reader(ctx, form.period())
    return render_template(
        "bilan/show.html",
        **page_values(bilan),
        form=form,
        period=form.in_address,
        state=state_in_words(bilan),
        how=HOW,
        may_choose=is_of_the_team(ctx),
    )


@blueprint.post("/bilan.xlsx")
@requires(Permission.BILAN_READ)
def export() -> Response:
    """A POST, since it is written down in the journal."""
    made = export_bilan(context(), PeriodForm.asked().period())
    return download(made)


@blueprint.post("/bilan.docx")
@requires(Permission.BILAN_READ)
def report() -> Response:
    try:
        return word_download(bilan_report(context(), PeriodForm.asked().period()))
    except InvalidError as refusal:
        flash(refusal.message, "danger")
        return redirect(url_for("bilan.show"))


@blueprint.get("/barometre")
@requires(Permission.DIRECTORY_EDIT)
def barometer() -> str:
    return _barometer_page()


@blueprint.post("/barometre")
@requires(Permission.DIRECTORY_EDIT)
def save_barometer() -> str | Response | tuple[str, int]:
    typed = {
        key: value for key, value in request.form.items() if key.startswith(("commune-", "qpv-"))
    }
    classes = {key: _CLASSES.get(value, NO_CLASS) for key, value in typed.items()}
    try:
        changed = barometers.save_barometer(context(), classes, request.form.get("stamp", ""))
    except (ConflictError, InvalidError) as refusal:
        return _barometer_page(refusal.message), 422
    if changed:
        flash(f"Classes enregistrées : {changed} modifiée{'s' if changed > 1 else ''}.", "success")
    else:
        flash("Rien n’avait changé.", "info")
    return redirect(url_for("bilan.barometer"))


def _barometer_page(problem: str = "") -> str:
    return render_template(
        "bilan/barometer.html",
        barometer=barometers.read_barometer(context()),
        classes=barometers.CLASSES,
        problem=problem,
    )
