"""The « Convocations » side of a meeting, as agents and the leading grantee use it."""

import zipfile
from io import BytesIO

import docx
import pytest
from flask import Flask

from tests.factories.accounts import make_user
from tests.factories.committees import make_committee
from tests.factories.invitations import mails_to, make_invitation
from tests.factories.meetings import make_meeting
from tests.factories.organisations import make_contact, make_organisation
from tests.mail_reading import mails
from tests.page_checks import Browser
from tests.statements import counted_statements
from tests.world import FrozenClock, MailboxMailer
from zna_network.models.account import Role
from zna_network.models.committee import CommitteeKind
from zna_network.models.invitation import Answer, AnswerChannel
from zna_network.models.meeting import Meeting
from zna_network.models.organisation import Civility
from zna_network.ports.mailer import DeliveryError
from zna_network.services import delivery, invitations
from zna_network.services.context import Context
from zna_network.services.invitation_links import link_of


@pytest.fixture
def meeting(ctx: Context) -> Meeting:
    return make_meeting(ctx.session, visio_url="https://visio.example/1")


def _list(meeting: Meeting) -> str:
    return f"/instances/reunions/{meeting.id}/convocations"


def test_an_empty_list_says_what_to_do(agent: Browser, meeting: Meeting) -> None:
    page = agent.get(_list(meeting))
    assert page.status == 200
    assert "Personne n’est encore convoqué" in page.text
    assert f"{_list(meeting)}/ajouter" in page.links()
    assert "Envoyer les convocations" not in page.text


def test_sends_and_shows_what_became_of_the_mails(
    ctx: Context, agent: Browser, meeting: Meeting, mailbox: MailboxMailer
) -> None:
    person = make_invitation(ctx.session, meeting, name="Awa Fictive")
    make_invitation(ctx.session, meeting, name="Paul Sansmail", email="")
    page = agent.get(_list(meeting))
    assert "1 personne à convoquer" in page.text.replace("\u00a0", " ")
    page = agent.follow(agent.post(f"{_list(meeting)}/envoyer"))
    assert "1 convocation : les messages partent dans la minute." in page.text
    assert "faute d’e-mail : Paul Sansmail" in page.text
    assert "En attente d’envoi" in page.text
    mailbox.fail_with = DeliveryError("550 boîte inconnue", permanent=True)
    delivery.deliver_due(ctx, "tests")
    page = agent.get(_list(meeting))
    assert "Échec de l’envoi" in page.text
    assert "550 boîte inconnue" in page.text
    page = agent.follow(agent.post(f"{_list(meeting)}/envoyer"))
    assert "Tout le monde a déjà reçu sa convocation" in page.text
    assert len(mails_to(ctx.session, person)) == 1


def test_shows_answers_how_and_when_they_were_given(
    ctx: Context, agent: Browser, meeting: Meeting
) -> None:
    make_invitation(
        ctx.session, meeting, name="Awa Fictive", convened=True, answer=Answer.DECLINED,
        answered_at=ctx.now, answered_via=AnswerChannel.LINK, comment="En congé",
    )  # fmt: skip
    make_invitation(
        ctx.session, meeting, name="Léo Témoin", convened=True, outdated_answer=Answer.ON_SITE
    )
    page = agent.get(_list(meeting))
    for expected in (
        "Absent", "par le lien le 03/12/2026 à 10:00", "« En congé »", "À reconfirmer",
        "avait répondu : présent sur place", "1 sur 2",
    ):  # fmt: skip
        assert expected in page.text
    absent = agent.get(f"{_list(meeting)}?voir=absents")
    assert "Awa Fictive" in absent.text
    assert "Léo Témoin" not in absent.text
    nobody = agent.get(f"{_list(meeting)}?voir=representes")
    assert "Personne dans cette liste" in nobody.text
    assert agent.get(f"{_list(meeting)}?voir=n-importe-quoi").status == 200


def test_reminds_the_people_ticked_or_everyone(
    ctx: Context, agent: Browser, meeting: Meeting
) -> None:
    one = make_invitation(ctx.session, meeting, name="Awa Fictive", convened=True)
    make_invitation(ctx.session, meeting, name="Léo Témoin", convened=True)
    page = agent.get(_list(meeting))
    assert {box.get("value") for box in page.all("input", name="invitations")} >= {str(one.id)}
    page = agent.follow(agent.post(f"{_list(meeting)}/relancer", {"invitations": [str(one.id)]}))
    assert "1 relance : envoi dans la minute." in page.text
    page = agent.follow(agent.post(f"{_list(meeting)}/relancer", {"qui": "sans-reponse"}))
    assert "Déjà relancé aujourd’hui, pas de second message : Awa Fictive." in page.text
    assert len(mails(ctx.session)) == 2
    page = agent.post(f"{_list(meeting)}/relancer")
    assert page.status == 422
    assert "Cochez au moins une personne" in page.text


def test_everyone_has_answered(ctx: Context, agent: Browser, meeting: Meeting) -> None:
    make_invitation(ctx.session, meeting, convened=True, answer=Answer.ON_SITE)
    page = agent.follow(agent.post(f"{_list(meeting)}/relancer", {"qui": "sans-reponse"}))
    assert "personne à relancer" in page.text
    assert "Relancer" not in agent.get(_list(meeting)).text


