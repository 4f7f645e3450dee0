"""The grants: the list of a season, one grant with its checks, its sums."""

from datetime import date

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from zna_network.blueprints.access import requires
from zna_network.blueprints.downloads import download
from zna_network.blueprints.grants.forms import GrantForm, SettleForm, number_in
from zna_network.blueprints.grants.routes import blueprint
from zna_network.blueprints.support import context
from zna_network.models.grant import Grant
from zna_network.queries import organisations
from zna_network.services.errors import ConflictError
from zna_network.services.french_time import local_date, month_and_year
from zna_network.services.grants import grants as use_cases
from zna_network.services.grants.call_rules import ENVELOPE_CENTS, season_of
from zna_network.services.grants.export import export_season
from zna_network.services.grants.money import euros
from zna_network.services.grants.overview import read_grant, read_season
from zna_network.services.permissions import Permission


@blueprint.app_template_filter("month_is_over")
def _month_is_over(day: date, today: date) -> bool:
    """A payment is due within a month."""
    return (day.year, day.month) < (today.year, today.month)


blueprint.add_app_template_filter(euros, "euros")
blueprint.add_app_template_filter(month_and_year, "month_fr")


@blueprint.get("/conventions")
@requires(Permission.GRANT_READ)
def index() -> str:
    page = read_season(context(), request.args.get("periode", ""))
    return render_template("grants/index.html", page=page, envelope_cents=ENVELOPE_CENTS)


@blueprint.get("/conventions/export.xlsx")
@requires(Permission.GRANT_READ)
def export() -> Response:
    return download(export_season(context(), request.args.get("periode", "")))


@blueprint.get("/conventions/<int:grant_id>")
@requires(Permission.GRANT_READ)
def show(grant_id: int) -> str:
    page = read_grant(context(), grant_id)
    return render_template(
        "grants/show.html", page=page, line=page.line, grant=page.line.grant, settle=SettleForm()
    )


@blueprint.route("/conventions/nouvelle", methods=["GET", "POST"])
@requires(Permission.GRANT_EDIT)
def create() -> str | Response:
    ctx = context()
    grantees = ctx.session.scalars(organisations.grantees()).all()
    form = GrantForm.new(grantees, season_of(local_date(ctx.now)))
    grant = form.attempt(
        lambda: use_cases.create_grant(
            ctx, number_in(form.organisation_id.data) or 0, form.season.data or "", form.to_data()
        )
    )
    if grant is None:
        return render_template("grants/edit.html", form=form, grant=None)
    flash(
        "Convention créée, avec les versements et les pièces que prévoit l’appel à projets.",
        "success",
    )
    return redirect(_page_of(grant.id))


@blueprint.route("/conventions/<int:grant_id>/modifier", methods=["GET", "POST"])
@requires(Permission.GRANT_EDIT)
def edit(grant_id: int) -> str | Response:
    ctx = context()
    grant = use_cases.grant_to_read(ctx, grant_id)
    form = GrantForm.of(grant)
    updated = form.attempt(
        lambda: use_cases.update_grant(ctx, grant_id, form.to_data(), form.revision.seen)
    )
    if updated is None:
        current = _told(grant) if form.revision.renew(grant.revision) else None
        return render_template("grants/edit.html", form=form, grant=grant, current=current)
    flash("Convention mise à jour.", "success")
    return redirect(_page_of(grant_id))


@blueprint.post("/conventions/<int:grant_id>/supprimer")
@requires(Permission.GRANT_EDIT)
def remove(grant_id: int) -> Response:
    revision = number_in(request.form.get("revision")) or 0
    try:
        use_cases.remove_grant(context(), grant_id, revision)
    except ConflictError as refusal:
        flash(refusal.message, "warning")
        return redirect(_page_of(grant_id))
    flash("Convention supprimée.", "success")
    return redirect(url_for("grants.index"))


def _page_of(grant_id: int) -> str:
    return url_for("grants.show", grant_id=grant_id)


def _told(grant: Grant) -> list[tuple[str, str]]:
    """What is stored now, for who typed over an older version."""
    return [
        ("Lots", ", ".join(str(lot) for lot in grant.lots)),
        ("Subvention accordée", euros(grant.subsidy_cents)),
        ("Coût total de l’action", euros(grant.total_cost_cents)),
        ("dont frais annexes", euros(grant.ancillary_cents)),
        ("Notes", grant.note),
    ]
