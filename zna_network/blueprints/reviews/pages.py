"""What the agents' pages about verifications show."""

from dataclasses import dataclass, replace
from typing import Any

from zna_network.blueprints.reviews.forms import SendForm
from zna_network.blueprints.support import Listing, page_request
from zna_network.models.directory_work import ReviewState
from zna_network.models.organisation import Organisation, stale_limit
from zna_network.queries import dashboard
from zna_network.queries import reviews as queries
from zna_network.queries.listing import PageRequest, paginate
from zna_network.services.context import Context
from zna_network.services.french_time import local_date
from zna_network.services.record_reviews import Recipient, recipients_of

CORRECTIONS, RECORDS, LINKS = "corrections", "fiches", "liens"
TONES = {
    ReviewState.SENT: "info",
    ReviewState.CONFIRMED: "success",
    ReviewState.CORRECTION_PROPOSED: "warning",
    ReviewState.CORRECTION_APPLIED: "success",
    ReviewState.CORRECTION_REFUSED: "danger",
    ReviewState.REVOKED: "neutral",
}


@dataclass(frozen=True)
class Record:
    """A record to verify, whom a link would go to, and whether one still waits for its answer."""

    organisation: Organisation
    recipients: list[Recipient]
    is_asked: bool


def list_page(ctx: Context, tab: str, form: SendForm) -> dict[str, Any]:
    """One of the three tabs: a constant number of queries, whatever its length."""
    limit = stale_limit(local_date(ctx.now))
    tab = tab if tab in {RECORDS, LINKS} else CORRECTIONS
    return {
        "tab": tab,
        "waiting": ctx.session.scalar(queries.count_waiting()),
        "to_verify": ctx.session.scalar(dashboard.records_to_verify(limit)),
        "today": local_date(ctx.now),
        "now": ctx.now,
        "tones": TONES,
        "form": form,
        **(_records(ctx) if tab == RECORDS else _reviews(ctx, tab)),
    }


def _records(ctx: Context) -> dict[str, Any]:
    statement = queries.stale(stale_limit(local_date(ctx.now)))
    page = paginate(ctx.session, statement, _in_order(), queries.STALE_SORTS)
    ids = [one.id for one in page.items]
    asked = set(ctx.session.scalars(queries.asked_among(ids, ctx.now)))
    return {
        "listing": Listing(page),
        "records": [Record(one, recipients_of(one), one.id in asked) for one in page.items],
    }


def _reviews(ctx: Context, tab: str) -> dict[str, Any]:
    states = [ReviewState.CORRECTION_PROPOSED] if tab == CORRECTIONS else []
    order = _in_order() if tab == CORRECTIONS else replace(_in_order(), descending=True)
    page = paginate(ctx.session, queries.listed(states), order, queries.REVIEW_SORTS)
    return {"listing": Listing(page)}


def _in_order() -> PageRequest:
    return replace(page_request(), sort="", descending=False)
