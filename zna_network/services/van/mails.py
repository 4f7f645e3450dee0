"""The mails of a booking to accounts, in the outbox, in the caller's transaction: to who borrows,
and to the CUA. Those of the people on board are ``guest_mails``'s."""

from collections.abc import Iterable

from zna_network.models.account import User
from zna_network.models.booking import Booking, BookingState
from zna_network.ports.calendar import Address
from zna_network.queries import accounts as accounts_queries
from zna_network.queries.accounts import active_users_of
from zna_network.services import outbox
from zna_network.services.context import Context
from zna_network.services.links import token_hash
from zna_network.services.outbox import Post
from zna_network.services.van.occupancy import period


def tell_borrower(
    ctx: Context,
    booking: Booking,
    mail: str,
    *,
    key: str = "",
    automatic: bool = False,
    **values: object,
) -> int:
    """How many mails were written: to who asked for their association, while their account is
    active; else to its active accounts, else to its address. ``key`` marks a cause: one mail to
    each address, whatever happens twice. ``automatic``: nobody typed it. Besides ``values``, the
    templates have those of ``_values``."""
    recipients = _borrower(ctx, booking)
    return _post(ctx, booking, mail, recipients, values, key=key, automatic=automatic)


def tell_staff(
    ctx: Context,
    booking: Booking,
    mail: str,
    *,
    key: str = "",
    automatic: bool = False,
    **values: object,
) -> int:
    """The same to the active accounts of the CUA, but to who does it themselves."""
    accounts = ctx.session.scalars(accounts_queries.active_staff()).all()
    others = [account for account in accounts if account.id != ctx.actor_id]
    return _post(ctx, booking, mail, _addresses(others), values, key=key, automatic=automatic)


def reaches_borrower(ctx: Context, booking: Booking) -> bool:
    """Whether there is anybody to write to: without an account nor an address, somebody calls."""
    return bool(_borrower(ctx, booking))


def page_of(ctx: Context, booking: Booking) -> str:
    return f"{ctx.settings.base_url}/cua-mobile/reservations/{booking.id}"


def _borrower(ctx: Context, booking: Booking) -> list[Address]:
    """Staff may have asked for an association: it is told, and they are where it cannot be."""
    organisation, asker = booking.organisation, booking.requested_by
    if organisation is None:
        return []
    asked = [asker] if asker is not None and asker.is_active else []
    if asked and asked[0].organisation_id == organisation.id:
        return _addresses(asked)
    accounts = ctx.session.scalars(active_users_of(organisation.id)).all()
    if accounts:
        return _addresses(sorted(accounts, key=lambda account: account.email))
    if organisation.email:
        return [Address(organisation.email, organisation.name)]
    # Of the CUA: somebody of the association who has gone to another one is told no more.
    return _addresses(one for one in asked if one.is_staff)


def _addresses(accounts: Iterable[User]) -> list[Address]:
    return [Address(account.email, account.name) for account in accounts]


def _values(ctx: Context, booking: Booking) -> dict[str, object]:
    """What each of these mails may say of the booking; ``places`` are the communes."""
    return {
        "reference": booking.reference,
        "vehicle": booking.vehicle.name,
        "when": period(booking.starts_at, booking.ends_at),
        "places": ", ".join(dict.fromkeys(stop.commune.name for stop in booking.stops)),
        "association": booking.organisation.short_name if booking.organisation else "",
        "driver": booking.driver.name if booking.driver else "",
        "is_granted": booking.state is BookingState.APPROVED,
        "reason": booking.reason,
        "link": page_of(ctx, booking),
        "decision_link": f"{page_of(ctx, booking)}/decision",
        "organiser": ctx.settings.organiser_name,
    }


def _post(
    ctx: Context,
    booking: Booking,
    mail: str,
    recipients: list[Address],
    values: dict[str, object],
    *,
    key: str,
    automatic: bool,
) -> int:
    ctx.session.flush()  # A booking that has just been made has its number and its page.
    said = {**_values(ctx, booking), **values}
    for address in recipients:
        mark = token_hash(address.email)[:12]
        order = Post(
            mail,
            address,
            said,
            thread_key=f"booking:{booking.id}:{mark}",
            dedup_key=f"{mail}:{booking.id}:{key}:{mark}" if key else None,
            auto_submitted=automatic,
        )
        outbox.post(ctx, order)
    return len(recipients)
