"""The mails of a poll, in the outbox, in the caller's transaction: to those who are asked, to who
asks, to the CUA."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from zna_network.models.account import User
from zna_network.models.outbox import OutboxMessage, OutboxState
from zna_network.models.poll import DatePoll, PollInvitee, PollState
from zna_network.ports.calendar import Address
from zna_network.queries import invitations as mail_queries
from zna_network.queries import polls as queries
from zna_network.queries.accounts import active_staff, active_users_of
from zna_network.services import outbox
from zna_network.services.addresses import sender
from zna_network.services.context import Context
from zna_network.services.french_time import long_datetime
from zna_network.services.links import token_hash
from zna_network.services.mail_threads import UNSENT, has_reached
from zna_network.services.outbox import Post
from zna_network.services.polls.links import link_of
from zna_network.services.polls.poll_values import (
    greeting,
    has_said_all,
    list_of,
    live_invitees,
    live_options,
    recipient,
    title_of,
)


def thread_of(invitee_id: int) -> str:
    return f"poll:{invitee_id}"


def page_of(ctx: Context, poll: DatePoll) -> str:
    return f"{ctx.settings.base_url}/instances/sondages/{poll.id}"


def ask(ctx: Context, poll: DatePoll, invitees: Iterable[PollInvitee]) -> int:
    """The poll with its link, to those who have an e-mail; how many mails were written. Whoever has
    it already is told instead that dates were added."""
    asked = [invitee for invitee in invitees if invitee.email]
    reached = reached_by_poll(ctx, asked)
    for invitee in asked:
        mail = "poll_updated" if invitee.id in reached else "poll_invitation"
        tell(ctx, poll, invitee, mail, supersedes=True)
        invitee.sent_at = ctx.now
    return len(asked)


def reached_by_poll(ctx: Context, invitees: Sequence[PollInvitee]) -> set[int]:
    """Those whom a mail about this poll has reached, or may have."""
    threads = _threads(ctx, invitees)
    return {
        invitee.id
        for invitee in invitees
        if has_reached(threads[thread_of(invitee.id)], invitee.email)
    }


def drop_unsent(ctx: Context, invitees: Sequence[PollInvitee]) -> None:
    """What has not left yet for these people never will."""
    for thread in _threads(ctx, invitees).values():
        for message in thread:
            if message.state in UNSENT:
                message.state = OutboxState.CANCELLED
                message.content = None


def tell(
    ctx: Context,
    poll: DatePoll,
    invitee: PollInvitee,
    mail: str,
    *,
    key: str | None = None,
    automatic: bool = False,
    supersedes: bool = False,
    **values: object,
) -> None:
    """One mail to somebody who is asked and has an e-mail."""
    outbox.post(
        ctx,
        Post(
            mail=mail,
            recipient=recipient(invitee),
            values={**invitee_values(ctx, poll, invitee), **values},
            thread_key=thread_of(invitee.id),
            dedup_key=key,
            auto_submitted=automatic,
            supersedes_thread=supersedes,
        ),
    )


def tell_owner(ctx: Context, poll: DatePoll, mail: str, *, cause: str, **values: object) -> int:
    """Who asks is told of this cause once, by itself; how many mails were written."""
    return _tell(ctx, poll, mail, _owner(ctx, poll), cause, automatic=True, **values)


def tell_staff(ctx: Context, poll: DatePoll, mail: str, **values: object) -> int:
    """The active accounts of the CUA, but who does it themselves."""
    accounts = [one for one in ctx.session.scalars(active_staff()) if one.id != ctx.actor_id]
    return _tell(ctx, poll, mail, accounts, "", automatic=False, **values)


def tell_if_complete(ctx: Context, poll: DatePoll) -> int:
    """Once everybody has said all, whoever asks learns that the date can be chosen. The poll is
    locked with its votes; who is told has been told once, until somebody else is asked."""
    options, invitees = live_options(poll), live_invitees(poll)
    if poll.state is not PollState.OPEN or not invitees or not options:
        return 0
    if not all(has_said_all(invitee, options) for invitee in invitees):
        return 0
    cause = f"{max(one.id for one in invitees)}-{max(one.id for one in options)}"
    return tell_owner(ctx, poll, "poll_complete", cause=cause, number=len(invitees))


def poll_values(ctx: Context, poll: DatePoll) -> dict[str, object]:
    return {
        "committee": poll.committee.name,
        "title": title_of(poll),
        "deadline": long_datetime(poll.deadline),
        "dates": list_of(live_options(poll)),
        "place": poll.place,
        "visio_url": poll.visio_url,
        "notice": poll.notice,
        "organiser": ctx.settings.organiser_name,
        "reply_to": sender(ctx.settings).email,
        "page": page_of(ctx, poll),
    }


def invitee_values(ctx: Context, poll: DatePoll, invitee: PollInvitee) -> dict[str, object]:
    return {
        **poll_values(ctx, poll),
        "greeting": greeting(invitee),
        "link": link_of(ctx.settings, invitee),
        "has_answered": invitee.answered_at is not None,
        "with_holds": poll.with_holds,
    }


def _threads(ctx: Context, invitees: Sequence[PollInvitee]) -> dict[str, list[OutboxMessage]]:
    threads: dict[str, list[OutboxMessage]] = defaultdict(list)
    keys = [thread_of(invitee.id) for invitee in invitees]
    if keys:
        for message in ctx.session.scalars(mail_queries.mails_of_threads(keys)):
            threads[message.thread_key].append(message)
    return threads


def _owner(ctx: Context, poll: DatePoll) -> list[User]:
    """Who made the poll while their account still reaches it; else the grantee that leads the
    committee, else the CUA."""
    maker, leader_id = poll.created_by, poll.committee.led_by_id
    if maker is not None and maker.is_active:
        still_leads = leader_id is not None and maker.organisation_id == leader_id
        if maker.is_staff or still_leads:
            return [maker]
    leaders = list(ctx.session.scalars(active_users_of(leader_id))) if leader_id else []
    return leaders or list(ctx.session.scalars(active_staff()))


def _tell(
    ctx: Context,
    poll: DatePoll,
    mail: str,
    accounts: Iterable[User],
    cause: str,
    *,
    automatic: bool,
    **values: object,
) -> int:
    written = 0
    for account in accounts:
        mark = token_hash(account.email)[:12]
        key = f"{mail}:{poll.id}:{cause}:{mark}" if cause else None
        # The poll is locked: whoever looks here next finds it.
        if key and ctx.session.scalar(queries.mail_of_cause(key)) is not None:
            continue
        order = Post(
            mail=mail,
            recipient=Address(account.email, account.name),
            values={**poll_values(ctx, poll), "greeting": f"Bonjour {account.name}", **values},
            thread_key=f"poll-owner:{poll.id}:{mark}",
            dedup_key=key,
            auto_submitted=automatic,
        )
        outbox.post(ctx, order)
        written += 1
    return written
