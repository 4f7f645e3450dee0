"""Who is told that a forum's day, hours, place or name changed."""

from dataclasses import replace

from zna_network.models.forum import Forum
from zna_network.services import registration_mails, stand_mails
from zna_network.services.context import Context
from zna_network.services.forum_days import ForumDay, day_of
from zna_network.services.french_time import local_date


def announce(ctx: Context, forum: Forum, before: ForumDay) -> None:
    """Tell those whose calendar has the forum, in the caller's transaction, which has locked it
    and raised its ``sequence``. What was held already is told to nobody."""
    today = local_date(ctx.now)
    days = [day.held_on for day in (before, day_of(forum)) if day.held_on]
    if days and max(days) < today:
        return
    stand_mails.announce_change(ctx, forum, before)
    if replace(day_of(forum), title=before.title) != before:
        registration_mails.announce_change(ctx, forum)
