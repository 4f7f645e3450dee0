"""The page of a new referral, as somebody at a desk or in the field fills it in, without a script."""

import pytest

from tests.factories.accounts import make_user
from tests.factories.attendees import make_attendee
from tests.factories.forums import make_forum
from tests.factories.organisations import make_contact, make_grantee, make_offer, make_organisation
from tests.factories.referrals import make_person
from tests.page_checks import Browser, Page
from zna_network.extensions import db
from zna_network.models.account import Role
from zna_network.models.attendee import Badge
from zna_network.models.audit import AuditEvent
from zna_network.models.organisation import Organisation
from zna_network.models.person import ConsentAnswer, Person, PersonBadge, Purpose
from zna_network.models.referral import Referral, Step
from zna_network.models.territory import TargetGroup
from zna_network.services import badges
from zna_network.services.context import Context

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
NEW = "/orientations/nouvelle"
NAME, PHONE = "Lina Fictive", "06 39 98 00 01"


@pytest.fixture
def sender(ctx: Context) -> Organisation:
    return make_grantee(ctx.session, name="Lauréat d’exemple")


@pytest.fixture
def receiver(ctx: Context) -> Organisation:
    organisation = make_organisation(ctx.session, name="Maison d’exemple", commune_insee="62041")
    make_offer(ctx.session, organisation, rights=["RSA"], target_groups=[TargetGroup.SENIORS])
    make_contact(ctx.session, organisation, is_referent=True)
    return organisation


@pytest.fixture
def grantee(browser: Browser, ctx: Context, sender: Organisation) -> Browser:
    return browser.sign_in(make_user(ctx.session, Role.GRANTEE, sender))


def filled(page: Page, **values: object) -> dict[str, object]:
    """What the page would send back, with these answers."""
    given: dict[str, object] = {
        "client_id": page.value_of("client_id"),
        "origin": "fieldwork",
        "callback": "phone",
        "urgency": "normal",
        "language": "fr",
        "rights": ["RSA"],
        "name": NAME,
        "phone": PHONE,
        "contact": "given",
        "act": "send",
    }
    return given | values


def test_a_minute_is_enough(grantee: Browser, receiver: Organisation) -> None:
    page = grantee.get(NEW)
    asked = filled(page, act="suggest", place="62041", target_group="seniors", need="Le loyer")
    suggested = grantee.post(NEW, asked)
    assert suggested.status == 200
    assert suggested.all("input", name="receiver_choice", value=str(receiver.id))
    assert "RSA · près de chez la personne · pour ce public" in suggested.text
    assert suggested.value_of("need") == "Le loyer"
    assert suggested.value_of("name") == NAME

    sent = asked | {"act": "send", "receiver_choice": str(receiver.id)}
    shown = grantee.follow(grantee.post(NEW, sent))
    twice = grantee.post(NEW, sent)

    referral = db.session.query(Referral).one()
    assert twice.response.location.endswith(f"/orientations/{referral.id}?faite=1")
    assert referral.shown_number in shown.text
    assert NAME in shown.text
    assert referral.person.case_number in shown.text


def test_a_refusal_keeps_what_was_typed(grantee: Browser, receiver: Organisation) -> None:
    page = grantee.get(NEW)
    bad = filled(page, need="NIR 1 85 05 78 006 084 36", receiver_choice=str(receiver.id))

    refused = grantee.post(NEW, bad)

    assert refused.status == 422
    assert "numéro de sécurité sociale" in refused.text
    assert refused.value_of("client_id") == bad["client_id"]
    assert refused.value_of("name") == NAME
    assert refused.value_of("receiver_choice") == str(receiver.id)
    ticked = refused.all("input", name="rights", checked="")
    assert [box.get("value") for box in ticked] == ["RSA"]
    assert "Choisissez l’organisme" in grantee.post(NEW, filled(page)).text
    assert (
        "Cochez au moins un droit"
        in grantee.post(NEW, filled(page, rights=[], receiver="Maison d’exemple")).text
    )
    near = grantee.post(NEW, filled(page, receiver="Maison dexempl"))
    assert "Aucun organisme ne s’appelle" in near.text
    assert db.session.query(Person).count() == 0
    typed = grantee.post(NEW, filled(page, receiver="maison d’exemple"))
    assert typed.status == 303


