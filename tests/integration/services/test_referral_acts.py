"""The receiver's side of a referral: each act, what it leads to, who is told, and the refusals."""

from dataclasses import replace
from datetime import date, time, timedelta
from email.message import EmailMessage

import pytest
from flask import Flask
from sqlalchemy import select

from tests.factories.accounts import make_user
from tests.factories.forums import make_forum, make_stand
from tests.factories.organisations import make_contact, make_organisation
from tests.factories.referrals import make_person, make_referral, referral_link
from tests.races import race, results_at_once
from tests.world import FrozenClock, MailboxMailer
from zna_network.models.account import Role
from zna_network.models.audit import AuditEvent
from zna_network.models.outbox import OutboxMessage, OutboxState
from zna_network.models.person import ConsentAnswer
from zna_network.models.referral import (
    AppointmentState,
    Callback,
    EventKind,
    Referral,
    ReferralEvent,
    ReferralState,
    RefusalReason,
    Side,
    Step,
)
from zna_network.services import delivery
from zna_network.services.context import Context
from zna_network.services.errors import (
    ConflictError,
    ForbiddenError,
    InvalidError,
    LinkGoneError,
    NotFoundError,
)
from zna_network.services.referrals import (
    access,
    acts,
    appointments,
    decisions,
    link_desk,
    mail_addresses,
    mails,
    questions,
    receiver_page,
    steps,
)
from zna_network.services.referrals.appointments import AppointmentData

NAME, EMAIL, PHONE = "Yamina Fictive", "yamina@personne.example", "06 00 00 00 01"
NEED = "Craint une expulsion avec ses trois enfants"
RDV = AppointmentData(date(2026, 12, 10), time(14, 0), 30, "12 rue Fictive", "Venir avec un avis")


def _world(ctx: Context, contact: ConsentAnswer | None = ConsentAnswer.GIVEN) -> Referral:
    """A referral from an organisation to another, both with somebody to write to."""
    sender = make_organisation(ctx.session, name="Association qui oriente")
    receiver = make_organisation(ctx.session, name="Caisse destinataire", acronym="CD")
    make_contact(ctx.session, sender, is_referent=True, email="oriente@exemple.example")
    make_contact(ctx.session, receiver, is_referent=True, email="recoit@exemple.example")
    person = make_person(
        ctx.session, sender, contact, name=NAME, email=EMAIL, phone=PHONE, birth_year=1980
    )
    return make_referral(ctx.session, person, receiver=receiver, need=NEED, callback=Callback.PHONE)


def _token(ctx: Context, referral: Referral) -> str:
    return referral_link(ctx.settings, ctx.session, referral).removeprefix("/o/")


def _kinds(ctx: Context, referral: Referral) -> list[EventKind]:
    ctx.session.expire_all()
    return [event.kind for event in referral.events][2:]


def _posted(ctx: Context) -> list[tuple[str, str]]:
    """Whom the mails waiting go to, and their subjects."""
    messages = ctx.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id))
    return [(message.recipient, message.subject) for message in messages]


def _delivered(ctx: Context, mailbox: MailboxMailer) -> list[EmailMessage]:
    delivery.deliver_due(ctx, "tests")
    return mailbox.messages()


def test_the_announcement_tells_nothing_of_the_person(ctx: Context, mailbox: MailboxMailer) -> None:
    referral = _world(ctx)
    with ctx.unit_of_work():
        mails.announce(ctx, referral)
    (mail,) = _delivered(ctx, mailbox)
    assert mail["To"].addresses[0].addr_spec == "recoit@exemple.example"
    raw = mailbox.envelopes[0].content.decode()
    text = "".join(
        part.get_content() for part in mail.walk() if part.get_content_maintype() == "text"
    )
    assert referral.shown_number in text
    assert "/o/" in text
    assert "1 droit" in text
    for secret in (NAME, EMAIL, PHONE, NEED, "RSA", referral.person.case_number, "qui oriente"):
        assert secret not in text
        assert secret not in raw
        assert secret not in mail["Subject"]
    assert _kinds(ctx, referral) == [EventKind.SENT]


