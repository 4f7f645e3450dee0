"""The demonstration's referrals: half a year of three grantees and of the CUA's desk, told around
today; what the stands of today's forum have made; and what became of it all.

Made once: nothing that somebody did since is undone. On another day the stands of the forum, which
has moved to that day, make new ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from zna_network.models.account import User
from zna_network.models.committee import Committee
from zna_network.models.forum import Forum
from zna_network.models.organisation import Organisation
from zna_network.queries import demo_forum as forum_queries
from zna_network.queries import demo_referrals as queries
from zna_network.services.context import Context
from zna_network.services.demo import (
    referral_committees,
    referral_figures,
    referral_files,
    referral_making,
    referral_people,
    referral_stands,
)
from zna_network.services.demo import referral_words as words
from zna_network.services.demo.referral_lives import at_work
from zna_network.services.demo.referral_making import Cast, drafts
from zna_network.services.demo.referral_people import Places
from zna_network.services.demo.referral_play import Stage
from zna_network.services.french_time import local_date
from zna_network.services.unit_of_work import take_turns

STORY = 182  # days


@dataclass(frozen=True)
class ReferralSummary:
    people: int
    referrals: int
    opened: int


def build(
    ctx: Context,
    organisations: dict[str, Organisation],
    users: Sequence[User],
    committees: dict[str, Committee],
    forum: Forum,
) -> ReferralSummary:
    """``ctx`` acts as the demonstration's agent."""
    with ctx.unit_of_work():
        take_turns(ctx.session, "demo-referrals")
        cast = referral_making.cast_of(ctx, organisations, users)
        if not ctx.session.scalar(queries.number_of_referrals()):
            _tell(ctx, cast, committees)
        referral_stands.build(ctx, forum, organisations)
        return ReferralSummary(*ctx.session.execute(queries.totals()).one())


def _tell(ctx: Context, cast: Cast, committees: dict[str, Committee]) -> None:
    today = local_date(ctx.now)
    places = Places(
        list(ctx.session.scalars(forum_queries.communes())),
        list(ctx.session.scalars(forum_queries.qpvs())),
    )
    invented = referral_people.everybody(places, today)
    met_at = [_met_at(someone.rank, today) for someone in invented]
    owners = [one.id for one in cast.senders]
    people = referral_files.save(ctx, invented, owners, cast.authors, met_at)
    referral_figures.fill_barometer(ctx)
    stage = Stage(ctx, ctx.now)
    with ctx.session.no_autoflush:
        made = [
            draft
            for someone, person, moment in zip(invented, people, met_at, strict=True)
            for draft in drafts(ctx, cast, someone, person, moment)
        ]
        made.sort(key=lambda draft: draft.referral.made_at)
        ctx.session.flush()
        for number, draft in enumerate(made, start=1):
            draft.referral.number = number
            draft.referral.diagnostic_id = draft.diagnostic.id if draft.diagnostic else None
        ctx.session.add_all([draft.referral for draft in made])
        ctx.session.flush()
        for draft in made:
            stage.enter(draft.referral, draft.sender, draft.receiver, draft.acts)
        referral_committees.plan(ctx, stage, committees, [draft.referral for draft in made])
        rights = ctx.session.scalars(forum_queries.rights_of(list(words.HELPERS))).all()
        stage.play()
        assert rights  # held, so that each outcome finds its right without asking the database
    ctx.session.flush()
    by_owner = dict(zip(owners, cast.authors, strict=True))
    referral_files.change_their_minds(ctx, people, by_owner, today)
    ctx.session.flush()
    referral_committees.prepare_next(ctx, committees)
    referral_figures.leave_traces(ctx, people)


def _met_at(rank: int, today: date) -> datetime:
    """The fieldwork grows: twice as many people now as half a year ago."""
    chance = Random(f"met:{rank}")  # noqa: S311 - a story, not a secret
    ago = 2 + int((STORY - 4) * chance.random() ** 1.25)
    moment = at_work(today - timedelta(days=ago), chance)
    return moment if local_date(moment) < today else moment - timedelta(days=5)
