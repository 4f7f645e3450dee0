"""The files of people: the list, one file, the answers, merging, handing out and erasing."""

from dataclasses import asdict
from io import BytesIO

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from zna_network.blueprints.access import requires
from zna_network.blueprints.downloads import word_download
from zna_network.blueprints.people.forms import (
    ConsentForm,
    EraseForm,
    MergeForm,
    OpeningForm,
    PersonForm,
    SearchForm,
)
from zna_network.blueprints.support import Listing, context, page_request
from zna_network.models.person import Person, Purpose
from zna_network.queries.listing import Page
from zna_network.services import person_erasure, territory
from zna_network.services.errors import InvalidError
from zna_network.services.languages import language_of
from zna_network.services.permissions import Permission
from zna_network.services.referrals import (
    anonymising,
    consents,
    openings,
    people,
    people_list,
    person_export,
    person_merging,
    person_page,
    similar_people,
)
from zna_network.services.referrals.consent_notice import notice
from zna_network.services.referrals.people_list import PersonRow
from zna_network.services.referrals.people_values import data_of

blueprint = Blueprint("people", __name__, url_prefix="/orientations/personnes")
_ONE = "/<int(max=2147483647):person_id>"
_PAIR = "/<int(max=2147483647):person_id>/<int(max=2147483647):other_id>"


@blueprint.get("")
@requires(Permission.PERSON_READ)
def index() -> str:
    ctx = context()
    form = SearchForm(request.args)
    refusal = ""
    asked = page_request("recent", descending=True)
    try:
        page = people_list.read_list(ctx, form.search(), asked)
    except InvalidError as error:
        refusal = error.message
        page = Page[PersonRow]([], 0, 1, asked.per_page, asked.sort, asked.descending)
    return render_template(
        "people/index.html",
        form=form,
        listing=Listing(page),
        refusal=refusal,
        is_staff=ctx.may(Permission.PERSON_OPEN),
    )


@blueprint.get(_ONE)
@requires(Permission.PERSON_READ)
def show(person_id: int) -> str | Response:
    return _file(person_id, OpeningForm(formdata=None))


@blueprint.post(f"{_ONE}/ouvrir")
@requires(Permission.PERSON_OPEN)
def open(person_id: int) -> str | Response:
    form = OpeningForm()
    ctx = context()
    opened = form.attempt(
        lambda: openings.open_file(ctx, person_id, form.reason.data or "", form.words.data or "")
    )
    if opened is None:
        return _file(person_id, form)
    flash("Le dossier vous est ouvert pour une heure. L’ouverture est notée au journal.", "info")
    return redirect(url_for("people.show", person_id=person_id), 303)


@blueprint.post(f"{_ONE}/refermer")
@requires(Permission.PERSON_OPEN)
def close(person_id: int) -> Response:
    openings.close_file(context(), person_id)
    flash("Dossier refermé.", "success")
    return redirect(url_for("people.show", person_id=person_id), 303)


@blueprint.route(f"{_ONE}/modifier", methods=["GET", "POST"])
@requires(Permission.PERSON_READ)
def edit(person_id: int) -> str | Response:
    ctx = context()
    person = people.read_to_edit(ctx, person_id)
    form = PersonForm(territory.load(ctx), data=_form_values(person))
    saved = form.attempt(lambda: people.update(ctx, person_id, form.to_data(), form.revision.seen))
    if saved is None:
        person = people.find(ctx, person_id)
        stale = form.revision.renew(person.revision)
        return render_template(
            "people/edit.html", person=person, form=form, now=data_of(person) if stale else None
        )
    flash("Dossier enregistré.", "success")
    return redirect(url_for("people.show", person_id=person_id), 303)


