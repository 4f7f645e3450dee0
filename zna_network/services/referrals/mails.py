"""The mails of a referral, in the outbox, in the caller's transaction. None holds anything about
the person: the number, how many rights, how urgent, and a link."""

from dataclasses import replace

from zna_network.models.referral import EventKind, Referral, Side
from zna_network.ports.calendar import Address
from zna_network.ports.messages import CalendarPart
from zna_network.services import outbox
from zna_network.services.context import Context
from zna_network.services.french_time import long_date
from zna_network.services.links import token_hash
from zna_network.services.outbox import Post
from zna_network.services.referrals import flow, news
from zna_network.services.referrals.access import CLOCK, Author
from zna_network.services.referrals.links import LASTS, link_of
from zna_network.services.referrals.mail_addresses import receiver_addresses, sender_addresses
from zna_network.services.referrals.news import News


def announce(ctx: Context, referral: Referral) -> None:
    """Tell the receiver of the referral; where it has no address, tell the sender so. Counts the
    days from now."""
    ctx.session.flush()
    told = to_receiver(ctx, referral, "referral_sent")
    if told:
        referral.sent_at = ctx.now
        flow.append(ctx, referral, EventKind.SENT, CLOCK, mails=str(told))
    else:
        to_sender(ctx, referral, news.unreachable(referral))


def announce_withdrawal(ctx: Context, referral: Referral) -> None:
    """Tell the receiver that nothing is asked of it any more, if it was ever asked."""
    if referral.sent_at is not None:
        to_receiver(ctx, referral, "referral_word", news.withdrawn())


def tell_others(ctx: Context, referral: Referral, author: Author, what: News) -> None:
    """Who did not do it themselves, on either side."""
    if author.side is not Side.SENDER:
        to_sender(ctx, referral, what)
    if author.side is not Side.RECEIVER:
        to_receiver(ctx, referral, "referral_word", what)


def to_receiver(
    ctx: Context, referral: Referral, mail: str, what: News | None = None, *, key: str = ""
) -> int:
    """How many mails were written. ``key`` marks what the clock writes: once for each address.
    The link lasts from the last mail that carries it."""
    addresses = receiver_addresses(ctx, referral)
    if addresses and referral.link_revoked_at is None:
        referral.link_expires_at = max(referral.link_expires_at, ctx.now + LASTS)
    for address in addresses:
        values = _values(ctx, referral, what, link=receiver_link(ctx, referral))
        # A mail that brings a link takes the place of those that wait with the former one.
        anew = mail == "referral_link"
        _post(ctx, referral, Post(mail, address, values, supersedes_thread=anew), key=key)
    return len(addresses)


def to_sender(
    ctx: Context,
    referral: Referral,
    what: News,
    *,
    calendar: CalendarPart | None = None,
    key: str = "",
) -> int:
    """How many mails were written; a calendar part names ``calendar_address``, and goes there."""
    addresses = sender_addresses(ctx, referral)
    for rank, address in enumerate(addresses):
        values = _values(ctx, referral, what, link=page_of(ctx, referral))
        part = calendar if rank == 0 else None
        _post(ctx, referral, Post("referral_news", address, values, calendar=part), key=key)
    return len(addresses)


def calendar_address(ctx: Context, referral: Referral) -> Address | None:
    """A calendar object names one person: the first of those who are told."""
    return next(iter(sender_addresses(ctx, referral)), None)


def page_of(ctx: Context, referral: Referral) -> str:
    """The page for who has an account."""
    return f"{ctx.settings.base_url}/orientations/{referral.id}"


def receiver_link(ctx: Context, referral: Referral) -> str:
    """A link that was stopped is not sent: the organisation's own accounts can still come in."""
    if referral.link_revoked_at is not None:
        return page_of(ctx, referral)
    return link_of(ctx.settings, referral)


def _values(ctx: Context, referral: Referral, what: News | None, *, link: str) -> dict[str, object]:
    return {
        "number": referral.shown_number,
        "rights": len(referral.rights),
        "urgency": referral.urgency.label,
        "is_pressing": referral.urgency != "normal",
        "news": what,
        "link": link,
        "until": long_date(referral.link_expires_at),
        "organiser": ctx.settings.organiser_name,
        "is_waiting": referral.decided_at is None,
    }


def _post(ctx: Context, referral: Referral, order: Post, *, key: str) -> None:
    mark = token_hash(order.recipient.email)[:12]
    outbox.post(
        ctx,
        replace(
            order,
            thread_key=f"referral:{referral.id}:{mark}",
            dedup_key=f"referral:{referral.id}:{key}:{mark}" if key else None,
            auto_submitted=bool(key),
        ),
    )
