"""The mails: what is waiting, what failed and why; in a trial set-up, the mails themselves."""

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from zna_network.blueprints.access import requires
from zna_network.blueprints.outbox.forms import MessageFilters
from zna_network.blueprints.support import Listing, context, page_request
from zna_network.models.outbox import OutboxState
from zna_network.queries import outbox as queries
from zna_network.queries.listing import paginate
from zna_network.services import outbox
from zna_network.services.permissions import Permission

blueprint = Blueprint("outbox", __name__, url_prefix="/messages")
MAILS_SHOWN = 100


@blueprint.get("")
@requires(Permission.OUTBOX_READ)
def index() -> str:
    ctx = context()
    form = MessageFilters(request.args)
    page = paginate(
        ctx.session,
        queries.messages(form.state, form.words),
        page_request("date", descending=True),
        queries.MESSAGE_SORTS,
    )
    return render_template(
        "outbox/index.html",
        listing=Listing(page),
        counts=outbox.counts(ctx),
        states=list(OutboxState),
        form=form,
        keeps_files=ctx.settings.keeps_mail_in_files,
    )


@blueprint.get("/<int:message_id>")
@requires(Permission.OUTBOX_READ)
def show(message_id: int) -> str:
    return render_template("outbox/show.html", message=outbox.message(context(), message_id))


@blueprint.post("/<int:message_id>/renvoyer")
@requires(Permission.OUTBOX_READ)
def resend(message_id: int) -> BaseResponse:
    outbox.resend(context(), message_id)
    flash("Le message est de nouveau en attente : il partira dans la minute.", "success")
    return redirect(url_for("outbox.show", message_id=message_id))


@blueprint.post("/renvoyer")
@requires(Permission.OUTBOX_READ)
def resend_failed() -> BaseResponse:
    number = outbox.resend_failed(context())
    flash(f"Messages remis en attente : {number}.", "success")
    return redirect(url_for("outbox.index"))


@blueprint.get("/fichiers")
@requires(Permission.OUTBOX_READ)
def files() -> str:
    """The .eml files of a set-up without SMTP, newest first."""
    return render_template(
        "outbox/files.html", mails=outbox.kept_mails(context(), limit=MAILS_SHOWN)
    )


@blueprint.get("/fichiers/<filename>")
@requires(Permission.OUTBOX_READ)
def file(filename: str) -> str:
    return render_template("outbox/file.html", mail=outbox.kept_mail(context(), filename))


@blueprint.get("/fichiers/<filename>/source")
@requires(Permission.OUTBOX_READ)
def file_source(filename: str) -> Response:
    mail = outbox.kept_mail(context(), filename)
    return Response(
        mail.source,
        mimetype="message/rfc822",
        headers={"Content-Disposition": f'attachment; filename="{mail.headers.filename}"'},
    )
