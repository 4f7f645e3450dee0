"""One world for the table of who sees what: one person, referred by a stand for the grantee that
follows them, another who refused to be contacted, and everybody who may or may not know of them."""

import io
import sqlite3
import zipfile
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import uuid4

from flask import Flask
from werkzeug.test import TestResponse

from tests.door import Door, open_door
from tests.factories.accounts import make_user
from tests.factories.attendees import make_attendee
from tests.factories.committees import make_committee
from tests.factories.meetings import make_meeting
from tests.factories.organisations import make_contact, make_organisation
from tests.factories.referrals import make_consent, make_person, make_referral, referral_link
from tests.page_checks import Browser
from tests.stand_phone import StandPhone, phone_at_stand
from zna_network.extensions import db, limiter
from zna_network.models.account import Role, User
from zna_network.models.case_sheet import CaseSheet, EvaluationMapping
from zna_network.models.organisation import Organisation
from zna_network.models.person import ConsentAnswer, Diagnostic, FileOpening, Person, Purpose
from zna_network.models.referral import Appointment, Referral, ReferralState, RefusalReason
from zna_network.services import badges
from zna_network.services.context import Context
from zna_network.services.referrals import evaluation_mapping, people

NAME, PHONE, EMAIL = "Zénobie Quidam", "06 39 98 41 41", "zenobie@quidam.example"
NEED = "craint une coupure"
ACCOUNTS = (
    "anonymous", "receiver", "receiver_refused", "outsider", "stand_holder", "owner",
    "other_grantee", "agent", "agent_opened", "admin",
)  # fmt: skip
_GIVEN = ConsentAnswer.GIVEN
_DESCRIBED = {"name": NAME, "phone": PHONE, "email": EMAIL, "commune_insee": "62041"}


@dataclass
class Answer:
    """``shows``: « n » when the answer holds what names the person, « w » when it holds what was
    typed about their need. Documents and sheets are unzipped to look into them."""

    status: int
    shows: str

    def __str__(self) -> str:
        return f"{self.status}{self.shows}"


@dataclass
class World:
    app: Flask
    ctx: Context
    ids: dict[str, int]
    refused_ids: dict[str, int]
    links: dict[str, str]
    phones: dict[str, StandPhone]
    door_token: str
    clients: dict[str, Browser] = field(default_factory=dict)
    _saved: sqlite3.Connection = field(default_factory=lambda: sqlite3.connect(":memory:"))

    def ask(
        self, who: str, method: str, path: str, data: Mapping[str, Any] | None = None
    ) -> Answer:
        """As one of ``ACCOUNTS``; what it changed is undone."""
        ids = self.refused_ids if who == "receiver_refused" else self.ids
        filled = {key: _fill(value, ids) for key, value in (data or {}).items()}
        sent = {} if method == "GET" else {"data": filled}
        response = self.clients[who].send(method, path.format(**ids), **sent)
        return self._answer(method, response)

    def ask_link(self, link: str, method: str, path: str, data: Mapping[str, Any]) -> Answer:
        ids = self.refused_ids if link == "refused" else self.ids
        filled = {key: _fill(value, ids) for key, value in data.items()}
        sent = {} if method == "GET" else {"data": filled}
        address = f"{self.links[link]}{path.format(**ids)}"
        limiter.reset()
        return self._answer(method, self.clients["anonymous"].send(method, address, **sent))

    def ask_api(self, who: str, method: str, path: str) -> Answer:
        """As a door's phone: at the stand, at another one, at the door, or with no token at all."""
        token = self.door_token if who == "door" else ""
        sent: dict[str, Any] = {}
        if who in self.phones:
            token = self.phones[who].token
        if method == "POST":
            phone = self.phones.get(who) or self.phones["stand"]
            sent["json"] = phone.body(self.ctx.now, str(uuid4()), person={"name": NAME}, need=NEED)
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        response = self.clients["anonymous"].send(method, path, headers=headers, **sent)
        return self._answer(method, response)

    def remember(self) -> None:
        with closing(sqlite3.connect(self._path)) as database:
            database.backup(self._saved)

    def restore(self) -> None:
        with closing(sqlite3.connect(self._path)) as database:
            database.execute("PRAGMA synchronous=OFF")
            self._saved.backup(database)

    def _answer(self, method: str, response: TestResponse) -> Answer:
        answer = Answer(response.status_code, _shown(response))
        if method != "GET" and response.status_code < 400:
            self.restore()
        return answer

    @property
    def _path(self) -> str:
        return str(db.engine.url.database)


def _fill(value: Any, ids: dict[str, int]) -> Any:
    return value.format(**ids) if isinstance(value, str) else value


def _shown(response: TestResponse) -> str:
    content = response.data
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            content = b"".join(archive.read(name) for name in archive.namelist())
    text = content.decode("utf-8", "replace")
    named = any(word in text for word in (NAME, PHONE, PHONE.replace(" ", ""), EMAIL))
    return ("n" if named else "") + ("w" if NEED in text else "")


