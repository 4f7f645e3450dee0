"""Changing the key of the encrypted columns. The new key is put first in ``ZNA_DATA_KEYS``: what is
written from then on has it, and what was written before is still read with the others. Rotating
encrypts everything anew, index included, by batches and while the site runs; the old keys can then
be taken out of the setting."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from zna_network.config import Settings
from zna_network.queries import encrypted_columns as queries
from zna_network.queries.encrypted_columns import SealedColumn
from zna_network.services import attendee_index
from zna_network.services.context import Context
from zna_network.services.errors import ForbiddenError
from zna_network.services.referrals import people

BATCH = 200


@dataclass
class Rotation:
    """How many values were encrypted anew, had the first key already, or have an unknown one; how
    many people and visitors were indexed."""

    renewed: int = 0
    current: int = 0
    unreadable: int = 0
    indexed: int = 0


def new_key() -> str:
    return Fernet.generate_key().decode()


def rotate(ctx: Context) -> Rotation:
    """Safe to repeat, and to run beside the site. What nobody can read is left as it is, and the
    index too. Raises ForbiddenError but for a command."""
    if not ctx.is_system:
        raise ForbiddenError
    report = Rotation()
    keys = _Keys(ctx.settings)
    for sealed in queries.sealed_columns():
        after: Any | None = None
        while (last := _rotate_batch(ctx, sealed, keys, after, report)) is not None:
            after = last
    if not report.unreadable:
        _index_all(ctx, report)
    with ctx.unit_of_work():
        ctx.record("keys.rotated", renewed=report.renewed, unreadable=report.unreadable)
    return report


def state(ctx: Context) -> Rotation:
    """The oldest and the newest value of each column, looked at."""
    report, keys = Rotation(), _Keys(ctx.settings)
    for sealed in queries.sealed_columns():
        for newest in (False, True):
            row = ctx.session.execute(queries.extreme(sealed, newest=newest)).first()
            if row is not None:
                keys.count(bytes(row[1]), report)
    return report


class _Keys:
    def __init__(self, settings: Settings) -> None:
        ring = [Fernet(key) for key in settings.data_keyring]
        self._first, self._all = ring[0], MultiFernet(ring)

    def renewed(self, stored: bytes) -> bytes | None:
        """The same with the first key; none when it has it. Raises InvalidToken."""
        try:
            self._first.decrypt(stored)
        except InvalidToken:
            return self._all.rotate(stored)
        return None

    def count(self, stored: bytes, report: Rotation) -> bytes | None:
        try:
            renewed = self.renewed(stored)
        except InvalidToken:
            report.unreadable += 1
            return None
        if renewed is None:
            report.current += 1
        else:
            report.renewed += 1
        return renewed


def _rotate_batch(
    ctx: Context, sealed: SealedColumn, keys: _Keys, after: Any | None, report: Rotation
) -> Any | None:
    """The key of the batch's last row; none when there was no more."""
    with ctx.unit_of_work():
        rows = ctx.session.execute(queries.batch(sealed, after, BATCH)).all()
        for row_id, stored in rows:
            renewed = keys.count(bytes(stored), report)
            if renewed is not None:
                ctx.session.execute(queries.replaced(sealed, row_id, stored, renewed))
    return rows[-1][0] if rows else None


def _index_all(ctx: Context, report: Rotation) -> None:
    for batch, refresh in (
        (queries.people_after, people.refresh_keys),
        (queries.attendees_after, attendee_index.refresh),
    ):
        after: int | None = 0
        while after is not None:
            with ctx.unit_of_work():
                found: Iterable[Any] = ctx.session.scalars(batch(after, BATCH)).all()
                after = None
                for one in found:
                    refresh(ctx, one)
                    after = one.id
                    report.indexed += 1
