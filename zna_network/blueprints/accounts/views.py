"""Sign-in, passwords, one's own account."""

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_login import current_user, login_user, logout_user
from werkzeug.wrappers import Response

from zna_network.blueprints.access import public, requires
from zna_network.blueprints.accounts.forms import (
    ChangePasswordForm,
    NewPasswordForm,
    ResetRequestForm,
    SignInForm,
)
from zna_network.blueprints.support import context, safe_next
from zna_network.extensions import limiter
from zna_network.models.account import User
from zna_network.services import accounts
from zna_network.services.errors import TooManyAttemptsError
from zna_network.services.permissions import Permission

blueprint = Blueprint("accounts", __name__)


def _begin_session(user: User) -> None:
    """A fresh session, so that one fixed beforehand by somebody else is of no use."""
    session.clear()
    login_user(user)
    session.permanent = True


@blueprint.route("/connexion", methods=["GET", "POST"])
@public
@limiter.limit("60 per minute", methods=["POST"])
def sign_in() -> str | Response | tuple[str, int]:
    target = safe_next(request.args.get("suite"), url_for("home.show"))
    if current_user.is_authenticated:
        return redirect(target)
    form = SignInForm()
    try:
        user = form.attempt(
            lambda: accounts.sign_in(context(), form.email.data, form.password.data)
        )
    except TooManyAttemptsError as error:
        form.refuse(error)
        return render_template("accounts/sign_in.html", form=form), 429
    if user is None:
        return render_template("accounts/sign_in.html", form=form)
    _begin_session(user)
    return redirect(target)


@blueprint.post("/deconnexion")
@requires(Permission.OWN_ACCOUNT)
def sign_out() -> Response:
    logout_user()
    session.clear()
    flash("Vous êtes déconnecté.", "info")
    return redirect(url_for("accounts.sign_in"))


@blueprint.route("/mot-de-passe-oublie", methods=["GET", "POST"])
@public
@limiter.limit("20 per hour", methods=["POST"])
def forgotten() -> str | Response:
    form = ResetRequestForm()
    if form.validate_on_submit():
        accounts.request_reset(context(), form.email.data)
        flash(
            "Si un compte existe pour cette adresse, un message vient de partir avec un lien "
            "valable deux heures.",
            "info",
        )
        return redirect(url_for("accounts.sign_in"))
    return render_template("accounts/forgotten.html", form=form)


@blueprint.route("/mot-de-passe/<token>", methods=["GET", "POST"])
@public
def choose_password(token: str) -> str | Response:
    accounts.reset_by_token(context(), token)
    form = NewPasswordForm()
    user = form.attempt(lambda: accounts.choose_password(context(), token, form.password.data))
    if user is None:
        return render_template("accounts/choose_password.html", form=form)
    _begin_session(user)
    flash("Votre mot de passe est enregistré.", "success")
    return redirect(url_for("home.show"))


@blueprint.route("/compte", methods=["GET", "POST"])
@requires(Permission.OWN_ACCOUNT)
def own_account() -> str | Response:
    form = ChangePasswordForm()
    user = form.attempt(
        lambda: accounts.change_password(context(), form.current.data, form.password.data)
    )
    if user is None:
        return render_template("accounts/own_account.html", form=form)
    _begin_session(user)
    flash("Mot de passe changé. Vos autres sessions sont fermées.", "success")
    return redirect(url_for("accounts.own_account"))
