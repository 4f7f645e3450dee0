"""Preparing a forum, choosing the current one, telling the stands when it moves. Both engines."""

from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest

from tests.acting import acting_as
from tests.factories.accounts import make_user
from tests.factories.attendees import make_attendee
from tests.factories.forums import make_forum, make_stand
from tests.factories.organisations import make_organisation
from tests.mail_reading import calendar_lines, mails, parsed
from tests.world import FrozenClock, MailboxMailer
from zna_network.models.account import Role
from zna_network.models.forum import Forum, ForumState
from zna_network.models.stand import StandState
from zna_network.services import delivery, forum_choice, forums
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from zna_network.services.forums import ForumData

DATA = ForumData(title="Forum d’accès aux droits", held_on=date(2026, 12, 16), place="Hall")


def _data_of(forum: Forum, **changes: object) -> ForumData:
    kept = {name: getattr(forum, name) for name in ForumData.__dataclass_fields__}
    return ForumData(**{**kept, **changes})  # type: ignore[arg-type]


def test_creates_publishes_and_closes(ctx: Context) -> None:
    forum = forums.create_forum(ctx, DATA)
    twin = forums.create_forum(ctx, replace(DATA, held_on=None))
    assert (forum.slug, twin.slug) == ("forum-d-acces-aux-droits", "forum-d-acces-aux-droits-2")
    assert forum.state is ForumState.DRAFT
    assert twin.held_on is None
    assert forums.create_forum(ctx, replace(DATA, title="Stand")).slug == "forum-stand"
    with pytest.raises(NotFoundError):
        forum_choice.public_by_slug(ctx, forum.slug)
    forum = forums.change_state(ctx, forum.id, ForumState.PUBLISHED, forum.revision)
    assert forum_choice.public_by_slug(ctx, forum.slug).id == forum.id
    make_attendee(ctx.session, forum)
    with pytest.raises(ConflictError, match="inscrits"):
        forums.change_state(ctx, forum.id, ForumState.DRAFT, forum.revision)
    data = _data_of(forum, takes_registrations=True, takes_stands=True)
    forum = forums.update_forum(ctx, forum.id, data, forum.revision)
    forum = forums.change_state(ctx, forum.id, ForumState.CLOSED, forum.revision)
    assert not forum.takes_registrations
    assert not forum.takes_stands
    with pytest.raises(InvalidError, match="clos"):
        forums.update_forum(ctx, forum.id, data, forum.revision)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": "  "}, "title"),
        ({"held_on": date(2026, 12, 2)}, "held_on"),
        ({"held_on": date(2206, 12, 16)}, "held_on"),
        ({"opens_at": time(17), "closes_at": time(9)}, "closes_at"),
        # The clocks skip from 2:00 to 3:00 that night.
        ({"held_on": date(2027, 3, 28), "opens_at": time(2, 30)}, "opens_at"),
        ({"gauge": 0}, "gauge"),
        ({"place": "x" * 201}, "place"),
    ],
)
@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_refuses_what_cannot_be(ctx: Context, changes: dict[str, object], field: str) -> None:
    with pytest.raises(InvalidError) as refusal:
        forums.create_forum(ctx, replace(DATA, **changes))  # type: ignore[arg-type]
    assert refusal.value.field == field


@pytest.mark.parametrize("role", [Role.GRANTEE, Role.PARTNER])
def test_only_staff_prepare_forums(ctx: Context, role: Role) -> None:
    forum = make_forum(ctx.session, state=ForumState.DRAFT)
    theirs = acting_as(ctx, make_user(ctx.session, role, make_organisation(ctx.session)))
    assert forum_choice.by_slug(theirs, forum.slug).id == forum.id
    with pytest.raises(ForbiddenError):
        forums.create_forum(theirs, DATA)
    with pytest.raises(ForbiddenError):
        forums.update_forum(theirs, forum.id, DATA, forum.revision)
    with pytest.raises(ForbiddenError):
        forums.change_state(theirs, forum.id, ForumState.PUBLISHED, forum.revision)
    with pytest.raises(NotFoundError):
        forum_choice.public_by_slug(theirs, forum.slug)


