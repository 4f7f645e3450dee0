"""The call for comments, for those who write the minutes: who reads, what they said, what becomes
of it."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from zna_network.blueprints.access import requires
from zna_network.blueprints.filters import counted
from zna_network.blueprints.reading.forms import AskForm, OwnCommentForm, SettleForm
from zna_network.blueprints.reading.routes import MINUTES, blueprint
from zna_network.blueprints.support import context
from zna_network.models.minutes import Minutes, MinutesState
from zna_network.models.minutes_review import CommentState, MinutesComment
from zna_network.queries import minutes as minutes_queries
from zna_network.services.errors import ConflictError, NotFoundError
from zna_network.services.minutes_access import LOCKED, NOT_STARTED, writable_meeting
from zna_network.services.minutes_review import comments, overview, readers
from zna_network.services.minutes_review.readers import Asked
from zna_network.services.minutes_sections import shown_sections
from zna_network.services.permissions import Permission

CALL = f"{MINUTES}/relecture"


@blueprint.get(CALL)
@requires(Permission.MINUTES_WRITE)
def show(meeting_id: int) -> str:
    form = OwnCommentForm(formdata=None)
    return _show(_minutes(meeting_id), form)


@blueprint.post(f"{CALL}/remarques")
@requires(Permission.MINUTES_WRITE)
def add_comment(meeting_id: int) -> str | Response | tuple[str, int]:
    minutes = _minutes(meeting_id)
    form = OwnCommentForm()
    form.offer(shown_sections(context(), minutes))
    added = form.attempt(lambda: comments.add_own(context(), meeting_id, form.to_data()))
    if added is None:
        return _show(_minutes(meeting_id), form), 422
    flash("Remarque ajoutée.", "success")
    return _back(meeting_id, f"remarque-{added.id}")


@blueprint.route(f"{CALL}/demander", methods=["GET", "POST"])
@requires(Permission.MINUTES_WRITE)
def ask(meeting_id: int) -> str | Response:
    minutes = _minutes(meeting_id)
    if minutes.state is not MinutesState.DRAFT:
        raise ConflictError(LOCKED)
    people = readers.candidates(context(), minutes)
    form = AskForm(until=readers.usual_limit(context()))
    form.offer(people)
    asked = form.attempt(
        lambda: readers.ask(
            context(), meeting_id, form.emails.data or [], form.until.data, form.note.data or ""
        )
    )
    if asked is None:
        page = _page(_minutes(meeting_id))
        return render_template("reading/ask.html", **page, form=form, people=people)
    flash(_told(asked), "success")
    return _back(meeting_id)


@blueprint.post(f"{CALL}/lecteurs/<int:reader_id>/retirer")
@requires(Permission.MINUTES_WRITE)
def withdraw(meeting_id: int, reader_id: int) -> Response:
    reader = readers.withdraw(context(), meeting_id, reader_id)
    flash(f"Le lien de {reader.name} ne fonctionne plus. Ses remarques restent.", "success")
    return _back(meeting_id)


@blueprint.route(f"{CALL}/remarques/<int:comment_id>", methods=["GET", "POST"])
@requires(Permission.MINUTES_WRITE)
def comment(meeting_id: int, comment_id: int) -> str | Response | tuple[str, int]:
    """One remark beside the present text, and what to do with it."""
    minutes = _minutes(meeting_id)
    found = overview.comment_of(context(), minutes, comment_id)
    form = SettleForm.of(found)
    settled = form.attempt(
        lambda: comments.settle(
            context(),
            meeting_id,
            comment_id,
            form.chosen(),
            form.reply.data or "",
            form.revision.seen,
        )
    )
    if settled is None:
        return _comment_page(meeting_id, comment_id, form)
    flash(_WORDS[settled.state], "success")
    return _back(meeting_id, f"remarque-{comment_id}")


_WORDS = {
    CommentState.OPEN: "Remarque remise à traiter.",
    CommentState.TAKEN: "Remarque prise en compte : la personne en sera prévenue.",
    CommentState.SET_ASIDE: "Remarque écartée : la personne lira votre réponse.",
}


def _comment_page(meeting_id: int, comment_id: int, form: SettleForm) -> str | tuple[str, int]:
    minutes = _minutes(meeting_id)
    found = overview.comment_of(context(), minutes, comment_id)
    is_stale = form.revision.renew(found.revision)
    html = render_template(
        "reading/comment.html",
        **_page(minutes),
        comment=found,
        form=form,
        is_stale=is_stale,
        has_changed=_has_changed(found),
    )
    return (html, 422) if request.method == "POST" else html


def _has_changed(comment: MinutesComment) -> bool:
    """Whether the text that the remark speaks of has been rewritten since."""
    section = comment.section
    return bool(section and comment.quoted and comment.quoted != section.revision)


def _show(minutes: Minutes, form: OwnCommentForm) -> str:
    sections = shown_sections(context(), minutes)
    form.offer(sections)
    page = overview.read(context(), minutes)
    return render_template("reading/show.html", **_page(minutes), overview=page, form=form)


def _page(minutes: Minutes) -> dict[str, Any]:
    return {
        "meeting": minutes.meeting,
        "committee": minutes.meeting.committee,
        "minutes": minutes,
        "is_draft": minutes.state is MinutesState.DRAFT,
    }


def _told(asked: Asked) -> str:
    parts = []
    if asked.readers:
        parts.append(f"Relecture demandée à {counted(len(asked.readers), 'personne')}.")
    if asked.known:
        parts.append(
            f"Déjà sollicitées avec ce délai, sans nouveau message : "
            f"{counted(len(asked.known), 'personne')}."
        )
    return " ".join(parts)


def _minutes(meeting_id: int) -> Minutes:
    writable_meeting(context(), meeting_id)
    minutes = context().session.scalar(minutes_queries.with_everything(meeting_id))
    if minutes is None:
        raise NotFoundError(NOT_STARTED)
    return minutes


def _back(meeting_id: int, anchor: str | None = None) -> Response:
    return redirect(url_for("reading.show", meeting_id=meeting_id, _anchor=anchor), 303)
