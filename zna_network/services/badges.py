"""The badges of a forum: numbered, issued, attached to somebody, revoked, issued again."""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert

from zna_network.config import Settings
from zna_network.models.attendee import Attendee, Badge
from zna_network.models.forum import Forum
from zna_network.queries import badges as queries
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, InvalidError, NotFoundError
from zna_network.services.permissions import Permission
from zna_network.services.unit_of_work import take_turns

TICKET_PREFIX = "ZNR"
TICKET_SECRET = 20  # characters of base32: 100 bits
MOST_AT_ONCE = 2000
LONGEST_LABEL = 24
LONGEST_REASON = 200
LARGEST_NUMBER = 10_000_000
KINDS = {
    "named": "Nominatifs",
    "blank": "Vierges",
    "rehearsal": "D’essai",
    "revoked": "Annulés",
}
REPLACED = "remplacé par un autre badge"


def ticket_of(settings: Settings, badge: Badge) -> str:
    """The payload of the badge's QR code: the same each time, and out of reach of whoever has
    only the database. Capital letters and digits, which QR codes store in their shortest mode."""
    return _ticket(settings.derived_key("tickets"), badge.public_id)


def hash_of_ticket(payload: str) -> str:
    """What a scan is looked up by: readers may change the case, or add an end of line."""
    return hashlib.sha256(payload.strip().upper().encode()).hexdigest()


def label_of(name: str) -> str:
    """What the door may show of a name: its first word."""
    return (name.split() or [""])[0][:LONGEST_LABEL]


def issue(
    ctx: Context,
    forum: Forum,
    attendee: Attendee | None = None,
    *,
    is_rehearsal: bool = False,
) -> Badge:
    """The next badge of the forum, for ``attendee`` or blank, in the caller's transaction.

    The caller has checked who asks: people register without an account."""
    with ctx.unit_of_work():
        row = _new_rows(ctx, forum.id, 1, is_rehearsal=is_rehearsal)[0]
        badge = Badge(**row, label=label_of(attendee.name) if attendee else "", attendee=attendee)
        ctx.session.add(badge)
        ctx.session.flush()
        ctx.record("badge.issued", badge, number=badge.number)
    return badge


def issue_blank(
    ctx: Context, forum_id: int, count: int, *, is_rehearsal: bool = False
) -> list[Badge]:
    """``count`` badges that nobody has yet, their numbers in a row."""
    ctx.require(Permission.FORUM_EDIT)
    if not 1 <= count <= MOST_AT_ONCE:
        raise InvalidError(
            f"Indiquez un nombre de badges entre 1 et {MOST_AT_ONCE}.", field="count"
        )
    with ctx.unit_of_work():
        forum = ctx.session.get(Forum, forum_id)
        if forum is None:
            raise NotFoundError("Ce forum n’existe pas.")
        rows = _new_rows(ctx, forum.id, count, is_rehearsal=is_rehearsal)
        ctx.session.execute(insert(Badge), [{**row, "label": ""} for row in rows])
        first, last = rows[0]["number"], rows[-1]["number"]
        ctx.record("badge.issued_blank", forum, first=first, last=last, rehearsal=is_rehearsal)
        return list(ctx.session.scalars(queries.numbered(forum.id, first, last)))


def revoke(ctx: Context, badge_id: int, reason: str = "") -> Badge:
    """The door refuses this badge from now on. Revoked already, it stays as it was."""
    ctx.require(Permission.DOOR_MANAGE)
    with ctx.unit_of_work():
        badge = locked(ctx, badge_id)
        if badge.revoked_at is None:
            withdraw(ctx, badge, reason)
    return badge


def reissue(ctx: Context, badge_id: int, reason: str = REPLACED) -> Badge:
    """Revoke a badge and issue another to the same person, or another blank one. Whoever is inside
    stays inside: what the door knows of the first badge goes with the second."""
    ctx.require(Permission.DOOR_MANAGE)
    with ctx.unit_of_work():
        badge = locked(ctx, badge_id)
        if badge.revoked_at is not None:
            raise ConflictError(
                f"Le badge {badge.shown_number} a déjà été annulé ou remplacé : rechargez la page."
            )
        withdraw(ctx, badge, reason)
        other = issue(ctx, badge.forum, badge.attendee, is_rehearsal=badge.is_rehearsal)
        for statement in queries.handing_over(badge.id, other.id):
            ctx.session.execute(statement)
        return other


def withdraw(ctx: Context, badge: Badge, reason: str) -> None:
    """Revoke a badge that is locked, in the caller's transaction."""
    badge.revoked_at = badge.changed_at = ctx.now
    badge.revoked_reason = " ".join(reason.split())[:LONGEST_REASON]
    ctx.record("badge.revoked", badge, number=badge.number)


