"""What the stored file gives away (nothing), what goes when its time has come or when the person
asks, what the person is handed, and how the key is changed."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, time, timedelta
from pathlib import Path

import pytest
from cryptography.fernet import Fernet, MultiFernet
from flask import Flask
from pydantic import SecretStr
from sqlalchemy import func, select

from tests.acting import acting_as
from tests.factories.accounts import make_user
from tests.factories.docx_files import text_of
from tests.factories.forums import make_forum
from tests.factories.organisations import make_organisation
from tests.factories.referrals import make_outcome, make_person, make_referral
from tests.races import results_at_once
from tests.world import FrozenClock
from zna_network.jobs.worker import run_once
from zna_network.models.account import Role
from zna_network.models.attendee import AgeBand, Attendee
from zna_network.models.audit import AuditEvent
from zna_network.models.base import Keyring, UnreadableSecretError
from zna_network.models.forum import Forum
from zna_network.models.outbox import OutboxMessage
from zna_network.models.person import (
    ConsentAnswer,
    Diagnostic,
    Person,
    PersonBadge,
    PersonKey,
    Purpose,
)
from zna_network.models.referral import (
    EventKind,
    Outcome,
    Referral,
    ReferralEvent,
    ReferralState,
    Side,
    Step,
)
from zna_network.queries.listing import PageRequest
from zna_network.services import (
    attendees,
    health,
    key_rotation,
    person_erasure,
    registrations,
    retention,
)
from zna_network.services.attendees import VisitorSearch
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, ForbiddenError
from zna_network.services.referrals import (
    anonymising,
    appointments,
    consents,
    flow,
    openings,
    people,
    people_list,
    person_export,
)
from zna_network.services.referrals.access import CLOCK, Author
from zna_network.services.referrals.consents import ConsentData
from zna_network.services.referrals.people import PersonData
from zna_network.services.referrals.people_list import PeopleSearch
from zna_network.services.registration_values import RegistrationData

SENDER = Author(Side.SENDER, "Association (AE)")
WORDS = {
    "name": "Zéphyrine Queneau-Fictive",
    "email": "zephyrine.queneau@personne.example",
    "phone": "06 39 98 12 34",
    "need": "Menacée d’expulsion par son bailleur kobold",
    "callback_when": "après la messe du mardi",
    "note": "Fille : Wilhelmine",
    "words": "Elle se dit épuisée par le farfadet",
    "diagnostic": "Habite chez le troll",
    "reason": "son cousin Archibald appelle",
    "appointment": "Venir avec le lutin",
}
PERSON = PersonData(
    name=WORDS["name"],
    email=WORDS["email"],
    phone=WORDS["phone"],
    birth_year=1961,
    place="62041",
    note=WORDS["note"],
)


def _written(ctx: Context) -> int:
    """A person of whom everything has been written down, once; the file's id."""
    owner = make_organisation(ctx.session)
    forum = make_forum(ctx.session)
    visitor = registrations.register(
        ctx,
        forum.id,
        RegistrationData(WORDS["name"], WORDS["email"], WORDS["phone"], note=WORDS["note"]),
    )
    badge = visitor.badge
    assert badge is not None
    with ctx.unit_of_work():
        person = people.create(ctx, owner.id, PERSON, badge=badge)
        answers = dict.fromkeys(Purpose, ConsentAnswer.GIVEN)
        consents.record(ctx, person, ConsentData(answers), SENDER)
        ctx.session.add(
            Diagnostic(
                client_id="d1",
                person_id=person.id,
                made_at=ctx.now,
                made_by="Association",
                statuses={"RSA": "to_check"},
                note=WORDS["diagnostic"],
            )
        )
    taken = make_referral(
        ctx.session,
        person,
        need=WORDS["need"],
        callback_when=WORDS["callback_when"],
        state=ReferralState.ACCEPTED,
    )
    make_outcome(ctx.session, taken, monthly=310)
    make_referral(ctx.session, person, need=WORDS["need"])
    appointments.propose(
        ctx,
        taken.id,
        appointments.AppointmentData(
            date(2026, 12, 10), time(14, 0), 30, "12 rue Fictive", WORDS["appointment"]
        ),
    )
    with ctx.unit_of_work():
        flow.append(ctx, taken, EventKind.NOTE, SENDER, words=WORDS["words"])
    agent = acting_as(ctx, make_user(ctx.session, Role.AGENT))
    openings.open_file(agent, person.id, "present", WORDS["reason"])
    return person.id


