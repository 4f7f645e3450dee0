"""Drafts read by others, on both engines: asked, commented, dealt with, told once."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from flask import Flask

from tests.acting import acting_as
from tests.factories.accounts import make_user
from tests.factories.committees import make_committee
from tests.factories.invitations import make_invitation
from tests.factories.meetings import make_meeting
from tests.factories.minutes import make_minutes
from tests.factories.minutes_review import make_comment, make_reader
from tests.factories.organisations import make_grantee
from tests.races import race, results_at_once
from tests.world import FrozenClock, MailboxMailer
from zna_network.models.account import Role
from zna_network.models.invitation import Answer
from zna_network.models.minutes import Minutes, MinutesState
from zna_network.models.minutes_review import CommentState, MinutesComment, MinutesReader
from zna_network.models.outbox import OutboxMessage
from zna_network.services import delivery
from zna_network.services import minutes as service
from zna_network.services.context import Context
from zna_network.services.errors import (
    ConflictError,
    ForbiddenError,
    InvalidError,
    LinkGoneError,
    NotFoundError,
)
from zna_network.services.french_time import short_datetime
from zna_network.services.minutes_review import clock as review_clock
from zna_network.services.minutes_review import comments, forgetting, links, readers
from zna_network.services.minutes_review.comments import CommentData
from zna_network.services.minutes_review.page import read

LIMIT = date(2026, 12, 10)


def _with_people(ctx: Context, *emails: str) -> Minutes:
    minutes = make_minutes(ctx.session)
    for email in emails:
        make_invitation(ctx.session, minutes.meeting, email=email, answer=Answer.ON_SITE)
    return minutes


def _data(text: str, minutes: Minutes, client_id: str = "") -> CommentData:
    section = minutes.sections[0]
    return CommentData(text, client_id or f"client-{text}"[:36], section.id, section.revision)


def _mails(ctx: Context, kind: str) -> list[str]:
    """To whom, in their order."""
    rows = ctx.session.query(OutboxMessage).filter_by(kind=kind).order_by(OutboxMessage.id)
    return [row.recipient for row in rows]


def test_readers_are_asked_once_a_limit_and_say_what_they_think(ctx: Context) -> None:
    minutes = _with_people(ctx, "un@exemple.example", "deux@exemple.example")
    one, two = (person.email for person in readers.candidates(ctx, minutes))
    asked = readers.ask(ctx, minutes.meeting_id, [one, two], LIMIT, "Merci d’avance")
    assert len(asked.readers) == 2
    again = readers.ask(ctx, minutes.meeting_id, [one], LIMIT)
    assert (len(again.readers), len(again.known)) == (0, 1)
    assert _mails(ctx, "minutes_review") == [one, two]
    first, second = asked.readers
    assert short_datetime(first.reads_until) == "10/12/2026 à 23:59"
    token = links.token_of(ctx.settings, first)
    page = read(ctx, token)
    assert (page.closed, [t.section.id for t in page.topics]) == (
        "", [s.id for s in minutes.sections[:2]],
    )  # fmt: skip
    assert (first.read_at, first.agreed_at) == (None, None)  # looking at it wrote nothing
    comments.agree_by_link(ctx, token)
    assert first.agreed_at == ctx.now
    made = comments.comment_by_link(ctx, token, _data("Il manque un nom", minutes))
    assert comments.comment_by_link(ctx, token, _data("Il manque un nom", minutes)).id == made.id
    assert (first.agreed_at, made.author_name, made.quoted) == (None, first.name, 1)
    assert [c.text for c in read(ctx, token).topics[0].comments] == ["Il manque un nom"]
    with pytest.raises(ConflictError, match="enregistrées"):
        comments.agree_by_link(ctx, token)
    readers.ask(ctx, minutes.meeting_id, [one], LIMIT + timedelta(days=3))
    assert links.token_of(ctx.settings, first) == token
    readers.withdraw(ctx, minutes.meeting_id, second.id)
    with pytest.raises(LinkGoneError, match="plus attendue"):
        read(ctx, links.token_of(ctx.settings, second))
    readers.ask(ctx, minutes.meeting_id, [two], LIMIT)
    assert second.revoked_at is None
    assert read(ctx, links.token_of(ctx.settings, second)).reader.id == second.id


def test_what_is_refused_is_said_beside_its_field(ctx: Context) -> None:
    minutes = _with_people(ctx, "un@exemple.example")
    ask = readers.ask
    today = date(2026, 12, 3)
    for emails, until, field in (
        ([], LIMIT, "emails"),
        (["inconnu@ailleurs.example"], LIMIT, "emails"),
        (["un@exemple.example"], today, "until"),
        (["un@exemple.example"], today + timedelta(days=91), "until"),
    ):
        with pytest.raises(InvalidError) as refusal:
            ask(ctx, minutes.meeting_id, emails, until)
        assert refusal.value.field == field
    token = links.token_of(ctx.settings, make_reader(ctx.session, ctx.settings, minutes))
    other = make_minutes(ctx.session)
    for data in (
        CommentData(" ", "client-1"),
        CommentData("x" * 4001, "client-1"),
        CommentData("Son numéro : 2 61 05 62 041 001 23", "client-1"),
        CommentData("Autre réunion", "client-1", other.sections[0].id),
        CommentData("Sans nom de page", ""),
    ):
        with pytest.raises(InvalidError):
            comments.comment_by_link(ctx, token, data)
    with pytest.raises(NotFoundError):
        read(ctx, "x" * 32)
    assert ctx.session.query(MinutesComment).count() == 0


def test_the_link_closes_with_the_limit_and_with_the_validation(
    ctx: Context, clock: FrozenClock
) -> None:
    minutes = make_minutes(ctx.session)
    reader = make_reader(ctx.session, ctx.settings, minutes)
    token, data = links.token_of(ctx.settings, reader), _data("Trop tard", minutes)
    clock.move(timedelta(days=8))
    with pytest.raises(LinkGoneError, match="étaient attendues"):
        comments.comment_by_link(ctx, token, data)
    clock.move(timedelta(days=-8))
    seal = service.reading(ctx, minutes).seal
    service.validate(ctx, minutes.meeting_id, seal)
    for act in (
        lambda: comments.comment_by_link(ctx, token, data),
        lambda: comments.agree_by_link(ctx, token),
    ):
        with pytest.raises(LinkGoneError, match="a été validé"):
            act()
    page = read(ctx, token)
    assert (page.values, list(page.topics)) == ({}, [])
    with pytest.raises(ConflictError):
        readers.ask(ctx, minutes.meeting_id, ["x@exemple.example"], LIMIT)


def test_remarks_are_dealt_with_once_and_told_in_one_mail(
    ctx: Context, clock: FrozenClock, mailbox: MailboxMailer
) -> None:
    minutes = make_minutes(ctx.session)
    reader = make_reader(ctx.session, ctx.settings, minutes)
    taken, aside = (make_comment(ctx.session, minutes, reader) for _ in range(2))
    meeting_id = minutes.meeting_id
    settle = comments.settle
    with pytest.raises(InvalidError) as refusal:
        settle(ctx, meeting_id, aside.id, CommentState.SET_ASIDE, " ", aside.revision)
    assert refusal.value.field == "reply"
    seen = taken.revision
    settle(ctx, meeting_id, taken.id, CommentState.TAKEN, "", seen)
    with pytest.raises(ConflictError):
        settle(ctx, meeting_id, taken.id, CommentState.SET_ASIDE, "Non", seen)
    clock.move(timedelta(minutes=11))
    assert review_clock.run(ctx) == 0  # one is still open, and has not waited for a day
    settle(ctx, meeting_id, aside.id, CommentState.SET_ASIDE, "Hors sujet", aside.revision)
    assert review_clock.run(ctx) == 0  # somebody may still be at it
    clock.move(timedelta(minutes=11))
    assert [review_clock.run(ctx), review_clock.run(ctx)] == [1, 0]
    delivery.deliver_due(ctx, "w")
    (mail,) = mailbox.messages()
    told = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    for words in (taken.text, aside.text, "prise en compte", "non retenue", "Hors sujet"):
        assert words in told
    assert mail["Auto-Submitted"] == "auto-generated"
    # Another outcome is told anew, with what waited for a day.
    settle(ctx, meeting_id, aside.id, CommentState.TAKEN, "Finalement oui", aside.revision)
    make_comment(ctx.session, minutes, reader)
    clock.move(timedelta(days=1))
    assert review_clock.run(ctx) == 1


def test_validation_tells_what_was_settled_and_leaves_the_rest(ctx: Context) -> None:
    minutes = make_minutes(ctx.session)
    reader = make_reader(ctx.session, ctx.settings, minutes)
    make_comment(ctx.session, minutes, reader, state=CommentState.TAKEN)
    left = make_comment(ctx.session, minutes, reader)
    seal = service.reading(ctx, minutes).seal
    version = service.validate(ctx, minutes.meeting_id, seal)
    assert _mails(ctx, "minutes_review_settled") == [reader.email]
    assert [text["section_id"] for text in version.texts] == [s.id for s in minutes.sections]
    reply = "Ce sera pour la prochaine fois"
    comments.settle(ctx, minutes.meeting_id, left.id, CommentState.SET_ASIDE, reply, left.revision)
    assert read(ctx, links.token_of(ctx.settings, reader)).comments[1].reply == reply


def test_the_silent_are_reminded_the_day_before(ctx: Context, clock: FrozenClock) -> None:
    minutes = make_minutes(ctx.session)
    until = datetime.fromisoformat("2026-12-10T23:59:00+01:00")

    def reader(**values: object) -> MinutesReader:
        return make_reader(ctx.session, ctx.settings, minutes, reads_until=until, **values)

    silent = reader()
    make_comment(ctx.session, minutes, reader())
    reader(agreed_at=clock.now())
    reader(revoked_at=clock.now())
    nine = datetime.fromisoformat("2026-12-09T09:00:00+01:00")
    late = reader(sent_at=nine + timedelta(hours=1))
    clock.set(nine - timedelta(minutes=1))
    assert review_clock.run(ctx) == 0
    clock.set(nine)
    assert [review_clock.run(ctx), review_clock.run(ctx)] == [1, 0]
    assert _mails(ctx, "minutes_review_reminder") == [silent.email]
    assert late.reminded_at is None
    minutes.state = MinutesState.VALIDATED
    silent.reminded_at = None
    ctx.session.commit()
    assert review_clock.run(ctx) == 0


def test_only_those_who_write_the_minutes_ask_and_settle(ctx: Context) -> None:
    leading, other = make_grantee(ctx.session), make_grantee(ctx.session)
    meeting = make_meeting(ctx.session, make_committee(ctx.session, led_by=leading))
    minutes = make_minutes(ctx.session, meeting)
    email = make_invitation(ctx.session, meeting, answer=Answer.ON_SITE).email
    comment = make_comment(ctx.session, minutes)
    acts: list[Callable[[Context], object]] = [
        lambda c: readers.ask(c, meeting.id, [email], LIMIT),
        lambda c: comments.add_own(c, meeting.id, CommentData("À revoir", "client-0")),
        lambda c: comments.settle(
            c, meeting.id, comment.id, CommentState.TAKEN, "", comment.revision
        ),
        lambda c: readers.withdraw(c, meeting.id, ctx.session.query(MinutesReader).one().id),
    ]
    mine = acting_as(ctx, make_user(ctx.session, Role.GRANTEE, leading))
    strangers = [
        acting_as(ctx, make_user(ctx.session, role, organisation))
        for role, organisation in ((Role.GRANTEE, other), (Role.PARTNER, leading))
    ]
    for act in acts:
        for stranger in strangers:
            with pytest.raises((ForbiddenError, NotFoundError)):
                act(stranger)
        act(mine)


def test_what_was_said_is_forgotten_half_a_year_after_the_validation(
    ctx: Context, clock: FrozenClock
) -> None:
    minutes, draft = make_minutes(ctx.session), make_minutes(ctx.session)
    for one in (minutes, draft):
        make_comment(ctx.session, one, make_reader(ctx.session, ctx.settings, one))
    service.validate(ctx, minutes.meeting_id, service.reading(ctx, minutes).seal)
    clock.move(timedelta(days=180))
    assert (forgetting.count_due(ctx), forgetting.run(ctx)) == (0, 0)
    make_comment(ctx.session, draft, at=clock.now())
    clock.move(timedelta(days=1))
    assert (forgetting.count_due(ctx), forgetting.run(ctx), forgetting.run(ctx)) == (1, 1, 0)
    assert ctx.session.query(MinutesReader).one().minutes_id == draft.id
    assert {c.minutes_id for c in ctx.session.query(MinutesComment)} == {draft.id}
    assert len(minutes.versions) == 1


def test_several_people_at_once(app: Flask, ctx: Context, clock: FrozenClock) -> None:
    """Asked by two agents: one mail. A button pressed four times: one remark. Settled in two ways:
    the first. Reminded and told by four workers: once."""
    minutes = _with_people(ctx, "un@exemple.example", "deux@exemple.example")
    meeting_id, emails = minutes.meeting_id, ["un@exemple.example", "deux@exemple.example"]
    results_at_once(app, [lambda c: readers.ask(c, meeting_id, emails, LIMIT)] * 4)
    assert sorted(_mails(ctx, "minutes_review")) == sorted(emails)
    one = ctx.session.query(MinutesReader).filter_by(email=emails[0]).one()
    token, data = links.token_of(ctx.settings, one), _data("Une seule fois", minutes)
    same = [lambda c: comments.comment_by_link(c, token, data).id] * 4
    assert len(set(results_at_once(app, same))) == 1
    comment = ctx.session.query(MinutesComment).one()
    comment_id, seen = comment.id, comment.revision

    def settle(state: CommentState) -> Callable[[Context], object]:
        return lambda c: comments.settle(c, meeting_id, comment_id, state, "Vu", seen)

    outcome = race(app, [settle(CommentState.TAKEN), settle(CommentState.SET_ASIDE)])
    assert outcome == ["ConflictError", "won"]
    clock.set(datetime.fromisoformat("2026-12-09T12:00:00+01:00"))
    assert sum(results_at_once(app, [review_clock.run] * 4)) == 2
    assert _mails(ctx, "minutes_review_reminder") == [emails[1]]
    assert _mails(ctx, "minutes_review_settled") == [emails[0]]


def test_a_remark_made_while_the_minutes_are_validated_comes_before_or_is_refused(
    app: Flask, ctx: Context
) -> None:
    minutes = make_minutes(ctx.session)
    reader = make_reader(ctx.session, ctx.settings, minutes)
    token, data = links.token_of(ctx.settings, reader), _data("Au même instant", minutes)
    meeting_id, seal = minutes.meeting_id, service.reading(ctx, minutes).seal
    said, version = results_at_once(
        app,
        [
            lambda c: comments.comment_by_link(c, token, data).text,
            lambda c: service.validate(c, meeting_id, seal).number,
        ],
    )
    assert version == 1
    kept = [comment.text for comment in ctx.session.query(MinutesComment)]
    assert kept == ([] if isinstance(said, LinkGoneError) else [said])
