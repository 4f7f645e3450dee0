"""Putting people on the list."""

import pytest

from tests.factories.committees import make_committee, make_membership
from tests.factories.invitations import make_invitation
from tests.factories.meetings import make_meeting
from tests.factories.organisations import make_contact, make_organisation
from tests.page_checks import Browser
from tests.world import FrozenClock
from zna_network.models.committee import Seat
from zna_network.models.invitation import Invitation
from zna_network.models.meeting import Meeting
from zna_network.services.context import Context


@pytest.fixture
def meeting(ctx: Context) -> Meeting:
    return make_meeting(ctx.session, make_committee(ctx.session))


def _add(meeting: Meeting, what: str = "") -> str:
    return f"/instances/reunions/{meeting.id}/convocations/ajouter{what}"


def test_full_members_are_ticked_and_added(ctx: Context, agent: Browser, meeting: Meeting) -> None:
    full = make_membership(ctx.session, meeting.committee)
    guest = make_membership(ctx.session, meeting.committee, seat=Seat.GUEST)
    page = agent.get(_add(meeting))
    ticked = {
        box.get("value"): box.get("checked") is not None
        for box in page.all("input", name="members")
    }
    assert ticked == {str(full.id): True, str(guest.id): False}
    page = agent.follow(agent.post(_add(meeting, "/membres"), {"members": [str(full.id)]}))
    assert "Ajouts à la liste : 1 personne." in page.text
    assert full.contact.full_name in page.text
    assert str(full.id) not in {
        box.get("value") for box in agent.get(_add(meeting)).all("input", name="members")
    }


def test_nobody_ticked_is_said_beside_the_boxes(
    ctx: Context, agent: Browser, meeting: Meeting
) -> None:
    make_membership(ctx.session, meeting.committee)
    page = agent.post(_add(meeting, "/membres"))
    assert page.status == 200
    assert "Cochez au moins une personne." in page.text
    assert not [b for b in page.all("input", name="members") if b.get("checked") is not None]


def test_a_contact_is_added_by_choice_or_by_name(
    ctx: Context, agent: Browser, meeting: Meeting
) -> None:
    organisation = make_organisation(ctx.session)
    chosen = make_contact(ctx.session, organisation)
    named = make_contact(
        ctx.session, organisation, first_name="Awa", last_name="Fictive", sort_key="fictive awa"
    )
    agent.post(_add(meeting, "/contact"), {"contact": "x", "contact_id": str(chosen.id)})
    page = agent.follow(agent.post(_add(meeting, "/contact"), {"contact": "awa fictive"}))
    assert "Awa Fictive est sur la liste" in page.text
    people = ctx.session.query(Invitation).order_by(Invitation.id).all()
    assert [person.contact_id for person in people] == [chosen.id, named.id]
    assert [person.is_required for person in people] == [False, False]


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"contact": ""}, "Indiquez une personne de l’annuaire."),
        ({"contact": "Personne Inconnue"}, "Personne ne s’appelle"),
        ({"contact": "x", "contact_id": "99999"}, "n’est plus dans l’annuaire"),
    ],
)
def test_a_contact_not_found_is_said_beside_the_field(
    ctx: Context, agent: Browser, meeting: Meeting, typed: dict[str, str], message: str
) -> None:
    page = agent.post(_add(meeting, "/contact"), typed)
    assert page.status == 200
    assert message in page.text
    assert page.value_of("contact") == typed["contact"]
    assert ctx.session.query(Invitation).count() == 0


def test_a_one_off_person_is_added(ctx: Context, agent: Browser, meeting: Meeting) -> None:
    page = agent.follow(
        agent.post(
            _add(meeting, "/personne"),
            {"name": "Claude Échantillon", "function": "Consultant", "organisation": "Cabinet",
             "email": "Claude@Cabinet.example", "is_required": "y"},
        )
    )  # fmt: skip
    assert "Claude Échantillon" in page.text
    assert "Cabinet" in page.text
    person = ctx.session.query(Invitation).one()
    assert (person.email, person.is_required) == ("claude@cabinet.example", True)


def test_a_wrong_address_keeps_what_was_typed(
    ctx: Context, agent: Browser, meeting: Meeting
) -> None:
    taken = make_invitation(ctx.session, meeting, email="prise@organisme.example")
    for email, message in (("claude@", "n’est pas valable"), (taken.email, "est déjà celle de")):
        page = agent.post(
            _add(meeting, "/personne"),
            {
                "name": "Claude Échantillon",
                "function": "Élue",
                "organisation": "Cabinet",
                "email": email,
            },
        )
        assert page.status == 200
        assert message in page.text
        assert page.value_of("name") == "Claude Échantillon"
        assert page.value_of("function") == "Élue"
        assert page.value_of("organisation") == "Cabinet"
        assert page.value_of("email") == email
    assert ctx.session.query(Invitation).count() == 1


def test_too_late_is_said_on_top_of_the_form(
    ctx: Context, agent: Browser, meeting: Meeting, clock: FrozenClock
) -> None:
    clock.set(meeting.starts_at)
    page = agent.post(_add(meeting, "/personne"), {"name": "Tard Venu"})
    assert "La liste des convoqués ne change plus." in page.text
    assert ctx.session.query(Invitation).count() == 0
