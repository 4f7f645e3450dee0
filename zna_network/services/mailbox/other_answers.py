"""Answers of calendars to what is not a meeting: a date that a poll holds in calendars, a trip of
CUA Mobile. The same checks of who answers, and the same order."""

from datetime import datetime
from typing import TypeVar

from zna_network.models.handover import BookingGuest, GuestAnswer
from zna_network.models.mailbox import IncomingKind, IncomingMail, IncomingState
from zna_network.models.poll import Choice, DatePoll, PollInvitee, PollOption, PollVote
from zna_network.ports.calendar import PartStat
from zna_network.ports.mailbox import CalendarReply, ReadMail
from zna_network.queries import mailbox as queries
from zna_network.queries import polls as poll_queries
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, LinkGoneError
from zna_network.services.mailbox.matching import why_untrusted
from zna_network.services.mailbox.ordering import SAME
from zna_network.services.mailbox.replies import clean_comment
from zna_network.services.mailbox.verdicts import HeldError, NoEffectError
from zna_network.services.polls import mails as poll_mails
from zna_network.services.polls.poll_values import live_invitees, live_options, why_closed
from zna_network.services.van import guest_answers

Said = TypeVar("Said")
CHOICES = {
    PartStat.ACCEPTED: Choice.YES,
    PartStat.TENTATIVE: Choice.IF_NEEDED,
    PartStat.DECLINED: Choice.NO,
}
GUESTS = {
    PartStat.ACCEPTED: GuestAnswer.ACCEPTED,
    PartStat.TENTATIVE: GuestAnswer.TENTATIVE,
    PartStat.DECLINED: GuestAnswer.DECLINED,
}
NOT_ASKED = "n’a pas été interrogée\u00a0: l’invitation lui a sans doute été transférée."
UNUSUAL = "Cette réponse (autre horaire, ou délégation) se traite à la main."


def take(ctx: Context, mail: IncomingMail, read: ReadMail, calendar: CalendarReply) -> bool:
    """Whether it was one of those, and is dealt with. Raises HeldError or NoEffectError."""
    option = ctx.session.scalar(queries.option_of_uid(calendar.uid))
    guest = ctx.session.scalar(queries.guest_of_uid(calendar.uid)) if option is None else None
    if option is not None:
        _vote(ctx, mail, read, calendar, option)
    elif guest is not None:
        _answer_trip(ctx, mail, read, calendar, guest)
    else:
        return False
    mail.state = IncomingState.APPLIED
    ctx.record("mailbox.applied", mail, kind=mail.kind.value)
    return True


def _vote(
    ctx: Context, mail: IncomingMail, read: ReadMail, calendar: CalendarReply, found: PollOption
) -> None:
    option_id = found.id
    poll = ctx.session.scalars(poll_queries.locked(found.poll_id)).one()
    option = next(one for one in poll.options if one.id == option_id)
    invitee = _invitee(poll, calendar)
    _check(ctx, read, calendar, _addresses(invitee), invitee.name, invitee.organisation_id)
    closed = why_closed(poll, ctx.now)
    if closed or not option.is_live:
        raise NoEffectError(closed or "Cette date n’est plus proposée.")
    choice = _said(mail, calendar, CHOICES)
    stamp = _stamp(ctx, calendar)
    vote = next((one for one in invitee.votes if one.option_id == option_id), None)
    if vote is None:
        invitee.votes.append(PollVote(option_id=option_id, choice=choice, at=stamp))
    elif stamp <= max(vote.at, invitee.answered_at or vote.at):
        raise NoEffectError(SAME if stamp == vote.at else "Une réponse plus récente est connue.")
    else:
        vote.choice, vote.at = choice, stamp
    _complete(ctx, poll, invitee, clean_comment(calendar.comment), stamp)
    mail.reason = f"Sondage «\u00a0{poll.title}\u00a0»."


def _complete(
    ctx: Context, poll: DatePoll, invitee: PollInvitee, comment: str, stamp: datetime
) -> None:
    """Once each date has its answer, the person has answered the poll."""
    ctx.session.flush()
    invitee.comment = comment or invitee.comment
    invitee.updated_at = ctx.now
    options = live_options(poll)
    known = {vote.option_id: vote.choice for vote in invitee.votes}
    if known.keys() >= {one.id for one in options}:
        invitee.suits_none = all(known[one.id] is Choice.NO for one in options)
        invitee.answered_at, invitee.entered_by_id = stamp, None
    poll_mails.tell_if_complete(ctx, poll)
    ctx.record("poll.answered", invitee, poll=poll.id, via="calendar")


def _answer_trip(
    ctx: Context, mail: IncomingMail, read: ReadMail, calendar: CalendarReply, guest: BookingGuest
) -> None:
    if calendar.attendee != guest.email.lower():
        raise HeldError(f"L’adresse {calendar.attendee} {NOT_ASKED}")
    name = guest.name or guest.email
    _check(ctx, read, calendar, {guest.email.lower()}, name, guest.organisation_id)
    data = guest_answers.AnswerData(
        _said(mail, calendar, GUESTS).value, clean_comment(calendar.comment), calendar.sequence
    )
    try:
        guest_answers.answer_by_calendar(
            ctx, guest.booking_id, guest.id, data, _stamp(ctx, calendar)
        )
    except (ConflictError, LinkGoneError) as why:
        raise NoEffectError(why.message) from why
    mail.reason = "Sortie de CUA Mobile."


def _invitee(poll: DatePoll, calendar: CalendarReply) -> PollInvitee:
    for invitee in live_invitees(poll):
        if calendar.attendee in _addresses(invitee):
            return invitee
    raise HeldError(f"L’adresse {calendar.attendee} {NOT_ASKED}")


def _addresses(invitee: PollInvitee) -> set[str]:
    of_contact = invitee.contact.email if invitee.contact else ""
    return {address.lower() for address in (invitee.email, of_contact) if address}


def _check(
    ctx: Context,
    read: ReadMail,
    calendar: CalendarReply,
    addresses: set[str],
    name: str,
    organisation_id: int | None,
) -> None:
    why = why_untrusted(ctx, read, calendar, addresses, name, organisation_id)
    if why:
        raise HeldError(why)


def _said(mail: IncomingMail, calendar: CalendarReply, words: dict[PartStat, Said]) -> Said:
    if mail.kind is IncomingKind.COUNTER or calendar.partstat not in words:
        raise HeldError(UNUSUAL)
    return words[calendar.partstat]


def _stamp(ctx: Context, calendar: CalendarReply) -> datetime:
    """When it was said, by the client's clock where it is not ahead of ours."""
    return min(calendar.stamp or ctx.now, ctx.now).replace(microsecond=0)
