"""What the pages about stands show, put in the shapes that their components take."""

from collections.abc import Sequence
from dataclasses import dataclass

from zna_network.models.forum import Forum
from zna_network.models.stand import Stand, StandState
from zna_network.queries import stands as queries
from zna_network.queries.stands import NeedsTotal
from zna_network.services.context import Context
from zna_network.services.permissions import Permission


@dataclass(frozen=True)
class Tables:
    """What is needed for the stands confirmed, and for those that may still come."""

    confirmed: NeedsTotal
    waiting: NeedsTotal


def needs(ctx: Context, forum: Forum) -> Tables:
    rows = [NeedsTotal(*row) for row in ctx.session.execute(queries.totals(forum.id))]
    expected = {StandState.APPLIED, StandState.INVITED}
    return Tables(
        _sum([row for row in rows if row.state is StandState.CONFIRMED], StandState.CONFIRMED),
        _sum([row for row in rows if row.state in expected], StandState.INVITED),
    )


def _sum(rows: Sequence[NeedsTotal], state: StandState) -> NeedsTotal:
    return NeedsTotal(
        state,
        sum(row.stands for row in rows),
        sum(row.tables for row in rows),
        sum(row.chairs for row in rows),
        sum(row.sockets for row in rows),
        sum(row.screens for row in rows),
    )


def own_stands(ctx: Context, forum: Forum) -> Sequence[Stand]:
    """Those of the reader's organisation, for accounts that do not see them all."""
    organisation_id = ctx.actor.organisation_id if ctx.actor else None
    if organisation_id is None or ctx.may(Permission.FORUM_EDIT):
        return []
    return ctx.session.scalars(queries.of_organisation(forum.id, organisation_id)).all()