def test_without_consent_the_page_says_how_it_goes_on(
    grantee: Browser, receiver: Organisation
) -> None:
    page = grantee.get(NEW)
    told = grantee.post(NEW, filled(page, contact="refused", receiver_choice=str(receiver.id)))

    assert "il passera par vous" in grantee.follow(told).text
    declined = filled(grantee.get(NEW), act="decline", name="", phone="", contact="")
    grantee.post(NEW, declined)
    last = db.session.query(Referral).order_by(Referral.id.desc()).first()
    assert last is not None
    assert last.step is Step.DECLINED
    assert not last.is_live


def test_a_badge_fills_the_form(
    grantee: Browser, ctx: Context, sender: Organisation, receiver: Organisation
) -> None:
    forum = make_forum(ctx.session)
    visitor = make_attendee(ctx.session, forum, name=NAME, phone=PHONE, commune_insee="62041")
    badge = badges.issue(ctx, forum, visitor)
    ticket, number = badges.ticket_of(ctx.settings, badge), badge.shown_number
    page = grantee.get(NEW)

    by_number = grantee.post(NEW, filled(page, act="badge", badge=number, name="", phone=""))
    scanned = grantee.post(NEW, filled(page, act="badge", badge=ticket.lower(), name="", phone=""))
    unknown = grantee.post(NEW, filled(page, act="badge", badge="9999", need="Le loyer"))

    # Numbers follow one another: whoever types them does not read who everybody is.
    assert by_number.value_of("name") == ""
    assert by_number.value_of("place") == ""
    assert (scanned.value_of("name"), scanned.value_of("place")) == (NAME, "62041")
    assert scanned.value_of("badge") == number
    assert ticket not in scanned.response.get_data(as_text=True)
    assert "Aucun badge" in unknown.text
    assert unknown.value_of("need") == "Le loyer"
    badge_id = scanned.value_of("badge_id")
    grantee.post(NEW, filled(scanned, badge_id=badge_id, receiver_choice=str(receiver.id)))
    link = db.session.query(PersonBadge).one()
    assert db.session.get_one(Badge, link.badge_id).number == int(number)
    again = grantee.get(f"{NEW}?badge={number}")
    assert f"{NAME} ({link.person_id})" not in again.text
    assert NAME in again.text
    both = grantee.post(NEW, filled(again, badge_id=badge_id, receiver_choice=str(receiver.id)))
    assert both.status == 422
    assert "Dites de qui il s’agit" in both.text


def test_a_likely_double_is_shown_and_never_merged(
    grantee: Browser, ctx: Context, sender: Organisation, receiver: Organisation
) -> None:
    first = {"act": "send", "receiver_choice": str(receiver.id)}
    grantee.post(NEW, filled(grantee.get(NEW), **first))
    again = filled(grantee.get(NEW), **first)

    asked = grantee.post(NEW, again)
    known = db.session.query(Person).one()
    assert asked.status == 422
    assert "Est-ce l’une de ces personnes" in asked.text
    assert known.case_number in asked.text
    assert grantee.post(NEW, again | {"who": "new"}).status == 303
    third = filled(grantee.get(NEW), who=str(known.id), **first)
    assert grantee.post(NEW, third).status == 303
    assert sorted(one.person_id == known.id for one in db.session.query(Referral)) == [
        False,
        True,
        True,
    ]


def test_nobody_begins_with_a_file_that_is_not_theirs(
    grantee: Browser, agent: Browser, ctx: Context, sender: Organisation
) -> None:
    own = make_person(ctx.session, sender, ConsentAnswer.GIVEN, name=NAME, commune_insee="62041")
    other = make_person(ctx.session, name="Quelqu’un d’ailleurs")

    page = grantee.get(f"{NEW}?personne={own.id}&droit=RSA&droit=INVENTED")
    assert page.value_of("who") == str(own.id)
    assert page.value_of("place") == "62041"
    assert "Réponse connue : donné" in page.text
    assert grantee.get(f"{NEW}?personne={other.id}").status == 404
    # The staff begin with a case number, and read no name before saying why.
    theirs = agent.get(f"{NEW}?personne={own.id}")
    assert own.case_number in theirs.text
    assert NAME not in theirs.text
    read = db.session.query(AuditEvent).filter_by(action="person.read", object_id=str(own.id))
    assert read.count() >= 2
    assert own.agrees_to(Purpose.CONTACT)


def test_suggestions_for_the_script(grantee: Browser, receiver: Organisation) -> None:
    url = "/orientations/destinataires"
    found = grantee.send("GET", f"{url}?droit=RSA&lieu=62041&public=seniors").get_json()
    assert [one["value"] for one in found] == [str(receiver.id)]
    assert grantee.send("GET", f"{url}?droit=RSA&public=youth").get_json() == []
    assert grantee.send("GET", f"{url}?lieu=../..&droit=").get_json() == []
