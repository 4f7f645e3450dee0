"""From the draft to the hands of those who should have it."""

from tests.factories.accounts import make_user
from tests.factories.committees import make_committee, make_membership
from tests.factories.docx_files import docx_with, text_of
from tests.factories.invitations import make_invitation
from tests.factories.meetings import make_meeting
from tests.factories.minutes import make_action, make_decision, make_minutes
from tests.factories.organisations import make_contact, make_organisation
from tests.functional.minutes.page_forms import fresh, url_of
from tests.page_checks import Browser, Page
from zna_network.extensions import db
from zna_network.models.account import Role
from zna_network.models.document import DocumentKind, DocumentTemplate
from zna_network.models.minutes import Minutes, MinutesState
from zna_network.models.outbox import OutboxMessage
from zna_network.ports.documents import DOCX_MEDIA_TYPE
from zna_network.services import minutes_text
from zna_network.services.context import Context
from zna_network.services.minutes_text import TextSave


def _validate(agent: Browser, minutes: Minutes) -> Page:
    url = f"{url_of(minutes)}/valider"
    return agent.post(url, {"seal": agent.get(url).value_of("seal")})


def _write(ctx: Context, minutes: Minutes, text: str) -> None:
    section = minutes.sections[0]
    save = TextSave(section.id, text, section.revision)
    minutes_text.save_section(ctx, minutes.meeting_id, save)


def test_the_draft_is_read_then_validated(agent: Browser, minutes: Minutes, ctx: Context) -> None:
    _write(ctx, minutes, "Ce qui a été dit :\n- une puce\n- une autre\nPuis la fin.")
    make_decision(ctx.session, minutes.meeting, text="On ouvre une permanence")
    make_action(ctx.session, minutes.meeting, text="Prévenir les communes")
    page = agent.get(f"{url_of(minutes)}/valider")
    for words in ("Ce qui a été dit", "On ouvre une permanence", "Prévenir les communes"):
        assert words in page.text
    assert "Qui a présidé n’est pas indiqué." in page.text
    bullets = page.all("div", class_="doc-prose")[0].iter("li")
    assert ["".join(bullet.itertext()) for bullet in bullets] == ["une puce", "une autre"]
    page = agent.follow(_validate(agent, minutes))
    assert "Compte-rendu validé : version 1." in page.text
    assert "Validé le 3 décembre 2026 par Personne Fictive" in page.text
    assert page.all("textarea") == []
    assert "une puce" in page.text


def test_what_changed_since_it_was_read_is_read_again(
    agent: Browser, minutes: Minutes, ctx: Context
) -> None:
    url = f"{url_of(minutes)}/valider"
    seal = agent.get(url).value_of("seal")
    _write(ctx, minutes, "Ajouté entre-temps")
    page = agent.post(url, {"seal": seal})
    assert "relisez-le une dernière fois" in page.text
    assert "Ajouté entre-temps" in page.text
    assert fresh(minutes).state is MinutesState.DRAFT
    assert agent.post(url, {"seal": page.value_of("seal")}).status == 302


def test_a_template_that_breaks_validates_nothing(agent: Browser, minutes: Minutes) -> None:
    db.session.add(
        DocumentTemplate(
            kind=DocumentKind.MINUTES, filename="x.docx", uploaded_at=minutes.created_at,
            content=docx_with("{{ inconnu.autre }}"),
        )
    )  # fmt: skip
    db.session.commit()
    page = _validate(agent, minutes)
    assert "Le modèle « Compte-rendu » n’a pas pu être rempli" in page.text
    assert fresh(minutes).state is MinutesState.DRAFT
    answer = agent.get(f"{url_of(minutes)}/projet.docx")
    assert "n’a pas pu être rempli" in agent.follow(answer).text


def test_the_documents_are_downloaded(agent: Browser, minutes: Minutes) -> None:
    draft = agent.get(f"{url_of(minutes)}/projet.docx").response
    assert draft.mimetype == DOCX_MEDIA_TYPE
    assert draft.headers["Cache-Control"] == "private, no-store"
    assert "PROJET" in text_of(draft.data)
    assert agent.get(f"{url_of(minutes)}/versions/1.docx").status == 404
    _validate(agent, minutes)
    handed = agent.get(f"{url_of(minutes)}/versions/1.docx").response
    assert "compte-rendu-2026-12-17-v1.docx" in handed.headers["Content-Disposition"]
    assert "PROJET" not in text_of(handed.data)
    assert agent.get(f"{url_of(minutes)}/valider").status == 409


