"""What the pages about invitations show, put in the shapes that their components take."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from zna_network.blueprints.support import Listing, page_request
from zna_network.models.invitation import Answer, Invitation, Rsvp
from zna_network.models.mailbox import (
    AddressTrouble,
    IncomingMail,
    IncomingState,
    ProposalState,
    TimeProposal,
)
from zna_network.models.meeting import Meeting
from zna_network.models.outbox import OutboxMessage, OutboxState
from zna_network.queries import invitation_lists as lists
from zna_network.queries import invitations as queries
from zna_network.queries import mailbox as mailbox_queries
from zna_network.queries import time_proposals as proposal_queries
from zna_network.queries.invitation_lists import Show
from zna_network.queries.listing import paginate
from zna_network.services import committee_access
from zna_network.services.address_troubles import troubles_among
from zna_network.services.context import Context
from zna_network.services.errors import NotFoundError
from zna_network.services.french_time import long_datetime, short_datetime
from zna_network.services.invitation_links import link_of
from zna_network.services.permissions import Permission

PEOPLE_A_PAGE = 50
TONES = {
    Answer.ON_SITE: "success",
    Answer.REMOTE: "success",
    Answer.TENTATIVE: "warning",
    Answer.DECLINED: "danger",
    Answer.REPRESENTED: "info",
}
_MAIL_STATES = {
    OutboxState.PENDING: ("En attente d’envoi", "info"),
    OutboxState.SENDING: ("Envoi en cours", "info"),
    OutboxState.SENT: ("Envoyée", "success"),
    OutboxState.FAILED: ("Échec de l’envoi", "danger"),
    OutboxState.SUPERSEDED: ("Remplacée", "neutral"),
    OutboxState.CANCELLED: ("Annulée", "neutral"),
}


@dataclass(frozen=True)
class Sign:
    """A state as a badge shows it, and a line of detail below."""

    text: str
    tone: str
    detail: str = ""


@dataclass(frozen=True)
class Row:
    """One person of the list. ``mail`` is the last one sent to them, ``reminders`` a number,
    ``trouble`` what mail servers say of their address."""

    invitation: Invitation
    mail: OutboxMessage | None
    reminders: int
    trouble: AddressTrouble | None = None

    @property
    def convocation(self) -> Sign:
        return convocation_sign(self.invitation, self.mail)

    @property
    def answer(self) -> Sign | None:
        return answer_sign(self.invitation)


def list_page(ctx: Context, meeting: Meeting, show: Show) -> dict[str, Any]:
    """The list of a meeting's invitees: a constant number of queries, whatever its length."""
    request = replace(page_request(), per_page=PEOPLE_A_PAGE)
    page = paginate(ctx.session, lists.listed(meeting.id, show), request, lists.INVITEE_SORTS)
    numbers = [invitation.id for invitation in page.items]
    mails = {mail.thread_key: mail for mail in ctx.session.scalars(lists.last_mails(numbers))}
    reminders = dict(ctx.session.execute(lists.reminder_counts(numbers)).all())
    failing = troubles_among(ctx, [invitation.email for invitation in page.items])
    counted = ctx.session.execute(lists.counts(meeting.id)).one()
    return {
        **rights(ctx, meeting),
        "listing": Listing(page),
        "rows": [
            Row(
                one,
                mails.get(lists.thread_of(one.id)),
                reminders.get(one.id, 0),
                failing.get(one.email),
            )
            for one in page.items
        ],
        "counts": dict(zip(Show, counted, strict=True)),
        "show": show,
        "time_proposals": _open_proposals(ctx, meeting),
        "filters": [one for one in Show if one is not Show.CONVENED],
    }


def rights(ctx: Context, meeting: Meeting) -> dict[str, Any]:
    """The meeting, and what the actor may do with its list."""
    is_open = meeting.accepts_answers(ctx.now)
    return {
        "meeting": meeting,
        "committee": meeting.committee,
        "is_open": is_open,
        "may_convene": ctx.may(Permission.MEETING_CONVENE) and is_open,
        "may_prepare": committee_access.may_prepare(ctx, meeting.committee) and is_open,
        "is_staff": ctx.may(Permission.MEETING_CONVENE),
    }


