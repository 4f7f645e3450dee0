"""What a stranger to a person must not learn, and two people who act at the same instant."""

from collections.abc import Callable
from datetime import date, time, timedelta
from time import sleep
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import StatementError

from tests.acting import acting_as
from tests.factories.accounts import make_user
from tests.factories.attendees import make_badge
from tests.factories.forums import make_forum
from tests.factories.meetings import make_meeting
from tests.factories.organisations import make_contact, make_organisation
from tests.factories.referrals import make_person, make_referral, referral_link
from tests.races import results_at_once
from tests.world import FrozenClock
from zna_network.models.account import Role
from zna_network.models.audit import AuditEvent
from zna_network.models.case_sheet import CaseSheet
from zna_network.models.outbox import OutboxMessage
from zna_network.models.person import (
    ConsentAnswer,
    Diagnostic,
    FileOpening,
    Person,
    PersonBadge,
    PersonKey,
    Purpose,
)
from zna_network.models.referral import (
    Appointment,
    AppointmentState,
    Referral,
    ReferralState,
    Side,
    Step,
)
from zna_network.queries.listing import PageRequest
from zna_network.queries.referral_lists import ReferralFilter
from zna_network.services import case_sheets, key_rotation
from zna_network.services.case_sheets import SheetData
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, DomainError, InvalidError, NotFoundError
from zna_network.services.referrals import (
    access,
    anonymising,
    appointments,
    beginning,
    consents,
    creation,
    decisions,
    diagnostics,
    export,
    listing,
    openings,
    people,
    people_list,
    person_merging,
    person_page,
    questions,
    referral_views,
    similar_people,
)
from zna_network.services.referrals.access import Author
from zna_network.services.referrals.appointments import AppointmentData
from zna_network.services.referrals.consents import ConsentData
from zna_network.services.referrals.creation import ReferralData, Sender
from zna_network.services.referrals.diagnostics import DiagnosticData
from zna_network.services.referrals.export import ListFormat
from zna_network.services.referrals.people import PersonData
from zna_network.services.referrals.people_list import PeopleSearch

PAGE = PageRequest()
AUTHOR = Author(Side.SENDER, "Association (AE)")
NAME = "Lina Fictive"
RDV = AppointmentData(date(2026, 12, 10), time(14, 0), 30, "3 impasse des Lilas", "Interphone 4")


def _partner(ctx: Context, organisation: object) -> Context:
    return acting_as(ctx, make_user(ctx.session, Role.PARTNER, organisation))  # type: ignore[arg-type]


def _reads(ctx: Context) -> list[tuple[str, str]]:
    """Whose files the journal says were read, and how."""
    lines = ctx.session.scalars(select(AuditEvent).where(AuditEvent.action == "person.read"))
    return [(line.object_id, line.detail["what"]) for line in lines if line.object_id]


def test_what_was_kept_back_does_not_exist_for_the_receiver(ctx: Context) -> None:
    sender, receiver = make_organisation(ctx.session), make_organisation(ctx.session)
    person = make_person(ctx.session, sender, ConsentAnswer.GIVEN, name=NAME, commune_insee="62041")
    data = ReferralData(
        client_id=str(uuid4()), receiver_id=receiver.id, rights=("RSA",), origin="desk",
        callback="comes", need="Le loyer", person_id=person.id, step="declined",
    )  # fmt: skip
    kept = creation.create(ctx, Sender(sender.id, AUTHOR), data)
    partner = _partner(ctx, receiver)

    def shown() -> int:
        found = listing.read_list(partner, ReferralFilter(), PAGE)
        content = export.export_list(partner, ReferralFilter(), "", ListFormat.CSV).content
        assert len(content.decode().splitlines()) == 1 + found.total
        return found.total

    assert shown() == 0
    refused: tuple[Callable[[], object], ...] = (
        lambda: referral_views.read(partner, kept.id),
        lambda: person_page.read(partner, person.id),
        lambda: questions.note(partner, kept.id, "Vue"),
        lambda: decisions.accept(partner, kept.id),
    )
    for act in refused:
        with pytest.raises(NotFoundError):
            act()
    assert not access.may_refer(partner, person, receiver.id)
    assert listing.read_list(_partner(ctx, sender), ReferralFilter(), PAGE).total == 1

    # Sent, then declined: the receiver knew of it, and no longer who it was.
    sent = make_referral(ctx.session, person, sender, receiver, need="Le loyer")
    assert listing.read_list(partner, ReferralFilter(), PAGE).items[0].identity is not None
    sent.step, sent.closed_at = Step.DECLINED, ctx.now
    ctx.session.commit()
    [row] = listing.read_list(partner, ReferralFilter(), PAGE).items
    assert (row.number, row.identity, row.place) == (sent.shown_number, None, "")
    for narrowed in (ReferralFilter(commune_insee="62041"), ReferralFilter(lot=1)):
        assert listing.read_list(partner, narrowed, PAGE).total == 0
    view = referral_views.read(partner, sent.id)
    assert (view.identity, view.reads_words, view.sees_situation) == (None, False, False)
    assert access.identity_for_receiver(person, sent) is None


