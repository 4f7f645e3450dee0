"""The retro-planning of the grantees: who is how far, one plan, its steps, the templates."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from zna_network.blueprints.access import requires
from zna_network.blueprints.planning.routes import blueprint
from zna_network.blueprints.planning.step_forms import StepForm, StepListFilter, entry_when
from zna_network.blueprints.support import Listing, context, page_request, safe_next
from zna_network.models.planning import PlanStep
from zna_network.queries import plan_steps as queries
from zna_network.queries.listing import paginate
from zna_network.queries.plan_steps import Shown, StepFilter
from zna_network.services.errors import ConflictError
from zna_network.services.french_time import local_date
from zna_network.services.permissions import Permission
from zna_network.services.planning import steps as use_cases
from zna_network.services.planning.step_values import clean_state

blueprint.add_app_template_filter(entry_when)


@blueprint.get("/instances/retroplannings")
@requires(Permission.PLAN_READ)
def steps() -> str | Response:
    """Every grantee's for the staff; a grantee goes straight to its own."""
    ctx = context()
    if not ctx.may(Permission.PLAN_READ):
        own = ctx.actor.organisation_id if ctx.actor else None
        return redirect(url_for("planning.plan", organisation_id=own))
    wanted = _wanted()
    page = paginate(ctx.session, queries.listed(wanted), page_request("due"), queries.STEP_SORTS)
    counted = ctx.session.execute(queries.counts(wanted)).one()
    counts = dict(zip(Shown, counted, strict=True))
    lines = use_cases.overview(ctx)
    return render_template(
        "planning/steps.html",
        listing=Listing(page),
        lines=lines,
        counts=counts,
        wanted=wanted,
        form=StepListFilter(wanted, [line.organisation for line in lines], counts),
    )


@blueprint.get("/instances/retroplannings/<int:organisation_id>")
@requires(Permission.PLAN_READ)
def plan(organisation_id: int) -> str:
    ctx = context()
    grantee = use_cases.grantee_of_plan(ctx, organisation_id)
    groups = use_cases.plan(ctx, organisation_id)
    today = local_date(ctx.now)
    found = [step for group in groups for step in group.steps]
    return render_template(
        "planning/steps_plan.html",
        grantee=grantee,
        groups=groups,
        today=today,
        total=len(found),
        done=sum(step.state.value == "done" for step in found),
        late=sum(step.is_late(today) for step in found),
        reached=ctx.session.scalars(queries.grantee_accounts([organisation_id])).first(),
    )


@blueprint.route(
    "/instances/retroplannings/<int:organisation_id>/etapes/nouvelle", methods=["GET", "POST"]
)
@requires(Permission.PLAN_EDIT)
def create_step(organisation_id: int) -> str | Response:
    ctx = context()
    ctx.require(Permission.PLAN_EDIT, organisation_id)
    grantee = use_cases.grantee_of_plan(ctx, organisation_id)
    form = _offered(StepForm(), organisation_id, None)
    made = form.attempt(lambda: use_cases.create_step(ctx, organisation_id, form.to_data()))
    if made is None:
        return render_template("planning/steps_edit.html", form=form, step=None, grantee=grantee)
    flash("Étape ajoutée.", "success")
    return redirect(_plan_of(organisation_id))


@blueprint.route("/instances/retroplannings/etapes/<int:step_id>", methods=["GET", "POST"])
@requires(Permission.PLAN_EDIT)
def edit_step(step_id: int) -> str | Response:
    ctx = context()
    step = use_cases.step_to_read(ctx, step_id)
    form = _offered(StepForm.of(step), step.organisation_id, step)
    updated = form.attempt(
        lambda: use_cases.update_step(ctx, step_id, form.to_data(), form.revision.seen)
    )
    if updated is None:
        return render_template(
            "planning/steps_edit.html",
            form=form,
            step=step,
            grantee=step.organisation,
            current=step if form.revision.renew(step.revision) else None,
        )
    flash("Étape enregistrée.", "success")
    return redirect(_plan_of(step.organisation_id))


@blueprint.post("/instances/retroplannings/etapes/<int:step_id>/etat")
@requires(Permission.PLAN_EDIT)
def change_step_state(step_id: int) -> Response:
    """One click; somebody else's change meanwhile is told and left as it is."""
    ctx = context()
    step = use_cases.step_to_read(ctx, step_id)
    back = safe_next(request.form.get("retour"), _plan_of(step.organisation_id))
    state = clean_state(request.form.get("etat", ""))
    try:
        changed = use_cases.change_state(ctx, step_id, state, _revision())
    except ConflictError as refusal:
        flash(refusal.message, "warning")
    else:
        flash(f"« {changed.label} » : {changed.state.label.lower()}.", "success")
    return redirect(back)


@blueprint.post("/instances/retroplannings/etapes/<int:step_id>/supprimer")
@requires(Permission.PLAN_EDIT)
def remove_step(step_id: int) -> Response:
    ctx = context()
    back = _plan_of(use_cases.step_to_read(ctx, step_id).organisation_id)
    try:
        use_cases.remove_step(ctx, step_id, _revision())
    except ConflictError as refusal:
        flash(refusal.message, "warning")
        return redirect(url_for("planning.edit_step", step_id=step_id))
    flash("Étape supprimée.", "success")
    return redirect(back)


def _revision() -> int:
    return request.form.get("revision", 0, type=int)


def _plan_of(organisation_id: int) -> str:
    return url_for("planning.plan", organisation_id=organisation_id)


def _wanted() -> StepFilter:
    shown = request.args.get("etat", "")
    return StepFilter(
        today=local_date(context().now),
        shown=Shown(shown) if shown in list(Shown) else Shown.OPEN,
        organisation_id=request.args.get("organisme", type=int),
    )


def _offered(form: StepForm, organisation_id: int, step: PlanStep | None) -> StepForm:
    """The choices: the date that the step prepares stays offered when it is over."""
    ctx = context()
    owner_id = step.owner_id if step else None
    accounts = ctx.session.scalars(queries.accounts_for(organisation_id, owner_id)).all()
    entries = list(ctx.session.scalars(queries.entries(local_date(ctx.now))))
    if step is not None and step.entry is not None and step.entry not in entries:
        entries.insert(0, step.entry)
    return form.offer(accounts, entries)
