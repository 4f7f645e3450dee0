"""The mails received: what was done with each, and those that wait for somebody."""

from io import BytesIO

from flask import flash, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from zna_network.blueprints.access import requires
from zna_network.blueprints.mailbox.forms import ApplyForm, AsideForm, MailFilters
from zna_network.blueprints.mailbox.routes import blueprint
from zna_network.blueprints.support import Form, Listing, context, page_request
from zna_network.models.mailbox import IncomingMail, IncomingState
from zna_network.queries import mailbox as queries
from zna_network.queries.listing import paginate
from zna_network.services.mailbox import held
from zna_network.services.mailbox.replies import WORDS
from zna_network.services.permissions import Permission

MAILS = "/messages/recus"
MAIL = f"{MAILS}/<int:mail_id>"


@blueprint.get(MAILS)
@requires(Permission.MAILBOX_READ)
def index() -> str:
    ctx = context()
    form = MailFilters(request.args)
    page = paginate(
        ctx.session,
        queries.mails(form.state, form.kind, form.words),
        page_request("date", descending=True),
        queries.MAIL_SORTS,
    )
    counts = dict(ctx.session.execute(queries.counts_by_state()).all())
    return render_template(
        "mailbox/index.html",
        listing=Listing(page),
        form=form,
        held=counts.get(IncomingState.HELD, 0),
        counts=counts,
        states=list(IncomingState),
        answer_words=WORDS,
    )


@blueprint.get(MAIL)
@requires(Permission.MAILBOX_READ)
def show(mail_id: int) -> str:
    return _page(mail_id)


@blueprint.get(f"{MAIL}/source")
@requires(Permission.MAILBOX_READ)
def source(mail_id: int) -> Response:
    """The mail itself, to be opened in a mail program, for as long as it waits."""
    return send_file(
        BytesIO(held.content(context(), mail_id)),
        mimetype="message/rfc822",
        as_attachment=True,
        download_name=f"message-{mail_id}.eml",
        max_age=0,
    )


@blueprint.post(f"{MAIL}/prendre-en-compte")
@requires(Permission.MAILBOX_READ)
def apply(mail_id: int) -> str | Response:
    form = ApplyForm()
    done = form.attempt(
        lambda: held.apply(context(), mail_id, form.to_choice(), form.revision.seen)
    )
    if done is None:
        return _page(mail_id, apply_form=form)
    flash("La réponse est prise en compte.", "success")
    return _next(done)


@blueprint.post(f"{MAIL}/marquer-adresse")
@requires(Permission.MAILBOX_READ)
def mark_address(mail_id: int) -> str | Response:
    form = AsideForm()
    form.reason.validators = ()
    done = form.attempt(lambda: held.mark_address(context(), mail_id, form.revision.seen))
    if done is None:
        return _page(mail_id, aside_form=form)
    flash("L’adresse est notée en échec.", "success")
    return redirect(url_for("mailbox.troubles"))


@blueprint.post(f"{MAIL}/ecarter")
@requires(Permission.MAILBOX_READ)
def set_aside(mail_id: int) -> str | Response:
    form = AsideForm()
    done = form.attempt(
        lambda: held.set_aside(context(), mail_id, form.reason.data or "", form.revision.seen)
    )
    if done is None:
        return _page(mail_id, aside_form=form)
    flash("Le message est écarté.", "success")
    return _next(done)


def _next(done: IncomingMail) -> Response:
    """Back to those that still wait, or to the person whose answer it was."""
    if done.state is IncomingState.APPLIED and done.meeting_id and done.invitation_id:
        return redirect(
            url_for(
                "invitations.person",
                meeting_id=done.meeting_id,
                invitation_id=done.invitation_id,
            )
        )
    return redirect(url_for("mailbox.index", etat=IncomingState.HELD.value))


def _page(
    mail_id: int, apply_form: ApplyForm | None = None, aside_form: AsideForm | None = None
) -> str:
    page = held.page(context(), mail_id)
    refused: Form | None = apply_form or aside_form
    apply_form = apply_form or ApplyForm(formdata=None)
    aside_form = aside_form or AsideForm(formdata=None)
    apply_form.offer(page.candidates, page.mail)
    for form in (apply_form, aside_form):
        form.revision.raw_data, form.revision.data = None, page.mail.revision
    return render_template(
        "mailbox/show.html",
        page=page,
        mail=page.mail,
        apply_form=apply_form,
        aside_form=aside_form,
        refused=refused,
        answer_words=WORDS,
    )
