"""The pages of a draft read by others, of versions compared, and their PDF."""

from datetime import timedelta

import pypdfium2 as pdfium

from tests.factories.accounts import make_user
from tests.factories.invitations import make_invitation
from tests.factories.minutes import make_action, make_decision, make_minutes
from tests.factories.minutes_review import make_comment, make_reader
from tests.page_checks import Browser, Page
from tests.statements import counted_statements
from tests.world import FrozenClock
from zna_network.models.account import Role
from zna_network.models.invitation import Answer
from zna_network.models.minutes import Minutes
from zna_network.models.minutes_review import CommentState, MinutesComment
from zna_network.models.outbox import OutboxMessage
from zna_network.services import minutes as service
from zna_network.services import minutes_text
from zna_network.services.context import Context
from zna_network.services.minutes_review import links
from zna_network.services.minutes_text import TextSave


def _url(minutes: Minutes) -> str:
    return f"/instances/reunions/{minutes.meeting_id}/compte-rendu"


def _write(ctx: Context, minutes: Minutes, text: str) -> None:
    section = minutes.sections[0]
    save = TextSave(section.id, text, section.revision)
    minutes_text.save_section(ctx, minutes.meeting_id, save)


def _form_of(page: Page, section_id: int | None) -> dict[str, str]:
    """What the form of a remark would send, nothing typed yet."""
    for form in page.all("form"):
        sent = {f.get("name") or "": f.get("value") or "" for f in form.iter("input")}
        if "client_id" in sent and sent.get("section_id") == (
            str(section_id) if section_id else None
        ):
            return sent
    raise AssertionError("no such form")


def test_a_draft_is_read_from_a_link_and_remarks_come_back_answered(
    agent: Browser, browser: Browser, ctx: Context, clock: FrozenClock
) -> None:
    minutes = make_minutes(ctx.session)
    _write(ctx, minutes, "La permanence ouvre le lundi.")
    email = make_invitation(ctx.session, minutes.meeting, answer=Answer.ON_SITE).email
    section = minutes.sections[0]
    ask = f"{_url(minutes)}/relecture/demander"
    page = agent.get(ask)
    assert [box.get("checked") is not None for box in page.all("input", name="emails")] == [True]
    assert page.value_of("until") == "2026-12-10"
    assert "demain au plus tôt" in agent.post(ask, {"emails": email, "until": "2026-12-03"}).text
    sent = agent.post(ask, {"emails": email, "until": "2026-12-10", "note": "Merci"})
    assert "Relecture demandée à 1 personne." in agent.follow(sent).text
    mail = ctx.session.query(OutboxMessage).filter_by(kind="minutes_review").one()
    assert b"/relecture/" in (mail.content or b"")
    reader = make_reader(ctx.session, ctx.settings, minutes, name="Zoé Lectrice")
    link = f"/relecture/{links.token_of(ctx.settings, reader)}"
    page = browser.get(link)
    assert page.response.headers["Referrer-Policy"] == "no-referrer"
    for words in ("Projet, non validé", "La permanence ouvre le lundi.", "Zoé Lectrice"):
        assert words in page.text
    form = _form_of(page, section.id)
    refused = browser.post(link, {**form, "text": "Numéro 2 61 05 62 041 001 23"})
    assert (refused.status, "sécurité sociale" in refused.text) == (422, True)
    assert "2 61 05" in refused.value_of("text")
    remark = {**form, "text": "C’est le mardi"}
    page = browser.follow(browser.post(link, remark))
    browser.post(link, remark)
    assert "Vous avez fait 1\u00a0remarque" in page.text.replace("1 remarque", "1\u00a0remarque")
    browser.post(link, {**_form_of(page, None), "text": "Bon compte-rendu"})
    assert browser.post(f"{link}/rien-a-signaler").status == 409
    comment = ctx.session.query(MinutesComment).filter_by(section_id=section.id).one()
    assert "Des relecteurs attendent une réponse" in agent.get("/").text
    draft = agent.get(_url(minutes))
    assert "C’est le mardi" in draft.text
    assert "Bon compte-rendu" in draft.text
    seen = {"section": str(section.id), f"text-{section.id}": "Le mardi, donc.",
            f"revision-{section.id}": str(section.revision)}  # fmt: skip
    led = agent.post(_url(minutes), {**seen, "then": f"comment:{comment.id}"})
    page = agent.follow(led)
    for words in ("C’est le mardi", "Le mardi, donc.", "modifié depuis la remarque"):
        assert words in page.text
    url, revision = f"{_url(minutes)}/relecture/remarques/{comment.id}", page.value_of("revision")
    page = agent.post(url, {"state": "set_aside", "revision": revision})
    assert "Dites pourquoi" in page.text
    agent.post(url, {"state": "taken", "reply": "Merci !", "revision": revision})
    stale = agent.post(url, {"state": "set_aside", "reply": "Non", "revision": revision})
    assert "Quelqu’un d’autre vient de traiter" in stale.text
    assert stale.value_of("reply") == "Non"
    assert "1 remarque de relecteurs à traiter" in _folded(agent.get(f"{_url(minutes)}/valider"))
    page = browser.get(link)
    assert "Prise en compte" in page.text
    assert "Merci !" in page.text
    clock.move(timedelta(days=9))
    page = browser.post(link, {**form, "client_id": "un-autre-nom", "text": "Encore un mot"})
    assert (page.status, "Encore un mot" in page.text) == (410, True)
    assert "Merci !" in page.text