def test_deletes_only_what_nobody_has_begun(ctx: Context) -> None:
    forum = forums.create_forum(ctx, DATA)
    kept = forums.create_forum(ctx, DATA)
    make_stand(ctx.session, kept, state=StandState.WITHDRAWN)
    for other in (kept, make_forum(ctx.session)):
        with pytest.raises(ConflictError, match="Seul un forum en préparation"):
            forums.delete_forum(ctx, other.id, other.revision)
    with pytest.raises(ConflictError):
        forums.delete_forum(ctx, forum.id, forum.revision - 1)
    slug = forum.slug
    forums.delete_forum(ctx, forum.id, forum.revision)
    with pytest.raises(NotFoundError):
        forum_choice.by_slug(ctx, slug)


def test_refuses_an_older_revision(ctx: Context) -> None:
    forum = make_forum(ctx.session)
    seen = forum.revision
    forums.update_forum(ctx, forum.id, _data_of(forum, gauge=500), seen)
    with pytest.raises(ConflictError):
        forums.update_forum(ctx, forum.id, _data_of(forum, gauge=200), seen)
    assert forum.gauge == 500


def test_the_current_forum(ctx: Context, clock: FrozenClock) -> None:
    assert forum_choice.current(ctx) is None
    make_forum(ctx.session, state=ForumState.DRAFT, held_on=date(2026, 12, 3))
    past = make_forum(ctx.session, state=ForumState.CLOSED, held_on=date(2025, 12, 10))
    make_forum(ctx.session, state=ForumState.CLOSED, held_on=date(2024, 12, 10))
    assert forum_choice.current(ctx) == past
    undated = make_forum(ctx.session, held_on=None)
    assert forum_choice.current(ctx) == undated
    later = make_forum(ctx.session, held_on=date(2027, 6, 1))
    soon = make_forum(ctx.session, held_on=date(2026, 12, 16))
    assert forum_choice.current(ctx) == soon
    # 23:30 in Arras on the day itself, which is the same day.
    clock.set(datetime(2026, 12, 16, 22, 30, tzinfo=UTC))
    assert forum_choice.current(ctx) == soon
    clock.set(datetime(2026, 12, 16, 23, 30, tzinfo=UTC))
    assert forum_choice.current(ctx) == later


def test_a_move_reaches_the_calendars_of_those_who_hold_a_stand(
    ctx: Context, mailbox: MailboxMailer
) -> None:
    """Told by an update above all those sent, cleared when the date is withdrawn, told anew."""
    forum = make_forum(ctx.session)
    states = (StandState.CONFIRMED, StandState.INVITED, StandState.APPLIED, StandState.DECLINED)
    stands = {state: make_stand(ctx.session, forum, state=state) for state in states}
    emails = [stands[state].contact_email for state in states[:2]]

    def change(**changes: object) -> list[tuple[str, str, str, str]]:
        known = len(mails(ctx.session))
        forums.update_forum(ctx, forum.id, _data_of(forum, **changes), forum.revision)
        new = mails(ctx.session)[known:]
        assert sorted(mail.recipient for mail in new) == sorted(emails)
        found = []
        for mail in sorted(new, key=lambda mail: emails.index(mail.recipient)):
            lines = calendar_lines(mail)
            kinds = [part.get_content_type() for part in parsed(mail).walk()]
            assert "text/calendar" in kinds
            found.append((mail.kind, lines["METHOD"], lines["SEQUENCE"], lines["DTSTART"]))
        delivery.deliver_due(ctx, "tests")
        return found

    moved = change(held_on=date(2026, 12, 17), opens_at=time(10))
    start = "TZID=Europe/Paris:20261217T100000"
    assert moved == [
        ("stand_confirmed", "REQUEST", "1", start),
        ("stand_invitation", "REQUEST", "1", start),
    ]
    assert change(place="Ailleurs") == [("stand_update", "REQUEST", "2", start)] * 2
    assert change(held_on=None) == [("stand_postponed", "CANCEL", "3", start)] * 2
    again = change(held_on=date(2027, 2, 3))
    later = "TZID=Europe/Paris:20270203T100000"
    assert again == [("stand_update", "REQUEST", "4", later)] * 2
    known = len(mails(ctx.session))
    forums.update_forum(ctx, forum.id, _data_of(forum, gauge=12, access="Bus 1"), forum.revision)
    assert forum.sequence == 4
    assert len(mails(ctx.session)) == known


def test_a_forum_that_was_held_is_told_to_nobody(ctx: Context, clock: FrozenClock) -> None:
    forum = make_forum(ctx.session)
    make_stand(ctx.session, forum)
    clock.set(datetime(2026, 12, 20, 9, 0, tzinfo=UTC))
    forums.update_forum(ctx, forum.id, _data_of(forum, place="Hall B"), forum.revision)
    assert mails(ctx.session) == []
