"""The « diagnostic 360° des droits », on a phone and on paper, and the printed consent forms."""

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from zna_network.blueprints.access import requires
from zna_network.blueprints.downloads import word_download
from zna_network.blueprints.referrals.diagnostic_forms import DiagnosticForm, EndsForm
from zna_network.blueprints.referrals.routes import blueprint
from zna_network.blueprints.support import context
from zna_network.models.person import Diagnostic, RightStatus
from zna_network.models.referral import Callback, Referral, ReferralOrigin, Side
from zna_network.models.territory import TargetGroup
from zna_network.services import organisation_choice, territory
from zna_network.services.context import Context
from zna_network.services.errors import ForbiddenError
from zna_network.services.languages import LANGUAGES
from zna_network.services.permissions import Permission
from zna_network.services.referrals import beginning, diagnostic_ends, diagnostics, paper
from zna_network.services.referrals.access import author_as
from zna_network.services.referrals.consent_notice import notices
from zna_network.services.referrals.creation import ReferralData, Sender
from zna_network.services.referrals.diagnostics import DiagnosticView
from zna_network.services.referrals.guide import guide
from zna_network.services.referrals.people import PersonData

NO_ORGANISATION = (
    "Votre compte n’est rattaché à aucun organisme : demandez à un agent de le compléter."
)


@blueprint.route("/orientations/diagnostic", methods=["GET", "POST"])
@requires(Permission.REFERRAL_CREATE)
def diagnose() -> Response:
    ctx = context()
    form = DiagnosticForm(territory.load(ctx))
    if request.method == "GET":
        _begin(ctx, form)
    elif request.form.get("act") != "adapt":
        made = form.attempt(lambda: _make(ctx, form))
        if made is not None:
            return redirect(url_for("referrals.diagnostic", diagnostic_id=made.id), 303)
    known = form.known_id
    person = beginning.known_person(ctx, known) if known is not None else None
    page = render_template(
        "referrals/diagnose.html",
        form=form,
        person=person,
        themes=guide(ctx, form.group),
        statuses=list(RightStatus),
        notices=notices(ctx),
        language_names={language.code: language.name for language in LANGUAGES},
        is_staff=bool(ctx.actor and ctx.actor.is_staff),
    )
    return _private(page, 422 if form.errors else 200)


@blueprint.route("/orientations/diagnostics/<int:diagnostic_id>", methods=["GET", "POST"])
@requires(Permission.REFERRAL_CREATE)
def diagnostic(diagnostic_id: int) -> Response:
    ctx = context()
    view = diagnostics.read(ctx, diagnostic_id)
    has_phone = view.identity is not None and bool(view.identity.phone)
    callback = Callback.PHONE if has_phone else Callback.THROUGH_SENDER
    sender_id = _own(ctx) or view.person.owner_id
    form = EndsForm(diagnostic_ends.proposals(ctx, view, sender_id), callback)
    made = form.attempt(lambda: _refer(ctx, form, view))
    if made is not None:
        flash(_told(made), "success")
        return redirect(url_for("referrals.diagnostic", diagnostic_id=diagnostic_id), 303)
    page = render_template(
        "referrals/diagnostic.html",
        view=diagnostics.read(ctx, diagnostic_id),
        form=form,
        has_phone=has_phone,
        themes=guide(ctx),
        labels={status.value: status.label for status in RightStatus},
        made=diagnostics.referrals_of(ctx, diagnostic_id),
    )
    return _private(page, 422 if form.errors else 200)


@blueprint.get("/orientations/diagnostics/<int:diagnostic_id>.docx")
@requires(Permission.REFERRAL_CREATE)
def diagnostic_file(diagnostic_id: int) -> Response:
    return word_download(paper.diagnostic_document(context(), diagnostic_id))


@blueprint.get("/orientations/diagnostic/vierge.docx")
@requires(Permission.REFERRAL_CREATE)
def blank_diagnostic() -> Response:
    group = request.args.get("public", "")
    chosen = TargetGroup(group) if group in set(TargetGroup) else None
    return word_download(paper.blank_diagnostic(context(), chosen))


@blueprint.get("/orientations/consentement/<language>.docx")
@requires(Permission.REFERRAL_CREATE)
def consent_form(language: str) -> Response:
    """``personne`` puts the case number on it."""
    person_id = request.args.get("personne", type=int)
    return word_download(paper.consent_form(context(), language, person_id))


def _begin(ctx: Context, form: DiagnosticForm) -> None:
    person_id = request.args.get("personne", type=int)
    if person_id is not None:
        known = beginning.known_person(ctx, person_id)
        form.person_id.data = str(known.id)
        form.place.data, form.target_group.data = known.place, known.target_group
    own = ctx.actor.organisation if ctx.actor else None
    form.sender.data, form.sender_id.data = (own.name, str(own.id)) if own else ("", "")


def _make(ctx: Context, form: DiagnosticForm) -> Diagnostic:
    owner_id = _own(ctx)
    if owner_id is None:
        picked, typed = form.sender_id.data or "", form.sender.data or ""
        owner_id = organisation_choice.resolve(ctx, picked, typed, field="sender").id
    return diagnostics.make(ctx, owner_id, author_as(ctx, Side.SENDER), form.to_data())


def _refer(ctx: Context, form: EndsForm, view: DiagnosticView) -> list[Referral]:
    sender = Sender(_own(ctx) or view.person.owner_id, author_as(ctx, Side.SENDER))
    common = ReferralData(
        client_id="",
        receiver_id=None,
        rights=(),
        origin=ReferralOrigin.FIELDWORK.value,
        callback=form.callback.data or "",
        callback_when=form.callback_when.data or "",
        need=form.need.data or "",
        cause=form.cause.data or "",
        urgency=form.urgency.data or "",
        person_id=view.person.id,
        person=PersonData(phone=form.phone.data or ""),
        referrer=ctx.actor.name if ctx.actor else "",
        diagnostic_id=view.diagnostic.id,
    )
    legs = form.chosen_legs(view.diagnostic.client_id)
    return diagnostic_ends.refer(ctx, sender, legs, common)


def _own(ctx: Context) -> int | None:
    """The account's organisation; none for the staff, who say on whose behalf."""
    if ctx.actor is not None and ctx.actor.is_staff:
        return None
    if ctx.actor is None or ctx.actor.organisation_id is None:
        raise ForbiddenError(NO_ORGANISATION)
    return ctx.actor.organisation_id


def _told(made: list[Referral]) -> str:
    numbers = ", ".join(one.shown_number for one in made)
    return (
        f"Orientations envoyées : {numbers}."
        if len(made) > 1
        else f"Orientation {numbers} envoyée."
    )


def _private(page: str, status: int) -> Response:
    response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store, private"
    return response
