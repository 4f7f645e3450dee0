"""Making a referral: what is written, what is refused, and two sendings at once."""

from collections.abc import Callable
from dataclasses import replace
from email import message_from_bytes, policy
from uuid import uuid4

import pytest
from flask import Flask

from tests.factories.accounts import make_user
from tests.factories.door import make_device
from tests.factories.forums import make_forum
from tests.factories.organisations import make_contact, make_grantee, make_organisation
from tests.factories.referrals import make_person
from tests.races import results_at_once
from zna_network.extensions import db
from zna_network.models.account import Role
from zna_network.models.organisation import Organisation
from zna_network.models.outbox import OutboxMessage
from zna_network.models.person import ConsentAnswer, Person, Purpose
from zna_network.models.referral import (
    Callback,
    EventKind,
    Referral,
    ReferralState,
    Side,
    Step,
)
from zna_network.models.territory import TargetGroup
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from zna_network.services.referrals import creation, referral_views
from zna_network.services.referrals.access import Author, author_as
from zna_network.services.referrals.consents import ConsentData
from zna_network.services.referrals.creation import ReferralData, Sender
from zna_network.services.referrals.people import PersonData

THREADS = 10
NAME, PHONE = "Lina Fictive", "06 39 98 00 01"


@pytest.fixture
def sender(ctx: Context) -> Organisation:
    return make_grantee(ctx.session)


@pytest.fixture
def receiver(ctx: Context) -> Organisation:
    organisation = make_organisation(ctx.session, name="Maison d’exemple")
    make_contact(ctx.session, organisation, is_referent=True, email="recoit@exemple.example")
    return organisation


@pytest.fixture
def grantee(ctx: Context, sender: Organisation) -> Context:
    user = make_user(ctx.session, Role.GRANTEE, sender)
    return replace(ctx, actor=user, is_system=False)


def as_sender(ctx: Context, organisation: Organisation) -> Sender:
    return Sender(organisation.id, author_as(ctx, Side.SENDER))


def data(receiver: Organisation | None, **values: object) -> ReferralData:
    given = {
        "client_id": str(uuid4()),
        "receiver_id": receiver.id if receiver else None,
        "rights": ("APL", "RSA"),
        "origin": "fieldwork",
        "callback": "phone",
        "person": PersonData(
            name=NAME, phone=PHONE, place="62041", target_group="seniors", birth_year=1950
        ),
        "consents": agreed(ConsentAnswer.GIVEN),
        **values,
    }
    return ReferralData(**given)  # type: ignore[arg-type]


def agreed(contact: ConsentAnswer) -> ConsentData:
    return ConsentData({Purpose.CONTACT: contact, Purpose.EVALUATION: ConsentAnswer.GIVEN})


def test_what_is_said_becomes_a_referral(
    grantee: Context, sender: Organisation, receiver: Organisation
) -> None:
    said = data(receiver, need="Loyer en retard", cause="non_demande", urgency="urgent")

    made = creation.create(grantee, as_sender(grantee, sender), said)

    assert (made.number, made.state, made.callback) == (1, ReferralState.OPEN, Callback.PHONE)
    assert [right.right_code for right in made.rights] == ["RSA", "APL"]
    assert (made.commune_insee, made.lot, made.target_group) == ("62041", 2, TargetGroup.SENIORS)
    assert made.person.owner_id == sender.id
    assert made.person.agrees_to(Purpose.CONTACT)
    assert [event.kind for event in made.events] == [EventKind.CREATED, EventKind.SENT]
    mail = grantee.session.query(OutboxMessage).one()
    assert mail.public_recipient == "recoit@exemple.example"
    message = message_from_bytes(mail.content or b"", policy=policy.default)
    told = " ".join(part.get_content() for part in message.walk() if not part.is_multipart())
    assert made.shown_number in told
    for secret in (NAME, "39 98", "Loyer", "RSA", "APL", "logement"):
        assert secret not in f"{mail.subject} {told}"

    again = creation.create(grantee, as_sender(grantee, sender), replace(said, need="Autre chose"))
    assert again.id == made.id
    assert again.need == "Loyer en retard"
    assert grantee.session.query(Person).count() == 1
    other = make_organisation(grantee.session)
    with pytest.raises(ForbiddenError):
        creation.create(grantee, as_sender(grantee, other), data(receiver))
    elsewhere = replace(grantee, is_system=True)
    with pytest.raises(ConflictError):
        creation.create(elsewhere, as_sender(grantee, other), said)


def test_a_refusal_blocks_nothing(
    grantee: Context, sender: Organisation, receiver: Organisation
) -> None:
    by = as_sender(grantee, sender)
    for answer in (ConsentAnswer.REFUSED, ConsentAnswer.NOT_ASKED):
        made = creation.create(grantee, by, data(receiver, consents=agreed(answer)))

        assert made.callback is Callback.THROUGH_SENDER
        assert made.sent_at is not None
        assert made.events[0].detail == {"callback_wanted": "phone"}
    comes = data(receiver, consents=agreed(ConsentAnswer.REFUSED), callback="comes")
    assert creation.create(grantee, by, comes).callback is Callback.COMES


def test_who_wants_nothing_is_counted_and_nothing_is_sent(
    grantee: Context, sender: Organisation
) -> None:
    said = data(None, step="declined", person=PersonData(), consents=None)

    made = creation.create(grantee, as_sender(grantee, sender), said)

    assert (made.step, made.is_live, made.sent_at) == (Step.DECLINED, False, None)
    assert made.receiver_id == sender.id
    assert grantee.session.query(OutboxMessage).count() == 0


