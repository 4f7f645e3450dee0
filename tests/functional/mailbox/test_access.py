"""Who opens what of the mails received: the staff alone. The table follows the URL map."""

from flask import Flask

from tests.factories.accounts import make_user
from tests.factories.calendar_mails import answer_mail
from tests.factories.committees import make_committee
from tests.factories.invitations import make_invitation
from tests.factories.meetings import make_meeting
from tests.factories.organisations import make_grantee, make_organisation
from tests.mail_receiving import receive
from tests.page_checks import Browser
from zna_network.models.account import Role
from zna_network.models.mailbox import AddressTrouble, TimeProposal
from zna_network.services.context import Context

LINES = {
    ("mailbox.index", "GET"): "/messages/recus",
    ("mailbox.show", "GET"): "/messages/recus/{mail}",
    ("mailbox.source", "GET"): "/messages/recus/{mail}/source",
    ("mailbox.apply", "POST"): "/messages/recus/{mail}/prendre-en-compte",
    ("mailbox.mark_address", "POST"): "/messages/recus/{mail}/marquer-adresse",
    ("mailbox.set_aside", "POST"): "/messages/recus/{mail}/ecarter",
    ("mailbox.proposal", "GET"): "/messages/propositions/{proposal}",
    ("mailbox.decide_proposal", "POST"): "/messages/propositions/{proposal}",
    ("mailbox.troubles", "GET"): "/messages/adresses",
    ("mailbox.settle_trouble", "POST"): "/messages/adresses/{trouble}/regler",
}


def test_the_staff_alone_and_every_route(app: Flask, ctx: Context) -> None:
    lead = make_grantee(ctx.session)
    meeting = make_meeting(ctx.session, make_committee(ctx.session, led_by=lead))
    person = make_invitation(ctx.session, meeting, convened=True, name="Nom Secret")
    later = {"starts": meeting.ends_at, "ends": meeting.ends_at.replace(hour=17)}
    _, held = receive(
        ctx,
        answer_mail(person, "TENTATIVE", method="COUNTER", **later),
        answer_mail(person, sender="mallory@mal.example", minutes=1),
    )
    trouble = AddressTrouble(
        email="ancienne@organisme.example", is_permanent=True, first_at=ctx.now, last_at=ctx.now
    )
    ctx.session.add(trouble)
    ctx.session.commit()
    proposal = ctx.session.query(TimeProposal).one()
    values = {"mail": held.id, "proposal": proposal.id, "trouble": trouble.id}
    users = {
        "partner": make_user(ctx.session, Role.PARTNER, make_organisation(ctx.session)),
        "lead": make_user(ctx.session, Role.GRANTEE, lead),
        "other": make_user(ctx.session, Role.GRANTEE, make_grantee(ctx.session)),
        "agent": make_user(ctx.session, Role.AGENT),
    }
    browsers = {"anonymous": Browser(app)}
    browsers |= {name: Browser(app).sign_in(user) for name, user in users.items()}
    wrong = []
    for (endpoint, method), path in LINES.items():
        for name, browser in browsers.items():
            answer = browser.send(method, path.format(**values))
            is_in = answer.status_code < 400 or answer.status_code in {409, 422}
            is_in = is_in and "/connexion" not in (answer.location or "")
            if is_in is not (name == "agent"):
                wrong.append(f"{method} {endpoint} as {name}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)
    routes = {
        (rule.endpoint, method)
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("mailbox.")
        for method in (rule.methods or set()) & {"GET", "POST"}
    }
    assert set(LINES) == routes
