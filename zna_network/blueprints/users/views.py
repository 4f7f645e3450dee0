"""The accounts, for administrators."""

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from zna_network.blueprints.access import requires
from zna_network.blueprints.support import Listing, context, page_request
from zna_network.blueprints.users.forms import AccountForm
from zna_network.models.account import Role
from zna_network.queries import accounts as queries
from zna_network.queries.listing import paginate
from zna_network.services import accounts, organisations
from zna_network.services.accounts import AccountData
from zna_network.services.permissions import Permission

blueprint = Blueprint("users", __name__, url_prefix="/comptes")


@blueprint.get("")
@requires(Permission.ACCOUNTS_MANAGE)
def index() -> str:
    page = paginate(
        context().session, queries.all_users(), page_request("name"), queries.USER_SORTS
    )
    return render_template("users/index.html", listing=Listing(page))


@blueprint.route("/nouveau", methods=["GET", "POST"])
@requires(Permission.ACCOUNTS_MANAGE)
def create() -> str | Response:
    form = AccountForm()
    user = form.attempt(lambda: accounts.create_user(context(), _data(form)))
    if user is None:
        return render_template("users/edit.html", form=form, user=None)
    flash(f"Compte ouvert. Un lien pour choisir un mot de passe part vers {user.email}.", "info")
    return redirect(url_for("users.index"))


@blueprint.route("/<int:user_id>", methods=["GET", "POST"])
@requires(Permission.ACCOUNTS_MANAGE)
def edit(user_id: int) -> str | Response:
    user = accounts.account(context(), user_id)
    form = AccountForm(
        data={
            "name": user.name,
            "email": user.email,
            "role": user.role.value,
            "organisation": user.organisation.name if user.organisation else "",
            "organisation_id": str(user.organisation_id or ""),
            "is_active": user.is_active,
        }
    )
    changed = form.attempt(
        lambda: accounts.update_user(context(), user_id, _data(form), is_active=form.is_active.data)
    )
    if changed is None:
        return render_template("users/edit.html", form=form, user=user)
    flash("Compte modifié.", "success")
    return redirect(url_for("users.index"))


def _data(form: AccountForm) -> AccountData:
    role = Role(form.role.data)
    organisation_id = None
    if role in {Role.GRANTEE, Role.PARTNER}:
        organisation_id = organisations.resolve(
            context(),
            form.organisation_id.data or "",
            form.organisation.data or "",
            field="organisation",
        ).id
    return AccountData(form.email.data, form.name.data, role, organisation_id)
