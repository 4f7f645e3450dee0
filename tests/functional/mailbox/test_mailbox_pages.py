"""What the staff see of what came back by mail, and decide."""

from datetime import UTC, datetime

from tests.factories.calendar_mails import answer_mail, returned_mail
from tests.factories.invitations import mails_to, make_invitation
from tests.factories.meetings import make_meeting
from tests.factories.organisations import make_contact, make_organisation
from tests.factories.outbox import make_message
from tests.mail_receiving import receive
from tests.page_checks import Browser
from tests.statements import counted_statements
from zna_network.models.invitation import Answer
from zna_network.models.mailbox import IncomingState, TimeProposal
from zna_network.models.outbox import OutboxState
from zna_network.services import invitations
from zna_network.services.context import Context

REVISION = 2  # Entered, then held.
OTHER = {"starts": datetime(2026, 12, 18, 8, 0, tzinfo=UTC),
         "ends": datetime(2026, 12, 18, 10, 0, tzinfo=UTC)}  # fmt: skip


def test_a_held_answer_is_applied_to_the_person_or_to_who_stands_in(
    ctx: Context, agent: Browser
) -> None:
    meeting = make_meeting(ctx.session)
    one, two = (make_invitation(ctx.session, meeting) for _ in range(2))
    invitations.send_convocations(ctx, meeting.id)
    other_address, forwarded, gone = receive(
        ctx,
        answer_mail(one, sender="perso@gmail.com", comment="En voiture"),
        answer_mail(two, attendee="collegue@organisme.example", minutes=1),
        answer_mail(two, attendee="collegue@organisme.example", minutes=2),
    )
    assert "Messages reçus à vérifier" in agent.get("/").text
    listed = agent.get("/messages/recus?etat=held")
    assert "mais le message vient de perso@gmail.com" in listed.text
    page = agent.get(f"/messages/recus/{other_address.id}")
    assert "En voiture" in page.text
    assert "sans doute été transférée" in agent.get(f"/messages/recus/{forwarded.id}").text
    source = agent.send("GET", f"/messages/recus/{forwarded.id}/source")
    assert source.mimetype == "message/rfc822"
    url = f"/messages/recus/{other_address.id}/prendre-en-compte"
    refused = agent.post(url, {"revision": REVISION, "who": "meme-personne"})
    assert "Choisissez la personne convoquée" in refused.text
    agent.post(url, {"revision": REVISION, "invitation": one.id, "who": "meme-personne"})
    ctx.session.expire_all()
    assert (one.answer, other_address.state) == (Answer.ON_SITE, IncomingState.APPLIED)
    again = agent.post(url, {"revision": REVISION, "invitation": one.id, "who": "meme-personne"})
    assert "déjà été traité" in again.text
    url = f"/messages/recus/{forwarded.id}/prendre-en-compte"
    stand_in = {"revision": REVISION, "invitation": two.id, "who": "represente"}
    assert "Indiquez le nom" in agent.post(url, stand_in).text
    agent.post(url, {**stand_in, "name": "Camille Collègue"})
    ctx.session.expire_all()
    [named] = two.representatives
    assert (two.answer, named.email, named.answer) == (
        Answer.REPRESENTED, "collegue@organisme.example", Answer.ON_SITE,
    )  # fmt: skip
    assert mails_to(ctx.session, named)[0].kind == "representative_invitation"
    page = agent.post(f"/messages/recus/{gone.id}/ecarter", {"revision": REVISION, "reason": ""})
    assert "Dites en un mot pourquoi" in page.text
    agent.post(
        f"/messages/recus/{gone.id}/ecarter", {"revision": REVISION, "reason": "Déjà répondu"}
    )
    assert "Déjà répondu" in agent.get("/messages/recus?etat=set_aside").text
    history = agent.get(f"/instances/reunions/{meeting.id}/convocations/{one.id}").text
    assert "par l’agenda" in history or "Présent sur place" in history


def test_another_time_is_seen_on_the_home_page_and_decided(ctx: Context, agent: Browser) -> None:
    meeting = make_meeting(ctx.session)
    one, two = (make_invitation(ctx.session, meeting) for _ in range(2))
    invitations.send_convocations(ctx, meeting.id)
    receive(
        ctx,
        *(answer_mail(person, "TENTATIVE", method="COUNTER", comment="Le matin ?", **OTHER)
          for person in (one, two)),
    )  # fmt: skip
    first, second = ctx.session.query(TimeProposal).order_by(TimeProposal.id)
    assert "au lieu du jeudi 17 décembre 2026" in agent.get("/").text
    convocations = agent.get(f"/instances/reunions/{meeting.id}/convocations")
    assert f"Autre horaire proposé par {one.name}" in convocations.text
    url = f"/messages/propositions/{first.id}"
    assert "Le matin ?" in agent.get(url).text
    agent.post(url, {"revision": 1, "decision": "garder", "reason": "Salle prise"})
    ctx.session.expire_all()
    assert mails_to(ctx.session, one)[-1].kind == "meeting_counter_declined"
    url = f"/messages/propositions/{second.id}"
    agent.post(url, {"revision": 1, "decision": "accepter"})
    ctx.session.expire_all()
    assert meeting.starts_at == OTHER["starts"]
    late = agent.post(url, {"revision": 1, "decision": "garder"})
    assert "n’est plus à examiner (acceptée)" in late.text


def test_an_address_that_fails_shows_wherever_the_person_does(ctx: Context, agent: Browser) -> None:
    organisation = make_organisation(ctx.session)
    contact = make_contact(ctx.session, organisation, email="ancien@organisme.example")
    person = make_invitation(ctx.session, make_meeting(ctx.session), contact, convened=True)
    sent = make_message(ctx.session, recipient=contact.email, state=OutboxState.SENT)
    receive(ctx, returned_mail(contact.email, sent.message_id))
    here = f"/instances/reunions/{person.meeting_id}/convocations"
    for path in (
        f"/annuaire/organismes/{organisation.slug}",
        here,
        f"{here}/{person.id}",
        "/messages/adresses",
    ):
        assert "n échec depuis le 03/12/2026" in agent.get(path).text, path
    assert "Revenu (5.1.1)" in agent.get("/messages?etat=failed").text
    listed = agent.get("/messages/adresses")
    [form] = [one for one in listed.all("form") if "/regler" in str(one.get("action"))]
    agent.post(str(form.get("action")), {})
    assert "Aucune adresse en échec" in agent.get("/messages/adresses").text


def test_the_lists_cost_the_same_for_5_and_50_mails(ctx: Context, agent: Browser) -> None:
    meeting = make_meeting(ctx.session)
    costs = []
    for number in (5, 45):
        people = [make_invitation(ctx.session, meeting, convened=True) for _ in range(number)]
        receive(ctx, *(answer_mail(one, sender=f"x{one.id}@mal.example") for one in people))
        with counted_statements() as statements:
            agent.get("/messages/recus")
        costs.append(len(statements))
    assert costs[0] == costs[1]
