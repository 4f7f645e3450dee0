"""Addresses that mail servers gave back: which they are, and when it is settled."""

from collections.abc import Collection
from datetime import datetime, timedelta

from zna_network.models.mailbox import AddressTrouble
from zna_network.models.organisation import Contact
from zna_network.queries import address_troubles as trouble_queries
from zna_network.services.context import Context
from zna_network.services.errors import NotFoundError
from zna_network.services.permissions import Permission

PASSING = timedelta(days=7)


def since(ctx: Context) -> datetime:
    """What was to pass, said before that instant, has passed."""
    return ctx.now - PASSING


def troubles_among(ctx: Context, emails: Collection[str]) -> dict[str, AddressTrouble]:
    """Those of these addresses that fail, in one query."""
    wanted = {email.lower() for email in emails if email}
    if not wanted:
        return {}
    return {
        one.email: one
        for one in ctx.session.scalars(trouble_queries.troubles_among(wanted, since(ctx)))
    }


def contacts_at(ctx: Context, emails: Collection[str]) -> dict[str, list[Contact]]:
    """Whose these addresses are in the directory, in one query."""
    found: dict[str, list[Contact]] = {}
    for contact in ctx.session.scalars(trouble_queries.contacts_at(emails)) if emails else ():
        found.setdefault(contact.email.lower(), []).append(contact)
    return found


def settle(ctx: Context, trouble_id: int) -> AddressTrouble:
    """Somebody knows that the address works again, or that nobody uses it any more."""
    ctx.require(Permission.MAILBOX_READ)
    with ctx.unit_of_work():
        trouble = ctx.session.scalar(trouble_queries.trouble(trouble_id))
        if trouble is None:
            raise NotFoundError("Cette adresse n’a pas connu d’échec.")
        _settle(ctx, trouble)
    return trouble


def settle_address(ctx: Context, email: str) -> None:
    """The address was corrected, or has just written to us: inside the caller's transaction."""
    trouble = ctx.session.scalar(trouble_queries.trouble_of(email.lower())) if email else None
    if trouble is not None:
        _settle(ctx, trouble)


def _settle(ctx: Context, trouble: AddressTrouble) -> None:
    if trouble.settled_at is None:
        trouble.settled_at = ctx.now
        ctx.record("mailbox.address_settled", trouble)
