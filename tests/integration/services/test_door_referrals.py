"""Referrals made at a stand: sealed by the phone, opened here, made once, seen by that stand."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.door import Door, open_door
from tests.factories.attendees import make_attendee
from tests.factories.organisations import make_contact, make_offer, make_organisation
from tests.races import results_at_once
from tests.stand_phone import StandPhone, phone_at_stand, read_base64, sealed, written
from tests.statements import cost
from zna_network.blueprints.door_api import reading
from zna_network.models.attendee import Attendee, Badge
from zna_network.models.audit import AuditEvent
from zna_network.models.outbox import OutboxMessage
from zna_network.models.person import ConsentAnswer, ConsentEvent, Person, Purpose
from zna_network.models.referral import Callback, EventKind, Referral, Step
from zna_network.models.territory import Right
from zna_network.services import badges, door_referrals, stand_kit, stand_seal
from zna_network.services.context import Context
from zna_network.services.door_state import DeviceRefusedError
from zna_network.services.errors import ForbiddenError, InvalidError

YES = {"contact": "given", "evaluation": "given", "language": "uk", "notice_version": "2026-11"}
NAME, NEED = "Yamina Fictive", "Craint une expulsion"


@dataclass
class World:
    ctx: Context
    door: Door
    phone: StandPhone
    other: StandPhone

    def send(self, body: dict[str, Any], phone: StandPhone | None = None) -> dict[str, Any]:
        token = (phone or self.phone).token
        # A phone has no account, and no rights but those of its token.
        ctx = replace(self.ctx, is_system=False)
        return door_referrals.receive(ctx, token, reading.sealed_referral(body))

    def refer(self, **said: Any) -> Referral:
        body = self.phone.body(self.ctx.now, **said)
        number = self.send(body)["number"]
        assert number
        return self.ctx.session.scalars(
            select(Referral).where(Referral.client_id == body["client_id"])
        ).one()

    def badge_of(self, **values: Any) -> tuple[Badge, str]:
        person = make_attendee(self.ctx.session, self.door.forum, **values)
        badge = badges.issue(self.ctx, self.door.forum, person)
        return badge, badges.ticket_of(self.ctx.settings, badge)

    def count(self, model: type[Any]) -> int:
        return self.ctx.session.scalar(select(func.count()).select_from(model)) or 0


@pytest.fixture
def world(ctx: Context) -> World:
    door = open_door(ctx)
    receiver = make_organisation(ctx.session, name="Caisse destinataire")
    make_contact(ctx.session, receiver, is_referent=True, email="caisse@exemple.example")
    holders = [make_organisation(ctx.session, name=f"Association {n}") for n in "AB"]
    phones = [phone_at_stand(door, receiver, holder) for holder in holders]
    return World(ctx, door, *phones)


def test_what_was_sealed_becomes_a_referral_once(world: World, app: Flask) -> None:
    ctx = world.ctx
    badge, ticket = world.badge_of(name="Yamina", email="yamina@personne.example", phone="",
                                   commune_insee="62041", age_band="26_39")  # fmt: skip
    made_at = ctx.now - timedelta(hours=2)
    body = world.phone.body(
        made_at, ticket=ticket, need=NEED, cause="non_demande", urgency="soon", callback="email",
        callback_when="le matin", referrer="Alix", consents=YES,
        person={"name": NAME, "birth_year": 1991},
    )  # fmt: skip
    answers = results_at_once(app, [lambda c: door_referrals.receive(
        c, world.phone.token, reading.sealed_referral(body))] * 4)  # fmt: skip
    assert {answer["number"] for answer in answers} == {"O-00001"}
    assert world.send(body) == answers[0]
    assert (world.count(Referral), world.count(Person), world.count(OutboxMessage)) == (1, 1, 1)
    referral = ctx.session.scalars(select(Referral)).one()
    assert (referral.need, referral.callback_when, referral.referrer) == (NEED, "le matin", "Alix")
    assert (referral.cause, referral.urgency, referral.callback) == (
        "non_demande", "soon", Callback.EMAIL)  # fmt: skip
    assert (referral.made_at, referral.received_at) == (made_at, ctx.now)
    assert (referral.sender_id, referral.stand_id) == (
        world.phone.stand.organisation_id, world.phone.stand.id)  # fmt: skip
    assert referral.device_id is not None
    person = referral.person
    # What was typed comes before what the badge says.
    assert (person.name, person.email, person.birth_year) == (NAME, "yamina@personne.example", 1991)
    assert (person.commune_insee, person.age_band, person.owner_id) == (
        "62041", "26_39", world.phone.stand.organisation_id)  # fmt: skip
    assert person.agrees_to(Purpose.CONTACT)
    consents = ctx.session.scalars(select(ConsentEvent)).all()
    assert {(c.purpose, c.answer, c.language, c.answered_at) for c in consents} == {
        (purpose, ConsentAnswer.GIVEN, "uk", made_at) for purpose in Purpose
    }
    created = next(event for event in referral.events if event.kind is EventKind.CREATED)
    assert created.author == f"Stand {world.phone.stand.number} · Association A"
    journal = ctx.session.scalars(select(AuditEvent).where(AuditEvent.action == "attendee.read"))
    assert [(event.object_id, event.actor_label) for event in journal] == [
        (str(badge.attendee_id), f"{created.author} · Téléphone du stand 1")
    ]


def test_a_refusal_changes_who_sees_and_stops_nothing(world: World) -> None:
    _, ticket = world.badge_of(name="Yamina", email="yamina@personne.example")
    refused = world.refer(ticket=ticket, callback="phone", consents={"contact": "refused"})
    assert (refused.callback, refused.person.name, refused.person.email) == (
        Callback.THROUGH_SENDER, "", "")  # fmt: skip
    assert not refused.person.agrees_to(Purpose.CONTACT)
    # She says yes at the next visit: the same file, completed; nobody answers for a wrong contact.
    agreed = world.refer(ticket=ticket, consents=YES, person={"name": "Yamina", "phone": "06 5"})
    assert agreed.person_id == refused.person_id
    assert (agreed.person.name, agreed.person.email) == ("Yamina", "yamina@personne.example")
    assert "06 5" in agreed.person.note
    assert world.refer(ticket=ticket, person={"name": "Quelqu’un d’autre"}).person_id != (
        agreed.person_id
    )
    informed = world.refer(receiver=None, declines=True)
    assert (informed.step, informed.sent_at, informed.is_live) == (Step.DECLINED, None, False)
    assert informed.person.name == ""


def test_a_badge_of_several_people_says_less(world: World) -> None:
    badge, ticket = world.badge_of(name="Sacha", phone="06 00 00 00 01", companions=2,
                                   commune_insee="62041", age_band="40_59")  # fmt: skip
    nameless = world.refer(ticket=ticket, consents=YES)
    assert (nameless.person.name, nameless.person.age_band) == ("", None)
    assert (nameless.person.phone, nameless.person.commune_insee) == ("06 00 00 00 01", "62041")
    first = world.refer(ticket=ticket, consents=YES, person={"name": "Sacha"})
    again = world.refer(ticket=ticket, consents=YES, person={"name": "sacha"})
    other = world.refer(ticket=ticket, consents=YES, person={"name": "Noé"})
    assert first.person_id == again.person_id
    assert len({nameless.person_id, first.person_id, other.person_id}) == 3
    # A number follows another: it tells where they live, and neither names nor reaches anybody.
    by_number = world.refer(badge_number=badge.number, consents=YES)
    assert (by_number.person.phone, by_number.person.commune_insee) == ("", "62041")


def test_rehearsing_refers_nobody(world: World) -> None:
    (ticket,) = world.door.tickets(1, is_rehearsal=True)
    body = world.phone.body(world.ctx.now, ticket=ticket, need=NEED, consents=YES)
    assert world.send(body) == {"client_id": body["client_id"], "number": None}
    assert (world.count(Referral), world.count(Person), world.count(OutboxMessage)) == (0, 0, 0)


def test_what_is_refused_writes_nothing(world: World) -> None:
    ctx, phone, now = world.ctx, world.phone, world.ctx.now
    strangers = open_door(ctx, slug="autre-forum")
    (foreign_ticket,) = strangers.tickets(1)
    whole = phone.body(now, consents=YES)
    raw = read_base64(whole["sealed"])
    cases: list[tuple[dict[str, Any], str]] = [
        ({**whole, "sealed": written(raw[:-1] + bytes([raw[-1] ^ 1]))}, "sealed"),
        ({**whole, "sealed": written(raw[:20] + bytes([raw[20] ^ 1]) + raw[21:])}, "sealed"),
        ({**whole, "sealed": written(bytes([2]) + raw[1:])}, "sealed"),
        ({**whole, "sealed": written(raw[:60])}, "sealed"),
        ({**whole, "sealed": whole["sealed"] + "="}, "sealed"),
        ({**whole, "sealed": "pas du base64 !"}, "sealed"),
        # Another time, or another sending: the seal is bound to what surrounds it.
        ({**whole, "made_at": (now - timedelta(days=1)).isoformat()}, "sealed"),
        ({**whole, "client_id": phone.body(now)["client_id"]}, "sealed"),
        (phone.body(now, need="1 85 05 78 006 084 91"), "need"),
        (phone.body(now, rights=[]), "sealed.rights"),
        (phone.body(now, rights=["RSA\0"]), "sealed.rights.0"),
        (phone.body(now, rights=["INCONNU"]), "rights"),
        (phone.body(now, receiver=10**6), "receiver"),
        (phone.body(now, ticket=foreign_ticket), "sealed.ticket"),
        (phone.body(now, badge_number=4000), "sealed.ticket"),
        (phone.body(now, surprise=1), "sealed.surprise"),
    ]
    for body, field in cases:
        with pytest.raises(InvalidError) as refusal:
            world.send(body)
        assert refusal.value.field == field, body
    elsewhere = ctx.settings.model_copy(
        update={"secret_key": type(ctx.settings.secret_key)("x" * 40)}
    )
    bound_to = "\n".join(whole[name] for name in ("client_id", "made_at", "point"))
    with pytest.raises(InvalidError, match="un autre site"):
        world.send({**whole, "sealed": sealed(elsewhere, "{}", bound_to)})
    assert stand_seal.unseal(ctx.settings, sealed(ctx.settings, "é", "x"), "x") == "é".encode()
    # Whoever is not at this stand may neither send, list nor prepare for it.
    (at_the_door,) = [world.door.paired("Porte", world.door.in_point)]
    for stranger in (at_the_door.token, world.other.token):
        with pytest.raises(ForbiddenError):
            door_referrals.receive(ctx, stranger, reading.sealed_referral(whole))
    with pytest.raises(ForbiddenError):
        door_referrals.listed(ctx, at_the_door.token)
    with pytest.raises(ForbiddenError):
        stand_kit.kit(ctx, at_the_door.token, set())
    with pytest.raises(DeviceRefusedError):
        door_referrals.listed(ctx, "inconnu")
    assert (world.count(Referral), world.count(Person)) == (0, 0)
    world.send(whole)
    theirs = world.other.body(now, client_id=whole["client_id"])
    with pytest.raises(InvalidError, match="autre stand"):
        world.send(theirs, world.other)


def test_a_stand_sees_what_it_made(world: World) -> None:
    def listed() -> list[Any]:
        return door_referrals.listed(world.ctx, world.phone.token)

    mine = world.refer(need=NEED, person={"name": NAME}, consents=YES)
    world.send(world.other.body(world.ctx.now), world.other)
    (line,) = listed()
    assert line == {
        "client_id": mine.client_id,
        "number": mine.shown_number,
        "made_at": "2026-12-03T09:00:00.000Z",
        "receiver": "Caisse destinataire",
        "state": "open",
        "state_label": "En attente",
        "step_label": "Repérée",
    }
    before = cost(world.ctx.session, listed)
    for _ in range(5):
        world.refer()
    assert cost(world.ctx.session, listed) == before
    stand = world.ctx.session.merge(world.phone.stand)
    stand.organisation = make_organisation(world.ctx.session)
    world.ctx.session.commit()
    assert listed() == [], "who takes the stand over reads nothing of who had it"


def test_the_kit_costs_the_same_for_many_offers(world: World) -> None:
    def kit() -> object:
        return stand_kit.kit(world.ctx, world.phone.token, set())

    session = world.ctx.session
    right = session.get_one(Right, "APL")
    make_offer(session, make_organisation(session), rights=[right])
    before = cost(session, kit)
    for _ in range(5):
        make_offer(session, make_organisation(session), rights=[right], lots=[3],
                   covers_whole_epci=False)  # fmt: skip
    assert cost(session, kit) == before
    attendee = make_attendee(session, world.door.forum, name=NAME)
    made = stand_kit.kit(world.ctx, world.phone.token, set())
    assert made.body is not None
    assert attendee.name.encode() not in made.body
    assert stand_kit.kit(world.ctx, world.phone.token, {made.etag}).body is None
    assert session.scalars(select(Attendee)).one() is attendee
