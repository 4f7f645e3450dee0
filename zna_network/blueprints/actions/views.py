"""The register of actions: what is open, what is late, closing it."""

from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from zna_network.blueprints.access import requires
from zna_network.blueprints.actions.forms import CloseForm, RegisterFilter
from zna_network.blueprints.support import Listing, context, page_request
from zna_network.models.minutes import ActionState
from zna_network.queries import action_follow_up as follow_up_queries
from zna_network.queries import actions as queries
from zna_network.queries.actions import ActionFilter, Shown
from zna_network.queries.committees import Reach
from zna_network.queries.listing import paginate
from zna_network.services import actions
from zna_network.services.committee_access import reach, require_read
from zna_network.services.errors import NotFoundError
from zna_network.services.french_time import local_date
from zna_network.services.permissions import Permission

blueprint = Blueprint("actions", __name__, url_prefix="/instances/actions")


@blueprint.get("")
@requires(Permission.COMMITTEE_READ)
def index() -> str:
    ctx = context()
    within = reach(ctx)
    wanted = _wanted()
    page = paginate(
        ctx.session, queries.listed(within, wanted), page_request("due"), queries.ACTION_SORTS
    )
    may_follow = [action.id for action in page.items if actions.may_follow(ctx, action)]
    replies = ctx.session.scalars(follow_up_queries.waiting_among(may_follow)).all()
    committees = ctx.session.scalars(queries.committees(within)).all()
    owners = ctx.session.scalars(queries.owners(within)).all()
    return render_template(
        "actions/index.html",
        listing=Listing(page),
        wanted=wanted,
        today=wanted.today,
        tabs=_tabs(wanted, within),
        form=RegisterFilter(wanted, committees, owners),
        chips=_chips(wanted, {committee.id: committee.name for committee in committees}),
        may_follow=may_follow,
        waiting={reply.action_id: reply for reply in replies},
    )


@blueprint.route("/<int:action_id>/clore", methods=["GET", "POST"])
@requires(Permission.MINUTES_WRITE)
def close(action_id: int) -> str | Response:
    ctx = context()
    action = ctx.session.scalar(queries.by_id(action_id))
    if action is None:
        raise NotFoundError(actions.GONE)
    require_read(ctx, action.meeting.committee)
    ctx.require(Permission.MINUTES_WRITE, action.meeting.committee.led_by_id)
    form = CloseForm(state=ActionState.DONE.value)
    closed = form.attempt(
        lambda: actions.close_action(
            ctx, action_id, ActionState(form.state.data), form.outcome.data or ""
        )
    )
    if closed is None:
        return render_template("actions/close.html", form=form, action=action, today=_today())
    flash(f"Action close : {closed.state.label.lower()}.", "success")
    return redirect(url_for("actions.index"))


@blueprint.post("/<int:action_id>/rouvrir")
@requires(Permission.MINUTES_WRITE)
def reopen(action_id: int) -> Response:
    actions.reopen_action(context(), action_id)
    flash("Action rouverte : elle reviendra à la prochaine réunion.", "success")
    return redirect(url_for("actions.index"))


def _today() -> date:
    return local_date(context().now)


def _wanted() -> ActionFilter:
    shown = request.args.get("etat", "")
    return ActionFilter(
        today=_today(),
        shown=Shown(shown) if shown in list(Shown) else Shown.OPEN,
        committee_id=request.args.get("instance", type=int),
        owner=request.args.get("qui", ""),
    )


def _address(wanted: ActionFilter, **changes: object) -> str:
    values: dict[str, Any] = {
        "etat": wanted.shown.value,
        "instance": wanted.committee_id,
        "qui": wanted.owner or None,
    }
    return url_for("actions.index", **{**values, **changes})


def _tabs(wanted: ActionFilter, within: Reach) -> list[tuple[str, str, bool, int | None]]:
    numbers = context().session.execute(queries.counts(within, wanted.today)).one()
    counted = dict(zip((Shown.OPEN, Shown.LATE, Shown.CLOSED), numbers, strict=True))
    asking = context().session.scalar(follow_up_queries.count_waiting(within)) or 0
    counted[Shown.ASKING] = asking
    return [
        (shown.label, _address(wanted, etat=shown.value), shown is wanted.shown, counted.get(shown))
        for shown in Shown
        if shown is not Shown.ASKING or asking or wanted.shown is Shown.ASKING
    ]


def _chips(wanted: ActionFilter, names: dict[int, str]) -> list[tuple[str, str]]:
    chips = []
    if wanted.committee_id is not None:
        name = names.get(wanted.committee_id, "inconnue")
        chips.append((f"Instance : {name}", _address(wanted, instance=None)))
    if wanted.owner:
        chips.append((f"Qui : {wanted.owner}", _address(wanted, qui=None)))
    return chips