@blueprint.route(f"{_ONE}/accord", methods=["GET", "POST"])
@requires(Permission.PERSON_READ)
def consent(person_id: int) -> str | Response:
    ctx = context()
    person = consents.read(ctx, person_id)
    form = ConsentForm(person, data={"language": person.language})
    saved = form.attempt(lambda: consents.change(ctx, person_id, form.to_data()))
    if saved is not None:
        flash("Réponse enregistrée. Les réponses d’avant restent dans l’historique.", "success")
        return redirect(url_for("people.consent", person_id=person_id), 303)
    person = people.find(ctx, person_id)
    return render_template(
        "people/consent.html",
        person=person,
        form=form,
        told=notice(ctx, person.language),
        history=consents.history(ctx, person),
        purposes=list(Purpose),
        language_of=language_of,
    )


@blueprint.get(f"{_ONE}/donnees.json")
@requires(Permission.PERSON_READ)
def export(person_id: int) -> Response:
    file = person_export.as_json(context(), person_id)
    response = send_file(
        BytesIO(file.content),
        mimetype="application/json",
        as_attachment=True,
        download_name=file.filename,
    )
    response.headers["Cache-Control"] = "private, no-store"
    return response


@blueprint.get(f"{_ONE}/donnees.docx")
@requires(Permission.PERSON_READ)
def export_document(person_id: int) -> Response:
    return word_download(person_export.as_word(context(), person_id))


@blueprint.route(f"{_ONE}/effacer", methods=["GET", "POST"])
@requires(Permission.PERSON_ERASE)
def erase(person_id: int) -> str | Response:
    ctx = context()
    person = anonymising.person_to_erase(ctx, person_id)
    visitors = person_erasure.registrations_of(ctx, person)
    form = EraseForm(data={"registrations": True})
    erased = form.attempt(
        lambda: person_erasure.erase(
            ctx, person_id, with_registrations=bool(form.registrations.data)
        )
    )
    if erased is None:
        return render_template(
            "people/erase.html",
            person=people.find(ctx, person_id),
            form=form,
            badges=[badge.shown_number for visitor in visitors for badge in visitor.badges],
        )
    flash("Le dossier ne désigne plus personne. Les chiffres restent.", "success")
    return redirect(url_for("people.index"), 303)


@blueprint.get("/doublons")
@requires(Permission.PERSON_READ)
def duplicates() -> str:
    pairs = similar_people.read_pairs(context())
    return render_template("people/duplicates.html", pairs=pairs)


@blueprint.post(f"{_PAIR}/differents")
@requires(Permission.PERSON_READ)
def dismiss(person_id: int, other_id: int) -> Response:
    similar_people.dismiss(context(), person_id, other_id)
    flash("C’est noté : ces deux dossiers ne seront plus rapprochés.", "success")
    return redirect(url_for("people.duplicates"), 303)


@blueprint.route(f"{_PAIR}/fusion", methods=["GET", "POST"])
@requires(Permission.PERSON_READ)
def merge(person_id: int, other_id: int) -> str | Response:
    """``person_id`` is the file that stays."""
    ctx = context()
    form = MergeForm()
    merged = form.attempt(
        lambda: person_merging.merge(
            ctx, person_id, other_id, form.kept_revision.seen, form.other_revision.seen
        )
    )
    if merged is not None:
        flash("Les deux dossiers n’en font plus qu’un.", "success")
        return redirect(url_for("people.show", person_id=merged.id), 303)
    plan = person_merging.preview(ctx, person_id, other_id)
    form.kept_revision.raw_data = form.other_revision.raw_data = None
    form.kept_revision.data, form.other_revision.data = plan.kept.revision, plan.other.revision
    return render_template("people/merge.html", plan=plan, form=form)


def _file(person_id: int, form: OpeningForm) -> str | Response:
    ctx = context()
    page = person_page.read(ctx, person_id)
    if page.person.merged_into_id is not None:
        return redirect(url_for("people.show", person_id=page.person.merged_into_id))
    return render_template(
        "people/show.html",
        page=page,
        person=page.person,
        form=form,
        purposes=list(Purpose),
        spoken=language_of(page.person.language),
    )


def _form_values(person: Person) -> dict[str, object]:
    return {**asdict(data_of(person)), "revision": person.revision}