def test_letters_are_downloaded_one_or_all(ctx: Context, agent: Browser) -> None:
    committee = make_committee(ctx.session, kind=CommitteeKind.STEERING)
    meeting = make_meeting(ctx.session, committee, title="Deuxième COPIL")
    organisation = make_organisation(ctx.session, name="Mairie d’Exempleville")
    contact = make_contact(
        ctx.session, organisation, first_name="Jeanne", last_name="Exemple",
        civility=Civility.MADAM, salutation="Madame la Maire",
    )  # fmt: skip
    person = make_invitation(ctx.session, meeting, contact)
    make_invitation(ctx.session, meeting, email="", name="Jean Exemple")
    response = agent.client.get(f"{_list(meeting)}/{person.id}/lettre")
    assert response.status_code == 200
    words = "\n".join(p.text for p in docx.Document(BytesIO(response.data)).paragraphs)
    for expected in (
        "Madame Jeanne Exemple", "Mairie d’Exempleville", "Madame la Maire,", "Deuxième COPIL",
    ):  # fmt: skip
        assert expected in words
    assert link_of(ctx.settings, person) in words
    archive = agent.client.get(f"{_list(meeting)}/lettres")
    assert archive.mimetype == "application/zip"
    names = zipfile.ZipFile(BytesIO(archive.data)).namelist()
    assert names == [
        "01-convocation-2026-12-17-jeanne-exemple.docx",
        "02-convocation-2026-12-17-jean-exemple.docx",
    ]  # fmt: skip


def test_no_letter_without_anybody(agent: Browser, meeting: Meeting) -> None:
    page = agent.get(f"{_list(meeting)}/lettres")
    assert page.status == 422
    assert "Ajoutez d’abord" in page.text
    assert agent.get(f"{_list(meeting)}/99999/lettre").status == 404


def test_a_cancelled_or_past_meeting_is_only_read(
    ctx: Context, agent: Browser, meeting: Meeting, clock: FrozenClock
) -> None:
    make_invitation(ctx.session, meeting, convened=True)
    clock.set(meeting.starts_at)
    page = agent.get(_list(meeting))
    assert "La réunion a commencé" in page.text
    assert "Ajouter des personnes" not in page.text
    assert agent.post(f"{_list(meeting)}/envoyer").status == 409


def test_the_leading_grantee_prepares_and_does_not_send(
    app: Flask, ctx: Context, browser: Browser
) -> None:
    grantee = make_organisation(ctx.session)
    meeting = make_meeting(ctx.session, make_committee(ctx.session, led_by=grantee))
    person = make_invitation(ctx.session, meeting)
    browser.sign_in(make_user(ctx.session, Role.GRANTEE, grantee))
    page = browser.get(_list(meeting))
    assert "Ajouter des personnes" in page.text
    assert "Un agent de la Communauté urbaine enverra les convocations." in page.text
    assert "Envoyer les convocations" not in page.text
    assert browser.get(f"{_list(meeting)}/ajouter").status == 200
    own_page = browser.get(f"{_list(meeting)}/{person.id}")
    assert "/r/" not in own_page.text
    for refused in ("envoyer", "relancer", f"{person.id}/reponse", f"{person.id}/lien"):
        assert browser.post(f"{_list(meeting)}/{refused}").status == 403
    assert browser.get(f"{_list(meeting)}/lettres").status == 403


@pytest.mark.parametrize("role", [Role.GRANTEE, Role.PARTNER])
def test_other_organisations_see_nothing(
    ctx: Context, browser: Browser, meeting: Meeting, role: Role
) -> None:
    person = make_invitation(ctx.session, meeting)
    browser.sign_in(make_user(ctx.session, role, make_organisation(ctx.session)))
    for path in ("", "/ajouter", f"/{person.id}"):
        assert browser.get(f"{_list(meeting)}{path}").status == 403


def test_nobody_without_an_account_sees_the_list(browser: Browser, meeting: Meeting) -> None:
    assert browser.get(_list(meeting)).status == 302
    assert browser.post(f"{_list(meeting)}/envoyer").status == 403


def test_a_meeting_that_does_not_exist(agent: Browser) -> None:
    assert agent.get("/instances/reunions/99999/convocations").status == 404
    assert agent.post("/instances/reunions/99999/convocations/envoyer").status == 404


def test_the_page_costs_the_same_for_5_people_as_for_60(ctx: Context, agent: Browser) -> None:
    costs = []
    for number in (5, 60):
        meeting = make_meeting(ctx.session)
        for _ in range(number):
            contact = make_contact(ctx.session, make_organisation(ctx.session))
            make_invitation(ctx.session, meeting, contact)
        invitations.send_convocations(ctx, meeting.id)
        url = _list(meeting)
        ctx.session.expire_all()
        with counted_statements() as statements:
            page = agent.get(url)
        assert page.status == 200
        costs.append(len(statements))
    assert costs[0] == costs[1]
