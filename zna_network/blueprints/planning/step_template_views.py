"""Steps proposed from a date of the calendar: choose it, then keep or change what is proposed."""

from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from zna_network.blueprints.access import requires
from zna_network.blueprints.planning.routes import blueprint
from zna_network.blueprints.planning.step_forms import (
    ProposalForm,
    TemplateForm,
    entry_choices,
    target_of,
)
from zna_network.blueprints.support import context
from zna_network.models.organisation import Organisation
from zna_network.models.planning import CalendarEntry
from zna_network.queries import plan_steps as queries
from zna_network.services.errors import InvalidError
from zna_network.services.french_time import local_date
from zna_network.services.permissions import Permission
from zna_network.services.planning import step_templates as use_cases
from zna_network.services.planning.step_templates import PlanTemplate
from zna_network.services.planning.steps import grantee_of_plan


@blueprint.route("/instances/retroplannings/<int:organisation_id>/modele", methods=["GET", "POST"])
@requires(Permission.PLAN_EDIT)
def propose_steps(organisation_id: int) -> str | Response:
    ctx = context()
    ctx.require(Permission.PLAN_EDIT, organisation_id)
    grantee = grantee_of_plan(ctx, organisation_id)
    entries = ctx.session.scalars(queries.entries(local_date(ctx.now))).all()
    asked = TemplateForm(formdata=request.args)
    asked.echeance.choices = entry_choices(entries, "Une autre date, à indiquer")
    entry = next((one for one in entries if str(one.id) == asked.echeance.data), None)
    template = _template(asked, entry)
    if not request.args:
        return _asking(asked, grantee)
    target = target_of(asked, entry) if asked.validate() else None
    if target is None:
        if not asked.jour.errors:
            asked.jour.errors = ["Choisissez une échéance, ou indiquez un jour."]
        return _asking(asked, grantee)
    try:
        proposed = use_cases.proposal(
            ctx, organisation_id, template, target, entry.id if entry else None
        )
    except InvalidError as refusal:
        asked.jour.errors = [refusal.message]
        return _asking(asked, grantee)
    form = ProposalForm.holding(proposed)
    entry_id = str(entry.id) if entry else ""
    made = form.attempt(
        lambda: use_cases.create_chosen(
            ctx, organisation_id, entry_id, [line.to_data(entry_id) for line in form.kept]
        )
    )
    if made is None:
        return render_template(
            "planning/steps_proposal.html",
            grantee=grantee,
            form=form,
            proposed=proposed,
            entry=entry,
            target=target,
            template=template,
        )
    flash(_told(made), "success")
    return redirect(url_for("planning.plan", organisation_id=organisation_id))


def _asking(asked: TemplateForm, grantee: Organisation) -> str:
    return render_template("planning/steps_template.html", form=asked, grantee=grantee)


def _template(asked: TemplateForm, entry: CalendarEntry | None) -> PlanTemplate:
    """The one chosen, or that which the date's label calls for."""
    if asked.modele.data in list(PlanTemplate):
        return PlanTemplate(asked.modele.data)
    return use_cases.suited_to(entry.label) if entry else PlanTemplate.ANY


def _told(made: Sequence[object]) -> str:
    if not made:
        return "Ces étapes étaient déjà dans le rétroplanning."
    plural = "s" if len(made) > 1 else ""
    return f"{len(made)} étape{plural} ajoutée{plural}."