def _needles() -> Iterator[bytes]:
    """The words as typed, and what any of their long words is in any spelling."""
    spellings = [*WORDS.values(), WORDS["phone"].replace(" ", ""), "zephyrine", "Zéphyrine"]
    spellings += ["Queneau", "kobold", "farfadet", "Wilhelmine", "Archibald", "lutin", "messe du"]
    for words in spellings:
        for spelt in {words, words.lower(), words.upper()}:
            yield spelt.encode()
            yield spelt.encode("utf-16-le")
            yield json.dumps(spelt)[1:-1].encode()


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_the_stored_file_gives_nobody_away(ctx: Context, tmp_path: Path) -> None:
    """The raw bytes of the database and of its write-ahead log, as a thief would read them."""
    _written(ctx)
    ctx.session.rollback()
    database = Path(ctx.session.get_bind().url.database or "")  # type: ignore[union-attr]
    files = [one for one in database.parent.glob(f"{database.name}*") if one.is_file()]
    stored = b"".join(one.read_bytes() for one in files)
    assert b"62041" in stored, "the figures are there, so it is the right file"
    assert any(one.name.endswith("-wal") for one in files)
    assert [needle for needle in _needles() if needle in stored] == []
    assert ctx.session.scalar(select(func.count(Person.id))) == 1
    [person] = ctx.session.scalars(select(Person))
    assert person.name == WORDS["name"], "and it reads for who has the key"


def _world(ctx: Context) -> tuple[Context, Person]:
    """The file's own organisation, and the file."""
    person_id = _written(ctx)
    person = ctx.session.get_one(Person, person_id)
    return acting_as(ctx, make_user(ctx.session, Role.GRANTEE, person.owner)), person


def test_what_names_goes_and_what_counts_stays_when_the_person_asks(ctx: Context) -> None:
    ours, person = _world(ctx)
    number = person.case_number
    stranger = acting_as(ctx, make_user(ctx.session, Role.PARTNER, make_organisation(ctx.session)))
    with pytest.raises(Exception, match="n’existe pas"):
        anonymising.erase(stranger, person.id)
    [visitor] = ctx.session.scalars(select(Attendee))
    assert person_erasure.registrations_of(ours, person) == [], "anybody can write a number down"
    agent = acting_as(ctx, make_user(ctx.session, Role.AGENT))
    assert person_erasure.registrations_of(agent, person) == [visitor]
    person_erasure.erase(agent, person.id, with_registrations=True)
    ctx.session.expire_all()
    assert (visitor.name, visitor.email, visitor.erased_at) == ("", "", ctx.now)
    assert (person.name, person.email, person.phone, person.note) == ("", "", "", "")
    assert (person.birth_year, person.age_band) == (None, AgeBand.FROM_60)
    assert (person.commune_insee, person.anonymised_at) == ("62041", ctx.now)
    assert person.case_number != number, "the old one is on printed sheets"
    assert {one.answer for one in person.consents} == {ConsentAnswer.WITHDRAWN}
    for model in (PersonKey, PersonBadge):
        assert ctx.session.scalar(select(func.count()).select_from(model)) == 0
    assert set(ctx.session.scalars(select(ReferralEvent.words))) == {""}
    assert set(ctx.session.scalars(select(Diagnostic.note))) == {""}
    states = [(one.state, one.step) for one in _referrals(ctx, person)]
    assert states == [
        (ReferralState.ACCEPTED, Step.WITHDRAWN),
        (ReferralState.WITHDRAWN, Step.IDENTIFIED),
    ]
    for referral in _referrals(ctx, person):
        assert (referral.need, referral.callback_when, referral.is_live) == ("", "", False)
        assert referral.link_revoked_at is not None
    assert ctx.session.scalar(select(Outcome.amount_cents)) == 31000
    mails = ctx.session.scalars(
        select(OutboxMessage).where(OutboxMessage.thread_key.startswith("appointment:"))
    )
    private = [one for one in mails if not one.public_recipient]
    assert private
    assert {(one.recipient, one.content) for one in private} == {("", None)}
    with pytest.raises(ConflictError):
        anonymising.erase(ours, person.id)
    with pytest.raises(ConflictError):
        person_export.as_json(ours, person.id)
    journal = " ".join(str(line.detail) for line in ctx.session.scalars(select(AuditEvent)))
    assert not [words for words in WORDS.values() if words in journal]


