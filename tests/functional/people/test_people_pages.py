"""The pages of people: what each reader sees, and the acts that start from there."""

import pytest
from flask import Flask
from sqlalchemy import select

from tests.factories.accounts import make_user
from tests.factories.organisations import make_organisation
from tests.factories.referrals import make_person, make_referral
from tests.page_checks import Browser
from zna_network.extensions import db
from zna_network.models.account import Role
from zna_network.models.audit import AuditEvent
from zna_network.models.organisation import Organisation
from zna_network.models.person import ConsentAnswer, Person, Purpose
from zna_network.services.context import Context
from zna_network.services.referrals import people
from zna_network.services.referrals.people import PersonData

URL = "/orientations/personnes"
YAMINA = PersonData("Yamina Fictive", "yamina@personne.example", "06 39 98 00 01", 1961, "62041")


@pytest.fixture
def owner(app: Flask) -> Organisation:
    return make_organisation(db.session(), name="Association Passerelle")


@pytest.fixture
def ours(app: Flask, owner: Organisation) -> Browser:
    return Browser(app).sign_in(make_user(db.session(), Role.GRANTEE, owner))


def _create(ctx: Context, owner: Organisation, data: PersonData = YAMINA) -> Person:
    with ctx.unit_of_work():
        return people.create(ctx, owner.id, data)


def _journal() -> list[str]:
    return list(db.session().scalars(select(AuditEvent.action)))


def test_those_who_follow_a_person_see_and_keep_the_file(
    ctx: Context, ours: Browser, owner: Organisation
) -> None:
    assert "Aucun dossier" in ours.get(URL).text
    person = _create(ctx, owner)
    make_referral(db.session(), person)
    url = f"{URL}/{person.id}"
    assert "Yamina Fictive" in ours.get(f"{URL}?q=yam").text
    assert "Aucun dossier ne correspond" in ours.get(f"{URL}?q=durand").text
    page = ours.get(url)
    for words in ("Yamina Fictive", "06 39 98 00 01", "Non demandé", person.case_number):
        assert words in page.text
    page = ours.get(f"{url}/modifier")
    typed = {
        "name": "Yamina Exemple",
        "birth_year": "61",
        "note": "NIR 2 61 05 62 041 001 23",
        "revision": page.value_of("revision"),
    }
    refused = ours.post(f"{url}/modifier", typed)
    assert "Écrivez une année" in refused.text or "sécurité sociale" in refused.text
    assert refused.value_of("name") == "Yamina Exemple"
    typed |= {"birth_year": "1961", "note": "Préfère le matin"}
    assert ours.post(f"{url}/modifier", typed).status == 303
    late = ours.post(f"{url}/modifier", {**typed, "name": "Trop tard"})
    assert "entre-temps" in late.text
    assert late.value_of("name") == "Trop tard"
    page = ours.get(url)
    assert "Yamina Exemple" in page.text
    assert "Préfère le matin" in page.text
    answered = {"contact": "given", "evaluation": "refused", "channel": "paper", "language": "ar"}
    assert ours.post(f"{url}/accord", answered).status == 303
    page = ours.get(f"{url}/accord")
    for words in ("Donné", "Refusé", "Formulaire signé", "العربية", "Retire son accord"):
        assert words in page.text, words
    assert ours.post(f"{url}/accord", {"contact": "withdrawn"}).status == 303
    assert "Retiré" in ours.get(f"{url}/accord").text
    assert ours.get(f"{url}/donnees.json").response.mimetype == "application/json"
    assert ours.get(f"{url}/donnees.docx").status == 200
    assert "C’est définitif" in ours.get(f"{url}/effacer").text
    assert ours.post(f"{url}/effacer").status == 303
    page = ours.get(url)
    assert "anonymisé" in page.text
    assert "Yamina" not in page.text
    assert ours.get(f"{url}/modifier").status == 409
    assert {"person.read", "person.changed", "person.exported", "person.erased"} <= set(_journal())


