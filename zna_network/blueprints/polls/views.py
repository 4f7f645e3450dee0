"""The list of polls, one poll with its table, a new one."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from zna_network.blueprints.access import requires
from zna_network.blueprints.polls.forms import CreateForm
from zna_network.blueprints.polls.routes import blueprint
from zna_network.blueprints.support import Listing, context, page_request
from zna_network.models.poll import PollState
from zna_network.queries import committees as committee_queries
from zna_network.queries import polls as queries
from zna_network.queries.listing import paginate
from zna_network.services import committee_access
from zna_network.services.permissions import Permission
from zna_network.services.polls import access, board, polls
from zna_network.services.polls.poll_values import title_of, why_closed

POLLS = "/instances/sondages"
POLL = f"{POLLS}/<int:poll_id>"


@blueprint.get(POLLS)
@requires(Permission.MEETING_PREPARE)
def index() -> str:
    ctx = context()
    current = request.args.get("voir") != "finis"
    page = paginate(
        ctx.session,
        queries.listed(access.reach(ctx), current=current),
        page_request("deadline", descending=not current),
        queries.POLL_SORTS,
    )
    numbers = [poll.id for poll in page.items]
    progress = {row[0]: (row[1], row[2]) for row in ctx.session.execute(queries.progress(numbers))}
    dates = {row[0]: row[1] for row in ctx.session.execute(queries.option_counts(numbers))}
    order = committee_queries.COMMITTEE_SORTS["kind"]
    led = ctx.session.scalars(queries.committees_led(access.reach(ctx)).order_by(*order)).all()
    return render_template(
        "polls/index.html",
        listing=Listing(page),
        progress=progress,
        dates=dates,
        current=current,
        committees=led,
        title_of=title_of,
        now=ctx.now,
        sides=[
            ("En cours", url_for("polls.index"), current, None),
            ("Finis", url_for("polls.index", voir="finis"), not current, None),
        ],
    )


@blueprint.get(POLL)
@requires(Permission.MEETING_PREPARE)
def show(poll_id: int) -> str | Response:
    ctx = context()
    page = board.board(ctx, poll_id)
    if page.poll.state is PollState.DRAFT:
        return redirect(url_for("polls.edit", poll_id=poll_id))
    return render_template(
        "polls/show.html",
        page=page,
        poll=page.poll,
        committee=page.poll.committee,
        title=title_of(page.poll),
        is_open=page.poll.state is PollState.OPEN,
        takes_answers=page.poll.takes_answers(ctx.now),
        why_closed=why_closed(page.poll, ctx.now),
        may_convene=ctx.may(Permission.MEETING_CONVENE),
    )


@blueprint.route("/instances/<int:committee_id>/sondages/nouveau", methods=["GET", "POST"])
@requires(Permission.MEETING_PREPARE)
def create(committee_id: int) -> str | Response:
    ctx = context()
    committee = committee_access.readable_committee(ctx, committee_id)
    committee_access.require_prepare(ctx, committee)
    form = CreateForm()
    poll = form.attempt(lambda: polls.create_poll(ctx, committee_id, form.to_data(), form.slots()))
    if poll is None:
        return render_template("polls/create.html", form=form, committee=committee)
    flash("Le sondage est préparé. Choisissez maintenant qui solliciter.", "success")
    return redirect(url_for("polls.edit", poll_id=poll.id, _anchor="personnes"))