def test_erasing_leaves_no_words_and_tells_whoever_waits(ctx: Context) -> None:
    receiver = make_organisation(ctx.session)
    make_contact(ctx.session, receiver, is_referent=True, email="recoit@exemple.example")
    person = make_person(ctx.session, None, ConsentAnswer.GIVEN, email="lina@personne.example")
    old = [make_person(ctx.session, person.owner, name=f"Lina {n}") for n in (1, 2)]
    agent = acting_as(ctx, make_user(ctx.session, Role.AGENT))
    for one in (*old, person):
        openings.open_file(agent, one.id, "other", "Madame Fictive appelle")
    grantee = acting_as(ctx, make_user(ctx.session, Role.GRANTEE, person.owner))
    for kept, other in ((old[1], old[0]), (person, old[1])):
        person_merging.merge(grantee, kept.id, other.id, kept.revision, other.revision)
    assert {one.merged_into_id for one in old} == {person.id}, "no chain is left"
    referral = make_referral(ctx.session, person, receiver=receiver, state=ReferralState.ACCEPTED)
    stuck = make_referral(ctx.session, person, state=ReferralState.EXPIRED)
    appointments.propose(ctx, referral.id, RDV)
    meeting = make_meeting(ctx.session)
    [sheet] = case_sheets.bring(ctx, meeting.id, [stuck.id])
    words = SheetData("Lina n’a plus d’adresse", "La voir", "Vue le 12", date(2026, 12, 17))
    case_sheets.update_sheet(ctx, meeting.id, sheet.id, words, sheet.revision)
    seen, numbers = sheet.revision, {one.case_number for one in (*old, person)}

    anonymising.erase(ctx, person.id)
    ctx.session.expire_all()
    [appointment] = ctx.session.scalars(select(Appointment))
    assert (appointment.place, appointment.note) == ("", "")
    assert appointment.state is AppointmentState.CANCELLED
    told = list(ctx.session.scalars(select(OutboxMessage.subject)))
    assert [subject for subject in told if "retirée" in subject]
    [sheet] = ctx.session.scalars(select(CaseSheet))
    assert (sheet.blocking_point, sheet.proposal, sheet.decision) == ("", "", "")
    assert set(ctx.session.scalars(select(FileOpening.reason))) == {""}
    left = set(ctx.session.scalars(select(Person.case_number).where(Person.owner == person.owner)))
    assert left.isdisjoint(numbers), "what is printed leads to nobody"
    for revision in (seen, sheet.revision):
        with pytest.raises(ConflictError):
            case_sheets.update_sheet(ctx, meeting.id, sheet.id, words, revision)
    assert stuck.id not in {
        one.id for one in case_sheets.candidates(ctx, make_meeting(ctx.session))
    }


def test_of_two_who_act_for_one_person_at_once_both_are_heard(
    app: Flask, ctx: Context, clock: FrozenClock
) -> None:
    """The first act of a day moves the file's last contact: nobody is refused, nor waits for
    somebody who waits for them, because of that."""
    person = make_person(ctx.session, None, ConsentAnswer.GIVEN)
    referrals = [make_referral(ctx.session, person).id for _ in range(4)]
    token = referral_link(ctx.settings, ctx.session, ctx.session.get_one(Referral, referrals[0]))
    person_id = person.id
    clock.move(timedelta(days=1))
    withdrawn = ConsentData({Purpose.CONTACT: ConsentAnswer.WITHDRAWN})
    acts: list[Callable[[Context], object]] = [
        lambda own: decisions.accept(own, token.removeprefix("/o/")),
        *(lambda own, one=one: decisions.accept(own, one) for one in referrals[1:]),  # type: ignore[misc]
        lambda own: consents.change(own, person_id, withdrawn),
    ]
    refused = [one for one in results_at_once(app, acts) if isinstance(one, DomainError)]
    assert refused == []
    states = set(ctx.session.scalars(select(Referral.state)))
    assert states == {ReferralState.ACCEPTED}


