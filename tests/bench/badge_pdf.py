"""How long a thousand badges take, from the database to the print-ready file, on both engines.

    python -m pytest -q -s tests/bench/badge_pdf.py

prints one line of JSON an engine: medians in milliseconds for a thousand blank badges, a thousand
with names, and how many times one badge's own file they take."""

import pytest
from flask import Flask
from sqlalchemy import insert

from tests.bench.measuring import medians, ratios, tell, timed_in_turn
from tests.factories.forums import make_forum
from zna_network.models.attendee import Attendee, Badge, RegistrationChannel
from zna_network.ports.pdf import BadgeLayout
from zna_network.queries import badges as queries
from zna_network.services import badge_documents, badges
from zna_network.services.attendee_links import fresh_link
from zna_network.services.badge_documents import Printed, SheetOrder
from zna_network.services.context import Context

BADGES = 1000
REPEATS = 5
FLOOR = "one_badge"
# A thousand take some 60 to 120 times what one takes: each costs a tenth of the file's own cost.
LIMIT = 400
NAMES = ("Marie-Thérèse", "Олена Шевченко", "محمد علي", "Jean-Baptiste", "Aminata", "Zoé", "Lê")


def _name(rank: int) -> str:
    return f"{NAMES[rank % len(NAMES)]} {chr(65 + rank % 26)}{rank % 97}"


def _fill(ctx: Context) -> int:
    """A thousand visitors with their badges, and a thousand blank ones."""
    forum = make_forum(ctx.session)
    made = badges.issue_blank(ctx, forum.id, 2 * BADGES)
    rows = [
        {
            "forum_id": forum.id,
            "name": _name(rank),
            "channel": RegistrationChannel.ONLINE,
            **fresh_link(ctx.settings),
            "created_at": ctx.now,
            "updated_at": ctx.now,
        }
        for rank in range(BADGES)
    ]
    with ctx.unit_of_work():
        ctx.session.execute(insert(Attendee), rows)
        people = ctx.session.query(Attendee).order_by(Attendee.id).all()
        for badge, attendee in zip(
            ctx.session.scalars(queries.numbered(forum.id, 1, BADGES)), people, strict=True
        ):
            badge.attendee = attendee
    assert len(made) == 2 * BADGES
    return forum.id


@pytest.mark.timeout(600)
def test_a_thousand_badges_take_a_few_seconds(app: Flask, ctx: Context, engine_name: str) -> None:
    forum_id = _fill(ctx)

    def sheet(printed: Printed, last: int | None = None) -> bytes:
        return badge_documents.print_sheets(
            ctx, forum_id, SheetOrder(printed, BadgeLayout.CARDS, last=last)
        )

    acts = {
        FLOOR: lambda: sheet(Printed.NAMED, last=1),
        "thousand_blank": lambda: sheet(Printed.BLANK),
        "thousand_named": lambda: sheet(Printed.NAMED),
    }
    sizes = {name: len(act()) for name, act in acts.items()}
    times = timed_in_turn(acts, REPEATS)
    over_one = ratios(times, times[FLOOR])
    tell(engine=engine_name, badges=BADGES, median_ms=medians(times), ratios=over_one, bytes=sizes)
    assert ctx.session.query(Badge).filter(Badge.printed_at.is_not(None)).count() == 2 * BADGES
    assert over_one["thousand_named"] < LIMIT
    assert over_one["thousand_blank"] < LIMIT
