"""Badges: numbered in order whoever asks at once, given once, revoked, replaced."""

import re

import pytest
from flask import Flask
from sqlalchemy import select

from tests.acting import acting_as
from tests.factories.accounts import make_user
from tests.factories.attendees import make_attendee, make_badge
from tests.factories.forums import make_forum
from tests.factories.organisations import make_organisation
from tests.races import race, results_at_once
from zna_network.models.account import Role
from zna_network.models.attendee import Attendee, Badge
from zna_network.models.audit import AuditEvent
from zna_network.models.forum import Forum
from zna_network.services import attendees, badges, registrations
from zna_network.services.context import Context
from zna_network.services.errors import (
    ConflictError,
    ForbiddenError,
    InvalidError,
    NotFoundError,
)
from zna_network.services.registration_values import RegistrationData


def _numbers(ctx: Context, forum_id: int) -> list[int]:
    return list(
        ctx.session.scalars(
            select(Badge.number).where(Badge.forum_id == forum_id).order_by(Badge.number)
        )
    )


def test_the_payload_is_short_opaque_and_out_of_reach_of_the_database(ctx: Context) -> None:
    forum = make_forum(ctx.session)
    badge = badges.issue(ctx, forum)
    ticket = badges.ticket_of(ctx.settings, badge)
    assert re.fullmatch(r"ZNR[A-Z2-7]{20}", ticket)
    assert badges.ticket_of(ctx.settings, badge) == ticket
    assert badge.ticket_hash == badges.hash_of_ticket(ticket)
    assert badges.hash_of_ticket(f" {ticket.lower()}\r\n") == badge.ticket_hash
    stored = " ".join(str(getattr(badge, column.key)) for column in Badge.__table__.columns)
    assert ticket not in stored
    assert badges.ticket_of(ctx.settings, badges.issue(ctx, forum)) != ticket


def test_numbers_follow_one_another_whoever_asks_at_once(app: Flask, ctx: Context) -> None:
    """People registering, agents preparing blank badges, another forum meanwhile."""
    forum, other = make_forum(ctx.session), make_forum(ctx.session)
    mine, theirs = forum.id, other.id
    ctx.session.rollback()
    acts = [
        lambda ctx: registrations.register(ctx, mine, RegistrationData("Camille")),
        lambda ctx: badges.issue_blank(ctx, mine, 25),
        lambda ctx: registrations.register_at_desk(ctx, mine, RegistrationData("Noé")),
        lambda ctx: badges.issue_blank(ctx, theirs, 5),
    ]
    results = results_at_once(app, acts * 3)
    assert not [result for result in results if isinstance(result, Exception)], results
    assert _numbers(ctx, mine) == list(range(1, 3 * 27 + 1))
    assert _numbers(ctx, theirs) == list(range(1, 16))


def test_a_blank_badge_is_given_once(app: Flask, ctx: Context) -> None:
    forum = make_forum(ctx.session)
    blank = badges.issue_blank(ctx, forum.id, 1)[0]
    people = [make_attendee(ctx.session, forum) for _ in range(4)]
    ids, forum_id, number = [one.id for one in people], forum.id, blank.number
    ctx.session.rollback()

    def give(attendee_id: int) -> object:
        return lambda ctx: attendees.attach_blank(ctx, forum_id, attendee_id, number)

    assert race(app, [give(one) for one in ids]) == ["ConflictError"] * 3 + ["won"]
    holder = ctx.session.scalars(select(Badge.attendee_id)).one()
    assert holder in ids
    assert ctx.session.scalars(select(Badge)).one().label == "Camille"


def test_a_badge_is_replaced_once(app: Flask, ctx: Context) -> None:
    forum = make_forum(ctx.session)
    attendee = make_attendee(ctx.session, forum)
    badge_id = make_badge(ctx.session, forum, attendee).id
    ctx.session.rollback()
    won = race(app, [lambda ctx: badges.reissue(ctx, badge_id)] * 3)
    assert won == ["ConflictError"] * 2 + ["won"]
    old, new = ctx.session.scalars(select(Badge).order_by(Badge.number))
    assert (old.number, old.revoked_reason) == (1, badges.REPLACED)
    assert (new.number, new.revoked_at, new.attendee_id) == (2, None, attendee.id)
    assert new.ticket_hash != old.ticket_hash


def test_what_cannot_be_done_with_a_badge_says_why(ctx: Context) -> None:
    forum, other = make_forum(ctx.session), make_forum(ctx.session)
    attendee = make_attendee(ctx.session, forum)
    elsewhere = make_badge(ctx.session, other)
    revoked = make_badge(ctx.session, forum)
    badges.revoke(ctx, revoked.id, "  perdu \n dans le hall ")
    assert revoked.revoked_reason == "perdu dans le hall"
    revoked_at = revoked.revoked_at
    assert badges.revoke(ctx, revoked.id).revoked_at == revoked_at
    with pytest.raises(ConflictError, match="0001 est annulé"):
        attendees.attach_blank(ctx, forum.id, attendee.id, revoked.number)
    with pytest.raises(InvalidError, match="Aucun badge ne porte le numéro 0009"):
        attendees.attach_blank(ctx, forum.id, attendee.id, 9)
    with pytest.raises(InvalidError, match="autre forum"):
        badges.attach(ctx, elsewhere, attendee)
    ctx.session.rollback()
    with pytest.raises(NotFoundError):
        badges.reissue(ctx, 9999)
    for count in (0, -1, badges.MOST_AT_ONCE + 1):
        with pytest.raises(InvalidError) as refusal:
            badges.issue_blank(ctx, forum.id, count)
        assert refusal.value.field == "count"
    assert _numbers(ctx, forum.id) == [1]


def test_a_blank_badge_replaces_the_one_in_force(ctx: Context) -> None:
    forum = make_forum(ctx.session)
    attendee = make_attendee(ctx.session, forum, name="Amina Exemple")
    first = make_badge(ctx.session, forum, attendee)
    blank = badges.issue_blank(ctx, forum.id, 1, is_rehearsal=False)[0]
    attendees.attach_blank(ctx, forum.id, attendee.id, blank.number)
    ctx.session.expire_all()
    assert first.revoked_at is not None
    assert attendee.badge == blank
    assert blank.label == "Amina"


def test_only_the_staff_prepare_and_revoke(ctx: Context) -> None:
    forum = make_forum(ctx.session)
    badge = make_badge(ctx.session, forum)
    for role in (Role.GRANTEE, Role.PARTNER):
        organisation = make_organisation(ctx.session)
        nobody = acting_as(ctx, make_user(ctx.session, role, organisation))
        for act in (
            lambda c=nobody: badges.issue_blank(c, forum.id, 1),
            lambda c=nobody: badges.revoke(c, badge.id),
            lambda c=nobody: badges.reissue(c, badge.id),
            lambda c=nobody: badges.tally(c, forum.id),
        ):
            with pytest.raises(ForbiddenError):
                act()


def test_the_journal_says_what_was_done_and_names_nobody(ctx: Context) -> None:
    forum: Forum = make_forum(ctx.session)
    attendee: Attendee = registrations.register(ctx, forum.id, RegistrationData("Zéphyrine"))
    badges.reissue(ctx, attendee.badges[0].id)
    events = ctx.session.scalars(select(AuditEvent)).all()
    assert {"attendee.registered", "badge.issued", "badge.revoked"} <= {e.action for e in events}
    assert "Zéphyrine" not in " ".join(f"{e.detail} {e.actor_label}" for e in events)
