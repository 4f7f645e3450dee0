"""What a use case works with: the session, the outside world, and who asks."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from zna_network.config import Settings
from zna_network.models.account import User
from zna_network.models.audit import AuditEvent
from zna_network.ports import Ports
from zna_network.services import permissions
from zna_network.services.errors import ForbiddenError
from zna_network.services.permissions import Permission
from zna_network.services.unit_of_work import unit_of_work


@dataclass(frozen=True)
class Context:
    """``actor`` is the signed-in account, none for a link's holder, the worker or a command;
    ``origin`` says where the request comes from (an address, « worker », « commande »)."""

    session: Session
    ports: Ports
    settings: Settings
    actor: User | None = None
    origin: str = ""
    is_system: bool = False

    @property
    def now(self) -> datetime:
        return self.ports.clock.now()

    @property
    def actor_id(self) -> int | None:
        return self.actor.id if self.actor else None

    @contextmanager
    def unit_of_work(self) -> Iterator[None]:
        with unit_of_work(self.session):
            yield

    def may(self, permission: Permission, organisation_id: int | None = None) -> bool:
        """Whether the actor may do this, on something that belongs to ``organisation_id``."""
        return self.is_system or permissions.allows(self.actor, permission, organisation_id)

    def require(self, permission: Permission, organisation_id: int | None = None) -> None:
        if not self.may(permission, organisation_id):
            raise ForbiddenError

    def record(self, action: str, subject: Any = None, **detail: Any) -> None:
        """Write one line in the journal, in the current transaction."""
        kind = type(subject).__name__ if subject is not None else ""
        subject_id = str(getattr(subject, "id", "") or "")
        self.session.add(AuditEvent(**self._event(action, kind, detail), object_id=subject_id))

    def record_each(self, action: str, kind: type, ids: Iterable[int], **detail: Any) -> None:
        """One line in the journal for each of these saved rows, written together."""
        event = self._event(action, kind.__name__, detail)
        rows = [{**event, "object_id": str(subject_id)} for subject_id in ids]
        if rows:
            self.session.execute(insert(AuditEvent), rows)

    def _event(self, action: str, kind: str, detail: dict[str, Any]) -> dict[str, Any]:
        return {
            "at": self.now,
            "actor_id": self.actor_id,
            "actor_label": self.actor.name if self.actor else self.origin[:160],
            "action": action,
            "object_type": kind,
            "origin": self.origin[:60],
            "detail": detail,
        }

    def as_system(self, origin: str) -> "Context":
        """The same work, for the worker or a command: nobody's rights apply."""
        return replace(self, actor=None, origin=origin, is_system=True)