def test_without_an_address_the_sender_is_told_to_call(ctx: Context) -> None:
    referral = _world(ctx)
    for contact in referral.receiver.contacts:
        contact.is_referent = False
    referral.sent_at = None
    ctx.session.commit()
    with ctx.unit_of_work():
        mails.announce(ctx, referral)
    ((to, subject),) = _posted(ctx)
    assert to == "oriente@exemple.example"
    assert "à annoncer vous-même" in subject
    assert _kinds(ctx, referral) == []
    assert referral.sent_at is None
    with pytest.raises(ConflictError, match="pas d’adresse"):
        link_desk.resend(ctx, referral.id)


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_the_sender_s_mails_go_to_who_made_the_referral(ctx: Context) -> None:
    """Their account; the stand's contact where there was none; the organisation otherwise."""
    referral = _world(ctx)
    stand = make_stand(ctx.session, make_forum(ctx.session), contact_email="stand@exemple.example")
    maker = make_user(ctx.session, Role.GRANTEE, referral.sender)
    reached = []
    for values in ({"created_by": maker, "stand": stand}, {"created_by": None}, {"stand": None}):
        for name, value in values.items():
            setattr(referral, name, value)
        reached.append([one.email for one in mail_addresses.sender_addresses(ctx, referral)])
    assert reached == [[maker.email], ["stand@exemple.example"], ["oriente@exemple.example"]]
    maker.is_active, referral.created_by = False, maker
    (address,) = mail_addresses.sender_addresses(ctx, referral)
    assert address.email == "oriente@exemple.example"


def test_the_link_walks_from_receipt_to_a_kept_appointment(
    ctx: Context, clock: FrozenClock, mailbox: MailboxMailer
) -> None:
    referral = _world(ctx)
    token = _token(ctx, referral)
    assert not receiver_page.read(ctx, token).is_opened
    assert ctx.session.scalar(select(AuditEvent).where(AuditEvent.action == "person.read")) is None
    decisions.mark_seen(ctx, token)
    decisions.mark_seen(ctx, token)
    page = receiver_page.read(ctx, token)
    assert page.identity
    assert (page.identity.name, page.identity.phone) == (NAME, PHONE)
    read = ctx.session.scalars(select(AuditEvent).where(AuditEvent.action == "person.read")).one()
    assert NAME not in str(read.detail)
    questions.ask(ctx, token, "A-t-elle déjà déposé une demande ?")
    questions.ask(ctx, token, "A-t-elle déjà déposé une demande ?")
    assert questions.unanswered(referral, Side.RECEIVER)
    questions.answer(ctx, referral.id, "Non, jamais.")
    assert questions.unanswered(referral, Side.RECEIVER) is None
    appointment = appointments.propose(ctx, token, RDV)
    assert appointments.propose(ctx, token, RDV).id == appointment.id
    appointments.move(ctx, token, appointment.id, replace(RDV, hour=time(15, 0)))
    appointments.set_state(ctx, token, appointment.id, AppointmentState.AGREED)
    assert referral.step is Step.CONTACTED
    with pytest.raises(ConflictError, match="pas encore eu lieu"):
        appointments.set_state(ctx, token, appointment.id, AppointmentState.HONOURED)
    clock.move(timedelta(days=8))
    appointments.set_state(ctx, token, appointment.id, AppointmentState.HONOURED)
    steps.record(ctx, token, Step.FILED, on=date(2026, 12, 11), words="Dossier complet")
    steps.record(ctx, token, Step.FILED)
    kind = EventKind
    assert _kinds(ctx, referral) == [
        *(kind.SEEN, kind.QUESTION, kind.ANSWER, kind.ACCEPTED),
        *(kind.APPOINTMENT, kind.APPOINTMENT, kind.APPOINTMENT, kind.APPOINTMENT, kind.STEP),
    ]
    assert {e.author for e in referral.events[2:] if e.side is Side.RECEIVER} == {
        "CD (par le lien)"
    }
    assert (referral.state, referral.step) == (ReferralState.ACCEPTED, Step.FILED)
    subjects = [subject for to, subject in _posted(ctx) if to == "oriente@exemple.example"]
    number = referral.shown_number
    assert subjects == [
        f"Orientation {number} : {title}"
        for title in (
            *("bien reçue", "une question", "une réponse", "acceptée", "rendez-vous proposé"),
            *("rendez-vous déplacé", "rendez-vous convenu", "rendez-vous honoré"),
        )
    ]
    for mail in _delivered(ctx, mailbox):
        body = mail.as_string() + "".join(
            part.get_content() for part in mail.walk() if part.get_content_maintype() == "text"
        )
        assert NAME not in body
        assert NEED not in body
        assert PHONE not in body


