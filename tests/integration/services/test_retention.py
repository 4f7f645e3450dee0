"""Personal parts go when their time has come, or when asked; the figures stay."""

from datetime import date, datetime

from flask import Flask
from sqlalchemy import func, select

from tests.factories.attendees import make_attendee, make_badge
from tests.factories.forums import make_forum
from tests.factories.workshops import make_session, make_workshop
from tests.mail_reading import mails
from tests.races import results_at_once
from zna_network.jobs.worker import run_once
from zna_network.models.attendee import AgeBand, Attendee, Badge
from zna_network.models.audit import AuditEvent
from zna_network.models.door import SurveyAnswer
from zna_network.models.forum import Forum
from zna_network.models.outbox import OutboxState
from zna_network.services import registrations, retention, seats
from zna_network.services.context import Context
from zna_network.services.registration_values import RegistrationData

FULL = RegistrationData(
    name="Zéphyrine",
    email="zephyrine@exemple.example",
    phone="06 39 98 00 01",
    place="62041",
    age_band="60_74",
    reasons=("retirement",),
    needs=("hearing",),
    companions=1,
    note="Vient avec sa fille",
)


def test_the_personal_part_goes_and_the_figures_stay(ctx: Context) -> None:
    forum = make_forum(ctx.session)
    attendee = registrations.register(ctx, forum.id, FULL)
    session = make_session(ctx.session, make_workshop(ctx.session, forum))
    seats.request_seat(ctx, session.id, attendee.id)
    with ctx.unit_of_work():
        retention.erase(ctx, attendee)
    ctx.session.expire_all()
    assert (attendee.name, attendee.email, attendee.phone, attendee.note) == ("", "", "", "")
    assert (attendee.contact_key, attendee.needs) == ("", [])
    assert (attendee.commune_insee, attendee.age_band) == ("62041", AgeBand.FROM_60)
    assert (attendee.reasons, attendee.companions) == (["retirement"], 1)
    badge = attendee.badge
    assert badge is not None
    assert (badge.label, badge.revoked_at) == ("", None)
    [mail] = mails(ctx.session)
    assert (mail.state, mail.content) == (OutboxState.CANCELLED, None)
    assert (mail.recipient, mail.recipient_name, mail.subject) == ("", "", "")
    journal = " ".join(str(event.detail) for event in ctx.session.scalars(select(AuditEvent)))
    assert "zephyrine" not in journal.lower()


def _left(ctx: Context) -> int:
    return ctx.session.scalar(select(func.count()).where(Attendee.erased_at.is_(None))) or 0


def test_only_what_is_due_goes_however_many_run_at_once(app: Flask, ctx: Context) -> None:
    """The clock says 3 December 2026: with 90 days, what was held before 4 September goes."""
    old = make_forum(ctx.session, held_on=date(2026, 9, 3))
    recent = make_forum(ctx.session, held_on=date(2026, 9, 4))
    for forum, words in ((old, "Merci, Camille"), (old, ""), (recent, "À refaire")):
        ctx.session.add(_opinion(forum, words, ctx.now))
    for keep in (
        recent,
        make_forum(ctx.session, held_on=None),
        make_forum(ctx.session),
    ):
        make_attendee(ctx.session, keep)
    for _ in range(6):
        make_badge(ctx.session, old, make_attendee(ctx.session, old))
    assert [line.count for line in retention.run(ctx, dry_run=True)] == [6, 1, *[0] * 8]
    assert _left(ctx) == 9
    ctx.session.rollback()
    counts = results_at_once(app, [lambda ctx: retention.run(ctx)[0].count] * 3)
    assert sum(counts) == 6
    assert _left(ctx) == 3
    assert set(ctx.session.scalars(select(Badge.label))) == {""}
    # Of the survey the words go, the notes stay.
    said = {one.forum_id: one.words for one in ctx.session.scalars(select(SurveyAnswer))}
    assert said == {old.id: "", recent.id: "À refaire"}
    assert retention.run(ctx)[0].count == 0


def _opinion(forum: Forum, words: str, at: datetime) -> SurveyAnswer:
    return SurveyAnswer(
        forum_id=forum.id, satisfaction=4, found="yes", recommends=True, words=words, answered_on=at
    )


def test_the_worker_does_it(app: Flask, ctx: Context) -> None:
    make_attendee(ctx.session, make_forum(ctx.session, held_on=date(2026, 1, 5)))
    run_once(app, "tests")
    assert _left(ctx) == 0
