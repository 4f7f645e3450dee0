"""Registering: a name is enough, whatever is typed is checked, a form sent twice counts once."""

from datetime import date, timedelta
from email.message import EmailMessage

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.factories.forums import make_forum
from tests.factories.workshops import make_session, make_workshop
from tests.mail_reading import mails, parsed, text_of
from tests.races import results_at_once
from tests.world import FrozenClock
from zna_network.models.attendee import AgeBand, Attendee, Badge, VisitReason
from zna_network.models.forum import ForumState
from zna_network.models.outbox import OutboxState
from zna_network.models.territory import Qpv, TargetGroup
from zna_network.models.workshop import Seat, SeatState
from zna_network.services import forum_changes, registrations, seats
from zna_network.services.attendee_links import attendee_of, token_of
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, InvalidError, NotFoundError
from zna_network.services.forum_days import day_of
from zna_network.services.links import new_salt
from zna_network.services.registration_values import RegistrationData, contact_key

ARRAS = "62041"


def _count(ctx: Context, model: type) -> int:
    return ctx.session.scalar(select(func.count()).select_from(model)) or 0


def _files(mail: EmailMessage) -> dict[str, bytes]:
    return {str(part.get_filename()): part.get_content() for part in mail.iter_attachments()}


def test_everything_that_is_said_is_kept_and_nothing_else(ctx: Context) -> None:
    forum = make_forum(ctx.session)
    qpv = ctx.session.scalars(select(Qpv).where(Qpv.name.like("Saint-Michel%"))).one()
    full = RegistrationData(
        name="  Nadia \n Exemple\u0000",
        email=" Nadia@Exemple.EXAMPLE ",
        phone="06.39.98.00.01",
        place=f"{ARRAS}:{qpv.id}",
        age_band="26_39",
        target_group="single_parents",
        reasons=("health", "income", "health"),
        needs=("interpreter",),
        companions=3,
        note="Dialecte berbère",
        language="ar",
    )
    attendee = registrations.register(ctx, forum.id, full)
    assert (attendee.name, attendee.email) == ("Nadia Exemple", "nadia@exemple.example")
    assert (attendee.phone, attendee.commune_insee, attendee.qpv) == ("06 39 98 00 01", ARRAS, qpv)
    assert (attendee.age_band, attendee.target_group) == (
        AgeBand.FROM_26,
        TargetGroup.SINGLE_PARENTS,
    )
    assert attendee.reasons == [VisitReason.INCOME, VisitReason.HEALTH]
    assert attendee.contact_key == contact_key(ctx.settings, "nadia@exemple.example")
    assert attendee.badges[0].label == "Nadia"
    bare = registrations.register(ctx, forum.id, RegistrationData("x"))
    assert (bare.email, bare.contact_key, bare.commune, bare.companions) == ("", "", None, 0)
    same = registrations.register(
        ctx, forum.id, RegistrationData("y", email="nadia@exemple.example")
    )
    assert same.id not in {attendee.id, bare.id}, "an address may be shared"


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_what_cannot_be_kept_is_refused_beside_its_field(ctx: Context) -> None:
    forum = make_forum(ctx.session)
    for field, values in {
        "name": [{"name": " \u200b\n"}, {"name": "a" * 61}],
        "email": [{"email": "nadia"}, {"email": "a@b@c.example"}],
        "phone": [{"phone": "12"}, {"phone": "appelez-moi"}],
        "place": [
            {"place": "99999"},
            {"place": f"{ARRAS}:999"},
            {"place": "62764:x"},
            {"place": "é"},
        ],
        "age_band": [{"age_band": "200"}],
        "target_group": [{"target_group": "x"}],
        "reasons": [{"reasons": ("income", "x")}],
        "needs": [{"needs": ("x",)}],
        "companions": [{"companions": -1}, {"companions": 21}],
        "note": [{"note": "x" * 501}, {"note": "NIR 2 61 05 62 041 001 23"}],
    }.items():
        for value in values:
            with pytest.raises(InvalidError) as refusal:
                registrations.register(
                    ctx, forum.id, RegistrationData(**{"name": "Nadia", **value})
                )
            assert refusal.value.field == field, value
    assert _count(ctx, Attendee) == _count(ctx, Badge) == 0
    assert (
        registrations.register(ctx, forum.id, RegistrationData("Ö", language="xx")).language == "fr"
    )


def test_a_form_sent_twice_is_one_registration(app: Flask, ctx: Context) -> None:
    forum_id, sending = make_forum(ctx.session).id, new_salt()
    ctx.session.rollback()
    data = RegistrationData("Camille", email="camille@exemple.example")
    acts = [lambda ctx: registrations.register(ctx, forum_id, data, sending=sending).id] * 4
    assert len(set(results_at_once(app, acts))) == 1
    assert (_count(ctx, Attendee), _count(ctx, Badge), len(mails(ctx.session))) == (1, 1, 1)


