"""One invited person's page."""

import pytest

from tests.factories.invitations import mails_to, make_invitation
from tests.factories.meetings import make_meeting
from tests.page_checks import Browser
from zna_network.models.invitation import Answer, AnswerChannel, Invitation
from zna_network.services import delivery, invitations
from zna_network.services.context import Context
from zna_network.services.invitation_links import link_of


@pytest.fixture
def person(ctx: Context) -> Invitation:
    meeting = make_meeting(ctx.session, visio_url="https://visio.example/1")
    person = make_invitation(ctx.session, meeting, name="Awa Fictive")
    invitations.send_convocations(ctx, meeting.id)
    delivery.deliver_due(ctx, "tests")
    return person


def _page(person: Invitation, act: str = "") -> str:
    return f"/instances/reunions/{person.meeting_id}/convocations/{person.id}{act}"


def test_shows_the_state_the_history_and_the_link(
    ctx: Context, agent: Browser, person: Invitation
) -> None:
    page = agent.get(_page(person))
    for expected in ("Awa Fictive", person.email, "Envoyée", "Sans réponse", "Convocation : ",
                     link_of(ctx.settings, person)):  # fmt: skip
        assert expected in page.text


def test_an_answer_given_by_telephone_is_entered(
    ctx: Context, agent: Browser, person: Invitation
) -> None:
    page = agent.follow(
        agent.post(_page(person, "/reponse"), {"answer": "remote", "comment": "Appel du matin"})
    )
    assert "Réponse de Awa Fictive enregistrée." in page.text
    assert "Présent en visio" in page.text
    assert person.answer is Answer.REMOTE
    assert person.answered_via is AnswerChannel.AGENT
    assert page.value_of("answer") == "remote"


def test_a_representative_is_entered_and_shown_for_correction(
    ctx: Context, agent: Browser, person: Invitation
) -> None:
    typed = {
        "answer": "represented",
        "representative_name": "Inès Essai",
        "representative_function": "Adjointe",
        "representative_email": "ines@organisme.example",
    }
    page = agent.follow(agent.post(_page(person, "/reponse"), typed))
    assert "Représentant Inès Essai" in page.text.replace("Inès", " Inès").replace("  ", " ")
    for name, value in typed.items():
        assert page.value_of(name) == value
    [stand_in] = person.representatives
    theirs = agent.get(_page(stand_in))
    assert "Awa Fictive" in theirs.text
    assert "representative_name" not in str(theirs.response.data)


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({}, "Choisissez une réponse."),
        (
            {"answer": "represented", "representative_name": "Inès Essai"},
            "Indiquez l’adresse e-mail",
        ),
        ({"answer": "represented", "representative_email": "ines@x.example"}, "Indiquez le nom."),
        ({"answer": "n-importe"}, "valide"),
    ],
)
def test_a_refusal_is_said_and_what_was_typed_kept(
    ctx: Context, agent: Browser, person: Invitation, typed: dict[str, str], message: str
) -> None:
    page = agent.post(_page(person, "/reponse"), {**typed, "comment": "Un mot"})
    assert page.status == 200
    assert message in page.text
    assert page.value_of("comment") == "Un mot"
    for name in set(typed) - {"answer"}:
        assert page.value_of(name) == typed[name]
    assert person.answer is None


def test_the_address_is_corrected(ctx: Context, agent: Browser, person: Invitation) -> None:
    page = agent.get(_page(person))
    sent = {"email": "juste@organisme.example", "revision": page.value_of("revision")}
    page = agent.follow(agent.post(_page(person, "/adresse"), sent))
    assert "Modification enregistrée." in page.text
    assert person.email == "juste@organisme.example"
    assert not person.is_required
    stale = agent.post(_page(person, "/adresse"), {**sent, "email": "autre@organisme.example"})
    assert stale.status == 200
    assert "Quelqu’un d’autre a modifié" in stale.text
    assert stale.value_of("email") == "autre@organisme.example"
    assert stale.value_of("revision") == str(person.revision)
    assert person.email == "juste@organisme.example"


def test_a_wrong_address_is_said_beside_the_field(
    ctx: Context, agent: Browser, person: Invitation
) -> None:
    page = agent.post(
        _page(person, "/adresse"), {"email": "juste@", "revision": str(person.revision)}
    )
    assert "n’est pas valable" in page.text
    assert page.value_of("email") == "juste@"


def test_the_link_is_renewed_by_mail_or_switched_off(
    ctx: Context, agent: Browser, browser: Browser, person: Invitation
) -> None:
    first = link_of(ctx.settings, person)
    page = agent.follow(agent.post(_page(person, "/lien"), {"envoyer": "1"}))
    assert "Le nouveau part par e-mail à Awa Fictive." in page.text
    second = link_of(ctx.settings, person)
    assert second in page.text
    assert browser.get(first.removeprefix(ctx.settings.base_url)).status == 410
    assert browser.get(second.removeprefix(ctx.settings.base_url)).status == 200
    assert [mail.kind for mail in mails_to(ctx.session, person)][-1] == "meeting_link"
    agent.post(_page(person, "/lien"))
    assert browser.get(second.removeprefix(ctx.settings.base_url)).status == 410
    assert len(mails_to(ctx.session, person)) == 2


def test_somebody_is_removed_and_keeps_a_page(
    ctx: Context, agent: Browser, person: Invitation
) -> None:
    page = agent.follow(agent.post(_page(person, "/retirer")))
    assert "n’est plus sur la liste ; un message d’annulation lui parvient." in page.text
    assert "Awa Fictive" not in [a.text for a in page.all("a")]
    gone = agent.get(_page(person))
    assert "n’est plus convoquée" in gone.text
    assert "Retirée de la liste" in gone.text
    assert agent.post(_page(person, "/retirer")).status == 409
    assert agent.post(_page(person, "/reponse"), {"answer": "on_site"}).status == 200
    assert person.answer is None


def test_somebody_without_email_is_marked_as_told(ctx: Context, agent: Browser) -> None:
    meeting = make_meeting(ctx.session)
    person = make_invitation(ctx.session, meeting, name="Paul Sansmail", email="")
    page = agent.get(_page(person))
    assert "J’ai prévenu cette personne" in page.text
    page = agent.follow(agent.post(_page(person, "/prevenu")))
    assert "Prévenu" in page.text
    assert "J’ai prévenu cette personne" not in page.text


def test_an_invitation_of_another_meeting_is_not_found(
    ctx: Context, agent: Browser, person: Invitation
) -> None:
    elsewhere = make_meeting(ctx.session)
    url = f"/instances/reunions/{elsewhere.id}/convocations/{person.id}"
    assert agent.get(url).status == 404
    assert agent.post(f"{url}/lien").status == 409
