"""What a race gives: how many won, and what the others were told."""

from collections.abc import Callable, Sequence

from flask import Flask

from tests.races import at_once
from zna_network.extensions import db
from zna_network.services.context import Context


def race(app: Flask, acts: Sequence[Callable[[Context], object]]) -> list[str]:
    """Run every act at the same instant: a refusal's class name or « won » for each, sorted."""
    refusals = at_once(app, *acts)
    # The test's own session forgets what it read before, so that it sees what was written.
    db.session.rollback()
    winners = ["won"] * (len(acts) - len(refusals))
    return sorted([type(refusal).__name__ for refusal in refusals] + winners)