def test_an_appointment_follows_in_the_calendars(ctx: Context, mailbox: MailboxMailer) -> None:
    """The person's copy is theirs alone, without a name; a cancellation is above what was sent."""
    referral = _world(ctx)
    token = _token(ctx, referral)
    appointment = appointments.propose(ctx, token, RDV)
    _delivered(ctx, mailbox)
    appointments.move(ctx, token, appointment.id, replace(RDV, day=date(2026, 12, 11)))
    _delivered(ctx, mailbox)
    decisions.refuse(ctx, token, RefusalReason.NO_CAPACITY)
    sent = [
        (mail["To"].addresses[0].addr_spec, part.get_content_charset() and part.get_content())
        for mail in _delivered(ctx, mailbox)
        for part in mail.walk()
        if part.get_content_type() == "text/calendar"
    ]
    for address in ("oriente@exemple.example", EMAIL):
        calendars = [
            content.replace("\r\n ", "").replace("\n ", "") for to, content in sent if to == address
        ]
        told = [
            (c.split("METHOD:")[1].split()[0], c.split("SEQUENCE:")[1].split()[0])
            for c in calendars
        ]
        assert told == [("REQUEST", "0"), ("REQUEST", "1"), ("CANCEL", "2")]
        assert all(f"UID:{appointment.uid}" in c and NAME not in c for c in calendars)
        others = {"oriente@exemple.example", EMAIL} - {address}
        assert not any(other in c for other in others for c in calendars)
    assert appointment.state is AppointmentState.CANCELLED


@pytest.mark.parametrize("answer", [ConsentAnswer.REFUSED, ConsentAnswer.WITHDRAWN, None])
def test_who_does_not_agree_is_helped_all_the_same_and_not_named(
    ctx: Context, answer: ConsentAnswer | None
) -> None:
    referral = _world(ctx, answer)
    token = _token(ctx, referral)
    decisions.accept(ctx, token, shown=ReferralState.OPEN)
    page = receiver_page.read(ctx, token)
    assert page.identity is None
    assert not page.shows_need
    assert referral.person.case_number in page.how
    assert "Association qui oriente" in page.how
    appointments.propose(ctx, token, RDV)
    assert EMAIL not in [to for to, _ in _posted(ctx)]
    assert referral.state is ReferralState.ACCEPTED


def test_a_decision_is_never_overwritten(ctx: Context) -> None:
    referral = _world(ctx)
    token = _token(ctx, referral)
    with pytest.raises(InvalidError) as refusal:
        decisions.refuse(ctx, token, RefusalReason.OTHER)
    assert refusal.value.field == "words"
    with pytest.raises(InvalidError, match="sécurité sociale"):
        decisions.refuse(ctx, token, RefusalReason.OTHER, words="Son 2 80 05 62 041 001 23 suffit")
    decisions.refuse(ctx, token, RefusalReason.OUT_OF_TERRITORY, words="Elle est dans le Nord")
    assert receiver_page.read(ctx, token).identity is None
    with pytest.raises(ConflictError, match="refusée » par CD"):
        decisions.accept(ctx, token, shown=ReferralState.OPEN)
    for act in (
        lambda: appointments.propose(ctx, token, RDV),
        lambda: steps.record(ctx, token, Step.MET),
        lambda: questions.ask(ctx, token, "Et si ?"),
    ):
        with pytest.raises(ConflictError):
            act()
    assert _kinds(ctx, referral) == [EventKind.SEEN, EventKind.REFUSED]
    decisions.accept(ctx, token, shown=ReferralState.REFUSED)
    assert (referral.state, referral.refusal) == (ReferralState.ACCEPTED, None)
    assert referral.events[3].detail == {"reason": "out_of_territory"}


def test_two_people_decide_at_once(app: Flask, ctx: Context) -> None:
    """One wins, the other is told whose decision it was; the history holds one decision."""
    referral = _world(ctx)
    token, shown = _token(ctx, referral), ReferralState.OPEN
    results = results_at_once(
        app,
        [
            lambda c: decisions.accept(c, token, shown=shown),
            lambda c: decisions.refuse(c, token, RefusalReason.NOT_ELIGIBLE, shown=shown),
        ],
    )
    (told,) = [result for result in results if isinstance(result, ConflictError)]
    assert "par CD (par le lien)" in told.message
    assert "pas été enregistrée" in told.message
    decided = [k for k in _kinds(ctx, referral) if k in {EventKind.ACCEPTED, EventKind.REFUSED}]
    assert decided == [EventKind(referral.state.value)]
    assert len([s for _, s in _posted(ctx) if "acceptée" in s or "refusée" in s]) == 1


