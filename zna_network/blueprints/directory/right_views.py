"""The list of rights, which staff keep."""

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from zna_network.blueprints.access import requires
from zna_network.blueprints.directory.forms import RightForm
from zna_network.blueprints.support import context
from zna_network.queries import territory as queries
from zna_network.services import rights
from zna_network.services.permissions import Permission

blueprint = Blueprint("rights", __name__, url_prefix="/droits")


@blueprint.get("")
@requires(Permission.DIRECTORY_EDIT)
def index() -> str:
    session = context().session
    return render_template(
        "directory/rights.html",
        rights=session.scalars(queries.rights()).all(),
        uses=dict(session.execute(queries.uses_of_rights()).all()),
    )


@blueprint.route("/nouveau", methods=["GET", "POST"])
@requires(Permission.DIRECTORY_EDIT)
def create() -> str | Response:
    form = RightForm()
    right = form.attempt(lambda: rights.create_right(context(), form.to_data()))
    if right is None:
        return render_template("directory/right.html", form=form, right=None, changed=False)
    flash(f"« {right.label} » est dans la liste.", "success")
    return redirect(url_for("directory.rights.index"))


@blueprint.route("/<code>", methods=["GET", "POST"])
@requires(Permission.DIRECTORY_EDIT)
def edit(code: str) -> str | Response:
    right = rights.right_by_code(context(), code)
    form = RightForm(obj=right)
    updated = form.attempt(
        lambda: rights.update_right(context(), code, form.to_data(), form.revision.seen)
    )
    if updated is None:
        changed = form.revision.renew(right.revision)
        return render_template("directory/right.html", form=form, right=right, changed=changed)
    flash(f"« {updated.label} » est à jour.", "success")
    return redirect(url_for("directory.rights.index"))


@blueprint.post("/<code>/desactiver")
@requires(Permission.DIRECTORY_EDIT)
def deactivate(code: str) -> Response:
    right = rights.set_right_active(context(), code, active=False)
    flash(f"« {right.label} » n’est plus proposé. Les offres qui le citent le gardent.", "success")
    return redirect(url_for("directory.rights.index"))


@blueprint.post("/<code>/reactiver")
@requires(Permission.DIRECTORY_EDIT)
def activate(code: str) -> Response:
    right = rights.set_right_active(context(), code, active=True)
    flash(f"« {right.label} » est de nouveau proposé.", "success")
    return redirect(url_for("directory.rights.index"))
