"""The registrations and badges of the demonstration forum, written in bulk: 2,000 of them in a
few seconds, most of which goes to encrypting names."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert

from zna_network.models.attendee import Attendee, Badge, RegistrationChannel
from zna_network.models.forum import Forum
from zna_network.queries import badges as badge_queries
from zna_network.services import attendee_index
from zna_network.services.attendee_links import fresh_link
from zna_network.services.badges import hash_of_ticket, label_of, ticket_of
from zna_network.services.context import Context
from zna_network.services.demo.forum_people import Visitor
from zna_network.services.links import token_hash
from zna_network.services.registration_values import contact_key
from zna_network.services.registrations import NOTICE_VERSION
from zna_network.services.unit_of_work import take_turns

_REGISTERED_OVER = timedelta(days=25)
_CAME_OVER = timedelta(hours=1)


class Press:
    """Makes the rows of one forum's visitors and badges, numbering the badges in a row."""

    def __init__(self, ctx: Context, forum: Forum) -> None:
        take_turns(ctx.session, f"badges:{forum.id}")
        self._ctx, self._forum = ctx, forum
        self._number = ctx.session.scalar(badge_queries.last_number(forum.id)) or 0

    @property
    def last_number(self) -> int:
        return self._number

    def register(self, visitors: Sequence[Visitor], *, with_badges: bool = True) -> list[int]:
        """The ids of the new attendees, in the order of ``visitors``."""
        if not visitors:
            return []
        rows = [self._attendee(person, len(visitors)) for person in visitors]
        ids = list(
            self._ctx.session.scalars(
                insert(Attendee).returning(Attendee.id, sort_by_parameter_order=True), rows
            )
        )
        attendee_index.add(
            self._ctx,
            (
                (attendee_id, person.name, person.email, person.phone)
                for attendee_id, person in zip(ids, visitors, strict=True)
            ),
        )
        if with_badges:
            self.badges(
                (attendee_id, label_of(person.name))
                for attendee_id, person in zip(ids, visitors, strict=True)
            )
        return ids

    def badges(
        self, holders: Iterable[tuple[int | None, str]], *, is_rehearsal: bool = False
    ) -> None:
        """A badge for each: whose it is, if anybody's, and what the door shows."""
        rows = [self._badge(holder, label, is_rehearsal) for holder, label in holders]
        if rows:
            self._ctx.session.execute(insert(Badge), rows)

    def _attendee(self, person: Visitor, crowd: int) -> dict[str, Any]:
        salt = self._secret("link", person.channel.value, person.rank)
        at = self._registered_at(person, crowd)
        contact = person.email or person.phone
        return {
            "forum_id": self._forum.id,
            "name": person.name,
            "email": person.email,
            "phone": person.phone,
            "note": person.note,
            "contact_key": contact_key(self._ctx.settings, contact),
            "commune_insee": person.commune_insee,
            "qpv_id": person.qpv_id,
            "is_from_elsewhere": person.is_from_elsewhere,
            "age_band": person.age_band,
            "target_group": person.target_group,
            "reasons": [reason.value for reason in person.reasons],
            "needs": [need.value for need in person.needs],
            "companions": person.companions,
            "language": person.language,
            "channel": person.channel,
            "notice_version": NOTICE_VERSION,
            **fresh_link(self._ctx.settings, salt),
            "created_at": at,
            "updated_at": at,
        }

    def _badge(self, holder: int | None, label: str, is_rehearsal: bool) -> dict[str, Any]:
        self._number += 1
        badge = Badge(public_id=self._secret("badge", self._number))
        ticket = ticket_of(self._ctx.settings, badge)
        return {
            "forum_id": self._forum.id,
            "number": self._number,
            "public_id": badge.public_id,
            "ticket_hash": hash_of_ticket(ticket),
            "attendee_id": holder,
            "label": label,
            "is_rehearsal": is_rehearsal,
            "created_at": self._ctx.now,
            "changed_at": self._ctx.now,
        }

    def _secret(self, *parts: object) -> str:
        """32 characters, the same each time: only the server's key makes a secret of them."""
        return token_hash(":".join([self._forum.uid, *(str(part) for part in parts)]))[:32]

    def _registered_at(self, person: Visitor, crowd: int) -> datetime:
        """Spread over the last weeks, the first ones first; just now for who came with nothing."""
        share = 1 - (person.rank % crowd) / (crowd + 1)
        came = person.channel is RegistrationChannel.DOOR
        return self._ctx.now - (_CAME_OVER if came else _REGISTERED_OVER) * share
