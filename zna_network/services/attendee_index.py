"""What the visitors of a forum are found by, kept beside their encrypted names."""

from collections.abc import Iterable, Sequence

from sqlalchemy import delete, insert

from zna_network.models.attendee import Attendee
from zna_network.models.person import AttendeeKey
from zna_network.services import blind_index
from zna_network.services.context import Context


def refresh(ctx: Context, attendee: Attendee) -> None:
    """From what the visitor's answers say now, in the caller's transaction."""
    forget(ctx, [attendee.id])
    add(ctx, [(attendee.id, attendee.name, attendee.email, attendee.phone)])


def add(ctx: Context, visitors: Iterable[tuple[int, str, str, str]]) -> None:
    """For visitors who have nothing in the index: id, name, e-mail, telephone."""
    rows = [
        {"attendee_id": attendee_id, "kind": kind, "key": key}
        for attendee_id, name, email, phone in visitors
        for kind, key in blind_index.rows(
            ctx.settings, blind_index.ATTENDEES, name=name, email=email, phone=phone
        )
    ]
    if rows:
        ctx.session.execute(insert(AttendeeKey), rows)


def forget(ctx: Context, attendee_ids: Sequence[int]) -> None:
    ctx.session.execute(delete(AttendeeKey).where(AttendeeKey.attendee_id.in_(attendee_ids)))