def test_an_agent_says_why_before_reading_a_name(
    ctx: Context, agent: Browser, owner: Organisation
) -> None:
    person = _create(ctx, owner)
    url = f"{URL}/{person.id}"
    assert person.case_number in agent.get(URL).text
    assert "Choisissez pourquoi" in agent.get(f"{URL}?q=yamina").text
    found = agent.get(f"{URL}?q=yamina&motif=present")
    assert person.case_number in found.text
    page = agent.get(url)
    for secret in ("Yamina", "yamina@", "06 39 98", "1961"):
        assert secret not in found.text.replace("yamina", "") + page.text
    assert "masqués" in page.text
    assert agent.get(f"{url}/modifier").status == 403
    assert agent.get(f"{url}/donnees.json").status == 403
    refused = agent.post(f"{url}/ouvrir", {"reason": "other", "words": ""})
    assert "Dites pourquoi" in refused.text
    assert agent.post(f"{url}/ouvrir", {"reason": "present"}).status == 303
    page = agent.get(url)
    assert "Yamina Fictive" in page.text
    assert "La personne appelle ou se présente" in page.text
    assert agent.post(f"{url}/refermer").status == 303
    assert "Yamina" not in agent.get(url).text


def test_two_files_are_compared_then_made_one(
    ctx: Context, ours: Browser, owner: Organisation
) -> None:
    one, other = _create(ctx, owner), _create(ctx, owner, PersonData("Y. F.", YAMINA.email))
    third = _create(ctx, owner, PersonData("Son mari", phone=YAMINA.phone))
    page = ours.get(f"{URL}/doublons")
    assert page.text.count("Comparer et réunir") == 2
    assert ours.post(f"{URL}/{third.id}/{one.id}/differents").status == 303
    assert ours.get(f"{URL}/doublons").text.count("Comparer et réunir") == 1
    assert "Un dossier ressemble" in ours.get(f"{URL}/{one.id}").text
    url = f"{URL}/{one.id}/{other.id}/fusion"
    page = ours.get(url)
    assert "L’autre valeur est perdue" in page.text
    sent = {name: page.value_of(name) for name in ("kept_revision", "other_revision")}
    assert "Rien n’a été écrasé" in ours.post(url, {**sent, "other_revision": "99"}).text
    done = ours.post(url, sent)
    assert done.response.location.endswith(f"{URL}/{one.id}")
    assert ours.get(f"{URL}/{other.id}").response.location.endswith(f"{URL}/{one.id}")
    assert "Aucun doublon" in ours.get(f"{URL}/doublons").text


def test_others_see_what_the_person_agreed_to_or_nothing(
    app: Flask, ctx: Context, owner: Organisation
) -> None:
    receiver = make_organisation(db.session())
    person = make_person(db.session(), owner, contact=ConsentAnswer.REFUSED, name="Yamina Fictive")
    make_referral(db.session(), person, receiver=receiver)
    partner = Browser(app).sign_in(make_user(db.session(), Role.PARTNER, receiver))
    stranger = Browser(app).sign_in(
        make_user(db.session(), Role.GRANTEE, make_organisation(db.session()))
    )
    page = partner.get(f"{URL}/{person.id}")
    assert "Yamina" not in page.text
    assert "n’a pas donné son accord" in page.text
    for part, status in (
        ("modifier", 403),
        ("accord", 403),
        ("donnees.json", 403),
        ("effacer", 403),
    ):
        assert partner.get(f"{URL}/{person.id}/{part}").status == status, part
        assert stranger.get(f"{URL}/{person.id}/{part}").status == 404, part
    assert stranger.get(f"{URL}/{person.id}").status == 404
    assert Browser(app).get(f"{URL}/{person.id}").status == 302
    consent = person.consent(Purpose.CONTACT)
    assert consent is not None
    consent.answer = ConsentAnswer.GIVEN
    db.session().commit()
    assert "Yamina Fictive" in partner.get(f"{URL}/{person.id}").text
    assert person.case_number not in partner.get(URL).text, "the list is of one's own people"
