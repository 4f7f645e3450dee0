"""What the worker does about many things: each in a transaction of its own, so that one that fails
holds back no other."""

import logging
from collections.abc import Callable

from zna_network.services.context import Context
from zna_network.services.errors import ConflictError

_log = logging.getLogger(__name__)


def safely(ctx: Context, act: Callable[[], int], failure: str) -> int:
    """What ``act`` gives; 0 when another worker, or somebody, has done it at this very instant, and
    when it fails: ``failure`` is then logged with the error."""
    try:
        return act()
    except ConflictError:
        return 0
    except Exception:
        ctx.session.rollback()
        _log.exception(failure)
        return 0


def until_none(batch: Callable[[], int]) -> int:
    """How many things were done by one batch after the other, each a transaction of its own, until
    one finds nothing left to do."""
    count = 0
    while done := batch():
        count += done
    return count
