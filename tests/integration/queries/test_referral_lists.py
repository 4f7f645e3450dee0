"""The list of referrals on both engines: whose, which, in which order, at what cost."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.factories.accounts import make_user
from tests.factories.organisations import make_grantee, make_organisation
from tests.factories.referrals import make_person, make_referral
from tests.statements import counted_statements
from zna_network.extensions import db
from zna_network.models.account import Role
from zna_network.models.audit import AuditEvent
from zna_network.models.organisation import Organisation
from zna_network.models.person import ConsentAnswer, PersonKey
from zna_network.models.referral import (
    EventKind,
    Referral,
    ReferralState,
    RefusalReason,
    Side,
    Step,
    Urgency,
)
from zna_network.queries.listing import PageRequest
from zna_network.queries.referral_lists import ReferralFilter
from zna_network.services.context import Context
from zna_network.services.referrals import export, flow, listing, people
from zna_network.services.referrals.access import Author
from zna_network.services.referrals.export import ListFormat


@pytest.fixture
def sender(ctx: Context) -> Organisation:
    return make_grantee(ctx.session, name="Alpha oriente")


@pytest.fixture
def receiver(ctx: Context) -> Organisation:
    return make_organisation(ctx.session, name="Béta reçoit")


def acting_for(ctx: Context, organisation: Organisation | None, role: Role) -> Context:
    user = make_user(ctx.session, role, organisation)
    return replace(ctx, actor=user, is_system=False)


def numbers(ctx: Context, wanted: ReferralFilter | None = None, **asked: object) -> list[int]:
    words = str(asked.pop("words", ""))
    request = PageRequest(**asked)  # type: ignore[arg-type]
    page = listing.read_list(ctx, wanted or ReferralFilter(), request, words)
    return [int(row.number.removeprefix("O-")) for row in page.items]


def test_each_sees_its_own_and_the_names_that_it_may(
    ctx: Context, sender: Organisation, receiver: Organisation
) -> None:
    yes = make_person(
        ctx.session, sender, ConsentAnswer.GIVEN, name="Lina Oui", commune_insee="62041"
    )
    no = make_person(
        ctx.session, sender, ConsentAnswer.REFUSED, name="Sami Non", commune_insee="62041"
    )
    for person in (yes, no):
        make_referral(ctx.session, person, receiver=receiver)
        people.refresh_keys(ctx, person)
    ctx.session.commit()
    make_referral(ctx.session)
    assert ctx.session.query(PersonKey).count() > 0
    agent = acting_for(ctx, None, Role.AGENT)
    ours, theirs = acting_for(ctx, sender, Role.GRANTEE), acting_for(ctx, receiver, Role.PARTNER)
    seen = {
        who: listing.read_list(by, ReferralFilter(), PageRequest(sort="number")).items
        for who, by in (("agent", agent), ("ours", ours), ("theirs", theirs))
    }

    named = {
        who: [row.identity.name if row.identity else None for row in rows]
        for who, rows in seen.items()
    }
    assert named == {
        "agent": [None] * 3,
        "ours": ["Lina Oui", "Sami Non"],
        "theirs": ["Lina Oui", None],
    }
    assert [row.place for row in seen["theirs"]] == ["Arras", ""]
    # Nor does a filter or a search tell what the list does not show.
    assert numbers(theirs, ReferralFilter(commune_insee="62041")) == [1]
    assert numbers(ours, words="lina") == [1]
    assert numbers(theirs, words="sami") == []
    assert numbers(agent, words="lina") == []
    assert numbers(agent, words=f"{no.case_number}") == [2]
    assert numbers(agent, words="O-00003") == [3]
    file = export.export_list(theirs, ReferralFilter(), "", ListFormat.CSV).content.decode()
    assert "Lina Oui" in file
    assert "Sami Non" not in file
    assert file.count("Arras") == 1
    assert (
        "Lina"
        not in export.export_list(agent, ReferralFilter(), "", ListFormat.CSV).content.decode()
    )
    assert export.export_list(agent, ReferralFilter(), "", ListFormat.XLSX).content[:2] == b"PK"
    read = ctx.session.query(AuditEvent).filter_by(action="person.read", object_id=str(yes.id))
    assert {"list", "export"} <= {event.detail["what"] for event in read}


def test_filters_sorts_and_what_awaits_whom(
    ctx: Context, sender: Organisation, receiver: Organisation
) -> None:
    person = make_person(ctx.session, sender, commune_insee="62041", target_group="seniors")
    long_ago = ctx.now - timedelta(days=25)
    refused = {"state": ReferralState.REFUSED, "refusal": RefusalReason.NO_CAPACITY}
    make_referral(ctx.session, person, receiver=receiver, urgency=Urgency.URGENT)
    make_referral(ctx.session, person, receiver=receiver, rights=("APL",), **refused)
    make_referral(
        ctx.session, person, receiver=receiver, state=ReferralState.ACCEPTED, made_at=long_ago
    )
    make_referral(ctx.session, person, sent_at=None, step=Step.IDENTIFIED)
    asked = make_referral(ctx.session, person, receiver=receiver, state=ReferralState.ACCEPTED)
    with ctx.unit_of_work():
        asked = ctx.session.get_one(Referral, asked.id)
        flow.append(ctx, asked, EventKind.QUESTION, Author(Side.RECEIVER, "Béta"), words="Où ?")
    ours, theirs = acting_for(ctx, sender, Role.GRANTEE), acting_for(ctx, receiver, Role.PARTNER)

    for wanted, expected in (
        (ReferralFilter(state=ReferralState.REFUSED), [2]),
        (ReferralFilter(right_code="APL"), [2]),
        (ReferralFilter(urgency=Urgency.URGENT, lot=2, commune_insee="62041"), [1]),
        (ReferralFilter(receiver_id=receiver.id, sender_id=sender.id), [1, 2, 3, 5]),
        (ReferralFilter(stuck=True), [3]),
        (ReferralFilter(todo=True), [4, 5]),
        (ReferralFilter(lot=1), []),
    ):
        assert numbers(ours, wanted, sort="number") == expected, wanted
    assert numbers(theirs, ReferralFilter(todo=True)) == [1]
    with ctx.unit_of_work():
        asked = ctx.session.get_one(Referral, asked.id)
        flow.append(ctx, asked, EventKind.ANSWER, Author(Side.SENDER, "Alpha"), words="Là.")
    assert numbers(ours, ReferralFilter(todo=True)) == [4]
    assert listing.tallies(ours) == listing.Tallies(to_treat=1, late=1, live=4)
    assert numbers(ours, sort="urgency")[0] == 1
    assert numbers(ours, sort="receiver", descending=True)[0] != 4
    assert numbers(ours, sort="moved")[0] == 3
    assert numbers(ours, sort="invented") == numbers(ours, sort="recent")


def test_a_page_costs_as_many_statements_for_five_rows_as_for_fifty(
    ctx: Context, sender: Organisation, receiver: Organisation
) -> None:
    ours = acting_for(ctx, sender, Role.GRANTEE)

    def statements() -> int:
        db.session.expire_all()
        with counted_statements() as counted:
            listing.read_list(ours, ReferralFilter(), PageRequest(per_page=60))
        return len(counted)

    def add(count: int) -> None:
        for _ in range(count):
            person = make_person(ctx.session, sender, ConsentAnswer.GIVEN, commune_insee="62041")
            make_referral(ctx.session, person, receiver=receiver, rights=("RSA", "APL"))

    add(5)
    few = statements()
    add(45)
    assert statements() == few