def test_the_same_press_twice_at_once_counts_once(app: Flask, ctx: Context) -> None:
    referral = _world(ctx)
    token, shown = _token(ctx, referral), ReferralState.OPEN
    assert race(app, [lambda c: decisions.accept(c, token, shown=shown)] * 4) == ["won"] * 4
    assert race(app, [lambda c: appointments.propose(c, token, RDV)] * 4) == ["won"] * 4
    assert _kinds(ctx, referral) == [
        EventKind.SEEN,
        EventKind.ACCEPTED,
        EventKind.APPOINTMENT,
    ]
    assert len(referral.appointments) == 1


def test_links_are_sent_again_replaced_and_stopped(ctx: Context, clock: FrozenClock) -> None:
    referral = _world(ctx)
    first = _token(ctx, referral)
    with ctx.unit_of_work():
        mails.announce(ctx, referral)
    link_desk.renew(ctx, referral.id)
    # What had not left with the former link does not leave.
    states = ctx.session.scalars(select(OutboxMessage.state).order_by(OutboxMessage.id)).all()
    assert states == [OutboxState.SUPERSEDED, OutboxState.PENDING]
    with pytest.raises(NotFoundError):
        receiver_page.read(ctx, first)
    second = _token(ctx, referral)
    clock.move(timedelta(days=40))
    link_desk.resend(ctx, referral.id)
    clock.move(timedelta(days=40))
    assert not receiver_page.read(ctx, second).is_opened
    link_desk.revoke(ctx, referral.id)
    for act in (lambda: receiver_page.read(ctx, second), lambda: decisions.accept(ctx, second)):
        with pytest.raises(LinkGoneError):
            act()
    with pytest.raises(ConflictError, match="faites-en un nouveau"):
        link_desk.resend(ctx, referral.id)
    assert [e.detail["act"] for e in referral.events if e.kind is EventKind.LINK] == [
        *("renewed", "resent", "revoked")
    ]
    clock.move(timedelta(days=61))
    link_desk.renew(ctx, referral.id)
    third = _token(ctx, referral)
    clock.move(timedelta(days=61))
    with pytest.raises(LinkGoneError):
        receiver_page.read(ctx, third)


def test_each_side_does_what_is_its_own(ctx: Context) -> None:
    referral = _world(ctx)
    grantee = make_user(ctx.session, Role.GRANTEE, referral.sender)
    partner = make_user(ctx.session, Role.PARTNER, referral.receiver)
    stranger = make_user(ctx.session, Role.PARTNER, make_organisation(ctx.session))
    agent = make_user(ctx.session, Role.AGENT)
    sends, receives, outside, staff = (
        replace(ctx, actor=user, is_system=False) for user in (grantee, partner, stranger, agent)
    )
    for act in (decisions.accept, decisions.mark_seen):
        with pytest.raises(ForbiddenError):
            act(sends, referral.id)
        with pytest.raises(NotFoundError):
            act(outside, referral.id)
    for desk in (link_desk.revoke, link_desk.renew, link_desk.resend, decisions.reopen):
        with pytest.raises(ForbiddenError):
            desk(receives, referral.id)
    decisions.accept(receives, referral.id)
    questions.ask(sends, referral.id, "Où en est-on ?")
    steps.record(sends, referral.id, Step.CONTACTED)
    questions.note(staff, referral.id, "Appelé la caisse")
    accepted = referral.events[3]
    assert accepted.author == f"{partner.name} (CD)"
    assert accepted.author_id == partner.id
    assert not access.may_read_words(staff, referral)
    assert access.may_read_words(receives, referral)
    decisions.refuse(receives, referral.id, RefusalReason.UNREACHABLE)
    assert not access.may_read_words(receives, referral)
    decisions.reopen(sends, referral.id)
    ctx.session.expire_all()
    assert referral.state is ReferralState.OPEN
    assert referral.step is Step.CONTACTED
    with pytest.raises(ConflictError, match="déjà ouverte"):
        decisions.reopen(staff, referral.id)
    referral.person.anonymised_at = ctx.now
    ctx.session.commit()
    with pytest.raises(ConflictError, match="anonymisé"):
        questions.note(receives, referral.id, "Mme Fictive a rappelé")
    assert acts.available(referral, [Side.STAFF]) == frozenset()
    sides = {(e.kind, e.side) for e in ctx.session.scalars(select(ReferralEvent))}
    assert {(EventKind.NOTE, Side.STAFF), (EventKind.REOPENED, Side.SENDER)} <= sides
