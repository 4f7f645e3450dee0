"""The mails of actions, in the outbox, in the caller's transaction: to their owner, and to those
who follow them (the CUA, and the association that leads the committee)."""

from collections.abc import Mapping, Sequence
from datetime import date

from zna_network.models.account import User
from zna_network.models.action_reply import ActionReply
from zna_network.models.minutes import ActionItem
from zna_network.ports.calendar import Address
from zna_network.queries import accounts
from zna_network.queries import action_follow_up as queries
from zna_network.services.action_links import link_of
from zna_network.services.context import Context
from zna_network.services.french_time import local_date, long_date
from zna_network.services.links import token_hash
from zna_network.services.outbox import Post, post


def tell_owners(ctx: Context, meeting_id: int) -> int:
    """Tell each owner what falls to them, once the minutes are validated: one mail a person. How
    many were written. Told already of an action as it stands, nobody is told again."""
    by_owner: dict[str, list[ActionItem]] = {}
    for action in ctx.session.scalars(queries.to_tell(meeting_id)):
        by_owner.setdefault(action.owner_email, []).append(action)
    for found in by_owner.values():
        tell_owner(ctx, found)
    return len(by_owner)


def tell_owner(ctx: Context, found: Sequence[ActionItem], *, is_reopened: bool = False) -> None:
    """The actions of one owner and one meeting, which are held; each with its link."""
    first = found[0]
    for action in found:
        action.told_at = ctx.now
    values = {
        "name": first.owner,
        "committee": first.meeting.committee.name,
        "starts_at": first.meeting.starts_at,
        "items": items(ctx, found),
        "is_reopened": is_reopened,
    }
    _post(ctx, "action_given", first, values)


def remind(ctx: Context, found: Sequence[ActionItem]) -> None:
    """One reminder of all that is due from one owner, whatever the meetings."""
    values = {"name": found[0].owner, "items": items(ctx, found), "today": local_date(ctx.now)}
    _post(ctx, "action_reminder", found[0], values, automatic=True)


def answer_owner(ctx: Context, action: ActionItem, reply: ActionReply) -> None:
    """What becomes of what the owner asked."""
    values = {
        "name": action.owner,
        "item": items(ctx, [action])[0],
        "asked": reply.kind.value,
        "verdict": reply.state.value,
        "proposed_on": reply.proposed_on,
        "answer": reply.answer,
    }
    _post(ctx, "action_answered", action, values)


def tell_followers(ctx: Context, action: ActionItem, reply: ActionReply) -> int:
    """Tell the CUA and who leads the committee what the owner says; how many mails. Each time it
    speaks, the earlier news that have not left are dropped in its favour."""
    ctx.session.flush()
    values = {
        "text": action.text,
        "owner": action.owner,
        "committee": action.meeting.committee.name,
        "starts_at": action.meeting.starts_at,
        "due": long_date(action.due_on) if action.due_on else "",
        "kind": reply.kind.value,
        "words": reply.words,
        "proposed": long_date(reply.proposed_on) if reply.proposed_on else "",
        "link": f"{ctx.settings.base_url}/instances/actions/{action.id}",
    }
    followers = _followers(ctx, action)
    for account in followers:
        order = Post(
            mail="action_news",
            recipient=Address(account.email, account.name),
            values=values,
            thread_key=f"action-news:{action.id}:{token_hash(account.email)[:12]}",
            dedup_key=f"action-news:{reply.id}:{token_hash(account.email)[:12]}",
            auto_submitted=True,
            supersedes_thread=True,
        )
        post(ctx, order)
    return len(followers)


def items(ctx: Context, found: Sequence[ActionItem]) -> list[dict[str, object]]:
    """The actions as the mails list them, each with its link."""
    today = local_date(ctx.now)
    return [
        {
            "text": action.text,
            "due": long_date(action.due_on) if action.due_on else "",
            "late_days": _days_late(action, today),
            "is_today": action.due_on == today,
            "committee": action.meeting.committee.name,
            "link": link_of(ctx.settings, action),
        }
        for action in found
    ]


def _days_late(action: ActionItem, today: date) -> int:
    return (today - action.due_on).days if action.due_on and action.is_late(today) else 0


def _followers(ctx: Context, action: ActionItem) -> list[User]:
    """Each account once."""
    staff = ctx.session.scalars(accounts.active_staff()).all()
    leader = action.meeting.committee.led_by_id
    leading = ctx.session.scalars(accounts.active_users_of(leader)).all() if leader else []
    return list({account.id: account for account in (*staff, *leading)}.values())


def _post(
    ctx: Context,
    mail: str,
    action: ActionItem,
    values: Mapping[str, object],
    *,
    automatic: bool = False,
) -> None:
    order = Post(
        mail=mail,
        recipient=Address(action.owner_email, action.owner[:170]),
        values=values,
        thread_key=f"action:{token_hash(action.owner_email)[:32]}",
        auto_submitted=automatic,
    )
    post(ctx, order)