def person_page(ctx: Context, meeting: Meeting, invitation_id: int) -> dict[str, Any]:
    """One person: what they were sent, what they answered. Raises NotFoundError."""
    invitation = ctx.session.scalar(queries.by_id(meeting.id, invitation_id))
    if invitation is None:
        raise NotFoundError("Cette personne n’a pas été convoquée à cette réunion.")
    mails = ctx.session.scalars(lists.mails_of(invitation.id)).all()
    shown = [mail for mail in mails if mail.state is not OutboxState.SUPERSEDED]
    reminders = ctx.session.scalars(queries.reminders_of([invitation.id])).all()
    page = rights(ctx, meeting)
    if page["is_staff"] and invitation.is_live:
        page["link"] = link_of(ctx.settings, invitation)
    return {
        **page,
        "invitation": invitation,
        "row": Row(
            invitation,
            shown[-1] if shown else None,
            len(reminders),
            troubles_among(ctx, [invitation.email]).get(invitation.email),
        ),
        "representatives": [one for one in invitation.representatives if one.is_live],
        "events": _events(
            invitation,
            mails,
            ctx.session.scalars(mailbox_queries.unapplied_of(invitation.id)).all(),
        ),
    }


def convocation_sign(invitation: Invitation, mail: OutboxMessage | None) -> Sign:
    if not invitation.email:
        if invitation.convened_at is None:
            return Sign("À prévenir", "warning", "pas d’adresse e-mail")
        return Sign("Prévenu", "success", f"le {short_datetime(invitation.convened_at)}")
    if not invitation.is_convened:
        return Sign("À convoquer", "neutral")
    when = f"le {short_datetime(invitation.convened_at)}" if invitation.convened_at else ""
    if mail is None:
        return Sign("Envoyée", "success", when)
    text, tone = _MAIL_STATES[mail.state]
    if mail.state is OutboxState.FAILED:
        return Sign(text, tone, mail.last_error)
    return Sign(text, tone, when)


def answer_sign(invitation: Invitation) -> Sign | None:
    """None for somebody who has not been asked yet."""
    if invitation.answer is None:
        if invitation.outdated_answer is not None:
            before = invitation.outdated_answer.label.lower()
            return Sign("À reconfirmer", "warning", f"avait répondu : {before}")
        return Sign("Sans réponse", "neutral") if invitation.is_convened else None
    return Sign(invitation.answer.label, TONES[invitation.answer], _how(invitation))


def _how(invitation: Invitation) -> str:
    via = invitation.answered_via.label if invitation.answered_via else ""
    when = f"le {short_datetime(invitation.answered_at)}" if invitation.answered_at else ""
    return f"{via} {when}".strip()


def _open_proposals(ctx: Context, meeting: Meeting) -> list[TimeProposal]:
    """The other times proposed that await an answer, where the meeting is still to come."""
    if not meeting.accepts_answers(ctx.now):
        return []
    found = ctx.session.scalars(proposal_queries.proposals_of(meeting.id))
    return [one for one in found if one.state is ProposalState.OPEN]


def _events(
    invitation: Invitation, mails: Sequence[OutboxMessage], received: Sequence[IncomingMail]
) -> list[dict[str, Any]]:
    """The history of one invitation, latest first, as the timeline component takes it: what was
    sent, answered, and came back without counting."""
    dated = [
        *((answer.at, 2, _answer_event(answer)) for answer in invitation.answers),
        *((mail.created_at, 1, _mail_event(mail)) for mail in mails),
        *((mail.read_at, 2, _received_event(mail)) for mail in received),
    ]
    if invitation.removed_at is not None:
        dated.append(
            (
                invitation.removed_at,
                3,
                {"title": "Retirée de la liste", "tone": "neutral", "icon": "x-lg"},
            )
        )
    ordered = sorted(dated, key=lambda item: item[:2], reverse=True)
    return [{"when": long_datetime(at), **event} for at, _rank, event in ordered]


def _answer_event(answer: Rsvp) -> dict[str, Any]:
    named = answer.representative_name
    return {
        "title": f"{answer.answer.label} par {named}" if named else answer.answer.label,
        "who": answer.actor.name if answer.actor else answer.channel.label,
        "text": answer.comment,
        "tone": TONES[answer.answer],
        "icon": "reply",
    }


def _received_event(mail: IncomingMail) -> dict[str, Any]:
    return {
        "title": mail.kind.label,
        "who": f"{mail.from_address or 'par e-mail'} · {mail.state.label.lower()}",
        "text": mail.reason,
        "tone": "warning" if mail.state is IncomingState.HELD else "neutral",
        "icon": "envelope-open",
    }


def _mail_event(mail: OutboxMessage) -> dict[str, Any]:
    text, tone = _MAIL_STATES[mail.state]
    return {
        "title": mail.subject,
        "who": f"{mail.recipient} · {text.lower()}",
        "text": mail.last_error if mail.state is OutboxState.FAILED else "",
        "tone": tone,
        "icon": "envelope",
    }