def _referrals(ctx: Context, person: Person) -> list[Referral]:
    found = select(Referral).where(Referral.person_id == person.id).order_by(Referral.id)
    return list(ctx.session.scalars(found))


def test_two_years_after_the_last_contact_the_figures_stay(
    app: Flask, ctx: Context, clock: FrozenClock
) -> None:
    """The clock says 3 December 2026."""
    old, limit = date(2024, 12, 2), date(2024, 12, 3)
    due = [
        make_person(
            ctx.session, evaluation=ConsentAnswer.GIVEN, last_contact_on=old, birth_year=1990
        )
        for _ in range(6)
    ]
    kept = make_person(ctx.session, last_contact_on=limit)
    alive = make_person(ctx.session, last_contact_on=old)
    referral = make_referral(ctx.session, alive)
    with ctx.unit_of_work():
        flow.append(ctx, referral, EventKind.REMINDED, CLOCK)
    assert alive.last_contact_on == old, "a reminder is no contact"
    with ctx.unit_of_work():
        step = Author(Side.RECEIVER, "Caisse")
        flow.append(ctx, referral, EventKind.STEP, step, step=Step.CONTACTED)
    assert retention.run(ctx, dry_run=True)[2].count == 6
    assert all(person.name for person in due)
    ids = [person.id for person in due]
    ctx.session.rollback()
    counts = results_at_once(app, [lambda ctx: retention.run(ctx)[2].count] * 3)
    assert sum(counts) == 6
    ctx.session.expire_all()
    gone = ctx.session.scalars(select(Person).where(Person.id.in_(ids))).all()
    assert {(one.name, one.birth_year, one.age_band) for one in gone} == {
        ("", None, AgeBand.FROM_26)
    }
    assert all(one.agrees_to(Purpose.EVALUATION) for one in gone), "nothing names them any more"
    assert kept.name
    clock.move(timedelta(days=1))
    ctx.session.rollback()
    run_once(app, "tests")
    ctx.session.rollback()
    assert not kept.name
    assert alive.name


def test_the_person_is_handed_all_that_is_known(ctx: Context) -> None:
    ours, person = _world(ctx)
    agent = acting_as(ctx, make_user(ctx.session, Role.AGENT))
    with pytest.raises(ForbiddenError):
        person_export.as_json(agent, person.id)
    file = person_export.as_json(ours, person.id)
    told = json.loads(file.content)
    assert file.filename == f"dossier-{person.case_number}.json"
    spoken = file.content.decode()
    assert not [words for words in WORDS.values() if words not in spoken]
    assert told["identité"]["année de naissance"] == 1961
    assert {one["réponse"] for one in told["accords"]} == {"Donné"}
    [result] = told["orientations"][-1]["résultats"]
    assert result["montant"] == "310.00 € par mois"
    assert told["inscriptions à un forum"] == []
    openings.open_file(agent, person.id, "rights")
    whole = json.loads(person_export.as_json(agent, person.id).content)
    assert whole["inscriptions à un forum"][0]["nom"] == WORDS["name"]
    assert told["diagnostics"][0]["droits"] == {"Revenu de solidarité active": "À vérifier"}
    assert {"dossier ouvert par un agent", "dossier créé"} <= {
        one["quoi"] for one in told["lectures"]
    }
    paper = person_export.as_word(ours, person.id)
    text = text_of(paper.content)
    for words in (*WORDS.values(), "310.00 € par mois", "Revenu de solidarité active"):
        assert words in text, words
    made = ctx.session.scalars(select(AuditEvent).where(AuditEvent.action == "person.exported"))
    assert [line.detail["format"] for line in made] == ["json", "json", "docx"]