def test_reopening_asks_why_and_keeps_the_version(agent: Browser, minutes: Minutes) -> None:
    _validate(agent, minutes)
    url = f"{url_of(minutes)}/rouvrir"
    assert "Dites pourquoi" in agent.post(url, {"reason": ""}).text
    page = agent.follow(agent.post(url, {"reason": "Une erreur de date"}))
    assert "Version 2 en cours de rédaction" in page.text
    assert "Une erreur de date" in page.text
    assert f"{url_of(minutes)}/versions/1.docx" in page.links()
    again = agent.post(url, {"reason": "Encore"})
    assert "déjà en cours de rédaction" in again.text
    _validate(agent, minutes)
    assert "Version 2" in agent.get(url_of(minutes)).text


def test_sends_to_those_chosen_once(agent: Browser, minutes: Minutes) -> None:
    meeting = minutes.meeting
    for email in ("un@organisme.example", "deux@organisme.example", ""):
        make_invitation(db.session(), meeting, email=email, name=f"M. {email or 'Sans Adresse'}")
    assert agent.get(f"{url_of(minutes)}/envoyer").status == 409
    _validate(agent, minutes)
    url = f"{url_of(minutes)}/envoyer"
    page = agent.get(url)
    assert "Sans adresse e-mail : M. Sans Adresse." in page.text
    boxes = page.all("input", name="emails")
    assert [box.get("checked") is not None for box in boxes] == [True, True]
    nobody = agent.post(url, {"version": 1, "note": "Un mot"})
    assert "Choisissez au moins une personne." in nobody.text
    assert nobody.value_of("note") == "Un mot"
    chosen = {"version": 1, "emails": ["un@organisme.example"], "note": "Un mot"}
    assert "envoyé à une personne" in agent.follow(agent.post(url, chosen)).text
    assert "déjà reçu" in agent.follow(agent.post(url, chosen)).text
    assert db.session.query(OutboxMessage).count() == 1
    assert fresh(minutes).state is MinutesState.SENT
    boxes = agent.get(url).all("input", name="emails")
    ticked = {box.get("value"): box.get("checked") is not None for box in boxes}
    assert ticked == {"un@organisme.example": False, "deux@organisme.example": True}
    page = agent.get(url_of(minutes))
    assert "Envoyer à d’autres" in page.text
    assert "M. un@organisme.example" in page.text
    stranger = agent.post(url, {**chosen, "emails": ["inconnu@ailleurs.example"]})
    assert "n’est plus celle d’un participant" in stranger.text


def test_nobody_to_send_to_is_said(agent: Browser, minutes: Minutes) -> None:
    _validate(agent, minutes)
    assert "Personne à qui l’envoyer" in agent.get(f"{url_of(minutes)}/envoyer").text


def test_a_member_reads_validated_minutes_only(agent: Browser, ctx: Context) -> None:
    leading, sitting = (make_organisation(ctx.session) for _ in range(2))
    committee = make_committee(ctx.session, led_by=leading)
    make_membership(ctx.session, committee, make_contact(ctx.session, sitting))
    minutes = make_minutes(ctx.session, make_meeting(ctx.session, committee))
    _write(ctx, minutes, "Première version")
    app = agent.client.application
    member = Browser(app).sign_in(make_user(ctx.session, Role.PARTNER, sitting))
    grantee = Browser(app).sign_in(make_user(ctx.session, Role.GRANTEE, leading))
    stranger = Browser(app).sign_in(
        make_user(ctx.session, Role.PARTNER, make_organisation(ctx.session))
    )
    page = member.get(url_of(minutes))
    assert "n’est pas encore disponible" in page.text
    assert "Première version" not in page.text
    for path in ("/projet.docx", "/decisions/nouvelle", "/textes"):
        assert member.get(url_of(minutes) + path).status == 403
        assert grantee.get(url_of(minutes) + path).status == 200
    for path in ("/valider", "/rouvrir", "/envoyer"):
        assert grantee.get(url_of(minutes) + path).status == 403
    _validate(agent, minutes)
    agent.post(f"{url_of(minutes)}/rouvrir", {"reason": "Motif"})
    _write(ctx, fresh(minutes), "Seconde version")
    page = member.get(url_of(minutes))
    assert "Première version" in page.text
    assert "Seconde version" not in page.text
    assert "Une version corrigée est en préparation" in page.text
    assert member.get(f"{url_of(minutes)}/versions/1.docx").status == 200
    assert "Seconde version" in grantee.get(url_of(minutes)).text
    for path in ("", "/versions/1.docx"):
        assert stranger.get(url_of(minutes) + path).status == 403
