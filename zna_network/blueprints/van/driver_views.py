"""The drivers: an association names its own, the CUA sees their papers."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from zna_network.blueprints.access import requires
from zna_network.blueprints.support import Listing, context, page_request
from zna_network.blueprints.van.driver_forms import (
    GONE,
    TO_CHECK,
    DriverFilters,
    DriverForm,
    LicenceForm,
)
from zna_network.blueprints.van.routes import blueprint
from zna_network.models.van import Driver
from zna_network.queries import van_fleet as queries
from zna_network.queries.listing import paginate
from zna_network.services.errors import ConflictError
from zna_network.services.french_time import local_date
from zna_network.services.permissions import Permission
from zna_network.services.van import driver_lines
from zna_network.services.van import drivers as use_cases


@blueprint.get("/cua-mobile/conducteurs")
@requires(Permission.VAN_REQUEST)
def drivers() -> str:
    ctx = context()
    filters = DriverFilters(request.args)
    filters.offer(driver_lines.associations(ctx))
    found = queries.drivers(
        filters.organisation_id if ctx.may(Permission.VAN_MANAGE) else driver_lines.own_id(ctx),
        archived=filters.etat.data == GONE,
        to_check_on=local_date(ctx.now) if filters.etat.data == TO_CHECK else None,
    )
    page = paginate(ctx.session, found, page_request("name"), queries.DRIVER_SORTS)
    return render_template(
        "van/drivers.html",
        listing=Listing(page),
        lines=driver_lines.driver_lines(ctx, page.items),
        filters=filters,
    )


@blueprint.route("/cua-mobile/conducteurs/nouveau", methods=["GET", "POST"])
@requires(Permission.VAN_REQUEST)
def create_driver() -> str | Response:
    form = DriverForm()
    made = form.attempt(lambda: use_cases.create_driver(context(), form.to_data()))
    if made is None:
        return render_template("van/new_driver.html", form=form)
    flash(
        f"{made.name} fait partie des conducteurs. La CUA doit encore voir son permis.", "success"
    )
    return redirect(url_for("van.driver", driver_id=made.id))


@blueprint.route("/cua-mobile/conducteurs/<int:driver_id>", methods=["GET", "POST"])
@requires(Permission.VAN_REQUEST)
def driver(driver_id: int) -> str | Response:
    stored = use_cases.driver_to_read(context(), driver_id)
    form = DriverForm.of(stored)
    had_papers = stored.licence_until is not None
    updated = form.attempt(
        lambda: use_cases.update_driver(context(), driver_id, form.to_data(), form.revision.seen)
    )
    if updated is None:
        return _page(stored, form=form)
    flash("Conducteur mis à jour.", "success")
    if had_papers and updated.licence_until is None:
        flash("Le nom a changé : la CUA doit voir le permis de cette personne.", "info")
    return redirect(url_for("van.driver", driver_id=driver_id))


@blueprint.post("/cua-mobile/conducteurs/<int:driver_id>/permis")
@requires(Permission.VAN_MANAGE)
def check_licence(driver_id: int) -> str | Response:
    stored = use_cases.driver_to_read(context(), driver_id)
    papers = LicenceForm(prefix="papers-", obj=stored)
    checked = papers.attempt(
        lambda: use_cases.check_licence(
            context(),
            driver_id,
            papers.licence_until.data,
            papers.insured_until.data,
            papers.revision.seen,
        )
    )
    if checked is None:
        return _page(stored, papers=papers)
    flash(f"Papiers de {checked.name} enregistrés.", "success")
    return redirect(url_for("van.driver", driver_id=driver_id))


@blueprint.post("/cua-mobile/conducteurs/<int:driver_id>/retirer")
@requires(Permission.VAN_REQUEST)
def archive_driver(driver_id: int) -> Response:
    try:
        archived = use_cases.archive_driver(context(), driver_id)
    except ConflictError as refusal:
        flash(refusal.message, "warning")
        return redirect(url_for("van.driver", driver_id=driver_id))
    flash(f"{archived.name} ne fait plus partie des conducteurs.", "success")
    return redirect(url_for("van.drivers"))


@blueprint.post("/cua-mobile/conducteurs/<int:driver_id>/remettre")
@requires(Permission.VAN_REQUEST)
def restore_driver(driver_id: int) -> Response:
    try:
        restored = use_cases.restore_driver(context(), driver_id)
    except ConflictError as refusal:
        flash(refusal.message, "warning")
    else:
        flash(f"{restored.name} fait de nouveau partie des conducteurs.", "success")
    return redirect(url_for("van.driver", driver_id=driver_id))


def _page(stored: Driver, form: DriverForm | None = None, papers: LicenceForm | None = None) -> str:
    """Both forms, with what was typed in the one that was refused."""
    ctx = context()
    refused = papers or form
    changed = refused is not None and refused.revision.renew(stored.revision)
    return render_template(
        "van/driver.html",
        driver=stored,
        form=form or DriverForm.of(stored, filled=False),
        papers=papers or LicenceForm(formdata=None, prefix="papers-", obj=stored),
        refused=refused,
        changed=changed,
        standing=driver_lines.standing(stored, local_date(ctx.now)),
        checked=driver_lines.last_check(ctx, stored),
        trips=ctx.session.scalars(queries.trips_of(stored.id, ctx.now)).all(),
    )