def attach(ctx: Context, badge: Badge, attendee: Attendee) -> None:
    """Give a blank badge, locked, to somebody, in the caller's transaction."""
    if badge.forum_id != attendee.forum_id:
        raise InvalidError("Ce badge est celui d’un autre forum.", field="number")
    if badge.revoked_at is not None:
        raise ConflictError(f"Le badge {badge.shown_number} est annulé.", field="number")
    if badge.attendee_id is not None:
        raise ConflictError(
            f"Le badge {badge.shown_number} est déjà à quelqu’un : prenez-en un autre.",
            field="number",
        )
    badge.attendee = attendee
    badge.label = label_of(attendee.name)
    badge.changed_at = ctx.now
    ctx.record("badge.attached", badge, number=badge.number)


def refresh_label(ctx: Context, attendee: Attendee) -> None:
    """What the door knows of somebody changed: devices fetch their badges again."""
    for badge in attendee.badges:
        badge.label = label_of(attendee.name)
        badge.changed_at = ctx.now


def numbered(ctx: Context, forum_id: int, number: int) -> Badge:
    """The badge that bears this number, locked."""
    is_number = 0 < number < LARGEST_NUMBER
    badge = (
        ctx.session.scalar(queries.by_number(forum_id, number, lock=True)) if is_number else None
    )
    if badge is None:
        raise InvalidError(f"Aucun badge ne porte le numéro {number:04d}.", field="number")
    return badge


def locked(ctx: Context, badge_id: int) -> Badge:
    badge = ctx.session.scalar(queries.by_id(badge_id, lock=True))
    if badge is None:
        raise NotFoundError("Ce badge n’existe pas.")
    return badge


def find(ctx: Context, forum_id: int, number: int) -> Badge | None:
    """The badge of this number, if there is one."""
    ctx.require(Permission.DOOR_MANAGE)
    is_number = 0 < number < LARGEST_NUMBER
    return ctx.session.scalar(queries.by_number(forum_id, number)) if is_number else None


def read(ctx: Context, forum_id: int, badge_id: int) -> Badge:
    ctx.require(Permission.DOOR_MANAGE)
    badge = ctx.session.scalar(queries.by_id(badge_id))
    if badge is None or badge.forum_id != forum_id:
        raise NotFoundError("Ce badge n’existe pas.")
    return badge


@dataclass(frozen=True)
class TallyLine:
    """How many badges of a kind, and what to know of them."""

    label: str
    count: int
    unprinted: int
    first: int | None = None
    last: int | None = None

    @property
    def hint(self) -> str:
        if not self.count:
            return ""
        numbers = f"n° {self.first:04d} à {self.last:04d}"
        return f"{numbers}, {self.unprinted} à imprimer" if self.unprinted else numbers


def tally(ctx: Context, forum_id: int) -> list[TallyLine]:
    """The badges of a forum by kind, in one statement."""
    ctx.require(Permission.FORUM_EDIT)
    found = {row[0]: row[1:] for row in ctx.session.execute(queries.tally(forum_id))}
    lines = []
    for kind, label in KINDS.items():
        count, unprinted, first, last = found.get(kind, (0, 0, None, None))
        lines.append(TallyLine(label, count, 0 if kind == "revoked" else unprinted, first, last))
    return lines


def _new_rows(
    ctx: Context, forum_id: int, count: int, *, is_rehearsal: bool
) -> list[dict[str, Any]]:
    """The columns of the next badges. Numbers follow one another without a hole: the forum's
    badges are issued in turn, and the database refuses the same number twice."""
    take_turns(ctx.session, f"badges:{forum_id}")
    last = ctx.session.scalar(queries.last_number(forum_id)) or 0
    key = ctx.settings.derived_key("tickets")
    rows: list[dict[str, Any]] = []
    for number in range(last + 1, last + 1 + count):
        public_id = secrets.token_hex(16)
        rows.append(
            {
                "forum_id": forum_id,
                "number": number,
                "public_id": public_id,
                "ticket_hash": hash_of_ticket(_ticket(key, public_id)),
                "is_rehearsal": is_rehearsal,
                "created_at": ctx.now,
                "changed_at": ctx.now,
            }
        )
    return rows


def _ticket(key: bytes, public_id: str) -> str:
    digest = hmac.new(key, public_id.encode(), hashlib.sha256).digest()
    return TICKET_PREFIX + base64.b32encode(digest).decode()[:TICKET_SECRET]
