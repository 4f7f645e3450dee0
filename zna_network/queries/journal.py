"""What was done to a thing, latest first."""

from sqlalchemy import Select, select

from zna_network.models.audit import AuditEvent


def events_about(object_type: str, object_id: int, limit: int) -> Select[AuditEvent]:
    return (
        select(AuditEvent)
        .where(AuditEvent.object_type == object_type, AuditEvent.object_id == str(object_id))
        .order_by(AuditEvent.id.desc())
        .limit(limit)
    )


def last_event(object_type: str, object_id: int, action: str) -> Select[AuditEvent]:
    return events_about(object_type, object_id, 1).where(AuditEvent.action == action)
