"""What an organisation offers."""

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from zna_network.blueprints.access import requires
from zna_network.blueprints.directory.differences import differences
from zna_network.blueprints.directory.forms import OfferForm
from zna_network.blueprints.support import context
from zna_network.models.organisation import Offer
from zna_network.services import offers, organisations, territory
from zna_network.services.permissions import Permission

blueprint = Blueprint("offers", __name__)
_OFFER = "/offres/<int(max=2147483647):offer_id>"


@blueprint.route("/organismes/<slug>/offres/nouvelle", methods=["GET", "POST"])
@requires(Permission.DIRECTORY_EDIT)
def create(slug: str) -> str | Response:
    ctx = context()
    organisation = organisations.organisation_by_slug(ctx, slug)
    form = OfferForm().offer(territory.load(ctx))
    offer = form.attempt(lambda: offers.create_offer(ctx, organisation.id, form.to_data()))
    if offer is None:
        return render_template(
            "directory/offer.html", form=form, organisation=organisation, offer=None
        )
    flash(f"« {offer.title} » est ajouté.", "success")
    return _back_to(slug)


@blueprint.route(f"{_OFFER}/modifier", methods=["GET", "POST"])
@requires(Permission.DIRECTORY_EDIT)
def edit(offer_id: int) -> str | Response:
    ctx = context()
    offer = offers.offer_by_id(ctx, offer_id)
    slug, places = offer.organisation.slug, territory.load(ctx)
    form = _filled(offer).offer(places, kept=offers.data_of(offer).rights)
    changed = form.attempt(
        lambda: offers.update_offer(ctx, offer_id, form.to_data(), form.revision.seen)
    )
    if changed is not None:
        flash(f"« {changed.title} » est à jour.", "success")
        return _back_to(slug)
    differing = []
    if form.revision.renew(offer.revision):
        typed = offers.in_one_order(form.to_data())
        differing = differences(form, offers.data_of(offer), typed, places)
    return render_template(
        "directory/offer.html",
        form=form,
        organisation=offer.organisation,
        offer=offer,
        differing=differing,
    )


@blueprint.post(f"{_OFFER}/retirer")
@requires(Permission.DIRECTORY_EDIT)
def remove(offer_id: int) -> Response:
    slug = offers.offer_by_id(context(), offer_id).organisation.slug
    offers.remove_offer(context(), offer_id)
    flash("Offre retirée de la fiche.", "success")
    return _back_to(slug)


def _filled(offer: Offer) -> OfferForm:
    data = offers.data_of(offer)
    return OfferForm(
        obj=data,
        covers_whole_epci="1" if data.covers_whole_epci else "0",
        revision=offer.revision,
    )


def _back_to(slug: str) -> Response:
    return redirect(url_for("directory.show", slug=slug, _anchor="offres"))