def test_registration_follows_the_state_and_the_day_of_the_forum(
    ctx: Context, clock: FrozenClock
) -> None:
    data = RegistrationData("Camille")
    for values in (
        {"state": ForumState.DRAFT},
        {"state": ForumState.CLOSED},
        {"takes_registrations": False},
        {"held_on": date(2026, 12, 2)},
    ):
        forum = make_forum(ctx.session, **values)
        with pytest.raises(ConflictError):
            registrations.register(ctx, forum.id, data)
    undated = make_forum(ctx.session, held_on=None)
    assert registrations.register(ctx, undated.id, data).badge
    held = make_forum(ctx.session, takes_registrations=False)
    assert registrations.register_at_desk(ctx, held.id, data).channel.value == "desk"
    clock.move(timedelta(days=30))
    with pytest.raises(ConflictError):
        registrations.register_at_desk(ctx, held.id, data)


def test_the_mail_holds_the_badge_the_code_and_the_day_in_their_language(ctx: Context) -> None:
    forum = make_forum(ctx.session, title="Forum d’accès aux droits")
    data = RegistrationData("ليلى", email="layla@exemple.example", language="ar")
    attendee = registrations.register(ctx, forum.id, data)
    [mail] = mails(ctx.session)
    files = _files(parsed(mail))
    assert set(files) == {"badge-0001.pdf", "badge-0001.png", "forum.ics"}
    assert files["badge-0001.pdf"].startswith(b"%PDF-")
    assert files["badge-0001.png"].startswith(b"\x89PNG")
    assert f"/forum/b/{token_of(ctx.settings, attendee)}" in text_of(mail)
    assert "بطاقتك" in mail.subject
    html = str(parsed(mail).get_body(("html",)).get_content())
    assert '<html lang="ar" dir="rtl">' in html
    before = day_of(forum)
    forum.place = "Une autre salle"
    forum_changes.announce(ctx, forum, before)
    ctx.session.commit()
    first, second = mails(ctx.session)
    # The news carry the badge as it is now: the one that has yet to leave is out of date.
    assert first.state is OutboxState.SUPERSEDED
    assert set(_files(parsed(second))) == {"badge-0001.pdf", "forum.ics"}
    assert _files(parsed(second))["badge-0001.pdf"] != files["badge-0001.pdf"]
    assert "Une autre salle" in text_of(second)
    assert "0001" in text_of(second)


def test_cancelling_frees_the_seats_and_coming_back_gives_another_badge(ctx: Context) -> None:
    session = make_session(
        ctx.session, make_workshop(ctx.session, make_forum(ctx.session)), capacity=1
    )
    forum = session.workshop.forum
    data = RegistrationData("Camille", email="camille@exemple.example")
    first = registrations.register(ctx, forum.id, data)
    second = registrations.register(ctx, forum.id, RegistrationData("Dominique"))
    seats.request_seat(ctx, session.id, first.id)
    seats.request_seat(ctx, session.id, second.id)
    token = token_of(ctx.settings, first)
    for _ in range(2):
        registrations.cancel(ctx, token)
    states = {s.attendee_id: s.state for s in ctx.session.scalars(select(Seat))}
    assert states == {first.id: SeatState.CANCELLED, second.id: SeatState.SEATED}
    assert first.badge is None
    assert [m.state for m in mails(ctx.session)] == [OutboxState.CANCELLED]
    with pytest.raises(ConflictError):
        registrations.change(ctx, token, data)
    registrations.resume(ctx, token)
    ctx.session.expire_all()
    assert first.badge is not None
    assert first.badge.number == 3
    with pytest.raises(ConflictError):
        registrations.resume(ctx, token)


def test_changing_ones_answers_reaches_the_door_and_a_new_address(
    ctx: Context, clock: FrozenClock
) -> None:
    forum = make_forum(ctx.session)
    attendee = registrations.register(ctx, forum.id, RegistrationData("Camille", place=ARRAS))
    clock.move(timedelta(minutes=5))
    token = token_of(ctx.settings, attendee)
    data = RegistrationData("Dominique", email="d@exemple.example", place="ailleurs")
    registrations.change(ctx, token, data)
    assert (attendee.commune, attendee.is_from_elsewhere) == (None, True)
    assert (attendee.badges[0].label, attendee.badges[0].changed_at) == ("Dominique", clock.now())
    assert len(mails(ctx.session)) == 1
    registrations.change(ctx, token, data)
    assert len(mails(ctx.session)) == 1
    for wrong in ("", "é", "x" * 65, token[:-1], token.upper()):
        with pytest.raises(NotFoundError):
            attendee_of(ctx, wrong)