def test_the_key_is_changed_while_everything_still_reads(app: Flask, ctx: Context) -> None:
    person_id = _written(ctx)
    before, derived = Keyring.fernet, ctx.settings.data_keyring
    new, older = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    try:
        later = _with_keys(ctx, f"{new}, {older}")
        assert not _doctor(later).is_fine, "to be rotated"
        assert _search(later, "zeph") == 1, "what has the old key is still found"
        report = key_rotation.rotate(later)
        assert report.unreadable == 0
        assert report.renewed > 15
        assert report.indexed == 2
        again = key_rotation.rotate(later)
        assert (again.renewed, again.current) == (0, report.renewed + report.current)
        # The old keys are taken out: everything reads, and is found, with the new one alone.
        Keyring.load([new.encode()])
        ctx.session.expire_all()
        assert ctx.session.get_one(Person, person_id).name == WORDS["name"]
        assert ctx.session.scalar(select(OutboxMessage).where(OutboxMessage.id == 1)).content
        forum = ctx.session.scalars(select(Forum)).one()
        assert _search(later, "zeph") == _visitors(later, "queneau", forum) == 1
        assert _doctor(later).is_fine
        Keyring.load(derived)
        ctx.session.expire_all()
        with pytest.raises(UnreadableSecretError):
            ctx.session.scalars(select(Person)).all()
        other = _with_keys(ctx, older)
        assert key_rotation.rotate(other).unreadable == report.renewed + report.current
        assert "illisibles" in _doctor(other).message
    finally:
        Keyring.fernet = before
        ctx.session.rollback()


def _with_keys(ctx: Context, keys: str) -> Context:
    settings = ctx.settings.model_copy(update={"data_keys": SecretStr(keys)})
    Keyring.load(settings.data_keyring)
    return replace(ctx, settings=settings)


def _doctor(ctx: Context) -> health.Finding:
    return next(one for one in health.examine(ctx) if one.subject == "Chiffrement")


def _search(ctx: Context, words: str) -> int:
    return people_list.read_list(ctx, PeopleSearch(words), PageRequest()).total


def _visitors(ctx: Context, words: str, forum: Forum) -> int:
    return attendees.read_list(ctx, forum, VisitorSearch(words), PageRequest()).total


class _CountingKeys:
    """Counts what is decrypted."""

    def __init__(self, keys: MultiFernet) -> None:
        self.keys, self.decrypted = keys, 0

    def decrypt(self, token: bytes) -> bytes:
        self.decrypted += 1
        return self.keys.decrypt(token)

    def encrypt(self, words: bytes) -> bytes:
        return self.keys.encrypt(words)


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_a_search_decrypts_what_it_shows_however_many_visitors(
    ctx: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    forum = make_forum(ctx.session)
    for number in range(30):
        registrations.register(ctx, forum.id, RegistrationData(f"Camille {number} Modèle"))
    registrations.register(ctx, forum.id, RegistrationData("Zéphyrine", phone="06 39 98 00 01"))
    keys = _CountingKeys(Keyring.ready())
    monkeypatch.setattr(Keyring, "fernet", keys)
    for words in ("zephyrine", "06 39 98 00 01"):
        ctx.session.expunge_all()
        forum = ctx.session.scalars(select(Forum)).one()
        keys.decrypted = 0
        assert _visitors(ctx, words, forum) == 1
        assert keys.decrypted == 3, "the name, the telephone and the badge's label"
    keys.decrypted = 0
    assert _visitors(ctx, "personne d’autre", forum) == keys.decrypted == 0
