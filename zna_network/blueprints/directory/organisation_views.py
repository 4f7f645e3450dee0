"""Writing in a record: created, corrected, verified, archived."""

from functools import partial

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from zna_network.blueprints.access import requires
from zna_network.blueprints.directory.differences import cleaned_or_typed, differences
from zna_network.blueprints.directory.forms import OrganisationForm
from zna_network.blueprints.directory.views import blueprint
from zna_network.blueprints.support import context
from zna_network.services import organisations, territory
from zna_network.services.permissions import Permission


@blueprint.route("/nouveau", methods=["GET", "POST"])
@requires(Permission.DIRECTORY_EDIT)
def create() -> str | Response:
    ctx = context()
    form = OrganisationForm().offer(territory.load(ctx))
    organisation = form.attempt(
        lambda: organisations.create_organisation(
            ctx, form.to_data(), despite_same_name=bool(form.insist.data)
        )
    )
    if organisation is None:
        return render_template("directory/create.html", form=form)
    flash("Fiche créée. Ajoutez maintenant ce que l’organisme propose, et ses contacts.", "success")
    return redirect(url_for("directory.show", slug=organisation.slug))


@blueprint.route("/organismes/<slug>/modifier", methods=["GET", "POST"])
@requires(Permission.DIRECTORY_EDIT)
def edit(slug: str) -> str | Response:
    ctx = context()
    organisation = organisations.organisation_by_slug(ctx, slug)
    places = territory.load(ctx)
    form = OrganisationForm(obj=organisation).offer(places)
    changed = form.attempt(
        lambda: organisations.update_organisation(
            ctx, organisation.id, form.to_data(), form.revision.seen
        )
    )
    if changed is not None:
        flash("Fiche mise à jour.", "success")
        return redirect(url_for("directory.show", slug=slug))
    differing = []
    if form.revision.renew(organisation.revision):
        clean = partial(organisations.cleaned, ctx, stored_siret=organisation.siret)
        typed = cleaned_or_typed(clean, form.to_data())
        differing = differences(form, organisations.data_of(organisation), typed, places)
    return render_template(
        "directory/edit.html", form=form, organisation=organisation, differing=differing
    )


@blueprint.post("/organismes/<slug>/verifiee")
@requires(Permission.DIRECTORY_EDIT)
def verify(slug: str) -> Response:
    ctx = context()
    organisations.mark_verified(ctx, organisations.organisation_by_slug(ctx, slug).id)
    flash("Fiche vérifiée aujourd’hui.", "success")
    return redirect(url_for("directory.show", slug=slug))


@blueprint.post("/organismes/<slug>/archiver")
@requires(Permission.DIRECTORY_EDIT)
def archive(slug: str) -> Response:
    ctx = context()
    organisations.archive_organisation(ctx, organisations.organisation_by_slug(ctx, slug).id)
    flash("Fiche archivée : elle n’apparaît plus dans l’annuaire. Rien n’est perdu.", "success")
    return redirect(url_for("directory.show", slug=slug))


@blueprint.post("/organismes/<slug>/restaurer")
@requires(Permission.DIRECTORY_EDIT)
def restore(slug: str) -> Response:
    ctx = context()
    organisations.restore_organisation(ctx, organisations.organisation_by_slug(ctx, slug).id)
    flash("Fiche restaurée.", "success")
    return redirect(url_for("directory.show", slug=slug))
