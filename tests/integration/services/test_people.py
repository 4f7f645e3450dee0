"""The files of people: written, found, opened with a reason, merged by a person, never silently."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from tests.acting import acting_as
from tests.factories.accounts import make_user
from tests.factories.attendees import make_attendee, make_badge
from tests.factories.forums import make_forum
from tests.factories.organisations import make_organisation
from tests.factories.referrals import make_referral
from tests.races import race
from tests.statements import cost
from tests.world import FrozenClock
from zna_network.models.account import Role, User
from zna_network.models.attendee import AgeBand
from zna_network.models.audit import AuditEvent
from zna_network.models.organisation import Organisation
from zna_network.models.person import (
    ConsentAnswer,
    ConsentChannel,
    ConsentEvent,
    Person,
    PersonKey,
    Purpose,
)
from zna_network.models.referral import Callback, EventKind, ReferralState, Side
from zna_network.queries.listing import PageRequest
from zna_network.services.context import Context
from zna_network.services.errors import (
    ConflictError,
    ForbiddenError,
    InvalidError,
    NotFoundError,
)
from zna_network.services.referrals import (
    consents,
    openings,
    people,
    people_list,
    person_merging,
    person_page,
    similar_people,
)
from zna_network.services.referrals.access import Author, identity_of
from zna_network.services.referrals.consents import ConsentData
from zna_network.services.referrals.people import PersonData
from zna_network.services.referrals.people_list import PeopleSearch

YAMINA = PersonData(
    name="Yamina Fictive-Exemple",
    email="Yamina@Personne.example",
    phone="0639980001",
    birth_year=1961,
    place="62041",
    note="Préfère le matin",
)
SENDER = Author(Side.SENDER, "Association (AE)")


def _create(ctx: Context, owner: Organisation, data: PersonData = YAMINA) -> Person:
    with ctx.unit_of_work():
        return people.create(ctx, owner.id, data)


def _as(ctx: Context, role: Role, organisation: Organisation | None = None) -> Context:
    return acting_as(ctx, make_user(ctx.session, role, organisation))


def _search(ctx: Context, words: str, reason: str = "") -> list[str]:
    page = people_list.read_list(ctx, PeopleSearch(words, reason), PageRequest())
    return sorted(row.person.case_number for row in page.items)


def _journal(ctx: Context) -> list[str]:
    return list(ctx.session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "Yamina 2 61 05 62 041 001 23"),
        ("note", "Sa carte : 261052A04100123"),
        ("note", "RIB 20041 01005 0500013M026 06"),
        ("email", "2610562041001@exemple.example"),
        ("phone", "FR14 2004 1010 0505 0001 3M02 606"),
        ("phone", "12"),
        ("birth_year", 1850),
        ("birth_year", 2030),
        ("place", "75056"),
        ("age_band", "vieux"),
    ],
)
@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_what_may_not_be_written_is_refused_beside_its_field(
    ctx: Context, field: str, value: object
) -> None:
    owner = make_organisation(ctx.session)
    with pytest.raises(InvalidError) as refusal:
        _create(ctx, owner, replace(YAMINA, **{field: value}))  # type: ignore[arg-type]
    assert refusal.value.field == field
    assert ctx.session.scalar(select(func.count(Person.id))) == 0


def test_a_file_is_kept_encrypted_and_found_by_all_that_it_is_known_by(ctx: Context) -> None:
    owner, elsewhere = make_organisation(ctx.session), make_organisation(ctx.session)
    ours, stranger = _as(ctx, Role.GRANTEE, owner), _as(ctx, Role.PARTNER, elsewhere)
    person = _create(ours, owner)
    assert (person.email, person.phone) == ("yamina@personne.example", "06 39 98 00 01")
    assert person.age_band is AgeBand.FROM_60, "said by the year of birth"
    stored = ctx.session.execute(text("SELECT name, email, phone, note FROM person")).one()
    assert not [word for word in stored if b"amina" in bytes(word) or b"0639" in bytes(word)]
    _create(ours, owner, PersonData(name="Bo Li"))
    number = person.case_number
    for words in (
        "yamina", "YAM fict", "exemple", "yamina@personne.example", "06.39.98.00.01", number,
        number.lower(), number[2:],
    ):  # fmt: skip
        assert _search(ours, words) == [number], words
    for words in ("ya", "mina", "yamina durand", "inconnu", "***", "9999", "D-222222"):
        assert _search(ours, words) == [], words
    assert len(_search(ours, "bo li")) == 1
    assert len(_search(ours, "")) == 2
    assert _search(stranger, "yamina") == []
    with pytest.raises(NotFoundError):
        person_page.read(stranger, person.id)
    people.update(ours, person.id, replace(YAMINA, name="Zoé", email=""), person.revision)
    assert _search(ours, "yamina") == _search(ours, "yamina@personne.example") == []
    assert _search(ours, "zoe") == [number]
    with pytest.raises(ConflictError):
        people.update(ours, person.id, YAMINA, person.revision - 1)
    lines = ctx.session.scalars(select(AuditEvent)).all()
    assert not [line for line in lines if "amina" in str(line.detail)]


def test_staff_read_a_name_only_after_saying_why_and_the_owner_sees_it(
    ctx: Context, clock: FrozenClock
) -> None:
    owner = make_organisation(ctx.session)
    ours, agent = _as(ctx, Role.GRANTEE, owner), _as(ctx, Role.AGENT)
    person = _create(ours, owner)
    assert person_page.read(agent, person.id).identity is None
    with pytest.raises(ForbiddenError):
        people.update(agent, person.id, YAMINA, person.revision)
    with pytest.raises(InvalidError) as refusal:
        _search(agent, "yamina")
    assert refusal.value.field == "motif"
    assert _search(agent, "yamina", "rights") == [person.case_number]
    page = people_list.read_list(agent, PeopleSearch(), PageRequest())
    assert [row.identity for row in page.items] == [None]
    for reason, words, field in (
        ("", "", "reason"),
        ("curiosity", "", "reason"),
        ("other", " ", "words"),
        ("present", "NIR 2610562041001 23", "words"),
    ):
        with pytest.raises(InvalidError) as refusal:
            openings.open_file(agent, person.id, reason, words)
        assert refusal.value.field == field
    with pytest.raises(ForbiddenError):
        openings.open_file(ours, person.id, "present")
    openings.open_file(agent, person.id, "asked", "la CAF rappelle")
    told = person_page.read(agent, person.id).identity
    assert told is not None
    assert told.name == YAMINA.name
    [seen] = person_page.read(ours, person.id).openings
    assert seen.reason == "Un organisme demande de l’aide sur ce dossier : la CAF rappelle"
    assert agent.actor is not None
    assert seen.user.name == agent.actor.name
    clock.move(timedelta(minutes=61))
    assert person_page.read(agent, person.id).identity is None
    openings.open_file(agent, person.id, "present")
    openings.close_file(agent, person.id)
    assert person_page.read(agent, person.id).identity is None
    assert {"person.read", "person.opened", "person.closed", "person.searched"} <= set(
        _journal(ctx)
    )


def test_each_answer_is_kept_and_the_last_one_given_is_in_force(ctx: Context) -> None:
    owner = make_organisation(ctx.session)
    ours = _as(ctx, Role.GRANTEE, owner)
    person = _create(ours, owner)
    referral = make_referral(ctx.session, person, callback=Callback.SMS)
    yes = ConsentData(
        {Purpose.CONTACT: ConsentAnswer.GIVEN, Purpose.EVALUATION: ConsentAnswer.REFUSED}
    )
    consents.change(ours, person.id, yes)
    assert person.agrees_to(Purpose.CONTACT)
    # What was said before, at a stand without network, arrives after: it changes nothing.
    late = ConsentData({Purpose.CONTACT: ConsentAnswer.REFUSED}, ConsentChannel.PAPER, "uk")
    with ctx.unit_of_work():
        consents.record(ctx, person, late, SENDER, ctx.now - timedelta(hours=2))
        consents.record(
            ctx, person, ConsentData({Purpose.CONTACT: ConsentAnswer.NOT_ASKED}), SENDER
        )
    assert person.agrees_to(Purpose.CONTACT)
    no = dict.fromkeys(Purpose, ConsentAnswer.WITHDRAWN)
    consents.change(ours, person.id, ConsentData(no, ConsentChannel.PHONE, "ar"))
    ctx.session.expire_all()
    answers = {consent.purpose: consent.answer for consent in person.consents}
    assert answers == {
        Purpose.CONTACT: ConsentAnswer.WITHDRAWN,
        Purpose.EVALUATION: ConsentAnswer.REFUSED,
    }, "what was never given is refused, not withdrawn"
    history = consents.history(ctx, person)
    assert [(one.purpose.value, one.answer.value, one.language) for one in history] == [
        ("evaluation", "refused", "ar"), ("contact", "withdrawn", "ar"),
        ("evaluation", "refused", "fr"), ("contact", "given", "fr"),
        ("contact", "refused", "uk"),
    ]  # fmt: skip
    told = [event for event in referral.events if event.kind is EventKind.CONSENT]
    assert [event.detail["answer"] for event in told] == ["given", "withdrawn"]
    assert referral.callback is Callback.THROUGH_SENDER
    for statement in ("UPDATE consent_event SET answer = 'given'", "DELETE FROM consent_event"):
        with pytest.raises(Exception, match="append-only"):
            ctx.session.execute(text(statement))
        ctx.session.rollback()


def test_look_alikes_are_suggested_among_ones_own_files(ctx: Context) -> None:
    owner, elsewhere = make_organisation(ctx.session), make_organisation(ctx.session)
    ours, theirs = _as(ctx, Role.GRANTEE, owner), _as(ctx, Role.GRANTEE, elsewhere)
    person = _create(ours, owner)
    badge = make_badge(ctx.session, make_forum(ctx.session))
    with ctx.unit_of_work():
        people.link_badge(ctx, person, badge)

    def reasons(data: PersonData, badge_id: int | None = None) -> list[tuple[str, ...]]:
        return [one.reasons for one in similar_people.similar(ours, data, owner.id, badge_id)]

    assert reasons(PersonData(email="yamina@personne.example")) == [("même e-mail",)]
    assert reasons(PersonData(name="Un autre", phone="+33 6 39 98 00 01")) == [("même téléphone",)]
    assert reasons(PersonData(), badge.id) == [("même badge",)]
    assert reasons(PersonData(name="exemple fictive yamina", birth_year=1961)) == [
        ("même nom", "même année de naissance")
    ]
    assert reasons(PersonData(name="Yamina Fictive")) == [("nom proche",)]
    for nobody in (
        PersonData(name="Yamina"),
        PersonData(name="Yamina Fictive", birth_year=1990),
        PersonData(email="pas fini@", phone="06"),
        PersonData(),
    ):
        assert reasons(nobody) == []
    assert similar_people.similar(theirs, YAMINA, elsewhere.id) == []
    # The staff act for an organisation: a name typed does not tell who else knows the person.
    agent = _as(ctx, Role.AGENT)
    assert similar_people.similar(agent, YAMINA, elsewhere.id) == []
    [told] = similar_people.similar(agent, YAMINA, owner.id)
    assert (told.case_number, told.identity) == (person.case_number, None)


def test_two_files_become_one_by_somebody_s_decision(app: Flask, ctx: Context) -> None:
    owner = make_organisation(ctx.session)
    ours = _as(ctx, Role.GRANTEE, owner)
    kept = _create(ours, owner, replace(YAMINA, email="", note="Première"))
    other = _create(ours, owner, replace(YAMINA, name="Yamina Fictive", birth_year=None))
    shared = _create(ours, owner, PersonData(name="Son mari", email=YAMINA.email))
    referral = make_referral(ctx.session, other)
    badge = make_badge(ctx.session, make_forum(ctx.session))
    with ctx.unit_of_work():
        people.link_badge(ctx, other, badge)
    consents.change(
        ours, kept.id, ConsentData({Purpose.CONTACT: ConsentAnswer.GIVEN}, language="uk")
    )
    with ctx.unit_of_work():
        refused = ConsentData({Purpose.CONTACT: ConsentAnswer.REFUSED})
        consents.record(ctx, other, refused, SENDER, ctx.now + timedelta(minutes=1))
    found = {(pair.low.id, pair.high.id): pair.reasons for pair in similar_people.pairs(ours)}
    assert found[kept.id, other.id] == ["même téléphone"]
    assert found[other.id, shared.id] == ["même e-mail"]
    similar_people.dismiss(ours, shared.id, other.id)
    similar_people.dismiss(ours, other.id, shared.id)
    assert {(pair.low.id, pair.high.id) for pair in similar_people.pairs(ours)} == {
        (kept.id, other.id)
    }
    with pytest.raises(ForbiddenError):
        person_merging.preview(_as(ctx, Role.AGENT), kept.id, other.id)
    with pytest.raises(InvalidError):
        person_merging.preview(ours, kept.id, kept.id)
    plan = person_merging.preview(ours, kept.id, other.id)
    told = {line.label: (line.result, line.is_lost) for line in plan.lines}
    assert told["Nom"] == ("Yamina Fictive-Exemple", True)
    assert told["Adresse e-mail"] == ("yamina@personne.example", False)
    assert told["Note"] == ("Première\n\nPréfère le matin", True)
    assert (plan.referrals, plan.diagnostics, plan.badges) == (1, 0, 1)
    assert plan.answers == [(Purpose.CONTACT, ConsentAnswer.REFUSED)]
    revisions = kept.revision, other.revision
    with pytest.raises(ConflictError):
        person_merging.merge(ours, kept.id, other.id, revisions[0], revisions[1] + 1)
    ids = kept.id, other.id
    ctx.session.rollback()
    outcomes = race(app, [lambda ctx: person_merging.merge(ctx, *ids, *revisions)] * 2)
    assert outcomes == ["ConflictError", "won"]
    ctx.session.expire_all()
    assert (referral.person_id, kept.email) == (kept.id, "yamina@personne.example")
    assert (other.name, other.email, other.merged_into_id) == ("", "", kept.id)
    assert not kept.agrees_to(Purpose.CONTACT)
    assert [p.id for p in people.of_badge(ours, badge.id)] == [kept.id]
    assert _search(ours, "06 39 98 00 01") == [kept.case_number]
    keys = select(func.count()).select_from(PersonKey).where(PersonKey.person_id == other.id)
    assert ctx.session.scalar(keys) == 0
    assert len(consents.history(ctx, kept)) == 3, "both files' answers, and the one taken over"
    assert ctx.session.scalar(select(func.count(ConsentEvent.id))) == 3


def test_files_of_two_organisations_stay_two(ctx: Context) -> None:
    one = _create(ctx, make_organisation(ctx.session))
    other = _create(ctx, make_organisation(ctx.session))
    assert similar_people.pairs(ctx) == []
    with pytest.raises(ConflictError):
        person_merging.preview(ctx, one.id, other.id)


def test_a_badge_tells_who_wears_it_only_once_scanned(ctx: Context) -> None:
    forum = make_forum(ctx.session)
    visitor = make_attendee(
        ctx.session, forum, name="Zéphyrine", email="z@personne.example", commune_insee="62041",
        age_band=AgeBand.FROM_60, language="uk",
    )  # fmt: skip
    badge = make_badge(ctx.session, forum, visitor)
    ours = _as(ctx, Role.PARTNER, make_organisation(ctx.session))
    assert people.facts_of_badge(ours, badge) == PersonData(language="uk")
    told = people.facts_of_badge(ours, badge, at_stand=True)
    assert told == PersonData(place="62041", age_band="60_74", language="uk")
    assert people.facts_of_badge(ours, badge, scanned=True).name == "Zéphyrine"
    assert people.facts_of_badge(_as(ctx, Role.AGENT), badge).email == "z@personne.example"
    visitor.erased_at = ctx.now
    ctx.session.commit()
    assert people.facts_of_badge(ours, badge, scanned=True) == PersonData()
    assert _journal(ctx).count("attendee.read") == 4


def test_the_receiver_reads_what_the_person_agreed_to(ctx: Context) -> None:
    owner, receiver = make_organisation(ctx.session), make_organisation(ctx.session)
    person = _create(ctx, owner)
    referral = make_referral(ctx.session, person, receiver=receiver)
    make_referral(ctx.session, person)
    partner = _as(ctx, Role.PARTNER, receiver)
    page = person_page.read(partner, person.id)
    assert (page.identity, page.follows, page.history) == (None, False, [])
    assert [one.id for one in page.referrals] == [referral.id]
    with pytest.raises(ForbiddenError):
        consents.change(partner, person.id, ConsentData({Purpose.CONTACT: ConsentAnswer.GIVEN}))
    with ctx.unit_of_work():
        consents.record(ctx, person, ConsentData({Purpose.CONTACT: ConsentAnswer.GIVEN}), SENDER)
    told = person_page.read(partner, person.id).identity
    assert told is not None
    # The note is for those who follow the person: the link does not show it either.
    assert (told.name, told.note) == (YAMINA.name, "")
    referral.state, referral.decided_at = ReferralState.WITHDRAWN, ctx.now
    ctx.session.commit()
    assert person_page.read(partner, person.id).identity is None
    assert identity_of(partner, person) is None


def test_the_list_costs_the_same_for_more_people(ctx: Context) -> None:
    owner = make_organisation(ctx.session)
    owner_id = owner.id
    user_id = make_user(ctx.session, Role.GRANTEE, owner).id

    def read(words: str) -> None:
        ours = acting_as(ctx, ctx.session.get_one(User, user_id))
        people_list.read_list(ours, PeopleSearch(words), PageRequest())

    def told(words: str) -> int:
        return cost(ctx.session, lambda: read(words))

    with ctx.unit_of_work():
        for _ in range(2):
            people.create(ctx, owner_id, YAMINA)
    few = told(""), told("yamina fictive")
    with ctx.unit_of_work():
        for _ in range(18):
            people.create(ctx, owner_id, YAMINA)
    assert (told(""), told("yamina fictive")) == few
