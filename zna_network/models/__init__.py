"""Every model, registered with the metadata as soon as any of them is used."""

from zna_network.models import (
    account,
    audit,
    base,
    committee,
    directory_work,
    document,
    invitation,
    meeting,
    minutes,
    organisation,
    outbox,
    territory,
)

__all__ = [
    "account",
    "audit",
    "base",
    "committee",
    "directory_work",
    "document",
    "invitation",
    "meeting",
    "minutes",
    "organisation",
    "outbox",
    "territory",
]