def test_a_diagnostic_counts_once_and_is_for_who_follows(app: Flask, ctx: Context) -> None:
    owner, other = make_organisation(ctx.session), make_organisation(ctx.session)
    ours, theirs = _partner(ctx, owner), _partner(ctx, other)
    data = DiagnosticData(str(uuid4()), {"RSA": "to_check"}, person=PersonData(name=NAME))
    owner_id = owner.id
    made = results_at_once(
        app, [lambda own: diagnostics.make(own, owner_id, AUTHOR, data).id for _ in range(4)]
    )
    assert len(set(made)) == 1
    assert ctx.session.query(Diagnostic).count() == ctx.session.query(Person).count() == 1
    with pytest.raises(ConflictError):
        diagnostics.make(theirs, other.id, AUTHOR, data)
    for client_id in ("", "court", "a" * 40, "\0" * 12, "é" * 12):
        with pytest.raises(InvalidError) as refusal:
            diagnostics.make(ours, owner.id, AUTHOR, DiagnosticData(client_id, {"RSA": "has"}))
        assert refusal.value.field == "client_id"
        with pytest.raises(InvalidError):
            creation.already_made(ours, Sender(owner.id, AUTHOR), client_id)
    gone = make_person(ctx.session, owner, anonymised_at=ctx.now)
    merged = make_person(ctx.session, owner, merged_into_id=gone.id)
    for one in (gone, merged):
        again = DiagnosticData(str(uuid4()), {"RSA": "has"}, person_id=one.id)
        with pytest.raises(ConflictError):
            diagnostics.make(ours, owner.id, AUTHOR, again)


def test_every_name_read_is_in_the_journal_and_a_badge_names_somebody(ctx: Context) -> None:
    owner = make_organisation(ctx.session)
    person = make_person(ctx.session, owner, name=NAME, note="Préfère le matin")
    badge = make_badge(ctx.session, make_forum(ctx.session), number=17)
    ctx.session.add(PersonBadge(person_id=person.id, badge_id=badge.id))
    ctx.session.commit()
    ours, agent = _partner(ctx, owner), acting_as(ctx, make_user(ctx.session, Role.AGENT))
    assert people_list.read_list(ours, PeopleSearch("badge 17"), PAGE).total == 1
    assert similar_people.similar(ours, PersonData(name=NAME), owner.id, badge.id)
    assert _reads(ctx) == [(str(person.id), "list"), (str(person.id), "similar")]

    with pytest.raises(InvalidError) as refusal:
        people_list.read_list(agent, PeopleSearch("17"), PAGE)
    assert refusal.value.field == "motif"
    assert people_list.read_list(agent, PeopleSearch("17", "asked"), PAGE).total == 1
    assert person_page.read(agent, person.id).badges == []
    openings.open_file(agent, person.id, "asked")
    assert [one.id for one in person_page.read(agent, person.id).badges] == [badge.id]


def test_a_badge_does_not_tell_who_a_case_number_is(ctx: Context) -> None:
    """Whoever is referred somebody without a name sees people's badges at the forum."""
    person = make_person(ctx.session, None, ConsentAnswer.REFUSED)
    referral = make_referral(ctx.session, person)
    badge = make_badge(ctx.session, make_forum(ctx.session), number=17)
    ctx.session.add(PersonBadge(person_id=person.id, badge_id=badge.id))
    ctx.session.commit()
    receiver, owner = _partner(ctx, referral.receiver), _partner(ctx, person.owner)
    assert beginning.wearers(receiver, badge.id) == []
    with pytest.raises(NotFoundError):
        beginning.known_person(receiver, person.id)
    assert [one.id for one in beginning.wearers(owner, badge.id)] == [person.id]
    assert people_list.read_list(receiver, PeopleSearch("17"), PAGE).total == 0


def test_an_error_that_reaches_the_log_names_nobody(ctx: Context) -> None:
    with pytest.raises(StatementError) as failure:
        make_person(ctx.session, name=f"{NAME} \ud800", commune_insee="62041")
    ctx.session.rollback()
    for words in (NAME, "62041"):
        assert words not in str(failure.value)


def test_a_name_erased_while_the_key_is_changed_is_not_indexed_again(
    app: Flask, ctx: Context
) -> None:
    with ctx.unit_of_work():
        person = people.create(ctx, make_organisation(ctx.session).id, PersonData(name=NAME))
    person_id = person.id

    def erase(own: Context) -> None:
        with own.unit_of_work():
            anonymising.erase(own, person_id)
            sleep(0.6)

    def rotate(own: Context) -> None:
        sleep(0.2)
        key_rotation.rotate(own)

    assert results_at_once(app, [erase, rotate]) == [None, None]
    assert ctx.session.query(PersonKey).count() == 0