WRONG: list[tuple[str, dict[str, object]]] = [
    ("rights", {"rights": ()}),
    ("rights", {"rights": ("RSA", "INVENTED")}),
    ("receiver", {"receiver_id": None}),
    ("receiver", {"receiver_id": 99_999}),
    ("callback", {"callback": ""}),
    ("urgency", {"urgency": "yesterday"}),
    ("client_id", {"client_id": "../etc"}),
    ("phone", {"person": PersonData(name=NAME)}),
    ("email", {"callback": "email"}),
    ("place", {"person": PersonData(place="99999")}),
    ("need", {"need": "Son numéro : 1 85 05 78 006 084 36"}),
    ("callback_when", {"callback_when": "FR76 3000 6000 0112 3456 7890 189"}),
    ("name", {"person": PersonData(name="Lina 2 90 02 2A 004 123 45")}),
]


def test_what_is_wrong_is_said_beside_its_field_and_writes_nothing(
    grantee: Context, sender: Organisation, receiver: Organisation
) -> None:
    by, receiver_data = as_sender(grantee, sender), data(receiver)
    for field, values in WRONG:
        wrong = replace(receiver_data, **{"client_id": str(uuid4()), **values})  # type: ignore[arg-type]
        with pytest.raises(InvalidError) as refused:
            creation.create(grantee, by, wrong)
        assert refused.value.field == field, values

    grantee.session.rollback()
    for model in (Referral, Person, OutboxMessage):
        assert grantee.session.query(model).count() == 0


def test_a_device_is_never_asked_again(ctx: Context, sender: Organisation) -> None:
    """What was typed without network is taken as it is: the phone cannot read it again."""
    stand = Sender(sender.id, Author(Side.SENDER, "Stand d’exemple"), device_id=None)
    merged = make_organisation(ctx.session)
    kept = make_organisation(ctx.session)
    merged.merged_into_id, merged.archived_at = kept.id, ctx.now
    ctx.session.commit()
    without_phone = data(merged, person=PersonData(name=NAME))

    with pytest.raises(InvalidError):
        creation.create(ctx, stand, without_phone)
    made = creation.create(
        ctx,
        replace(stand, device_id=make_device(ctx.session, make_forum(ctx.session)).id),
        without_phone,
    )

    assert (made.callback, made.receiver_id) == (Callback.THROUGH_SENDER, kept.id)


def test_a_known_person_is_completed_and_never_overwritten(
    grantee: Context, sender: Organisation, receiver: Organisation
) -> None:
    person = make_person(grantee.session, sender, name=NAME)
    more = PersonData(name="Un autre nom", phone=PHONE, place="62041")

    said = data(receiver, person_id=person.id, person=more)
    made = creation.create(grantee, as_sender(grantee, sender), said)

    assert made.person_id == person.id
    assert (made.person.name, made.person.phone, made.commune_insee) == (NAME, PHONE, "62041")
    for strangers in (make_person(grantee.session).id, 99_999):
        with pytest.raises(NotFoundError):
            creation.create(
                grantee, as_sender(grantee, sender), data(receiver, person_id=strangers)
            )


def test_it_is_withdrawn_once_by_who_made_it(
    grantee: Context, sender: Organisation, receiver: Organisation
) -> None:
    made = creation.create(grantee, as_sender(grantee, sender), data(receiver))
    theirs = replace(grantee, actor=make_user(grantee.session, Role.PARTNER, receiver))
    elsewhere = make_user(grantee.session, Role.PARTNER, make_organisation(grantee.session))
    strangers = replace(grantee, actor=elsewhere)
    made_id = made.id

    with pytest.raises(ForbiddenError):
        referral_views.withdraw(theirs, made_id)
    with pytest.raises(NotFoundError):
        referral_views.read(strangers, made_id)
    assert referral_views.read(theirs, made_id).identity is not None
    referral_views.withdraw(grantee, made_id, "Elle a trouvé seule.")
    withdrawn = referral_views.withdraw(grantee, made_id)

    assert withdrawn.state is ReferralState.WITHDRAWN
    assert [event.kind for event in withdrawn.events].count(EventKind.WITHDRAWN) == 1
    assert grantee.session.query(OutboxMessage).count() == 2
    assert referral_views.read(theirs, made_id).identity is None


def test_the_same_sending_at_once_makes_one_referral(
    app: Flask, grantee: Context, sender: Organisation, receiver: Organisation
) -> None:
    same = data(receiver)

    made = _at_once(app, sender, lambda _: same)

    assert len(made) == THREADS
    assert len(set(made)) == 1
    grantee.session.rollback()
    assert [grantee.session.query(one).count() for one in (Referral, Person, OutboxMessage)] == [
        1,
        1,
        1,
    ]


def test_numbers_follow_one_another_without_a_hole(
    app: Flask, grantee: Context, sender: Organisation, receiver: Organisation
) -> None:
    made = _at_once(app, sender, lambda _: data(receiver))

    assert len(set(made)) == THREADS
    grantee.session.rollback()
    numbers = sorted(one.number for one in grantee.session.query(Referral))
    assert numbers == list(range(1, THREADS + 1))


def _at_once(app: Flask, sender: Organisation, said: Callable[[int], ReferralData]) -> list[int]:
    """The ids of what each thread is given back."""
    by = Sender(sender.id, Author(Side.SENDER, "Qui oriente"))
    everything = [said(n) for n in range(THREADS)]
    db.session.rollback()
    return results_at_once(
        app, [lambda ctx, one=one: creation.create(ctx, by, one).id for one in everything]
    )