def _folded(page: Page) -> str:
    return page.text.replace("\u00a0", " ").replace("\u202f", " ")


def test_nothing_to_say_is_said_with_one_button(browser: Browser, ctx: Context) -> None:
    reader = make_reader(ctx.session, ctx.settings, make_minutes(ctx.session))
    link = f"/relecture/{links.token_of(ctx.settings, reader)}"
    assert "rien à signaler, le" not in browser.get(link).text
    for _ in range(2):
        page = browser.follow(browser.post(f"{link}/rien-a-signaler"))
        assert "C’est noté : rien à signaler, le 03/12/2026" in _folded(page)
    reader.revoked_at = ctx.now
    ctx.session.commit()
    assert browser.get(link).status == 410
    assert browser.get("/relecture/inconnu").status == 404


def test_versions_are_compared_and_a_text_brought_back(agent: Browser, ctx: Context) -> None:
    minutes = make_minutes(ctx.session)
    assert "Rien à comparer" in agent.get(f"{_url(minutes)}/comparer").text
    _write(ctx, minutes, "La permanence ouvre le lundi.")
    service.validate(ctx, minutes.meeting_id, service.reading(ctx, minutes).seal)
    service.reopen(ctx, minutes.meeting_id, "Un jour à corriger")
    _write(ctx, minutes, "La permanence ouvre le mardi.")
    section = minutes.sections[0]
    page = agent.get(f"{_url(minutes)}/comparer?de=1&a=brouillon")
    assert ["".join(e.itertext()) for e in page.all("del")][1:] == ["[retiré : lundi]"]
    assert ["".join(e.itertext()) for e in page.all("ins")][1:] == ["[ajouté : mardi]"]
    sent = {"version": "1", "sections": str(section.id),
            f"revision-{section.id}": page.value_of(f"revision-{section.id}")}  # fmt: skip
    back = agent.follow(agent.post(f"{_url(minutes)}/comparer/reprendre", sent))
    assert "Texte repris de la version 1" in back.text
    assert "La permanence ouvre le lundi." in back.value_of(f"text-{section.id}")
    again = agent.follow(agent.post(f"{_url(minutes)}/comparer/reprendre", sent))
    assert "modifié ces informations pendant votre saisie" in again.text
    assert agent.get(f"{_url(minutes)}/comparer?de=7&a=1").status == 404


def test_the_pdf_says_what_the_word_document_says(agent: Browser, ctx: Context) -> None:
    minutes = make_minutes(ctx.session)
    _write(ctx, minutes, "Ce qui a été dit :\n- un emoji 👍\n- [lien](x) #let ok = 1")
    make_decision(ctx.session, minutes.meeting, text="On ouvre une permanence")
    make_action(ctx.session, minutes.meeting, text="Prévenir les communes")
    draft = agent.get(f"{_url(minutes)}/projet.pdf").response
    assert (draft.mimetype, draft.headers["Cache-Control"]) == (
        "application/pdf", "private, no-store",
    )  # fmt: skip
    service.validate(ctx, minutes.meeting_id, service.reading(ctx, minutes).seal)
    handed = agent.get(f"{_url(minutes)}/versions/1.pdf").response
    assert "compte-rendu-2026-12-17-v1.pdf" in handed.headers["Content-Disposition"]
    for answer, is_draft in ((draft, True), (handed, False)):
        with pdfium.PdfDocument(answer.data) as document:
            assert document.is_tagged()
            assert document.get_metadata_dict()["Title"].startswith("Compte-rendu")
            words = " ".join(page.get_textpage().get_text_range() for page in document)
        for said in ("On ouvre une permanence", "Prévenir les communes", "#let ok = 1"):
            assert said in " ".join(words.split())
        assert ("document de travail non validé" in words) is is_draft
    assert agent.get(f"{_url(minutes)}/versions/2.pdf").status == 404
    make_invitation(ctx.session, minutes.meeting, email="un@exemple.example")
    send = {"version": "1", "emails": "un@exemple.example", "with_pdf": "1"}
    agent.post(f"{_url(minutes)}/envoyer", send)
    content = ctx.session.query(OutboxMessage).filter_by(kind="minutes_sent").one().content or b""
    assert content.count(b"compte-rendu-2026-12-17-v1.pdf") >= 1
    assert content.count(b"compte-rendu-2026-12-17-v1.docx") >= 1


def test_the_pages_cost_the_same_whatever_they_show(
    agent: Browser, browser: Browser, ctx: Context
) -> None:
    make_user(ctx.session, Role.AGENT)
    costs = []
    for number in (5, 50):
        minutes = make_minutes(ctx.session)
        reader = make_reader(ctx.session, ctx.settings, minutes)
        for _ in range(number):
            other = make_reader(ctx.session, ctx.settings, minutes)
            make_comment(ctx.session, minutes, other)
            make_comment(ctx.session, minutes, reader, state=CommentState.TAKEN)
        link = f"/relecture/{links.token_of(ctx.settings, reader)}"
        cost = []
        for who, url in (
            (agent, f"{_url(minutes)}/relecture"),
            (agent, _url(minutes)),
            (browser, link),
        ):
            with counted_statements() as statements:
                assert who.get(url).status == 200
            cost.append(len(statements))
        costs.append(cost)
    assert costs[0] == costs[1]
