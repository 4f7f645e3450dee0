"""The mails already written to one person about one thing, in their order: what has reached them,
and what a later mail replaces."""

from collections.abc import Iterable

from zna_network.models.outbox import OutboxMessage, OutboxState

UNSENT = frozenset({OutboxState.PENDING, OutboxState.FAILED})


def has_reached(thread: Iterable[OutboxMessage], email: str) -> bool:
    """Whether a mail has reached this address, or may have: an attempt whose outcome is unknown
    counts, one refused for good does not."""
    return any(
        message.state is OutboxState.SENT
        or (message.state is not OutboxState.FAILED and message.attempts > 0)
        for message in thread
        if message.recipient == email
    )


def replace_unsent(thread: Iterable[OutboxMessage], email: str) -> None:
    """Drop the mails to this address that have not left, and those that could not: a later one
    says it all. What waits for a former address of this person stays."""
    for message in thread:
        if message.state in UNSENT and message.recipient == email:
            if message.state is OutboxState.FAILED:
                message.attempts = 0  # It reached nobody: ``has_reached`` must still know.
            message.state = OutboxState.SUPERSEDED
            message.content = None
