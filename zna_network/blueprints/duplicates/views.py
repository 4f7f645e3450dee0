"""Records that may be of the same organisation: compared, told apart, or merged."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import HiddenField, StringField

from zna_network.blueprints.access import requires
from zna_network.blueprints.duplicates.merge_form import merge_form
from zna_network.blueprints.support import Form, Listing, context, page_request
from zna_network.services import duplicates, merging, organisations
from zna_network.services.errors import InvalidError
from zna_network.services.permissions import Permission

blueprint = Blueprint("duplicates", __name__, url_prefix="/annuaire/doublons")
_PAIR = "/<int(max=2147483647):one_id>/<int(max=2147483647):other_id>"


class OtherRecordForm(Form):
    organisation = StringField("L’autre fiche", description="Tapez le début de son nom.")
    organisation_id = HiddenField()


@blueprint.get("")
@requires(Permission.DIRECTORY_EDIT)
def index() -> str:
    dismissed = request.args.get("ecartes") == "1"
    page = duplicates.page_of_pairs(context(), page_request().number, dismissed=dismissed)
    return render_template("duplicates/index.html", listing=Listing(page), dismissed=dismissed)


@blueprint.post(f"{_PAIR}/differents")
@requires(Permission.DIRECTORY_EDIT)
def dismiss(one_id: int, other_id: int) -> Response:
    duplicates.dismiss_pair(context(), one_id, other_id)
    flash("C’est noté : ces deux fiches ne seront plus rapprochées.", "success")
    return redirect(url_for("duplicates.index"))


@blueprint.post(f"{_PAIR}/revoir")
@requires(Permission.DIRECTORY_EDIT)
def reconsider(one_id: int, other_id: int) -> Response:
    duplicates.reconsider_pair(context(), one_id, other_id)
    flash("Ces deux fiches sont de nouveau proposées à la comparaison.", "success")
    return redirect(url_for("duplicates.index"))


@blueprint.route("/choisir/<slug>", methods=["GET", "POST"])
@requires(Permission.DIRECTORY_EDIT)
def choose(slug: str) -> str | Response:
    """Merge a record with one that nothing suggested."""
    ctx = context()
    organisation = organisations.organisation_by_slug(ctx, slug)
    form = OtherRecordForm()

    def other_record() -> int:
        other = organisations.resolve(
            ctx,
            form.organisation_id.data or "",
            form.organisation.data or "",
            field="organisation",
        )
        if other.id == organisation.id:
            raise InvalidError(
                "C’est la même fiche : choisissez-en une autre.", field="organisation"
            )
        return other.id

    other_id = form.attempt(other_record)
    if other_id is None:
        return render_template("duplicates/choose.html", form=form, organisation=organisation)
    return redirect(url_for("duplicates.merge", one_id=organisation.id, other_id=other_id))


@blueprint.route(f"{_PAIR}/fusion", methods=["GET", "POST"])
@requires(Permission.DIRECTORY_EDIT)
def merge(one_id: int, other_id: int) -> str | Response:
    """``one_id`` is the record that stays."""
    ctx = context()
    pair = merging.pair_to_merge(ctx, one_id, other_id)
    form = merge_form(pair.kept, pair.other)
    merged = form.attempt(lambda: merging.merge_organisations(ctx, form.to_data(one_id, other_id)))
    if merged is not None:
        flash("Les deux fiches n’en font plus qu’une. L’ancienne adresse y conduit.", "success")
        return redirect(url_for("directory.show", slug=merged.slug))
    refusals = list(form.form_errors)
    pair = merging.pair_to_merge(ctx, one_id, other_id)
    form = merge_form(pair.kept, pair.other)
    form.form_errors += refusals
    stale = form.renew(pair.kept, pair.other)
    return render_template("duplicates/merge.html", form=form, pair=pair, stale=stale)
