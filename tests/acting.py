"""Acting with somebody's rights."""

from dataclasses import replace

from zna_network.models.account import User
from zna_network.services.context import Context


def acting_as(ctx: Context, user: User) -> Context:
    """The same world, with this account's rights and no others."""
    return replace(ctx, actor=user, is_system=False)