def build(app: Flask, ctx: Context) -> World:
    session = ctx.session
    owner = make_organisation(session, name="Association qui suit")
    holder = make_organisation(session, name="Association du stand")
    receiver = make_organisation(
        session, name="Caisse destinataire", email="caisse@exemple.example"
    )
    make_contact(session, receiver, is_referent=True, email="referent@exemple.example")
    door = open_door(ctx)
    stand, other_stand = (
        phone_at_stand(door, receiver, one) for one in (holder, make_organisation(session))
    )
    phones = {"stand": stand, "other_stand": other_stand}
    given = _story(ctx, owner, holder, receiver, _GIVEN, stand_id=stand.stand.id)
    refused = _story(ctx, owner, holder, receiver, ConsentAnswer.REFUSED)
    gone = {
        name: _referral(ctx, _person(ctx, owner, _GIVEN), holder, receiver, **values)
        for name, values in {
            "revoked": {"link_revoked_at": ctx.now},
            "expired": {"link_expires_at": ctx.now - timedelta(minutes=1)},
        }.items()
    }
    links = {
        "given": referral_link(ctx.settings, session, given.referral),
        "refused": referral_link(ctx.settings, session, refused.referral),
        **{name: referral_link(ctx.settings, session, one) for name, one in gone.items()},
        "invented": f"/o/{'a' * 32}",
    }
    common = _meeting(ctx, owner) | {
        "receiver": receiver.id,
        "badge": _badge(door),
        "mapping": _mapping(ctx),
    }
    users = {
        "receiver": make_user(session, Role.PARTNER, organisation=receiver),
        "outsider": make_user(session, Role.PARTNER, organisation=make_organisation(session)),
        "stand_holder": make_user(session, Role.PARTNER, organisation=holder),
        "owner": make_user(session, Role.GRANTEE, organisation=owner),
        "other_grantee": make_user(session, Role.GRANTEE, organisation=make_organisation(session)),
        "agent": make_user(session, Role.AGENT),
        "agent_opened": make_user(session, Role.AGENT),
        "admin": make_user(session, Role.ADMIN),
    }
    _open(ctx, given.person, users["agent_opened"])
    session.commit()
    world = World(
        app, ctx, given.ids | common, refused.ids | common, links, phones,
        door.phone("Téléphone de la porte").token,
    )  # fmt: skip
    world.clients = {name: Browser(app).sign_in(user) for name, user in users.items()}
    world.clients["receiver_refused"] = world.clients["receiver"]
    world.clients["anonymous"] = Browser(app)
    session.rollback()
    world.remember()
    return world


@dataclass
class _Story:
    person: Person
    referral: Referral
    ids: dict[str, int]


def _story(
    ctx: Context,
    owner: Organisation,
    holder: Organisation,
    receiver: Organisation,
    contact: ConsentAnswer,
    **values: object,
) -> _Story:
    """Sent to the receiver, which proposed to meet the person and has not answered otherwise; a
    referral that ended; a file like theirs; a diagnostic."""
    person = _person(ctx, owner, contact)
    referral = _referral(ctx, person, holder, receiver, **values)
    ended = _referral(
        ctx, person, holder, receiver, state=ReferralState.REFUSED, refusal=RefusalReason.OTHER
    )
    twin = _person(ctx, owner, contact)
    appointment = Appointment(
        referral=referral, starts_at=ctx.now + timedelta(days=3), uid=str(uuid4()),
        ends_at=ctx.now + timedelta(days=3, hours=1), created_at=ctx.now, updated_at=ctx.now,
    )  # fmt: skip
    diagnostic = Diagnostic(
        client_id=str(uuid4()), person=person, made_at=ctx.now, made_by="Qui oriente",
        statuses={"RSA": "has", "PPA": "to_check"},
    )  # fmt: skip
    ctx.session.add_all([appointment, diagnostic])
    ctx.session.commit()
    ids = {
        "person": person.id,
        "twin": twin.id,
        "revision": person.revision,
        "referral": referral.id,
        "ended": ended.id,
        "appointment": appointment.id,
        "diagnostic": diagnostic.id,
    }
    return _Story(person, referral, ids)


def _person(ctx: Context, owner: Organisation, contact: ConsentAnswer) -> Person:
    person = make_person(ctx.session, owner, contact=contact, **_DESCRIBED)
    make_consent(ctx.session, person, Purpose.EVALUATION)
    people.refresh_keys(ctx, person)
    return person


def _referral(
    ctx: Context, person: Person, sender: Organisation, to: Organisation, **values: object
) -> Referral:
    return make_referral(ctx.session, person, sender, to, need=NEED, seen_at=ctx.now, **values)


def _meeting(ctx: Context, leader: Organisation) -> dict[str, int]:
    """Of the committee that the grantee leads: a situation on the agenda, another to bring."""
    meeting = make_meeting(ctx.session, make_committee(ctx.session, led_by=leader))
    values = {"state": ReferralState.EXPIRED, "need": NEED}
    here, stuck = (
        make_referral(ctx.session, _person(ctx, leader, _GIVEN), leader, **values) for _ in "12"
    )
    sheet = CaseSheet(referral=here, meeting=meeting, created_at=ctx.now, updated_at=ctx.now)
    ctx.session.add(sheet)
    ctx.session.commit()
    return {"meeting": meeting.id, "sheet": sheet.id, "stuck": stuck.id}


def _badge(door: Door) -> int:
    """The number of the badge of a visitor who is the person."""
    visitor = make_attendee(door.ctx.session, door.forum, name=NAME, email=EMAIL, phone=PHONE)
    return badges.issue(door.ctx, door.forum, visitor).number


def _mapping(ctx: Context) -> int:
    saved = EvaluationMapping(
        version="d’essai", content=evaluation_mapping.default().text, made_at=ctx.now,
        made_by="Essai", retired_at=ctx.now,
    )  # fmt: skip
    ctx.session.add(saved)
    ctx.session.commit()
    return saved.id


def _open(ctx: Context, person: Person, user: User) -> None:
    ctx.session.add(
        FileOpening(
            person_id=person.id, user_id=user.id, reason="Essai", opened_at=ctx.now,
            closes_at=ctx.now + timedelta(hours=1),
        )
    )  # fmt: skip
